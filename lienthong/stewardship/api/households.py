"""Households that move, split and join, by the agency that keeps the residence register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import HEAD, EntryChange, Grounds, Move, Moved, Query, Record
from lienthong.stewardship.api.importing.standing import require_steward
from lienthong.stewardship.api.rights import own_unit

REGISTER = "residence"
PURPOSE = "residence-move"
_NAMES = "population"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a household. relation: to the head (code). since: first day there. record: its id."""

    number: str
    name: str
    relation: str
    is_head: bool
    since: str
    record: str


@dataclass(frozen=True, slots=True)
class Household:
    """Everybody who lives in one for good. others: how many of its entries have ended or are of another kind."""

    code: str
    commune: str
    address: str
    members: list[Member]
    others: int


def move_grounds(*, dossier: str = "") -> Grounds:
    """Return the grounds of looking at a household to enter its move. dossier: number of the paper that asks for it."""
    return Grounds(purpose=PURPOSE, basis=registers.definition(REGISTER).basis[0], dossier=clean(dossier)[:60])


def household_of(who: Actor, *, number: str, grounds: Grounds) -> str:
    """Return the code of the household in which somebody lives for good. Raises Denied, NotFound."""
    _require(who, grounds)
    (found,) = registers.read(who, queries=[Query(REGISTER, by={"number": clean(number)})], grounds=grounds)
    codes = [str(each.values["household"]) for each in _standing(found) if each.values.get("household")]
    if not codes:
        raise NotFound("move.nobody", N_("Người mang số này không đang thường trú trong hộ nào; kiểm tra lại số."))
    return codes[0]


def household(who: Actor, *, household: str, grounds: Grounds) -> Household:
    """Return who lives in a household for good, the head first. Raises Denied, NotFound for one that nobody is in."""
    own = _require(who, grounds)
    code = clean(household)
    found: Sequence[Record] = ()
    if code:
        (found,) = registers.read(who, queries=[Query(REGISTER, by={"household": code})], grounds=grounds)
    standing = _standing(found)
    if not standing:
        raise NotFound("move.household", N_("Không ai đang thường trú trong hộ mang mã này; kiểm tra lại mã hộ."))
    _require_own(who, standing, own, grounds)
    numbers = [str(each.values["number"]) for each in standing if each.values.get("number")]
    names = names_of(who, numbers=numbers, grounds=grounds)
    members = [_member(each, names) for each in standing]
    first = standing[0].values
    return Household(
        code=code,
        commune=str(first.get("commune") or ""),
        address=str(first.get("address") or ""),
        members=sorted(members, key=lambda each: (not each.is_head, each.relation or "99", each.number)),
        others=len(found) - len(standing),
    )


def names_of(who: Actor, *, numbers: Iterable[str], grounds: Grounds) -> dict[str, str]:
    """Return number → name in the population register, of those whom it knows."""
    asked = [each for each in dict.fromkeys(numbers) if each]
    if not asked:
        return {}
    query = Query(_NAMES, key=asked, fields=("number", "full_name"))
    (found,) = registers.read(who, queries=[query], grounds=grounds)
    return {each.key: str(each.values.get("full_name") or "") for each in found}


def foresee_move(who: Actor, *, household: str, on: date, grounds: Grounds, **how: Unpack[Move]) -> list[EntryChange]:
    """Return what ``move_household`` would change and write nothing. Raises as it does."""
    _require_household(who, household, grounds)
    return registers.foresee_move(who, household=household, on=on, grounds=grounds, **how)


def move_household(
    who: Actor, *, household: str, on: date, grounds: Grounds, seen: str = "", **how: Unpack[Move]
) -> Moved:
    """Move a household or some of its members from a day on. Raises as ``registers.move``, Denied for others.

    seen: ``registers.digest_of`` of what somebody was shown and agreed to; nothing else is written then.

    An agency below the owner that has a unit moves the households of its unit only.
    """
    _require_household(who, household, grounds)
    return registers.move(who, household=household, on=on, grounds=grounds, seen=seen, **how)


def _require(who: Actor, grounds: Grounds) -> str:
    """Return the unit outside which the actor's agency sees nobody, "" for none. Raises Denied."""
    require_steward(who, REGISTER, grounds)
    return own_unit(who, registers.definition(REGISTER))


def _require_household(who: Actor, household: str, grounds: Grounds) -> None:
    own = _require(who, grounds)
    if own:
        (found,) = registers.read(who, queries=[Query(REGISTER, by={"household": clean(household)})], grounds=grounds)
        _require_own(who, found, own, grounds)


def _require_own(who: Actor, found: Sequence[Record], own: str, grounds: Grounds) -> None:
    units = {str(each.values.get("commune") or "") for each in found}
    if not own or any(unit and reference.is_within(unit, own) for unit in units):
        return
    people = [str(each.values.get("number") or each.id) for each in found]
    registers.deny(who, register=REGISTER, subjects=people, fields=[], grounds=grounds, reason="other-unit")
    raise Denied("look.unit", N_("Cơ quan chỉ xem được người của địa bàn mình."))


def _standing(found: Sequence[Record]) -> list[Record]:
    return [each for each in found if each.values.get("kind") == "permanent" and not each.values.get("to_date")]


def _member(entry: Record, names: dict[str, str]) -> Member:
    number = str(entry.values.get("number") or "")
    return Member(
        number=number,
        name=names.get(number, ""),
        relation=str(entry.values.get("relation") or ""),
        is_head=entry.values.get("relation") == HEAD or (bool(number) and entry.values.get("head_number") == number),
        since=str(entry.values.get("from_date") or ""),
        record=entry.id,
    )
