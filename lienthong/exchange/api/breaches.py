"""Breaches of personal data: the clock of the duty, its warnings, the people from the access log, the telling noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from lienthong.exchange import store
from lienthong.exchange.api.warning import warn_in_time
from lienthong.exchange.events import BreachRecorded, BreachTold
from lienthong.exchange.spec import duties
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds

DUTY, PURPOSE = "breach_notice", "breach"


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach. due_at: until when the authority is to be told. people: None before they were looked for.

    told_at: None until it was told; late: the clock ran out before.
    """

    number: str
    agency: str
    what: str
    found_at: datetime
    due_at: datetime
    people: int | None
    told_at: datetime | None
    reference: str
    late: bool


def record_breach(
    who: Actor,
    *,
    agency: str,
    what: str,
    found_at: datetime,
    actor: str = "",
    register: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Breach:
    """Record a breach; its clock runs by the wall from when it was found, not from now.

    Who protects data at the agency is told a day before the time ends, and when it has passed.

    agency, actor (a staff id), register, since, until: whose accesses it is about. Raises Denied for others than the
    machine's operator, Invalid for an unknown agency, no words, or a moment in the future.
    """
    _require(who)
    now, said = runtime.current().clock.now(), clean(what)[:2000]
    if reference.agency(agency) is None:
        raise Invalid("breach.agency", N_("Không có cơ quan mang mã “%(agency)s”."), agency=agency)
    if not said or found_at > now or (since and until and until < since):
        raise Invalid(
            "breach.what", N_("Nêu chuyện gì, phát hiện lúc nào (không sau bây giờ), từ lúc nào đến lúc nào.")
        )
    made = new_id()
    number = f"VP-{now:%y%m%d}-{made[-6:].upper()}"
    due = found_at + timedelta(hours=duties.duties()[DUTY].hours)
    found, ends = clock.stamp(found_at), clock.stamp(due)
    row = {
        "id": made,
        "number": number,
        "at": clock.stamp(now),
        "by": who.subject,
        "agency": agency,
        "what": said,
        "found_at": found,
        "due_at": ends,
        "actor": actor,
        "register": register,
        "since": clock.stamp(since) if since else "",
        "until": clock.stamp(until or now),
        "people": -1,
        "told_at": "",
        "reference": "",
    }
    with runtime.current().database.transaction():
        store.breaches.add(row)
        warn_in_time(number, due)
        publish(who, BreachRecorded(breach=made, agency=agency, found_at=found, due_at=ends))
    return _breach(_row(number))


def breaches(who: Actor) -> list[Breach]:
    """Return the breaches, the newest first. Raises Denied for others than the machine's operator."""
    _require(who)
    return [_breach(row) for row in store.breaches.newest()]


def breach_people(who: Actor, *, number: str) -> list[str]:
    """Return whose data the accesses of a breach reached (personal numbers); each of them finds that it was asked.

    Sealed entries that have not opened are left out: the list would betray them. Raises Denied, NotFound.
    """
    _require(who)
    row = _row(number)
    grounds = Grounds(purpose=PURPOSE, basis=duties.duties()[DUTY].basis, dossier=number)
    with runtime.current().database.transaction():
        found = registers.people_reached(
            who,
            agency=row.agency,
            actor=row.actor,
            register=row.register,
            since=row.since,
            until=row.until,
            grounds=grounds,
        )
        store.breaches.change(number, people=len(found))
    return found


def breach_told(who: Actor, *, number: str, reference: str) -> Breach:
    """Note that the authority was told; told again, the first time stands. reference: number and date of the letter.

    Raises Denied, NotFound, Invalid without a reference.
    """
    _require(who)
    row, said = _row(number), clean(reference)[:200]
    if not said:
        raise Invalid("breach.reference", N_("Nêu số, ngày của công văn đã báo cơ quan chuyên trách."))
    if not row.told_at:
        now = clock.stamp(runtime.current().clock.now())
        with runtime.current().database.transaction():
            store.breaches.change(number, told_at=now, reference=said)
            publish(who, BreachTold(breach=row.id, agency=row.agency, at=now, late=now > row.due_at))
    return _breach(_row(number))


def _require(who: Actor) -> None:
    if who.kind is not Kind.SYSTEM:
        raise Denied("breach.denied", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, làm việc với sổ vi phạm."))


def _row(number: str) -> Row[Any]:
    row = store.breaches.by_number(number)
    if row is None:
        raise NotFound("breach.none", N_("Không có vi phạm mang số này."))
    return row


def _breach(row: Row[Any]) -> Breach:
    until = row.told_at or clock.stamp(runtime.current().clock.now())
    return Breach(
        number=row.number,
        agency=row.agency,
        what=row.what,
        found_at=clock.moment(row.found_at),
        due_at=clock.moment(row.due_at),
        people=row.people if row.people >= 0 else None,
        told_at=clock.moment(row.told_at) if row.told_at else None,
        reference=row.reference,
        late=until > row.due_at,
    )
