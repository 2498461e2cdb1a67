"""A steward looks somebody up: finds, opens, goes through time, family and unit; each look is logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Found, Grounds, Life, Opened, Page, Record, Register, Related, Version
from lienthong.stewardship.api.importing.papers.evidence import Scan, with_scans
from lienthong.stewardship.api.importing.standing import require_steward
from lienthong.stewardship.api.rights import own_unit
from lienthong.stewardship.api.searching import count_search

PURPOSES = {
    "lookup": N_("Tra cứu theo yêu cầu công việc của cơ quan"),
    "stewardship": N_("Kiểm tra và cải chính dữ liệu"),
    "matching": N_("Tìm và gộp bản ghi trùng người"),
}
"""What a steward may look somebody up for; the person reads it in their own log."""


@dataclass(frozen=True, slots=True)
class Past:
    """Every version of one record, first to last. scans: version → row of the scan that it came from."""

    now: Record
    versions: list[Version]
    scans: dict[int, Scan]


def grounds_for(*, register: str, purpose: str, dossier: str = "") -> Grounds:
    """Return the grounds of a steward's look, on the register's own legal basis. Raises Invalid for another purpose."""
    spec = registers.definition(register)
    if purpose not in PURPOSES:
        raise Invalid("look.purpose", N_("Chọn mục đích của lần xem: người được xem sẽ đọc thấy trong nhật ký của họ."))
    return Grounds(purpose=purpose, basis=spec.basis[0], dossier=dossier[:60])


def find_person(who: Actor, *, register: str, text: str, grounds: Grounds, skip: int = 0, limit: int = 20) -> Found:
    """Return who a text may mean, best first, with what agrees: a name in any form, six digits of a number, a place.

    skip: how many were shown before. An agency below the owner that has a unit finds the people of its unit only.
    Everyone shown finds the search in their log. Raises Denied, Invalid for a text that asks too little, and TooMany
    for an officer who has searched as often as one may.
    """
    spec, own = _steward(who, register, grounds)
    count_search(who, register=spec.id, grounds=grounds)
    units = {own, *(each.code for each in reference.units(parent=own))} if own else ()
    return registers.find(
        who,
        register=spec.id,
        text=text,
        grounds=grounds,
        fields=_listed(spec),
        skip=skip,
        limit=limit,
        units=units,
    )


def person(
    who: Actor,
    *,
    register: str,
    key: str,
    grounds: Grounds,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Opened:
    """Return one record: as it is now, or as it was on a day, or as known at a moment; and what was merged into it.

    key: the record's key or id, or the key of one that was merged into another. Raises Denied, NotFound.
    """
    spec, own = _steward(who, register, grounds)
    found = registers.open_record(who, register=spec.id, key=key, grounds=grounds, as_of=as_of, known_at=known_at)
    _require_own(who, spec, found.now, own, grounds)
    return found


def past_of(who: Actor, *, register: str, key: str, grounds: Grounds) -> Past:
    """Return every version of a record: what it changed, change or correction, by which agency and why."""
    found = person(who, register=register, key=key, grounds=grounds)
    versions = registers.history(who, register=register, key=found.now.id, grounds=grounds)
    return Past(found.now, *with_scans(who, found.now.id, versions))


def life_of(who: Actor, *, register: str, key: str, grounds: Grounds) -> tuple[Record, Life]:
    """Return a person's record, and what the agency's own registers hold about them in the order of time.

    Registers of other agencies are not asked: that is for a contract of the exchange.
    """
    found = person(who, register=register, key=key, grounds=grounds)
    number = str(found.now.values.get(registers.definition(register).subject) or "")
    if not number:
        return found.now, Life([found.now], [])
    return found.now, registers.life(who, number=number, grounds=grounds, registers=own_registers(who))


def kin_of(who: Actor, *, register: str, key: str, grounds: Grounds, steps: int = 1) -> Related:
    """Return whom a record is tied to, one to three steps out, by the agency's own registers.

    An agency below the owner that has a unit is told of those only who live there.
    """
    found = person(who, register=register, key=key, grounds=grounds)
    around = registers.relations(
        who, register=register, key=found.now.id, grounds=grounds, steps=steps, registers=own_registers(who)
    )
    own = own_unit(who, registers.definition(register))
    if not own:
        return around
    told = {name: each for name, each in around.records.items() if lives_in(each, own)}
    ties = [each for each in around.ties if each.near in told and each.far in told]
    return replace(around, records=told, ties=ties)


def people_of_unit(who: Actor, *, register: str, unit: str, grounds: Grounds, limit: int = 50, after: str = "") -> Page:
    """Return the people of a commune in the order of their names, page by page. Raises Denied, Invalid."""
    spec, own = _steward(who, register, grounds)
    known = reference.unit(unit)
    if known is None:
        raise Invalid("quality.no_unit", N_("Không có đơn vị hành chính mang mã “%(unit)s”."), unit=unit[:20])
    if own and not reference.is_within(unit, own):
        _deny_unit(who, spec, [], grounds)
    return registers.of_unit(
        who, register=spec.id, unit=unit, grounds=grounds, fields=_listed(spec), limit=limit, after=after
    )


def own_registers(who: Actor) -> list[str]:
    """Return the ids of the registers that the actor's agency, or one above it, owns."""
    return [
        each.id
        for each in registers.definitions()
        if who.agency == each.owner or who.agency.startswith(f"{each.owner}.")
    ]


def _listed(spec: Register) -> list[str]:
    """Return the fields that a list shows of everybody: no more is told, and no more stands in their logs."""
    return list(dict.fromkeys(name for name in (spec.key, spec.name, spec.begins, spec.unit) if name))


def _steward(who: Actor, register: str, grounds: Grounds) -> tuple[Register, str]:
    """Return the register, and the unit outside which an agency below its owner sees nobody ("" for none)."""
    require_steward(who, register, grounds)
    spec = registers.definition(register)
    return spec, own_unit(who, spec)


def _require_own(who: Actor, spec: Register, record: Record, own: str, grounds: Grounds) -> None:
    if own and not lives_in(record, own):
        _deny_unit(who, spec, [str(record.values.get(spec.subject) or record.id)], grounds)


def lives_in(record: Record, own: str) -> bool:
    """Say whether a record is of somebody in a unit or below it."""
    unit = str(record.values.get(registers.definition(record.register).unit) or "")
    return bool(unit) and reference.is_within(unit, own)


def _deny_unit(who: Actor, spec: Register, subjects: list[str], grounds: Grounds) -> None:
    registers.deny(who, register=spec.id, subjects=subjects, fields=[], grounds=grounds, reason="other-unit")
    raise Denied("look.unit", N_("Cơ quan chỉ xem được người của địa bàn mình."))
