"""Households that move, split and join as one act: entries end, others begin, and every household keeps one head.

A household is everyone whose permanent entries in force carry its code (``catalogue/registers/residence.yaml``). People
who stay at their address only change household; people who go elsewhere end an entry and begin another, which is told
as a move, so that the population register follows in a transaction of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import Connection

from lienthong.kernel import requests, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.reference import api as reference
from lienthong.registers.api.defining import layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.writing import write
from lienthong.registers.domain import Grounds, Values
from lienthong.registers.store import accesses, records
from lienthong.registers.store.layout import Layout

REGISTER = "residence"
_HEAD = "01"  # of the code list of relations to the head
_MOST = 500
_TRIES = 40
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


@dataclass(frozen=True, slots=True)
class _Plan:
    """A move that was found sound. place: commune and address, None for who stays at theirs.

    head, head_left: of the movers' household and of who stays; was, ahead: of the old and of the joined one before.
    """

    movers: list[Values]
    stayers: list[Values]
    joined: list[Values]
    household: str
    place: tuple[str, str] | None
    head: str
    head_left: str
    was: str
    ahead: str


def move(
    who: Actor,
    *,
    household: str,
    on: date,
    grounds: Grounds,
    members: Collection[str] = (),
    commune: str = "",
    address: str = "",
    join: str = "",
    head: str = "",
    head_left: str = "",
    relations: Mapping[str, str] | None = None,
    reason: str = "",
    contract: str = "",
) -> Moved:
    """Move a household or some of its members from a day on, in one transaction; the same request again moves nobody.

    members: personal numbers, everybody when empty. commune, address: where to; without them they stay at their place
    and only become a household of their own. join: the household they join, at its place. head: of the movers' own
    household; head_left: of those who stay; each is needed where the head goes and more than one person could be it.
    relations: number → relation to the head (code); of who gets another head and is not named, nothing is said.
    Raises NotFound for a household nobody is in, Invalid for whoever is not of it, a day before an entry began, a head
    that is missing or elsewhere, and a move that changes nothing.
    """
    require(who, grounds)
    said = {clean(number): code for number, code in (relations or {}).items()}

    def work() -> Moved:
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, REGISTER)
            seen: dict[str, None] = {}
            home = _in_force(connection, layout, clean(household), seen)
            other = _in_force(connection, layout, clean(join), seen) if clean(join) else []
            numbers = {clean(each) for each in members}
            where = (clean(commune), clean(address))
            plan = _plan(connection, layout, home, other, numbers, where, clean(head), clean(head_left), on)
            act = _Act(who, connection, layout, plan, on, grounds, reason, contract, said)
            made = act.done(str(home[0]["household"]))
            _log_seen(who, connection, [each for each in seen if each not in act.people], grounds, contract)
            return made

    return requests.once(who, "registers.move", Moved, work)


class _Act:
    """A move being written."""

    def __init__(
        self,
        who: Actor,
        connection: Connection,
        layout: Layout,
        plan: _Plan,
        on: date,
        grounds: Grounds,
        reason: str,
        contract: str,
        relations: Mapping[str, str],
    ) -> None:
        self._who, self._connection, self._layout, self._plan = who, connection, layout, plan
        self._on, self._relations = on, relations
        self._how: dict[str, Any] = {"grounds": grounds, "reason": reason, "contract": contract}
        self.people: set[str] = set()  # whose entries were written
        self._entries: list[str] = []
        self._ended: list[str] = []

    def done(self, old: str) -> Moved:
        """Write every entry that changes."""
        plan = self._plan
        for each in plan.movers:
            self._move(each)
        for each in plan.stayers:
            self._lead(each, plan.head_left, plan.was)
        for each in plan.joined:
            self._lead(each, plan.head, plan.ahead)
        return Moved(plan.household, old if plan.stayers else "", self._entries, self._ended)

    def _move(self, entry: Values) -> None:
        plan = self._plan
        now = self._under(entry, plan.head, plan.was) | {"household": plan.household}
        if plan.place is None:
            self._write(now, key=str(entry["entry_no"]), person=_person(entry))
            self._entries.append(str(entry["entry_no"]))
            return
        commune, address = plan.place
        self._write({"to_date": self._on.isoformat()}, key=str(entry["entry_no"]), person=_person(entry))
        number = _unused(self._connection, self._layout, "entry_no", f"{commune}/TT/{self._on.year}/")
        new = {"entry_no": number, "number": entry.get("number"), "kind": "permanent", "commune": commune}
        new |= {"address": address, "from_date": self._on.isoformat()} | now
        filled = {name: value for name, value in new.items() if value not in (None, "")}
        write(self._who, register=REGISTER, values=filled, create=True, **self._how)
        self._ended.append(str(entry["entry_no"]))
        self._entries.append(number)

    def _lead(self, entry: Values, head: str, was: str) -> None:
        """Let somebody who does not move have the household's head."""
        new = self._under(entry, head, was)
        changed = {name: value for name, value in new.items() if value != entry.get(name)}
        if changed:
            self._write(changed, key=str(entry["entry_no"]), person=_person(entry))

    def _under(self, entry: Values, head: str, was: str) -> Values:
        """Return head and relation of a member: what was said of another head is said no more."""
        number = str(entry.get("number") or "")
        relation = self._relations.get(number) or (entry.get("relation") if head == was else None)
        return {"head_number": head, "relation": _HEAD if number == head else relation}

    def _write(self, values: Values, *, key: str, person: str) -> None:
        self.people.add(person)
        write(self._who, register=REGISTER, key=key, values=values, valid_from=self._on, **self._how)


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


