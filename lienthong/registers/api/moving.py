"""Households that move, split and join as one act: entries end, others begin, and every household keeps one head.

People who stay at their address only change household; people who go elsewhere end an entry and begin another, which is
told as a move, so that the population register follows in a transaction of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection

from lienthong.kernel import requests, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers.api.defining import layout_of
from lienthong.registers.api.households import REGISTER, EntryChange, Plan, at, digest_of, in_force, plan
from lienthong.registers.api.logging import require
from lienthong.registers.api.writing import write
from lienthong.registers.domain import Grounds, Values
from lienthong.registers.store import accesses, records
from lienthong.registers.store.layout import Layout

_TRIES = 40
_BEGINS = ("number", "commune", "address", "from_date", "household", "head_number", "relation")
"""What an entry that begins says, beside its own number and kind."""
_SEEN = ("household", "number", "relation", "head_number", "commune", "address", "from_date")


class Move(TypedDict, total=False):
    """What may be said of a move beside the household and the day, as ``move`` explains it: what its doors hand on."""

    members: Collection[str]
    commune: str
    address: str
    join: str
    head: str
    head_left: str
    relations: Mapping[str, str] | None
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move left. household: code the movers have now; entries: numbers of their entries, those ended apart.

    left: code of the household that others stayed in, "" when nobody did.
    """

    household: str
    left: str
    entries: list[str]
    ended: list[str]


def move(
    who: Actor, *, household: str, on: date, grounds: Grounds, contract: str = "", seen: str = "", **how: Unpack[Move]
) -> Moved:
    """Move a household or some of its members from a day on, in one transaction; the same request again moves nobody.

    members: personal numbers, everybody when empty. commune, address: where to; without them they stay at their place
    and only become a household of their own. join: the household they join, at its place. head: of the movers' own
    household; head_left: of those who stay; each is needed where the head goes and more than one person could be it.
    relations: number → relation to the head (code); of who gets another head and is not named, nothing is said.
    Raises NotFound for a household nobody is in, Invalid for whoever is not of it, a day before an entry began, a head
    that is missing or elsewhere, and a move that changes nothing; Conflict when it would no longer change what was
    agreed to. seen: ``digest_of`` of that.
    """
    require(who, grounds)

    def work() -> Moved:
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, REGISTER)
            looked: dict[str, None] = {}
            found = _planned(connection, layout, household, on, how, looked)
            changes = list(found.changes(on, _relations(how)))
            if seen and seen != digest_of(changes):
                raise Conflict(
                    "move.changed", N_("Hộ đã được sửa trong lúc bạn xem; chưa ghi gì. Xem trước lại rồi xác nhận.")
                )
            told = {"grounds": grounds, "reason": how.get("reason", ""), "contract": contract}
            act = _Act(who, connection, layout, found, on, told)
            made = act.done(changes, str(found.movers[0]["household"]))
            _log_seen(who, connection, [each for each in looked if each not in act.people], grounds, contract)
            return made

    return requests.once(who, "registers.move", Moved, work)


def foresee_move(
    who: Actor, *, household: str, on: date, grounds: Grounds, contract: str = "", **how: Unpack[Move]
) -> list[EntryChange]:
    """Return what ``move`` would change, and write nothing but that everybody concerned was looked at.

    A household of the movers' own has no code yet (""). Raises as ``move``.
    """
    require(who, grounds)
    with runtime.current().database.transaction() as connection:
        seen: dict[str, None] = {}
        layout = layout_of(connection, REGISTER)
        found = _planned(connection, layout, household, on, how, seen)
        _log_seen(who, connection, list(seen), grounds, contract)
        return list(found.changes(on, _relations(how)))


def _planned(
    connection: Connection, layout: Layout, household: str, on: date, how: Move, seen: dict[str, None]
) -> Plan:
    home = in_force(connection, layout, clean(household), seen)
    joined = clean(how.get("join", ""))
    other = in_force(connection, layout, joined, seen) if joined else []
    numbers = {clean(each) for each in how.get("members", ())}
    where = (clean(how.get("commune", "")), clean(how.get("address", "")))
    heads = (clean(how.get("head", "")), clean(how.get("head_left", "")))
    return plan(home, other, numbers, where, *heads, on)


def _relations(how: Move) -> dict[str, str]:
    return {clean(number): code for number, code in (how.get("relations") or {}).items()}


class _Act:
    """A move being written. how: grounds, reason and contract of every write."""

    def __init__(
        self, who: Actor, connection: Connection, layout: Layout, plan: Plan, on: date, how: Mapping[str, Any]
    ) -> None:
        self._who, self._connection, self._layout, self._plan = who, connection, layout, plan
        self._on, self._how = on, how
        self.people: set[str] = set()  # whose entries were written

    def done(self, changes: Iterable[EntryChange], old: str) -> Moved:
        """Write every entry that changes. old: code of the household that they leave."""
        code = self._plan.household or _unused(
            self._connection, self._layout, "household", (self._plan.place or at(self._plan.movers))[0]
        )
        movers = {str(each["entry_no"]) for each in self._plan.movers}
        entries: list[str] = []
        ended: list[str] = []
        for each in changes:
            now = each.after | ({"household": code} if each.entry in movers else {})
            if each.leaves:
                self._write({"to_date": self._on.isoformat()}, each)
                ended.append(each.entry)
                entries.append(self._begin(now))
            else:
                self._write({name: value for name, value in now.items() if value != each.before.get(name)}, each)
                entries += [each.entry] if each.entry in movers else []
        return Moved(code, old if self._plan.stayers else "", entries, ended)

    def _begin(self, now: Values) -> str:
        """Write the entry that begins, under a number of its own; answer it."""
        number = _unused(self._connection, self._layout, "entry_no", f"{now['commune']}/TT/{self._on.year}/")
        values = {name: now.get(name) for name in _BEGINS} | {"entry_no": number, "kind": "permanent"}
        filled = {name: value for name, value in values.items() if value not in (None, "")}
        write(self._who, register=REGISTER, values=filled, create=True, **self._how)
        return number

    def _write(self, values: Values, change: EntryChange) -> None:
        self.people.add(change.person)
        write(self._who, register=REGISTER, key=change.entry, values=values, valid_from=self._on, **self._how)


def _log_seen(who: Actor, connection: Connection, people: Sequence[str], grounds: Grounds, contract: str) -> None:
    """Write that these people of the households were looked at, whose entries did not change."""
    if people:
        accesses.add(
            connection,
            who,
            act="read",
            register=REGISTER,
            subjects=people,
            fields=_SEEN,
            grounds=grounds,
            contract=contract,
        )


def _unused(connection: Connection, layout: Layout, field: str, beginning: str) -> str:
    """Return a code that begins so and that no record has or ever had."""
    for _ in range(_TRIES):
        code = f"{beginning}{secrets.randbelow(10**8):08d}"
        if not records.find_ever(connection, layout, {field: [code]}, 1):
            return code
    raise Conflict("move.codes", N_("Chưa cấp được mã mới; thử lại."))
