"""One thing of the work list put right by who works on it: looked at whole, corrected with reason and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lienthong.kernel import requests
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Record, Register, Rule
from lienthong.stewardship.api.quality.measuring import recheck
from lienthong.stewardship.api.quality.reach import grounds_of, reach
from lienthong.stewardship.store.quality import tables

_REASON, _EVIDENCE = 500, 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with the record it is about. fields: those it points at; open to correction: ``may_correct``.

    state: open, accepted or cleared. why, by: of an acceptance, or the agency whose change cleared it.
    """

    id: str
    register: Register
    rule: Rule
    record: Record
    fields: tuple[str, ...]
    may_correct: tuple[str, ...]
    unit: str
    found_at: str
    state: str
    why: str
    by: str


def finding(who: Actor, *, finding: str, grounds: Grounds | None = None) -> Finding:
    """Return one thing of the work list with its record, whose person finds the look in their log.

    Raises NotFound when the finding, its rule or its record is no more, Denied as ``work_list``.
    """
    row, spec, rule = _known(finding)
    why = grounds or grounds_of(spec)
    reach(who, spec, row.unit, why, source=row.source)
    found = registers.read_records(who, register=spec.id, ids=[row.record], grounds=why)
    if not found or not found[0].values:
        raise _gone()
    return Finding(
        id=row.id,
        register=spec,
        rule=rule,
        record=found[0],
        fields=spec.points_at(rule),
        may_correct=_correctable(spec, rule),
        unit=row.unit,
        found_at=row.found_at,
        state="cleared" if row.cleared_at else "accepted" if row.accepted_at else "open",
        why=row.accepted_why,
        by=row.credited_to if row.cleared_at else row.accepted_by.partition(" ")[0],
    )


def put_right(
    who: Actor,
    *,
    finding: str,
    version: int,
    values: Mapping[str, Any],
    reason: str,
    evidence: str,
    grounds: Grounds | None = None,
) -> bool:
    """Correct the fields that a finding points at; answer whether it is gone by that, credited to the agency.

    version: of the record as it was looked at. values: only what differs is written; the record's key and person are
    never corrected here. What is cleared already stays so. Raises Invalid with every fault, Conflict when the record
    was changed meanwhile, NotFound, Denied.
    """
    row, spec, rule = _known(finding)
    why = grounds or grounds_of(spec)
    reach(who, spec, row.unit, why, source=row.source)
    said, paper = clean(reason)[:_REASON], clean(evidence)[:_EVIDENCE]
    _refuse_silence(said, paper)
    if set(values) - set(_correctable(spec, rule)):
        raise Invalid("quality.field", N_("Ở đây chỉ sửa được những mục mà quy tắc này nói đến."))

    def work() -> bool:
        current = tables.findings.one("WHERE id = ?", finding, lock=True)
        if current is None or current.cleared_at:
            return False
        if registers.version_of(spec.id, row.record) != version:
            raise Conflict(
                "quality.changed",
                N_("Bản ghi vừa được người khác sửa. Đọc lại nội dung hiện tại rồi sửa tiếp nếu còn cần."),
            )
        told = f"{said} ({paper})"
        done = registers.correct(who, register=spec.id, key=row.record, values=values, grounds=why, reason=told)
        if not done.written:
            raise Invalid(
                "quality.same", N_("Chưa có gì thay đổi; sửa ít nhất một mục, hoặc ghi nhận dữ liệu là đúng.")
            )
        return True

    if requests.once(who, f"stewardship.put_right.{finding}", bool, work):
        recheck(who, register=spec.id, record=row.record)  # judging takes a tenth of a second: nobody waits for it
    after = tables.findings.one("WHERE id = ?", finding)
    return after is None or bool(after.cleared_at)


def _known(finding: str) -> tuple[tables.Row, Register, Rule]:
    row = tables.findings.one("WHERE id = ?", finding)
    spec = registers.definition(row.register) if row else None
    rule = spec.rules.get(row.rule) if row and spec else None
    if row is None or spec is None or rule is None:
        raise _gone()
    return row, spec, rule


def _correctable(spec: Register, rule: Rule) -> tuple[str, ...]:
    return tuple(name for name in spec.points_at(rule) if name not in {spec.key, spec.subject})


def _refuse_silence(reason: str, evidence: str) -> None:
    faults = [] if reason else [fault("reason", "correct.reason", N_("Nêu lý do cải chính."))]
    if not evidence:
        faults.append(fault("evidence", "correct.evidence", N_("Nêu giấy tờ làm căn cứ, ví dụ số giấy khai sinh.")))
    if faults:
        raise Invalid("correct.reason", N_("Cần nêu lý do và giấy tờ làm căn cứ cải chính."), faults)


def _gone() -> NotFound:
    return NotFound("quality.none", N_("Việc này không còn; dữ liệu có thể đã được sửa."))
