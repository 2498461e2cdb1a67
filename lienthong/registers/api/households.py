"""A household as its entries in force say it, and a move of it that was found sound, before anything is written.

A household is everyone whose permanent entries in force carry its code (``catalogue/registers/residence.yaml``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import Connection

from lienthong.kernel import runtime
from lienthong.kernel.errors import Conflict, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.domain import Values
from lienthong.registers.store import records
from lienthong.registers.store.layout import Layout

REGISTER = "residence"
HEAD = "01"  # of the code list of relations to the head
_MOST = 500


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What a move changes about one person. person: their number; entry: number of the entry that changes or ends.

    before, after: what the entry in force says. leaves: the entry ends and another one begins at another place.
    """

    person: str
    entry: str
    before: Values
    after: Values
    leaves: bool


def digest_of(changes: Sequence[EntryChange]) -> str:
    """Return what somebody agrees to who was shown these changes: SHA-256, another one when any entry says another."""
    told = [(each.person, each.entry, each.before, each.after, each.leaves) for each in changes]
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """A move that was found sound. place: commune and address, None for who stays at theirs.

    household: code of the movers' household, "" for one of their own that has no code yet. head, head_left: of the
    movers' household and of who stays; was, ahead: of the old and of the joined one before.
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

    def changes(self, on: date, relations: Mapping[str, str]) -> Iterator[EntryChange]:
        """Yield what changes, the movers first. relations: number → relation to the head that was said."""
        for each in self.movers:
            now = _under(each, self.head, self.was, relations) | {"household": self.household}
            if self.place is not None:
                now |= {"commune": self.place[0], "address": self.place[1], "from_date": on.isoformat()}
            yield _change(each, now, leaves=self.place is not None)
        for each in self.stayers:
            yield from _led(each, self.head_left, self.was, relations)
        for each in self.joined:
            yield from _led(each, self.head, self.ahead, relations)


def _led(entry: Values, head: str, was: str, relations: Mapping[str, str]) -> Iterator[EntryChange]:
    """Yield the change of somebody who does not move, when their head is another one now."""
    now = _under(entry, head, was, relations)
    if any(value != entry.get(name) for name, value in now.items()):
        yield _change(entry, now, leaves=False)


def _change(entry: Values, now: Values, *, leaves: bool) -> EntryChange:
    return EntryChange(person_of(entry), str(entry["entry_no"]), entry, entry | now, leaves)


def _under(entry: Values, head: str, was: str, relations: Mapping[str, str]) -> Values:
    """Return head and relation of a member: what was said of another head is said no more."""
    number = str(entry.get("number") or "")
    relation = relations.get(number) or (entry.get("relation") if head == was else None)
    return {"head_number": head, "relation": HEAD if number == head else relation}


def person_of(entry: Values) -> str:
    """Return whose an entry is: a personal number, the entry's own where none is known."""
    return str(entry.get("number") or entry["entry_no"])


def in_force(connection: Connection, layout: Layout, household: str, seen: dict[str, None]) -> list[Values]:
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
    seen.update(dict.fromkeys(map(person_of, found)))
    found = [each for each in found if each.get("household") == household]  # it may have gone before the lock
    found = [each for each in found if each.get("kind") == "permanent" and not each.get("to_date")]
    if not found:
        raise NotFound("move.household", N_("Không ai đang thường trú trong hộ mang mã này; kiểm tra lại mã hộ."))
    return found