def _person(entry: Values) -> str:
    return str(entry.get("number") or entry["entry_no"])


def _in_force(connection: Connection, layout: Layout, household: str, seen: dict[str, None]) -> list[Values]:
    """Return the permanent entries in force of a household, kept from other writers. Raises NotFound.

    seen: takes everybody who was looked at for it.
    """
    rows = records.find(connection, layout, {"household": [household]}, _MOST) if household else []
    if len(rows) == _MOST:
        raise Conflict(
            "move.too_many", N_("Mã hộ này có quá nhiều dòng cư trú; kiểm tra lại dữ liệu trước khi chuyển.")
        )
    locked = records.by_ids(connection, layout, [row[0] for row in rows], lock=True)
    found = [records.record_of(REGISTER, "entry_no", row, ()).values for row in locked]
    seen.update(dict.fromkeys(map(_person, found)))
    found = [each for each in found if each.get("household") == household]  # it may have gone before the lock
    found = [each for each in found if each.get("kind") == "permanent" and not each.get("to_date")]
    if not found:
        raise NotFound("move.household", N_("Không ai đang thường trú trong hộ mang mã này; kiểm tra lại mã hộ."))
    return found


def _plan(
    connection: Connection,
    layout: Layout,
    home: Sequence[Values],
    other: Sequence[Values],
    members: Collection[str],
    where: tuple[str, str],
    head: str,
    head_left: str,
    on: date,
) -> _Plan:
    _known(home, members)
    movers = [each for each in home if not members or each.get("number") in members]
    stayers = [each for each in home if each not in movers]
    _in_time([*movers, *stayers, *other], movers, on)
    old, place = str(home[0]["household"]), _place(movers, other, where, on)
    if other and other[0]["household"] == old:
        raise Invalid("move.same", N_("Hộ chuyển đến chính là hộ đang ở; chọn hộ khác."))
    if not other and not stayers and place is None:
        raise Invalid("move.nothing", N_("Không có gì thay đổi: nêu nơi ở mới, người tách hộ hoặc hộ nhập vào."))
    before, ahead = _head_of(home), _head_of(other)
    if other:
        code = str(other[0]["household"])
        if head and ahead and head != ahead:
            raise Invalid("move.head_there", N_("Hộ nhập vào đã có chủ hộ; đổi chủ hộ là một việc riêng."))
        chosen = _chosen(head, ahead, [*other, *movers], N_("Hộ nhập vào chưa rõ chủ hộ; chọn một người của hộ."))
    else:
        code = _unused(connection, layout, "household", (place or _at(movers))[0]) if stayers else old
        chosen = _chosen(head, before, movers, N_("Chọn chủ hộ trong những người chuyển đi."))
    left = _chosen(head_left, before, stayers, N_("Chọn chủ hộ trong những người ở lại."))
    return _Plan(movers, stayers, list(other), code, place, chosen, left, before, ahead)


