"""Decisions of officers, the machine's own steps, and what an applicant adds when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.requests import once
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean
from lienthong.services import store
from lienthong.services.api import (
    attachments,
    complaints,
    deadlines,
    drafting,
    facts,
    following,
    held,
    helped,
    steps,
    timing,
)
from lienthong.services.api import reasons as coded
from lienthong.services.api.attachments import Handed
from lienthong.services.api.drafts import by
from lienthong.services.api.held import Held
from lienthong.services.events import DossierReceived, SupplementAsked, SupplementGiven
from lienthong.services.store.tables import FAR

Verdict = Literal["approve", "sign", "return", "supplement", "refuse"]


def decide(
    who: Actor,
    *,
    dossier: str,
    step: str,
    verdict: Verdict,
    reasons: Sequence[str] = (),
    note: str = "",
) -> None:
    """Decide one step: ``approve`` it, ``sign`` what was approved, ``return`` it unsigned, ask for a ``supplement``
    (once, coded reasons), or ``refuse`` it (coded reason with its legal ground). The same request decides once.

    Raises NotFound for a dossier or step of others, Denied without the role, Conflict when the step is not at that
    point any more, Invalid for a reason that does not belong here.
    """

    def work() -> None:
        row = store.dossiers.by_code(dossier, lock=True)
        own = _own_step(who, row, step)
        assert row is not None  # noqa: S101  _own_step refuses without a row
        if verdict not in get_args(Verdict):
            sentence = N_("Chọn một quyết định trước khi ghi.")
            raise Invalid("decide.verdict", sentence, [fault("verdict", "required", sentence)])
        case = held.of(row)
        text = clean(note)[:1000]
        if verdict in {"supplement", "refuse"}:
            chosen = _reasons(case, own, verdict, reasons)
            if verdict == "refuse":
                steps.refuse(who, case, own, reasons=chosen, note=text)
            else:
                _ask_supplement(who, case, own, chosen, text)
        elif verdict == "approve":
            chosen = _reasons(case, own, verdict, reasons) if case.procedure.reasons.approve else []
            _approve(who, case, own, text, chosen)
        elif verdict == "sign":
            _sign(who, case, own)
        else:
            _return(who, case, own, text)

    once(who, f"services.decide/{dossier}/{step}", type(None), work)


def give_supplement(
    who: Actor, *, dossier: str, values: Mapping[str, str], files: Mapping[str, Sequence[Handed]] | None = None
) -> None:
    """Complete one's own dossier as asked; the clock goes on and the step opens again. The same request counts once.

    files: new pages of the papers wanted, by item. Raises NotFound, Conflict when nothing is asked for, Invalid with
    every fault, Unavailable when the virus scanner is silent.
    """
    if files and not held.is_own(who, _known(store.dossiers.by_code(dossier))):
        raise _unknown()  # nothing is looked at for those who may not hand it in
    pages = attachments.checked(files or {})

    def work() -> None:
        row = _known(store.dossiers.by_code(dossier, lock=True))
        if not held.is_own(who, row):
            raise _unknown()
        stop = next((each for each in store.dossiers.stops_of(row.id) if not each.until_at), None)
        if stop is None:
            raise Conflict("supplement.none", N_("Hồ sơ này không chờ bổ sung."))
        case = held.of(row)
        attachments.complete(who, case, following.wanted(case, stop)[1], pages)
        case = held.of(row) if pages else case
        now = clock.stamp(runtime.current().clock.now())
        asked, _ = drafting.sort_answers(case, {name: clean(text)[:2000] for name, text in values.items()})
        case = case.again(row, answers=asked)
        if case.form.faults:
            raise Invalid("supplement.faults", N_("Còn chỗ cần sửa trước khi gửi bổ sung."), case.form.faults)
        case = drafting.settle(case)
        store.dossiers.end_stop(case.id, stop.number, at=now)
        _resume(case, stop.step)
        store.dossiers.tell(case.id, at=now, kind="supplement_given", step=stop.step, by=by(who))
        helped.note(who, case.row, "supplement")
        publish(who, SupplementGiven(dossier=case.row.code, unit=case.row.unit, at=now))

    once(who, f"services.supplement/{dossier}", type(None), work)


def run_auto(who: Actor, *, dossier: str, step: str) -> None:
    """Do the machine's own step of a dossier (id, not code) exactly once; done already, it does nothing."""
    with runtime.current().database.transaction():
        row = store.dossiers.by_id(dossier, lock=True)
        found = [each for each in store.steps.of(dossier) if each.step == step and each.state == "auto"]
        if row is None or not found:
            return
        case = held.of(row)
        defined = case.procedure.flow[step]
        inputs = {name: case.form.says(text) for name, text in defined.inputs.items()}
        number = facts.assign_number(who, case.procedure, dossier=row.code, **inputs)
        given = {name: number for name, each in defined.gives.items() if each.number == "assigned"}
        steps.fulfil(who, case, found[0], given=given)


