"""Rows of what befell clocks besides stops: the extension, the apology, lateness; each at most once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from lienthong.kernel import runtime
from lienthong.kernel.rows import Row, Rows
from lienthong.services.store.tables import dossiers, marks, steps

_MARKS = Rows(marks)


def of(dossier: str) -> list[Row]:
    """Return the marks of one dossier and its steps."""
    return of_all([dossier])


def of_all(of: Sequence[str]) -> list[Row]:
    """Return the marks of several dossiers and their steps."""
    return _MARKS.among("dossier", of)


def put(dossier: str, kind: str, *, at: str, due_at: str, step: str = "", next_at: str = "", note: str = "") -> bool:
    """Note what befell a clock; False when it was noted before, and then nothing changes."""
    row = {"dossier": dossier, "step": step, "kind": kind, "at": at, "due_at": due_at, "next_at": next_at, "note": note}
    return _MARKS.begin(row) is not None


def to_warn(*, before: str, limit: int) -> list[Row]:
    """Return the open dossiers due before a moment that nobody apologised for yet, nearest first."""
    told = _mark_of(dossiers.c.id, "apology")
    query = (
        select(*(dossiers.c[name] for name in ("id", "code", "agency", "due_at", "procedure", "version")))
        .where(dossiers.c.state == "open", dossiers.c.due_at <= before, ~told.exists())
        .order_by(dossiers.c.due_at)
        .limit(limit)
    )
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))


def late_dossiers(*, now: str, limit: int) -> list[Row]:
    """Return open dossiers whose time has passed unnoted, their rows locked in the open transaction."""
    noted = _mark_of(dossiers.c.id, "late")
    query = (
        select(*(dossiers.c[name] for name in ("id", "code", "unit", "agency", "due_at")))
        .where(dossiers.c.state == "open", dossiers.c.due_at < now, ~noted.exists())
        .order_by(dossiers.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with runtime.current().database.transaction() as connection:
        return list(connection.execute(query))


def late_steps(*, now: str, limit: int) -> list[Row]:
    """Return active steps whose own time has passed unnoted, their rows locked in the open transaction."""
    same = (marks.c.dossier == steps.c.dossier, marks.c.step == steps.c.step, marks.c.kind == "late")
    query = (
        select(*(steps.c[name] for name in ("dossier", "step", "code", "unit", "agency", "due_at")))
        .where(steps.c.active.is_(True), steps.c.due_at < now, ~select(marks.c.dossier).where(*same).exists())
        .order_by(steps.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with runtime.current().database.transaction() as connection:
        return list(connection.execute(query))


def _mark_of(dossier: Any, kind: str) -> Any:
    return select(marks.c.dossier).where(marks.c.dossier == dossier, marks.c.step == "", marks.c.kind == kind)
