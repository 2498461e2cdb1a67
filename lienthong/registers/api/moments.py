"""People as they were on a day, as it was known at a moment: everybody of some units, or records by their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.domain import Act, Grounds, Record, Values
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, records
from lienthong.registers.store.layout import Layout

_PORTION = 5_000
_ALL = 1 << 40
Moment = tuple[date, datetime]
"""Day on which it held, moment at which it was known."""


def people_then(
    who: Actor,
    *,
    register: str,
    field: str,
    units: Sequence[str],
    at: Moment,
    holds: Callable[[Values], bool],
    grounds: Grounds,
    fields: Sequence[str],
    act: Act = "read",
    reason: str = "",
) -> list[Record]:
    """Return who had one of the units in a lookup field then, of whom ``holds`` is true; in order of id.

    Entries say how many were looked at, portion by portion so that nobody waits long; one more covers everybody
    returned, who find it in their log. act ``compare``: nobody is told a value of anybody, and there is no such one.
    """
    require(who, grounds)
    spec = definition(register)
    found: list[Record] = []
    wanted, database = set(units), runtime.current().database
    with database.transaction() as connection:
        layout = layout_of(connection, register)
        ids = records.find_ever(connection, layout, {field: list(units)}, _ALL)
        _note(connection, who, spec, len(ids), (field,), grounds, "compare", reason)
    for first in range(0, len(ids), _PORTION):
        with database.transaction() as connection:
            states = _states(connection, layout, spec, dict.fromkeys(ids[first : first + _PORTION], at))
            _note(connection, who, spec, len(states), fields, grounds, "compare", reason)
        found += [
            records.trimmed(each, (*fields, spec.key))
            for each in states
            if each.values.get(field) in wanted and holds(each.values)
        ]
    if act != "compare":
        with database.transaction() as connection:
            entry = _note(connection, who, spec, len(found), fields, grounds, act, reason)
            accesses.cover(connection, entry, _people(spec, found))
    return found


def records_then(
    who: Actor,
    *,
    register: str,
    moments: Mapping[str, Moment],
    grounds: Grounds,
    fields: Sequence[str],
    act: Act = "read",
    reason: str = "",
) -> dict[str, Record]:
    """Return records by id, each at its own point of both time axes; those that were not there then are left out.

    One entry covers all of them; with act ``compare`` it only says how many they were.
    """
    require(who, grounds)
    spec = definition(register)
    with runtime.current().database.transaction() as connection:
        found = [
            records.trimmed(each, (*fields, spec.key))
            for each in _states(connection, layout_of(connection, register), spec, moments)
        ]
        entry = _note(connection, who, spec, len(found), fields, grounds, act, reason)
        if act != "compare":
            accesses.cover(connection, entry, _people(spec, found))
    return {each.id: each for each in found}


def _states(connection: Connection, layout: Layout, spec: Register, moments: Mapping[str, Moment]) -> list[Record]:
    ids = list(moments)
    said = records.assertions(connection, layout, ids)
    found: list[Record] = []
    for row in records.by_ids(connection, layout, ids):
        as_of, known_at = moments[row[0]]
        state = records.state_of(row, said.get(row[0], ()), as_of=as_of.isoformat(), known_at=clock.stamp(known_at))
        if state is None:
            continue
        key = state.values.get(spec.key) or ""
        found.append(Record(spec.id, row[0], key, state.version, state.valid_from, state.known_from, state.values))
    return sorted(found, key=lambda each: each.id)


def _people(spec: Register, found: Sequence[Record]) -> list[str]:
    return [str(each.values.get(spec.subject) or each.id) for each in found]


def _note(
    connection: Connection,
    who: Actor,
    spec: Register,
    people: int,
    fields: Sequence[str],
    grounds: Grounds,
    act: Act,
    reason: str,
) -> str:
    (entry,) = accesses.add(
        connection,
        who,
        act=act,
        register=spec.id,
        subjects=[""],
        fields=list(fields),
        grounds=grounds,
        reason=reason,
        people=people,
    )
    return entry
