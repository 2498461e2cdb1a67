"""Evidence: facts made from every room's events, counted and opened. Built from events only."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lienthong.evidence import store
from lienthong.evidence.domain import SETS, Cell, reach, rows_by_set
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
    "Freshness",
    "Measure",
    "Page",
    "adopt",
    "cells",
    "freshness",
    "ingest",
    "kept",
    "reach",
    "reconcile",
    "rows",
    "tidy",
]
BATCH = 20_000
FILES_KEPT = 24


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
    but a system's import, KeyError for an unknown set.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("evidence.adopt", N_("Chỉ tác vụ nhập của hệ thống mới được thêm số liệu cũ."))
    columns = SETS[facts].columns
    if not rows or store.is_listed(facts, batch):
        return 0
    first = store.first_position(facts) - len(rows)
    placed = [{name: row.get(name) for name in columns} | {"position": first + at} for at, row in enumerate(rows)]
    store.list_file(store.write_file(SETS[facts], placed, name=batch))
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

    where: column → accepted values. by and where name columns of the set. Raises KeyError for another name.
    """
    columns = SETS[measure.facts].columns
    of, of_values = _condition(measure.of, columns)
    part, part_values = _condition(measure.part, columns)
    kept, kept_values = _filter(where or {}, columns)
    keys = [_column(name, columns) for name in by]
    if measure.of_sum:
        whole = f"coalesce(sum({_column(measure.of_sum, columns)}), 0)"
        portion = f"coalesce(sum({_column(measure.part_sum, columns)}), 0)"
        values = [*kept_values, *of_values]
    else:
        whole, portion = "count(*)", f"count(*) FILTER (WHERE {part})"
        values = [*part_values, *kept_values, *of_values]
    grouped = f"GROUP BY {', '.join(keys)}" if keys else ""
    sql = (
        f"SELECT {', '.join([*keys, whole, portion])} FROM {store.source(measure.facts)} "  # noqa: S608  names are checked
        f"WHERE {kept} AND ({of}) {grouped}"
    )
    return [
        Cell(tuple(str(key) for key in row[:-2]), int(row[-2]), int(row[-1]))
        for row in store.engine().query(sql, values)
    ]


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
    facts = SETS[measure.facts]
    scope, scope_values = _within_reach(who, facts.columns)
    of, of_values = _condition(measure.of, facts.columns)
    chosen, chosen_values = _side(measure, side, facts.columns)
    kept, kept_values = _filter(where or {}, facts.columns)
    sql = (
        f"SELECT * FROM {store.source(measure.facts)} "  # noqa: S608  names are checked, values are parameters
        f"WHERE position > ? AND {scope} AND {kept} AND ({of}) AND ({chosen}) ORDER BY position LIMIT ?"
    )
    values = [int(after) if after else -sys.maxsize, *scope_values, *kept_values, *of_values, *chosen_values, limit + 1]
    found = [dict(zip(facts.columns, row, strict=True)) for row in store.engine().query(sql, values)]
    more = len(found) > limit
    found = found[:limit]
    return Page(tuple(found), str(found[-1]["position"]) if more else "")


def reconcile() -> list[Difference]:
    """Compare evidence with the events it is made from; an empty answer is agreement."""
    position, _at = store.read_cursor()
    differences: list[Difference] = []
    for name, facts in SETS.items():
        events = store.counted_in_outbox(facts, position)
        held = int(store.engine().query(f"SELECT count(*) FROM {store.source(name)} WHERE position > 0")[0][0])  # noqa: S608  a name of ours
        if events != held:
            differences.append(Difference(name, events, held))
    return differences


def _condition(expression: Expression | None, columns: Mapping[str, str]) -> tuple[str, list[Any]]:
    if expression is None:
        return "true", []
    sql, values = to_sql(expression, dialect="duckdb", columns={name: f'"{name}"' for name in columns})
    return sql, list(values)


def _side(measure: Measure, side: str, columns: Mapping[str, str]) -> tuple[str, list[Any]]:
    if measure.of_sum:
        gap = f"{_column(measure.part_sum, columns)} < {_column(measure.of_sum, columns)}"
        return (gap if side == "gap" else "true"), []
    part, values = _condition(measure.part, columns)
    if side == "part":
        return part, values
    if side == "gap":
        return f"NOT coalesce(({part}), false)", values
    return "true", []


def _filter(where: Mapping[str, Sequence[str]], columns: Mapping[str, str]) -> tuple[str, list[Any]]:
    conditions = ["true"]
    values: list[Any] = []
    for name, accepted in where.items():
        conditions.append(f"{_column(name, columns)} IN ({', '.join('?' for _ in accepted) or 'NULL'})")
        values.extend(accepted)
    return " AND ".join(conditions), values


def _within_reach(who: Actor, columns: Mapping[str, str]) -> tuple[str, list[Any]]:
    units = reach(who)
    if units is None:
        return "true", []
    if not units or "unit" not in columns:
        raise Denied("evidence.reach", N_("Bạn chỉ mở được bản ghi của đơn vị mình phụ trách."))
    marks = ", ".join("?" for _ in units)
    ordered = sorted(units)
    return f"({_column('unit', columns)} IN ({marks}) OR province IN ({marks}))", [*ordered, *ordered]


def _column(name: str, columns: Mapping[str, str]) -> str:
    if name not in columns:
        raise KeyError(name)
    return f'"{name}"'
