"""Figures that an agency reports by hand: with evidence, approved by somebody else, beside the computed ones."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from lienthong.evidence import api as evidence
from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime, uploads
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.requests import once
from lienthong.ledger import api as ledger
from lienthong.oversight import spec, store
from lienthong.oversight.api import counting
from lienthong.oversight.api.figures import may_oversee
from lienthong.oversight.domain.figures import Figure
from lienthong.reference import api as reference

APPROVERS = frozenset({"provincial-leader", "committee-secretary", "commune-chair"})
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Report:
    """A reported figure beside the computed one. difference: reported share minus computed, None without either.

    state: waiting, approved or returned. may_answer: the reader may approve or return it. by, answered_by: names.
    """

    id: str
    indicator: str
    title: str
    unit: str
    unit_name: str
    month: str
    reported: Figure
    computed: Figure
    difference: float | None
    note: str
    file_name: str
    file_size: int
    digest: str
    by: str
    at: datetime
    state: str
    reason: str
    answered_by: str
    answered_at: datetime | None
    may_answer: bool


def report(
    who: Actor, *, indicator: str, unit: str, month: str, part: str, of: str, note: str, content: bytes, name: str
) -> str:
    """Report a figure of a unit in a month with the paper that proves it; answer its id. The same request: the same.

    part, of: numerator and denominator as typed. content, name: the paper, checked and cleaned. Raises Denied outside
    of one's own units, Invalid with every fault, Unavailable when the virus scanner that is set does not answer.
    """
    _require_reach(who, unit)
    chosen = spec.indicator(indicator)
    faults: list[Fault] = []
    numbers = {each: _whole(value, each, faults) for each, value in (("part", part), ("of", of))}
    if not faults and not 0 <= numbers["part"] <= numbers["of"]:
        faults.append(fault("part", "report.part", N_("Số đạt không được lớn hơn tổng số.")))
    if not faults and not numbers["of"]:
        faults.append(fault("of", "report.of", N_("Tổng số phải lớn hơn 0.")))
    if not _is_past(month):
        faults.append(fault("month", "report.month", N_("Tháng ghi như 10/2026 và không ở tương lai.")))
    if len(note) > LONGEST:
        faults.append(fault("note", "report.note", N_("Ghi chú dài quá; viết dưới 2.000 ký tự.")))
    if not content:
        faults.append(fault("file", "report.file", N_("Đính kèm tệp minh chứng (PDF, ảnh, DOCX hoặc XLSX).")))
    if faults:
        raise Invalid("report.faults", N_("Báo cáo chưa gửi được; sửa những chỗ dưới đây."), faults)
    paper = uploads.take(content, name=name, at="file", kinds=uploads.OFFICE)

    def work() -> str:
        values = {"id": new_id(), "indicator": chosen.id, "unit": unit, "month": month, "note": note} | numbers
        values |= {"digest": paper.digest, "name": paper.name, "kind": paper.kind, "size": paper.size}
        return _keep(who, values, store.figures.add_report)

    return once(who, f"oversight.report/{chosen.id}/{unit}/{month}", str, work)


def answer(who: Actor, *, report: str, decision: str, reason: str) -> None:
    """Approve a report or return it with a reason; once, and not by who made it. The same request counts once.

    Raises NotFound, Denied, Invalid for a return without reason, Conflict when it was answered before.
    """
    row = _row(who, report)
    if not _is_approver(who, row):
        raise Denied(
            "report.approver", N_("Người duyệt phải là lãnh đạo phụ trách đơn vị và không phải người báo cáo.")
        )
    if decision not in {"approved", "returned"} or (decision == "returned" and not reason) or len(reason) > LONGEST:
        wrong = fault("reason", "report.reason", N_("Trả lại thì phải ghi lý do để đơn vị sửa."))
        raise Invalid("report.reason", N_("Chưa ghi được quyết định; sửa chỗ dưới đây."), [wrong])

    def work() -> str:
        if (found := store.figures.report(report)) is None or found.answer_decision:
            raise Conflict("report.answered", N_("Báo cáo này đã có người xử lý; mở lại trang để xem."))
        values = {"id": new_id(), "report": report, "decision": decision, "reason": reason}
        return _keep(who, values, store.figures.add_answer)

    once(who, f"oversight.report.answer/{report}", str, work)


def reports(who: Actor, *, indicator: str = "", unit: str = "", month: str = "") -> tuple[Report, ...]:
    """Return the reports of the units that the actor may open, newest first, at most 200."""
    may_oversee(who)
    own = evidence.reach(who)
    within = None if own is None else {*own, *(each.code for above in own for each in reference.units(parent=above))}
    rows = store.figures.reports_of(indicator=indicator, unit=unit, month=month, within=within)
    seen = [row for row in rows if row.indicator in spec.indicators()]
    names = identity.display(who, subjects={each for row in seen for each in (row.by, row.answer_by) if each})
    return tuple(_report(who, row, {subject: str(shown.name) for subject, shown in names.items()}) for row in seen)


def paper(who: Actor, *, report: str) -> tuple[str, str, bytes]:
    """Return (name, MIME type, bytes) of the evidence of a report. Raises NotFound outside of one's own units."""
    row = _row(who, report)
    return row.name, row.kind, uploads.store().get(row.digest)


