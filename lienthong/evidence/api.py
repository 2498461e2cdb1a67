"""Evidence: facts made from every room's events, counted and opened. Built from events only."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lienthong.evidence import store
from lienthong.evidence.domain import SETS, Cell, FactSet, became, count_facts, month_days, reach, rows_by_set
from lienthong.evidence.store import Counted, Sql
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.events import Event, declared, read_after
from lienthong.kernel.expressions import Expression, to_sql
from lienthong.kernel.i18n import N_

__all__ = [
    "SETS",
    "Cell",
    "Difference",
    "FactSet",
    "Freshness",
    "Measure",
    "Page",
    "adopt",
    "became",
    "cells",
    "count_facts",
    "freshness",
    "ingest",
    "kept",
    "month_days",
    "reach",
    "reconcile",
    "rows",
    "tidy",
]
BATCH = 20_000
FILES_KEPT = 24
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted in a set of facts.

    Either rows: those that satisfy ``of`` (all when None), and of these the ones that satisfy ``part``; or amounts:
    the sums of the columns ``of_sum`` and ``part_sum`` over the rows that satisfy ``of``.
    """

    facts: str
    of: Expression | None = None
    part: Expression | None = None
    of_sum: str = ""
    part_sum: str = ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far evidence has come: outbox position, when that was, and how many seconds the oldest waiting fact waits."""

    position: int
    at: datetime | None
    waiting_seconds: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some records and where the next page begins ("" at the end)."""

    rows: tuple[dict[str, Any], ...]
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A set whose evidence does not agree with the events it is made from."""

    facts: str
    events: int
    rows: int


def ingest(*, limit: int = BATCH) -> int:
    """Turn the next committed events into evidence, each exactly once; answer how many."""
    before, _at = store.read_cursor()
    facts = read_after(before, limit=limit)
    if not facts:
        return 0
    files = [store.write_file(SETS[name], rows) for name, rows in rows_by_set(facts).items()]
    return len(facts) if store.commit(before, facts[-1].position, files) else 0


def kept() -> set[type[Event]]:
    """Return the types of events that become evidence: all that any room declares."""
    return set(declared().values())


def tidy() -> int:
    """Merge small files and remove what a crash left behind; answer how many files were merged or removed."""
    hour_ago = (runtime.current().clock.now() - timedelta(hours=1)).timestamp()
    return sum(store.merge_files(name, FILES_KEPT) for name in SETS) + store.remove_unlisted(hour_ago)


def adopt(who: Actor, *, facts: str, batch: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Take over facts of an earlier system, which no event here tells of; the same batch again changes nothing.

    rows: one value per column of the set (times in seconds since 1970, days and months as text), oldest first, without
    ``position``: adopted facts stand before every event. Answers how many were taken over. Raises Denied for anyone
    but a system's import, KeyError for an unknown set, ValueError for a row without a
    month.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("evidence.adopt", N_("Chỉ tác vụ nhập của hệ thống mới được thêm số liệu cũ."))
    if any(not _MONTH.fullmatch(str(row.get("month"))) for row in rows):
        message = "every adopted row needs a month such as 2025-06"
        raise ValueError(message)
    columns = SETS[facts].columns
    if not rows or store.is_adopted(facts, batch):
        return 0
    first = store.first_position(facts) - len(rows)
    placed = [{name: row.get(name) for name in columns} | {"position": first + at} for at, row in enumerate(rows)]
    store.list_batch(store.write_file(SETS[facts], placed, name=batch), batch)
    return len(rows)


def freshness() -> Freshness:
    """Return how far evidence has come."""
    position, at = store.read_cursor()
    waiting = read_after(position, limit=1)
    now = runtime.current().clock.now()
    seconds = max(0, int((now - waiting[0].at).total_seconds())) if waiting else 0
    return Freshness(position, clock.moment(at) if at else None, seconds)


def cells(measure: Measure, *, by: Sequence[str], where: Mapping[str, Sequence[str]] | None = None) -> list[Cell]:
    """Count a measure per combination of the columns ``by``, in rows or in summed amounts.

    where: column → accepted values. by and where name columns of the set. Raises KeyError for another name. What was
    counted in a file once is not counted again, so that new facts cost what they are and not what all are.
    """
    columns = SETS[measure.facts].columns
    for name in (*by, *(where or {})):
        _column(name, columns)
    return store.count(_counted(measure), by=by, where=where or {})


def rows(
    who: Actor,
    *,
    measure: Measure,
    side: str = "of",
    where: Mapping[str, Sequence[str]] | None = None,
    after: str = "",
    limit: int = 50,
) -> Page:
    """Return the very records behind a figure, oldest first.

    side: ``of`` (denominator), ``part`` (numerator) or ``gap`` (denominator without numerator). after: where the last
    page ended. Only records within the actor's reach are answered; raises Denied when nothing is.
    """
    where = where or {}
    columns = SETS[measure.facts].columns
    for name in where:
        _column(name, columns)
    conditions = [
        Sql("position > ?", (int(after) if after else -sys.maxsize,)),
        _within_reach(who, measure.facts, where.get("month")),
        *(store.within(name, accepted) for name, accepted in where.items()),
        _condition(measure.of, columns),
        _side(measure, side, columns),
    ]
    found = store.find(measure.facts, conditions, months=where.get("month"), limit=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return Page(tuple(found), str(found[-1]["position"]) if more else "")


def reconcile() -> list[Difference]:
    """Compare evidence with the events it is made from; an empty answer is agreement."""
    position, _at = store.read_cursor()
    differences: list[Difference] = []
    for name, facts in SETS.items():
        events = store.counted_in_outbox(facts, position)
        held = store.held(name)
        if events != held:
            differences.append(Difference(name, events, held))
    return differences


def _counted(measure: Measure) -> Counted:
    columns = SETS[measure.facts].columns
    of = _condition(measure.of, columns)
    if measure.of_sum:
        whole, part = (Sql(f"sum({_column(each, columns)})") for each in (measure.of_sum, measure.part_sum))
        return Counted(measure.facts, of, whole, part, rows=True)
    part = _condition(measure.part, columns)
    return Counted(measure.facts, of, Sql("count(*)"), Sql(f"count(*) FILTER (WHERE {part.text})", part.values))


def _condition(expression: Expression | None, columns: Mapping[str, str]) -> Sql:
    if expression is None:
        return store.TRUE
    sql, values = to_sql(expression, dialect="duckdb", columns={name: f'"{name}"' for name in columns})
    return Sql(sql, tuple(values))


def _side(measure: Measure, side: str, columns: Mapping[str, str]) -> Sql:
    if measure.of_sum:
        gap = f"{_column(measure.part_sum, columns)} < {_column(measure.of_sum, columns)}"
        return Sql(gap) if side == "gap" else store.TRUE
    part = _condition(measure.part, columns)
    if side == "part":
        return part
    return Sql(f"NOT coalesce(({part.text}), false)", part.values) if side == "gap" else store.TRUE


def _within_reach(who: Actor, facts: str, months: Sequence[str] | None) -> Sql:
    """Return the condition that a record lies in the actor's units of today, whatever its unit was called then."""
    units = reach(who)
    if units is None:
        return store.TRUE
    if not units or "unit" not in SETS[facts].columns:
        raise Denied("evidence.reach", N_("Bạn chỉ mở được bản ghi của đơn vị mình phụ trách."))
    held = store.count(
        Counted(facts, store.TRUE, Sql("count(*)"), Sql("0")),
        by=("month", "province", "unit"),
        where={"month": months} if months is not None else {},
    )
    own: dict[str, set[str]] = {}
    for month, province, unit in (cell.keys for cell in held):
        if became(unit, month) in units or became(province, month) in units:
            own.setdefault(month, set()).add(unit)
    scopes = [Sql(f"month = ? AND {marks.text}", (month, *marks.values)) for month, marks in _units_of(own)]
    text = " OR ".join(f"({each.text})" for each in scopes) or "false"
    return Sql(text, tuple(value for each in scopes for value in each.values))


def _units_of(own: Mapping[str, set[str]]) -> list[tuple[str, Sql]]:
    return [(month, store.within("unit", sorted(units))) for month, units in own.items()]


def _column(name: str, columns: Mapping[str, str]) -> str:
    if name not in columns:
        raise KeyError(name)
    return f'"{name}"'
