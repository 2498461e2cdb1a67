"""Complaints about entries of one's own log: a number at once; the answer comes from the room above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from lienthong.exchange import store
from lienthong.exchange.api import answers
from lienthong.exchange.api.accesses import access_entry
from lienthong.exchange.api.answers import Reason
from lienthong.exchange.events import AccessContested
from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import DATA, Actor, Kind, require_reach
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Access

LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint as whoever answers it sees it. looked: the entry, in codes (``wording`` says them).

    officer: subject of who looked. agency: the one that looked. at: stamp. by, by_name, under: who said it for the
    person, and the mandate; by_name is "" when the person said it.
    """

    id: str
    number: str
    subject: str
    at: str
    text: str
    agency: str
    officer: str
    looked: Access
    by: str
    by_name: str
    under: str


def complain(who: Actor, *, entry: str, text: str = "") -> str:
    """Complain about an entry of one's own log and answer the complaint's number; said again, it is the same one.

    text: what the person adds, at most 1000 characters. Raises NotFound for entries of others, Invalid for a look that
    no agency made.
    """
    looked = access_entry(who, entry=entry)
    if not may_be_contested(looked):
        raise Invalid("complaint.own", N_("Lượt này không do cơ quan nào xem nên không có cơ quan nào để khiếu nại."))
    now, complaint = runtime.current().clock.now(), new_id()
    row = {
        "id": complaint,
        "number": f"KN-{now:%y%m%d}-{complaint[-6:].upper()}",
        "entry": entry,
        "subject": who.person,
        "at": clock.stamp(now),
        "by": who.subject,
        "by_name": _helper(who),
        "under": who.under,
        "text": clean(text)[:LONGEST],
        **dict.fromkeys(("dossier", "due_at", "answered_at", "note"), ""),
        "upheld": False,
        "reasons": "[]",
    }
    with runtime.current().database.transaction():
        made = store.complaints.add(row)
        if made is None:
            return str(store.complaints.about(who.person, [entry])[entry].number)
        publish(who, AccessContested(complaint=complaint, entry=entry, agency=looked.agency, at=clock.stamp(now)))
    return str(made.number)


def may_be_contested(looked: Access) -> bool:
    """Say whether somebody of an agency made this entry: only then is there somebody to answer."""
    return bool(looked.agency) and looked.actor_kind != Kind.CITIZEN and looked.erased is None


def complaint(who: Actor, *, complaint: str) -> Complaint:
    """Return a complaint with the entry it is about. Raises Denied for others than the machine, NotFound."""
    row = _row(who, complaint)
    found = registers.accesses(who, subject=row.subject, limit=1, after=row.entry + "~")
    if not found or found[0].id != row.entry:
        raise _unknown()
    looked = found[0]
    return Complaint(
        id=row.id,
        number=row.number,
        subject=row.subject,
        at=row.at,
        text=row.text,
        agency=looked.agency,
        officer=looked.actor,
        looked=looked,
        by=row.by,
        by_name=row.by_name,
        under=row.under,
    )


def complaint_taken(who: Actor, *, complaint: str, dossier: str, due_at: str) -> None:
    """Note which dossier answers a complaint, and until when (a stamp). Raises Denied for others than the machine."""
    store.complaints.change(_row(who, complaint).id, dossier=dossier, due_at=due_at)


def complaint_answered(
    who: Actor, *, complaint: str, upheld: bool, reasons: Sequence[Reason], note: str, at: str
) -> None:
    """Put the answer at the entry; told again, nothing changes. at: stamp. reasons: each with its legal ground.

    Raises Denied for others than the machine.
    """
    row = _row(who, complaint)
    if not row.answered_at:
        store.complaints.change(row.id, answered_at=at, upheld=upheld, reasons=answers.kept(reasons), note=note)


@dataclass(frozen=True, slots=True)
class Contested:
    """A complaint as the person reads it at the entry. dossier: "" until an agency has it; due_at: then until when.

    answered_at: None until there is an answer. reasons: each with its legal ground.
    """

    number: str
    at: datetime
    text: str
    dossier: str
    due_at: datetime | None
    answered_at: datetime | None
    upheld: bool
    reasons: tuple[Reason, ...]
    note: str


def contested(who: Actor, *, entries: Sequence[str]) -> dict[str, Contested]:
    """Return the person's own complaints about these entries, by entry. Raises Denied out of a mandate's reach."""
    require_reach(who, DATA)
    return {
        entry: Contested(
            number=row.number,
            at=clock.moment(row.at),
            text=row.text,
            dossier=row.dossier,
            due_at=clock.moment(row.due_at) if row.due_at else None,
            answered_at=clock.moment(row.answered_at) if row.answered_at else None,
            upheld=row.upheld,
            reasons=answers.read(row.reasons),
            note=row.note,
        )
        for entry, row in store.complaints.about(who.person, entries).items()
    }


def _helper(who: Actor) -> str:
    """The name of who complains for the person, "" for the person."""
    if not who.for_person:
        return ""
    known = identity.representatives(who.person).get(who.subject) if who.under else None
    return known or identity.name_of(who)


def _row(who: Actor, complaint: str) -> Row[Any]:
    if who.kind is not Kind.SYSTEM:
        raise Denied("complaint.denied", N_("Chỉ hệ thống chuyển được khiếu nại cho cơ quan trả lời."))
    row = store.complaints.by_id(complaint)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound("complaint.none", N_("Không có khiếu nại này."))
