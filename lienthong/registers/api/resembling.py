"""Who of a register may be the people of rows that come under another key: found by name and birth, or by a number."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.text import fold
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.domain import Grounds, Record
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, likeness, records
from lienthong.registers.store.layout import lookup_key

_DAY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A row whose person is looked for. place: its own; key: its number, whose record is not meant.

    by: lookup field → value that says who somebody is whatever their name (an old number). kin: lookup field → value
    that does so together with the day of birth (the mother's number).
    """

    place: int
    key: str = ""
    name: str = ""
    birth: str = ""
    by: Mapping[str, str] = field(default_factory=dict[str, str])
    kin: Mapping[str, str] = field(default_factory=dict[str, str])


def can_resemble(spec: Register) -> bool:
    """Say whether a register can be asked for people by name and birth at once: both are columns, in this order."""
    return spec.lookups.get(spec.name) == "folded" and spec.begins in spec.lookups and bool(spec.key)


def resembling(
    who: Actor, *, register: str, sought: Sequence[Sought], grounds: Grounds
) -> tuple[dict[int, list[Record]], set[str]]:
    """Return records that may be of the same people, by place; and which of the rows' own keys stand already.

    The same folded name and day of birth (day and month exchanged, or the year alone on one side, count too), or a
    value of ``by`` or ``kin``. One entry of the access log covers everybody found. Raises Denied for others than the
    owner.
    """
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        pairs = likeness.of_name_and_birth(connection, layout, spec.key, spec.name, spec.begins, _named(sought))
        for name, rows in _by(sought, kin=False).items():
            pairs += likeness.of_value(connection, layout, spec.key, name, "", rows)
        for name, rows in _by(sought, kin=True).items():
            pairs += likeness.of_value(connection, layout, spec.key, name, spec.begins, rows)
        if not pairs:
            return {}, set()
        own = {each.place: each.key for each in sought}
        rows = records.by_ids(connection, layout, sorted({record for _, record in pairs}))
        known = {
            row[0]: records.record_of(register, spec.key, row, ()) for row in rows if row[4] != records.SAYS_NOTHING
        }
        keys = {own[place] for place, _ in pairs} - {""}
        taken = records.used_keys(connection, layout, spec.key, keys)
        found: dict[int, list[Record]] = {}
        for place, record in dict.fromkeys(pairs):
            if record in known and own[place] not in taken:
                found.setdefault(place, []).append(known[record])
        told = {str(each.values.get(spec.subject) or each.id) for one in found.values() for each in one}
        if told:
            (entry,) = accesses.add(
                connection,
                who,
                act="compare",
                register=register,
                subjects=[""],
                fields=list(spec.fields),
                grounds=grounds,
                people=len(told),
            )
            accesses.cover(connection, entry, sorted(told))
    return found, taken


def how_common(*, register: str, field: str, values: Collection[str]) -> dict[str, int]:
    """Return how many records have each value of a lookup field: a count says nothing of anybody."""
    spec = definition(register)
    kind = spec.lookups.get(field, "")
    if not kind or not values:
        return {}
    keys = {each: key for each in values if (key := lookup_key(kind, each))}
    with runtime.current().database.reading() as connection:
        counted = likeness.how_many(connection, layout_of(connection, register), field, set(keys.values()))
    return {each: counted.get(key, 0) for each, key in keys.items()}


def how_large(*, register: str) -> int:
    """Return how many records a register has."""
    with runtime.current().database.reading() as connection:
        return records.count(connection, layout_of(connection, register), limit=1 << 31)


def _named(sought: Sequence[Sought]) -> list[likeness.Named]:
    return [
        (
            each.place,
            each.key,
            fold(each.name),
            each.birth[:4],
            f"{each.birth[:4]}~",
            "" if len(each.birth) < _DAY or each.birth.endswith("-01-01") else each.birth,
        )
        for each in sought
        if each.name and len(each.birth) >= 4
    ]


def _by(sought: Sequence[Sought], *, kin: bool) -> dict[str, list[tuple[int, str, str, str]]]:
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for each in sought:
        for name, value in (each.kin if kin else each.by).items():
            if value and (not kin or len(each.birth) == _DAY):
                found.setdefault(name, []).append((each.place, each.key, value, each.birth if kin else ""))
    return found
