"""A dossier in hand: its row, its definition, its form filled in, and who may touch it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind, file_of
from lienthong.kernel.errors import Denied, NotFound, SignInNeeded
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import procedures
from lienthong.services.spec.form import Form, Known
from lienthong.services.spec.shape import Procedure
from lienthong.services.spec.words import Value

_CONFIRMED = "@"
"""Beside the steps, whose ids are words."""


@dataclass(frozen=True)
class Held:
    """One dossier as it stands. sharing: step → to be done, None before the applicant said.

    confirmed_at: stamp of when the applicant confirmed having read who gets what, "" before. attachments: rows of the
    pages handed in where a register has no answer, and of prints signed by hand.
    """

    row: Row
    procedure: Procedure
    form: Form
    sharing: dict[str, bool] | None
    confirmed_at: str
    attachments: Sequence[Row] = ()

    @property
    def id(self) -> str:
        """The dossier's own id; its code comes with filing."""
        return self.row.id

    @property
    def shared_steps(self) -> list[str]:
        """Steps the applicant may decline: those that share values with another agency."""
        return [step_id for step_id, step in self.procedure.flow.items() if step.optional]

    def again(
        self, row: Row, *, records: Sequence[Known] | None = None, answers: Mapping[str, str] | None = None
    ) -> Held:
        """Return the dossier after a change: its new row, what was read anew, what was answered besides."""
        form = replace(
            self.form,
            records=self.form.records if records is None else records,
            chosen=msgspec.json.decode(row.chosen, type=dict[str, str]),
            answers={**self.form.answers, **(answers or {})},
            given=self.form.given | _filed(row),
        )
        return Held(row, self.procedure, form, *_sharing(row), self.attachments)

    @property
    def digest(self) -> str:
        """SHA-256 over every value, what is shared and every page handed in: what a signer signs."""
        pages = [[each.item, each.digest] for each in self.attachments if each.item in self.form.papers]
        content = [self.form.values, self.sharing, *([pages] if pages else ())]
        return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def of(row: Row) -> Held:
    """Return the dossier of a row with its form filled in."""
    procedure = procedures.version(row.procedure, row.version)
    today = clock.today(runtime.current().clock)
    declared: dict[str, str] = {}
    given: dict[str, Value] = {}
    matched: dict[str, bool] = {}
    for value in store.dossiers.values_of(row.id):
        if value.kind == "declared":
            declared[value.name] = value.value
        elif value.kind == "matched":
            matched |= {value.name: value.value == "yes"} if value.value else {}
        else:
            given[value.name] = value.value
    form = Form(
        procedure=procedure,
        applicant=row.applicant,
        submitted=clock.moment(row.filed_at).date() if row.filed_at else today,
        today=today,
        records=store.dossiers.records_of(row.id),
        chosen=msgspec.json.decode(row.chosen, type=dict[str, str]),
        answers=declared,
        given=given | _filed(row),
        matched=matched,
    )
    pages = store.attachments.of(row.id) if row.fetched_at and (form.papers or form.signers) else []
    if row.fetched_at and form.papers:
        form = replace(form, handed=frozenset(each.item for each in pages), in_use=_in_use(row, procedure))
    return Held(row, procedure, form, *_sharing(row), pages)


def own_draft(who: Actor, draft: str, *, lock: bool = False) -> Held:
    """Return the applicant's own draft, or the dossier filed from it. Raises NotFound for anyone else's."""
    with runtime.current().database.reading():
        return of(own_row(who, draft, lock=lock))


def own_row(who: Actor, draft: str, *, lock: bool = False) -> Row:
    """Return the row of ``own_draft``: enough to know whose it is and whether it was filed. Raises NotFound."""
    row = store.dossiers.by_id(draft, lock=lock)
    if row is None or not is_own(who, row):
        raise NotFound("draft.unknown", N_("Không có bản nháp này."))
    return row