def _report(who: Actor, row: Row[Any], names: Mapping[str, str]) -> Report:
    indicator = spec.indicator(row.indicator)
    reported = Figure(row.of, row.part)
    computed = counting.figure_of(indicator, row.unit, row.month, counting.NOW)
    both = reported.share is not None and computed.share is not None
    unit = reference.unit(row.unit)
    return Report(
        id=row.id,
        indicator=row.indicator,
        title=str(indicator.title),
        unit=row.unit,
        unit_name=unit.full_name if unit else row.unit,
        month=row.month,
        reported=reported,
        computed=computed,
        difference=(reported.share or 0) - (computed.share or 0) if both else None,
        note=row.note,
        file_name=row.name,
        file_size=row.size,
        digest=row.digest,
        by=names.get(row.by, ""),
        at=clock.moment(row.at),
        state=row.answer_decision or "waiting",
        reason=row.answer_reason or "",
        answered_by=names.get(row.answer_by or "", ""),
        answered_at=clock.moment(row.answer_at) if row.answer_at else None,
        may_answer=not row.answer_decision and _is_approver(who, row),
    )


def _keep(who: Actor, said: Mapping[str, Any], add: Any) -> str:
    """Add a row in the open transaction with the ledger entry that proves it; answer its id."""
    values = {**said, "agency": who.agency, "by": who.subject, "at": clock.stamp(runtime.current().clock.now())}
    salt = secrets.token_bytes(32)
    add(values, salt)
    ledger.record(entry_id=values["id"], digest=ledger.digest_of(values, salt))
    return values["id"]


def _row(who: Actor, report_id: str) -> Row[Any]:
    may_oversee(who)
    row = store.figures.report(report_id)
    if row is None or not _is_inside(who, row.unit):
        raise NotFound("report.unknown", N_("Không có báo cáo này trong đơn vị của bạn."))
    return row


def _is_approver(who: Actor, row: Row[Any]) -> bool:
    return who.subject != row.by and bool(who.roles & APPROVERS) and _is_inside(who, row.unit)


def _require_reach(who: Actor, unit: str) -> None:
    may_oversee(who)
    found = reference.unit(unit)
    if who.kind is not Kind.OFFICER or found is None or found.valid_to is not None or not _is_inside(who, unit):
        raise Denied("report.reach", N_("Bạn chỉ báo cáo được số liệu của đơn vị mình phụ trách."))


def _is_inside(who: Actor, unit: str) -> bool:
    units = evidence.reach(who)
    return units is None or bool({unit, reference.province_of(unit)} & units)


def _is_past(month: str) -> bool:
    try:
        first, _last = evidence.month_days(month)
    except ValueError:
        return False
    return first <= runtime.current().clock.now().date()


def _whole(text: str, at: str, faults: list[Fault]) -> int:
    digits = text.replace(".", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return int(digits)
    faults.append(fault(at, "report.number", N_("Ghi số nguyên từ 0 đến 999.999.999, ví dụ 1.284.")))
    return 0
