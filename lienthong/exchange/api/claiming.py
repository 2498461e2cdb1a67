"""What a person asks about a record of theirs: correct it, restrict its use, erase it. A number at once, one a version.

The answer comes from the room above, within the time of the duty that the right has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row

from lienthong.exchange import store
from lienthong.exchange.api import answers
from lienthong.exchange.api.answers import Reason
from lienthong.exchange.api.owning import OwnVersion, own_version
from lienthong.exchange.events import DataClaimed
from lienthong.exchange.spec import duties
from lienthong.exchange.spec.duties import Duty, Right
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import DATA, Actor, Kind, require_reach
from lienthong.kernel.errors import Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean
from lienthong.registers import api as registers

LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim as whoever answers it sees it, in codes. owner: agency that keeps the register; unit: of the record."""

    id: str
    right: str
    subject: str
    at: str
    text: str
    owner: str
    unit: str
    register: str
    record: str
    version: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim as the person reads it. dossier: "" until an agency has it; due_at: then until when.

    answered_at: None until there is an answer. reasons: each with its legal ground.
    """

    number: str
    right: Bilingual
    claimed: str
    register: Bilingual
    href: str
    at: datetime
    text: str
    dossier: str
    due_at: datetime | None
    answered_at: datetime | None
    granted: bool
    reasons: tuple[Reason, ...]
    note: str


def rights() -> dict[str, tuple[Right, Duty]]:
    """Return what may be asked about a record, each with the duty whose time it has."""
    known = owed()
    return {name: (right, known[right.duty]) for name, right in duties.rights().items() if right.duty in known}


def owed() -> dict[str, Duty]:
    """Return what is owed to people about their data, and within what time, by id."""
    return duties.duties()


def claim(
    who: Actor, *, right: str, register: str, record: str, version: int, fields: Sequence[str] = (), text: str
) -> str:
    """Ask something about the newest version of one's own record and answer the claim's number.

    Asked again of the same version, it is the same one. fields: what it is about, at least one for a correction. text:
    at most 1000 characters. Raises NotFound for any record that is not one's own, Denied under a mandate, Invalid.
    """
    if who.reach is not None:
        raise Denied("claim.own", N_("Chỉ chính người dân, hoặc cha mẹ của trẻ, yêu cầu được điều này."))
    shown = own_version(who, register=register, record=record, version=version)
    said, named = clean(text), [name for name in dict.fromkeys(fields) if name in {each.name for each in shown.data}]
    faults = list(_faults(right, shown, said, named))
    if faults:
        raise Invalid("claim.invalid", N_("Yêu cầu còn chỗ cần sửa; chưa gửi đi đâu."), faults)
    now, made = runtime.current().clock.now(), new_id()
    row = {
        "id": made,
        "number": f"YC-{now:%y%m%d}-{made[-6:].upper()}",
        "subject": who.person,
        "at": clock.stamp(now),
        "by": who.subject,
        "claimed": right,
        "register": register,
        "record": record,
        "version": version,
        "fields": msgspec.json.encode(named).decode(),
        "unit": shown.unit,
        "text": said,
        **dict.fromkeys(("dossier", "due_at", "answered_at", "note"), ""),
        "granted": False,
        "reasons": "[]",
    }
    with runtime.current().database.transaction():
        kept = store.claims.add(row)
        if kept is None:
            same = (right, register, record, version)
            return next(
                str(each.number)
                for each in store.claims.of_person(who.person)
                if (each.claimed, each.register, each.record, each.version) == same
            )
        publish(who, DataClaimed(claim=made, right=right, register=register, unit=shown.unit))
    return str(kept.number)


def claimed(who: Actor) -> list[Claimed]:
    """Return what the person asked, newest first. Raises Denied out of a mandate's reach."""
    require_reach(who, DATA)
    known, titles = duties.rights(), {each.id: each.short for each in registers.definitions()}
    return [_claimed(row, known, titles) for row in store.claims.of_person(who.person)]


def claim_to_answer(who: Actor, *, claim: str) -> Claim:
    """Return a claim for whoever answers it. Raises Denied for others than the machine, NotFound."""
    row = _row(who, claim)
    spec = registers.definition(row.register)
    return Claim(
        id=row.id,
        right=row.claimed,
        subject=row.subject,
        at=row.at,
        text=row.text,
        owner=spec.owner,
        unit=row.unit,
        register=row.register,
        record=row.record,
        version=row.version,
        fields=tuple(msgspec.json.decode(row.fields, type=list[str])),
    )


def claim_taken(who: Actor, *, claim: str, dossier: str, due_at: str) -> None:
    """Note which dossier answers a claim, and until when (a stamp). Raises Denied for others than the machine."""
    store.claims.change(_row(who, claim).id, dossier=dossier, due_at=due_at)


def claim_answered(who: Actor, *, claim: str, granted: bool, reasons: Sequence[Reason], note: str, at: str) -> None:
    """Put the answer at the claim; told again, nothing changes. at: stamp. reasons: each with its legal ground.

    Raises Denied for others than the machine.
    """
    row = _row(who, claim)
    if not row.answered_at:
        store.claims.change(row.id, answered_at=at, granted=granted, reasons=answers.kept(reasons), note=note)


def _faults(right: str, shown: OwnVersion, text: str, fields: Sequence[str]) -> list[Fault]:
    faults: list[Fault] = []
    if right not in rights():
        faults.append(fault("right", "claim.right", N_("Chọn một trong các yêu cầu ở trang này.")))
    if shown.version != shown.newest:
        faults.append(fault("right", "claim.old", N_("Bản này đã cũ; mở bản mới nhất rồi yêu cầu ở đó.")))
    if right == "correct" and not fields:
        faults.append(fault("fields", "claim.fields", N_("Chọn ít nhất một mục ghi sai.")))
    if not 5 <= len(text) <= LONGEST:
        sentence = N_("Viết từ 5 đến %(longest)s ký tự để cơ quan hiểu.")
        faults.append(fault("text", "claim.text", sentence, longest=LONGEST))
    return faults


def _claimed(row: Row[Any], known: dict[str, Right], titles: dict[str, Bilingual]) -> Claimed:
    right = known.get(row.claimed)
    return Claimed(
        number=row.number,
        right=right.title if right else Bilingual(row.claimed, row.claimed),
        claimed=row.claimed,
        register=titles.get(row.register, Bilingual(row.register, row.register)),
        href=f"/my/data/{row.register}/{row.record}/{row.version}",
        at=clock.moment(row.at),
        text=row.text,
        dossier=row.dossier,
        due_at=clock.moment(row.due_at) if row.due_at else None,
        answered_at=clock.moment(row.answered_at) if row.answered_at else None,
        granted=row.granted,
        reasons=answers.read(row.reasons),
        note=row.note,
    )


def _row(who: Actor, claim: str) -> Row[Any]:
    if who.kind is not Kind.SYSTEM:
        raise Denied("claim.denied", N_("Chỉ hệ thống chuyển được yêu cầu cho cơ quan trả lời."))
    row = store.claims.by_id(claim)
    if row is None:
        raise NotFound("claim.none", N_("Không có yêu cầu này."))
    return row