def _known(row: Row | None) -> Row:
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))


def _own_step(who: Actor, row: Row | None, step: str) -> Row:
    found = [each for each in store.steps.of(row.id) if each.step == step] if row is not None else []
    if not found or found[0].agency != who.agency or not held.serves(who, found[0].unit):
        raise NotFound("step.unknown", N_("Không tìm thấy hồ sơ này trong việc của bạn."))
    if not who.has(found[0].role):
        raise Denied("step.role", N_("Bước này cần vai trò khác; chuyển cho người có thẩm quyền."))
    complaints.require_other(who, found[0].dossier)
    return found[0]


def _approve(who: Actor, case: Held, row: Row, note: str, reasons: Sequence[str]) -> None:
    _require(row, "open")
    step = case.procedure.flow[row.step]
    if row.step == case.procedure.first_step:
        now = clock.stamp(runtime.current().clock.now())
        publish(who, DossierReceived(dossier=case.row.code, unit=row.unit, agency=row.agency, at=now))
    if not step.sign:
        steps.fulfil(who, case, row, note=note, reasons=reasons)
        return
    now = clock.stamp(runtime.current().clock.now())
    store.steps.change(
        case.id, row.step, state="signing", role=step.sign, decided_by=who.subject, decided_at=now, note=note
    )
    store.dossiers.tell(case.id, at=now, kind="approved", step=row.step, by=by(who))


def _sign(who: Actor, case: Held, row: Row) -> None:
    _require(row, "signing")
    if row.decided_by == who.subject:
        raise Denied("step.same_person", N_("Người thẩm định không tự ký; cần người khác ký."))
    steps.fulfil(who, case, row, note=row.note)


def _return(who: Actor, case: Held, row: Row, note: str) -> None:
    _require(row, "signing")
    role = f"{case.procedure.flow[row.step].by}-officer"
    now = clock.stamp(runtime.current().clock.now())
    store.steps.change(case.id, row.step, state="open", role=role, decided_by="", decided_at="", note=note)
    store.dossiers.tell(case.id, at=now, kind="returned", step=row.step, by=by(who))


def _ask_supplement(who: Actor, case: Held, row: Row, reasons: list[str], note: str) -> None:
    _require(row, "open")
    stood = store.dossiers.stops_of(case.id)
    if stood:
        raise Conflict("supplement.again", N_("Chỉ được yêu cầu bổ sung một lần; hãy quyết định với hồ sơ hiện có."))
    now = runtime.current().clock.now()
    answer_by = timing.step(case.procedure.clock.supplement, opened=now, agency=row.agency).at
    store.dossiers.put_stop(
        {
            "dossier": case.id,
            "number": 1,
            "step": row.step,
            "reasons": ",".join(reasons),
            "note": note,
            "from_at": clock.stamp(now),
            "until_at": "",
            "answer_by": clock.stamp(answer_by),
        }
    )
    store.steps.change(case.id, row.step, state="paused", due_at=FAR)
    store.dossiers.change(case.id, state="paused", due_at="")
    text = ",".join(reasons)
    store.dossiers.tell(case.id, at=clock.stamp(now), kind="supplement_asked", step=row.step, by=by(who), data=text)
    publish(
        who,
        SupplementAsked(
            dossier=case.row.code, step=row.step, unit=case.row.unit, reasons=tuple(reasons), at=clock.stamp(now)
        ),
    )


def _resume(case: Held, step_id: str) -> None:
    """Let the clocks go on: of the dossier, and of the step that asked."""
    row = next(each for each in store.steps.of(case.id) if each.step == step_id)
    first = step_id == case.procedure.first_step
    opened = clock.moment(case.row.filed_at if first else row.opened_at)
    stood = timing.stops(store.dossiers.stops_of(case.id))
    within = case.procedure.flow[step_id].within
    extension = deadlines.extension_of(case, row)
    due = timing.step(within, opened=opened, stood=stood, agency=row.agency, extension=extension)
    store.steps.change(case.id, step_id, state="open", due_at=clock.stamp(due.at))
    store.dossiers.change(case.id, state="open", due_at=deadlines.reckon(case, extended=case.row.extended))


def _reasons(case: Held, row: Row, verdict: str, given: Sequence[str]) -> list[str]:
    """The coded reasons, each allowed here; one at least. Raises Invalid, and Conflict when the step is not open."""
    _require(row, "open")
    if verdict not in ("approve", *case.procedure.flow[row.step].may):
        raise Invalid("decide.verdict", N_("Bước này không được làm việc đó."))
    known = coded.usable(getattr(case.procedure.reasons, verdict), case.form.papers)
    return coded.chosen(known, given, step=row.step)


def _require(row: Row, state: str) -> None:
    if row.state == "closed":
        raise Conflict("step.closed", N_("Người nộp đã rút hồ sơ này; không còn gì để quyết định."))
    if row.state != state:
        raise Conflict("step.moved", N_("Bước này đã được xử lý; tải lại trang để xem tình trạng mới."))