def is_own(who: Actor, row: Row) -> bool:
    """Say whether a draft or dossier is the actor's, or of the person they act for and within what they may touch."""
    return bool(person_of(who)) and row.applicant == person_of(who) and in_reach(who, row)


def in_reach(who: Actor, row: Row) -> bool:
    """Say whether a mandate or a counter service opens this draft or dossier; true for people who act themselves."""
    return who.may(*file_of(row.procedure), f"dossier:{row.id}")


def person_of(who: Actor) -> str:
    """Return the personal number of the person whose affairs the actor deals with, "" for none."""
    return who.person if who.kind in {Kind.CITIZEN, Kind.OFFICER} else ""


def serves(who: Actor, unit: str) -> bool:
    """Say whether a unit lies in what an officer serves: the unit itself, or the province around it; "" (the affair of
    a nationwide agency) in what all its officers do.
    """
    return who.kind is Kind.OFFICER and (not unit or any(reference.is_within(unit, own) for own in who.units))


def led(who: Actor, row: Row | None) -> Held:
    """Return a dossier that an officer's agency leads. Raises NotFound for other agencies' and units', Denied for an
    officer who has no part in any of its steps.
    """
    if row is None or row.agency != who.agency or not serves(who, row.unit):
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    case = of(row)
    if not has_part(who, case.procedure):
        raise Denied("step.role", N_("Bước này cần vai trò khác; chuyển cho người có thẩm quyền."))
    return case


def has_part(who: Actor, procedure: Procedure) -> bool:
    """Say whether an officer holds a role that does or signs a step of a procedure."""
    return any(who.has(f"{step.by}-officer") or who.has(step.sign) for step in procedure.flow.values())


def require_level(who: Actor, procedure: Procedure) -> str:
    """Return the number of the person, or code of the enterprise, that applies.

    Raises SignInNeeded for strangers and for too low a level, Denied where the other kind of applicant files.
    """
    person = person_of(who)
    if who.for_enterprise and procedure.applicant.kind == "person":
        raise Denied("draft.person", N_("Thủ tục này dành cho người dân; hãy trở lại làm cho mình rồi bắt đầu."))
    if person and procedure.applicant.kind == "enterprise" and not who.for_enterprise:
        raise Denied("draft.enterprise", N_("Doanh nghiệp nộp thủ tục này; hãy chọn doanh nghiệp bạn đại diện trước."))
    if not person or who.level < procedure.applicant.level:
        raise SignInNeeded(
            "draft.level",
            N_("Đăng nhập mức %(level)s để làm hồ sơ này."),
            level=procedure.applicant.level,
        )
    return person


def _in_use(row: Row, procedure: Procedure) -> frozenset[str]:
    """Items of a draft whose record another open dossier of the applicant stands on."""
    taken = {item for item, _ in store.dossiers.records_in_use(row.applicant)} if not row.code else set[str]()
    return frozenset(item for item in taken if item in procedure.data and procedure.data[item].choose)


def _filed(row: Row) -> dict[str, Value]:
    """What a filed dossier adds to the values expressions may use."""
    if not row.code:
        return {}
    day = clock.moment(row.filed_at).date().isoformat()
    names = ("dossier.code", "dossier.agency", "dossier.unit", "dossier.filed_on")
    return dict(zip(names, (row.code, row.agency, row.unit, day), strict=True))


def stored_sharing(chosen: Mapping[str, bool], confirmed_at: str) -> str:
    """Return the choice of steps, and when it was confirmed, as the dossier's row keeps it."""
    return msgspec.json.encode({**chosen, _CONFIRMED: confirmed_at}).decode()


def _sharing(row: Row) -> tuple[dict[str, bool] | None, str]:
    if not row.sharing:
        return None, ""
    kept = msgspec.json.decode(row.sharing, type=dict[str, bool | str])
    return {step: bool(each) for step, each in kept.items() if step != _CONFIRMED}, str(kept.get(_CONFIRMED, ""))