def plan(
    home: Sequence[Values],
    other: Sequence[Values],
    members: Collection[str],
    where: tuple[str, str],
    head: str,
    head_left: str,
    on: date,
) -> Plan:
    """Return what a move comes to. other: the household that is joined. Raises Invalid for one that cannot be."""
    _known(home, members)
    movers = [each for each in home if not members or each.get("number") in members]
    stayers = [each for each in home if each not in movers]
    _in_time([*movers, *stayers, *other], movers, on)
    old, place = str(home[0]["household"]), _place(movers, other, where, on)
    if other and other[0]["household"] == old:
        raise _wrong("join", "move.same", N_("Hộ chuyển đến chính là hộ đang ở; chọn hộ khác."))
    if not other and not stayers and place is None:
        raise Invalid("move.nothing", N_("Không có gì thay đổi: nêu nơi ở mới, người tách hộ hoặc hộ nhập vào."))
    before, ahead = _head_of(home), _head_of(other)
    if other:
        code = str(other[0]["household"])
        if head and ahead and head != ahead:
            raise _wrong("head", "move.head_there", N_("Hộ nhập vào đã có chủ hộ; đổi chủ hộ là một việc riêng."))
        chosen = _chosen(
            "join", head, ahead, [*other, *movers], N_("Hộ nhập vào chưa rõ chủ hộ; chọn một người của hộ.")
        )
    else:
        code = "" if stayers else old
        chosen = _chosen("head", head, before, movers, N_("Chọn chủ hộ trong những người chuyển đi."))
    left = _chosen("head_left", head_left, before, stayers, N_("Chọn chủ hộ trong những người ở lại."))
    return Plan(movers, stayers, list(other), code, place, chosen, left, before, ahead)


def _known(home: Sequence[Values], members: Collection[str]) -> None:
    strangers = sorted(set(members) - {str(each.get("number") or "") for each in home})
    if strangers:
        message = N_("Số %(number)s không thuộc hộ này hoặc không còn thường trú ở đây.")
        wrong = [fault("members", "move.stranger", message, number=each) for each in strangers]
        raise Invalid("move.strangers", N_("Có người không thuộc hộ; kiểm tra lại danh sách."), wrong)


def _in_time(everybody: Sequence[Values], movers: Sequence[Values], on: date) -> None:
    if on > runtime.current().clock.now().date():
        sentence = N_("Ngày chuyển chưa tới; ghi vào ngày đó hoặc chọn ngày từ hôm nay trở về trước.")
        raise _wrong("on", "move.future", sentence)
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
        place = at(other)
        if (commune and commune != place[0]) or (address and address != place[1]):
            sentence = N_("Hộ nhập vào ở nơi khác với nơi ở mới được nêu; bỏ trống nơi ở mới.")
            raise _wrong("commune", "move.elsewhere", sentence)
    elif bool(commune) != bool(address):
        sentence = N_("Nêu cả xã, phường và địa chỉ của nơi ở mới.")
        raise _wrong("address" if commune else "commune", "move.place", sentence)
    else:
        place = (commune, address) if commune else at(movers)
    if all(at([each]) == place for each in movers):
        return None
    unit = reference.unit(place[0], on=on)
    if unit is None or unit.level != "commune":
        message = N_("Không có xã, phường mang mã %(unit)s vào ngày chuyển.")
        raise _wrong("commune", "move.commune", message, unit=place[0] or "–")
    return place


def at(entries: Sequence[Values]) -> tuple[str, str]:
    """Return commune and address of a household."""
    return str(entries[0].get("commune") or ""), str(entries[0].get("address") or "")


def _head_of(entries: Sequence[Values]) -> str:
    """Return the number of a household's head: who is entered as head, else whom everybody names; "" when unclear."""
    heads = [str(each["number"]) for each in entries if each.get("relation") == HEAD and each.get("number")]
    named = {str(each.get("head_number") or "") for each in entries}
    return heads[0] if len(heads) == 1 else named.pop() if len(named) == 1 else ""


def _chosen(field: str, wanted: str, before: str, members: Sequence[Values], sentence: str) -> str:
    """Return who of the members is the head: who was chosen, else who was it before, else who is alone.

    Nobody ("") when there are no members. Raises Invalid, at the field, for somebody else and when nobody is clear.
    """
    numbers = [str(each.get("number") or "") for each in members]
    found = wanted or (before if before in numbers else numbers[0] if len(numbers) == 1 else "")
    if (numbers or wanted) and (not found or found not in numbers):
        raise _wrong(field, "move.head", sentence)
    return found


def _wrong(field: str, code: str, sentence: str, **data: object) -> Invalid:
    """Return the refusal of a move for what one field says."""
    return Invalid(code, sentence, [fault(field, code, sentence, **data)], **data)