def _known(home: Sequence[Values], members: Collection[str]) -> None:
    strangers = sorted(set(members) - {str(each.get("number") or "") for each in home})
    if strangers:
        message = N_("Số %(number)s không thuộc hộ này hoặc không còn thường trú ở đây.")
        wrong = [fault("members", "move.stranger", message, number=each) for each in strangers]
        raise Invalid("move.strangers", N_("Có người không thuộc hộ; kiểm tra lại danh sách."), wrong)


def _in_time(everybody: Sequence[Values], movers: Sequence[Values], on: date) -> None:
    if on > runtime.current().clock.now().date():
        raise Invalid(
            "move.future", N_("Ngày chuyển chưa tới; ghi vào ngày đó hoặc chọn ngày từ hôm nay trở về trước.")
        )
    late = [each for each in everybody if str(each.get("from_date") or "") > on.isoformat()]
    if late:
        message = N_("Đang cư trú từ ngày %(day)s.")
        where = "members" if any(each in movers for each in late) else "household"
        wrong = [fault(where, "move.before", message, day=str(each["from_date"])) for each in late]
        raise Invalid(
            "move.before_entry", N_("Ngày chuyển trước ngày bắt đầu cư trú ở hộ này; chọn ngày sau đó."), wrong
        )


def _place(
    movers: Sequence[Values], other: Sequence[Values], where: tuple[str, str], on: date
) -> tuple[str, str] | None:
    """Return where the movers go, None when that is where they are."""
    commune, address = where
    if other:
        place = _at(other)
        if (commune and commune != place[0]) or (address and address != place[1]):
            raise Invalid("move.elsewhere", N_("Hộ nhập vào ở nơi khác với nơi ở mới được nêu; bỏ trống nơi ở mới."))
    elif bool(commune) != bool(address):
        raise Invalid("move.place", N_("Nêu cả xã, phường và địa chỉ của nơi ở mới."))
    else:
        place = (commune, address) if commune else _at(movers)
    if all(_at([each]) == place for each in movers):
        return None
    unit = reference.unit(place[0], on=on)
    if unit is None or unit.level != "commune":
        message = N_("Không có xã, phường mang mã %(unit)s vào ngày chuyển.")
        raise Invalid("move.commune", message, unit=place[0] or "–")
    return place


def _at(entries: Sequence[Values]) -> tuple[str, str]:
    return str(entries[0].get("commune") or ""), str(entries[0].get("address") or "")


def _head_of(entries: Sequence[Values]) -> str:
    """Return the number of a household's head: who is entered as head, else whom everybody names; "" when unclear."""
    heads = [str(each["number"]) for each in entries if each.get("relation") == _HEAD and each.get("number")]
    named = {str(each.get("head_number") or "") for each in entries}
    return heads[0] if len(heads) == 1 else named.pop() if len(named) == 1 else ""


def _chosen(wanted: str, before: str, members: Sequence[Values], sentence: str) -> str:
    """Return who of the members is the head: who was chosen, else who was it before, else who is alone.

    Nobody ("") when there are no members. Raises Invalid for somebody else, and when nobody is clear.
    """
    numbers = [str(each.get("number") or "") for each in members]
    found = wanted or (before if before in numbers else numbers[0] if len(numbers) == 1 else "")
    if (numbers or wanted) and (not found or found not in numbers):
        raise Invalid("move.head", sentence)
    return found


def _unused(connection: Connection, layout: Layout, field: str, beginning: str) -> str:
    """Return a code that begins so and that no record has or ever had."""
    for _ in range(_TRIES):
        code = f"{beginning}{secrets.randbelow(10**8):08d}"
        if not records.find_ever(connection, layout, {field: [code]}, 1):
            return code
    raise Conflict("move.codes", N_("Chưa cấp được mã mới; thử lại."))
