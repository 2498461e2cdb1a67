"""The forms of the one-stop rules, filled from a dossier: who may have which, and the papers themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from lienthong.documents import api as documents
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_, speaking
from lienthong.kernel.rows import Row
from lienthong.kernel.text import day_time
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import desk, following, held, papers, procedures, reasons, show, timing, words
from lienthong.services.api.held import Held
from lienthong.services.api.notices import apology_reason
from lienthong.services.api.views import FormLine
from lienthong.services.spec.parts import Reason

NUMBERS: Mapping[str, str] = {"receipt": "01", "supplement": "02", "refusal": "03", "apology": "04", "control": "05"}
TITLES = {
    "receipt": N_("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    "supplement": N_("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    "refusal": N_("Phiếu từ chối giải quyết hồ sơ"),
    "apology": N_("Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
    "control": N_("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
}
TYPES = {
    "supplement": "supplement-request",
    "refusal": "refusal-notice",
    "apology": "apology-letter",
    "control": "control-slip",
}
REGISTER_ROWS = 1000
"""How many dossiers one register shows; a shorter period shows the rest."""


def forms(who: Actor, *, dossier: str) -> tuple[FormLine, ...]:
    """Return the forms there are of a dossier for this actor: all for the lead agency, the applicant's own without the
    control slip, the refusal of its own step for another agency. Raises NotFound for everyone else.
    """
    row = store.dossiers.by_code(dossier)
    seen = following.seen(who, row)
    if row is None or seen is None:
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    found: list[tuple[str, str]] = []
    if seen.role in {"lead", "applicant"}:
        found.append(("receipt", ""))
        if store.dossiers.stops_of(row.id):
            found.append(("supplement", ""))
    refused = [each for each in store.steps.of(row.id) if each.state == "refused"]
    if seen.role != "signer":
        found += [("refusal", each.step) for each in refused if seen.role != "participant" or each.step in seen.steps]
    if seen.role in {"lead", "applicant"} and timing.mark_of(store.clocks.of(row.id), "apology"):
        found.append(("apology", ""))
    if seen.role == "lead":
        found.append(("control", ""))
    flow = procedures.version(row.procedure, row.version).flow
    return tuple(
        FormLine(form=form, step=step, number=NUMBERS[form], title=show.both(TITLES[form]), about=_about(flow, step))
        for form, step in found
    )


def form_pdf(who: Actor, *, dossier: str, form: str, step: str = "", follow: str) -> bytes:
    """Return one form of a dossier as a paper, in Vietnamese. step: whose refusal; follow: address of the dossier's
    page. Raises NotFound for a form that ``forms`` does not offer this actor.
    """
    if (form, step) not in [(each.form, each.step) for each in forms(who, dossier=dossier)]:
        raise NotFound("form.unknown", N_("Hồ sơ này không có giấy đó."))
    row = store.dossiers.by_code(dossier)
    assert row is not None  # noqa: S101  forms refuses without a row
    if form == "receipt":
        return papers.receipt_of(row, follow=follow)
    case = held.of(row)
    make: Mapping[str, Callable[[], documents.Form]] = {
        "supplement": lambda: _supplement(case),
        "refusal": lambda: _refusal(case, step),
        "apology": lambda: _apology(case),
        "control": lambda: _control(case),
    }
    with speaking("vi"):
        return documents.form_pdf(_finished(make[form](), row, follow))


def register_pdf(who: Actor, *, period: str) -> bytes:
    """Return the register of the dossiers that an officer's agency took in (form 06). period: ``2026-11`` for a month,
    ``2026-11-21`` for a day. Raises Denied for others than officers of an agency that leads, Invalid for a bad period.
    """
    desk.require_officer(who)
    first, last, said = _period(period)
    rows = store.dossiers.filed_at(
        who.agency, first=first, last=last, units=desk.communes(who), limit=REGISTER_ROWS + 1
    )
    if len(rows) > REGISTER_ROWS:
        raise Invalid("register.period", N_("Kỳ này có quá nhiều hồ sơ để in một lần; chọn từng ngày."))
    now = runtime.current().clock.now()
    with speaking("vi"):
        return documents.form_pdf(
            documents.Form(
                type="dossier-register",
                values={
                    "agency": who.agency,
                    "period": said,
                    "count": str(len(rows)),
                    "printed_at": clock.stamp(now),
                },
                agency=who.agency,
                at=now,
                rows=tuple(_register_row(number, row) for number, row in enumerate(rows, 1)),
            )
        )


def _about(flow: Mapping[str, Any], step: str) -> Any:
    return flow[step].title if step else None


def _finished(made: documents.Form, row: Row, follow: str) -> documents.Form:
    serial = row.code.rpartition("-")[2]
    letters = {"supplement-request": "BSHS", "refusal-notice": "TCHS", "apology-letter": "XLHL", "control-slip": "KSHS"}
    values = {"dossier_code": row.code, **made.values}
    return documents.Form(
        type=made.type,
        values=values,
        agency=made.agency,
        at=made.at,
        number=f"{serial}/{letters[made.type]}",
        items=made.items,
        rows=made.rows,
        follow=follow,
    )


def _supplement(case: Held) -> documents.Form:
    stop = store.dossiers.stops_of(case.id)[0]
    values = {
        "agency": case.row.agency,
        "applicant": case.row.applicant_name,
        "procedure": case.procedure.title.vi,
        "asked_at": stop.from_at,
        "answer_by": stop.answer_by,
        "note": stop.note,
    }
    return documents.Form(
        type=TYPES["supplement"],
        values=values,
        agency=case.row.agency,
        at=clock.moment(stop.from_at),
        items=_items(case.procedure.reasons.supplement, stop.reasons),
    )


def _refusal(case: Held, step: str) -> documents.Form:
    row = next(each for each in store.steps.of(case.id) if each.step == step)
    tells_name = row.agency == case.row.agency or case.procedure.applicant.name in case.procedure.flow[step].sees
    values = {
        "agency": row.agency,
        "applicant": case.row.applicant_name if tells_name else "",
        "procedure": case.procedure.title.vi,
        "part": case.procedure.flow[step].title.vi,
        "decided_at": row.decided_at,
        "note": row.note,
    }
    return documents.Form(
        type=TYPES["refusal"],
        values=values,
        agency=row.agency,
        at=clock.moment(row.decided_at),
        items=_items(case.procedure.reasons.refuse, row.reasons),
    )


def _apology(case: Held) -> documents.Form:
    marks = store.clocks.of(case.id)
    mark = timing.mark_of(marks, "apology")
    assert mark is not None  # noqa: S101  forms offers it only then
    values = {
        "agency": case.row.agency,
        "applicant": case.row.applicant_name,
        "procedure": case.procedure.title.vi,
        "filed_at": case.row.filed_at,
        "due_at": mark.due_at,
        "reason": apology_reason(marks, case.procedure).vi,
        "again_at": mark.next_at,
    }
    return documents.Form(type=TYPES["apology"], values=values, agency=case.row.agency, at=clock.moment(mark.at))


def _control(case: Held) -> documents.Form:
    now = runtime.current().clock.now()
    values = {
        "agency": case.row.agency,
        "procedure": case.procedure.title.vi,
        "term": words.term(case.procedure.clock.total),
        "filed_at": case.row.filed_at,
        "due_at": case.row.due_at,
        "extension": _extension(case),
        "printed_at": clock.stamp(now),
    }
    begun = {each.step: each for each in store.steps.of(case.id)}
    rows = [
        (
            step.title.vi,
            str(show.agency_title(begun[step_id].agency)),
            _moment(begun[step_id].opened_at),
            _moment(begun[step_id].due_at),
            _moment(begun[step_id].decided_at),
            _result(begun[step_id]),
        )
        for step_id, step in case.procedure.flow.items()
        if step_id in begun
    ]
    return documents.Form(type=TYPES["control"], values=values, agency=case.row.agency, at=now, rows=tuple(rows))


def _extension(case: Held) -> str:
    mark = timing.mark_of(store.clocks.of(case.id), "extended")
    if mark is None:
        return ""
    return f"một lần, đến {_moment(mark.next_at)}: {reasons.told(mark.note, case.procedure.reasons.extend).vi}"


def _result(row: Row) -> str:
    said = words.step_state(row.state)
    if row.decided_at and row.state in {"done", "refused"}:
        return f"{said}, {_late(row.decided_at, row.due_at)}"
    return said


def _register_row(number: int, row: Row) -> tuple[str, ...]:
    procedure = procedures.version(row.procedure, row.version)
    said = words.dossier_state(row.state, row.outcome, procedure)
    return (
        str(number),
        row.code,
        row.applicant_name,
        (procedure.short or procedure.title).vi,
        _moment(row.filed_at),
        _moment(row.due_at),
        _moment(row.finished_at),
        f"{said}, {_late(row.finished_at, row.due_at)}" if row.outcome else said,
    )


def _late(ended: str, due: str) -> str:
    return "trễ hạn" if ended > due else "đúng hạn"


def _moment(stamp: str) -> str:
    return "" if not stamp or stamp.startswith("9999") else day_time(clock.moment(stamp))


def _items(known: Mapping[str, Reason], codes: str) -> tuple[str, ...]:
    found = [known[code] for code in codes.split(",") if code in known]
    return tuple(f"{each.say.vi} ({reference.basis(each.basis).title.vi})." for each in found)


def _period(text: str) -> tuple[str, str, str]:
    """First and last stamp of a month or a day, and the period in words. Raises Invalid."""
    try:
        whole = len(text) == 7
        first = date.fromisoformat(f"{text}-01" if whole else text)
    except ValueError:
        raise Invalid("register.period", N_("Viết kỳ như 2026-11 (một tháng) hoặc 2026-11-21 (một ngày).")) from None
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1) if whole else first + timedelta(days=1)
    said = f"tháng {first:%m/%Y}" if whole else f"ngày {first:%d/%m/%Y}"
    begins, ends = (clock.stamp(datetime.combine(each, time(), clock.ZONE)) for each in (first, after))
    return begins, ends, said
