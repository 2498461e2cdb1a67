"""The work list of a unit: what to look at, what to do about it, and what is right as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register, Rule
from lienthong.stewardship.api.quality.measuring import recheck
from lienthong.stewardship.api.quality.reach import grounds_of, reach
from lienthong.stewardship.domain.quality import digest
from lienthong.stewardship.store.quality import tables

_MOST = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to put right. key, name: of the record; values: stored values of the fields it is about."""

    finding: str
    rule: Rule
    record: str
    key: str
    name: str
    unit: str
    found_at: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WorkList:
    """A page of the work list. after: give it back for the next page; "" when this was the last.

    unit, source: what it is the list of ("" for all): of a unit, of what an agency delivered.
    """

    items: list[Item]
    after: str
    unit: str = ""
    source: str = ""


def work_list(
    who: Actor,
    *,
    register: str,
    unit: str = "",
    rule: str = "",
    after: str = "",
    limit: int = 50,
    grounds: Grounds | None = None,
) -> WorkList:
    """Return what waits to be put right in a unit, oldest first, never counted; one entry covers the people shown.

    unit: a commune or province ("": the agency's own, or all for the owner). rule: only this one. Raises Denied.
    """
    spec = registers.definition(register)
    why = grounds or grounds_of(spec)
    own = reach(who, spec, unit, why)
    size = max(1, min(limit, _MOST))
    rows = tables.waiting(register, unit=own.unit, source=own.source, rule=rule, after=after, limit=size + 1)
    known = [each for each in rows[:size] if each.rule in spec.rules]
    items = _items(who, spec, known, why) if known else []
    return WorkList(items, rows[size - 1].id if len(rows) > size else "", own.unit, own.source)


def accept(who: Actor, *, finding: str, reason: str, grounds: Grounds | None = None) -> None:
    """Keep that a finding is right as it is: it leaves the work list until its fields say something else.

    Accepted again it changes nothing. Raises NotFound, Invalid without a reason, Denied.
    """
    if not reason.strip():
        raise Invalid("quality.reason", N_("Cần nêu vì sao dữ liệu này đúng như đang ghi."))
    with runtime.current().database.transaction():
        row = tables.findings.one("WHERE id = ? AND cleared_at = ''", finding, lock=True)
        if row is None:
            raise NotFound("quality.none", N_("Việc này không còn; dữ liệu có thể đã được sửa."))
        spec = registers.definition(row.register)
        rule = spec.rules.get(row.rule)
        why = grounds or grounds_of(spec)
        reach(who, spec, row.unit, why, source=row.source)
        if row.accepted_at or rule is None:
            return
        (record,) = registers.shown(who, register=spec.id, grounds=why, fields=spec.reads(rule), ids=[row.record]) or [
            None
        ]
        said = digest(finding, spec.reads(rule), record.values if record else {})
        now = clock.stamp(runtime.current().clock.now())
        tables.findings.change(
            {
                "accepted_at": now,
                "accepted_by": f"{who.agency} {who.kind}:{who.subject}",
                "accepted_why": reason.strip()[:1000],
                "digest": said,
            },
            "WHERE id = ?",
            finding,
        )


def resolve(who: Actor, *, finding: str) -> bool:
    """Look at a finding's record again, after it was corrected; answer whether the finding is gone."""
    row = tables.findings.one("WHERE id = ?", finding)
    if row is None:
        raise NotFound("quality.none", N_("Việc này không còn; dữ liệu có thể đã được sửa."))
    spec = registers.definition(row.register)
    reach(who, spec, row.unit, grounds_of(spec), source=row.source)
    if not row.cleared_at:
        recheck(who, register=row.register, record=row.record)
        row = tables.findings.one("WHERE id = ?", finding)
    return row is None or bool(row.cleared_at)


def _items(who: Actor, spec: Register, rows: list[tables.Row], why: Grounds) -> list[Item]:
    fields = {spec.key, *((spec.name,) if spec.name else ())}
    for each in rows:
        fields.update(spec.points_at(spec.rules[each.rule]))
    wanted = [name for name in spec.fields if name in fields]
    found = registers.shown(who, register=spec.id, grounds=why, fields=wanted, ids=[each.record for each in rows])
    by_id = {each.id: each for each in found}
    return [
        Item(
            finding=each.id,
            rule=rule,
            record=each.record,
            key=record.key,
            name=str(record.values.get(spec.name) or ""),
            unit=each.unit,
            found_at=each.found_at,
            values={name: record.values.get(name) for name in spec.points_at(rule)},
        )
        for each in rows
        for rule in [spec.rules[each.rule]]
        if (record := by_id.get(each.record))
    ]
