"""Legal clocks of dossiers and steps, counted by the working calendar of the agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from lienthong.kernel import clock, runtime
from lienthong.reference import api as reference
from lienthong.reference.api import Due, Stop, Term
from lienthong.services.api.views import ClockView, Day
from lienthong.services.spec.shape import Procedure
from lienthong.services.store.tables import FAR


def stops(rows: Sequence[Row[Any]]) -> list[Stop]:
    """Return the times a clock stood still, from their rows."""
    return [Stop(clock.moment(row.from_at), clock.moment(row.until_at) if row.until_at else None) for row in rows]


def whole(procedure: Procedure, *, filed: datetime, stood: Sequence[Stop], extended: bool, agency: str) -> Due:
    """Return when the whole dossier is due."""
    extension = Term.parse(procedure.clock.extend) if extended else None
    return reference.due(
        received=filed, term=Term.parse(procedure.clock.total), stops=stood, extension=extension, agency=agency
    )


def step(within: str, *, opened: datetime, stood: Sequence[Stop] = (), agency: str) -> Due:
    """Return when a step is due by its own clock, which only stops after it opened touch."""
    since = [each for each in stood if each.start >= opened]
    return reference.due(received=opened, term=Term.parse(within), stops=since, agency=agency)


def view(due: Due, *, filed: datetime, finished: datetime | None = None) -> ClockView:
    """Return a clock with its real days, each marked for the strip."""
    now = runtime.current().clock.now()
    left = reference.remaining(due, finished or now)
    paused = due.paused_since is not None
    return ClockView(
        state="done" if finished else left.state,
        due_at=None if paused else due.at,
        working_days_left=left.working_days,
        working_minutes_left=left.working_minutes,
        days=tuple(_day(each, due, filed, now) for each in due.days),
    )


def brief(due_at: str, *, finished: bool = False) -> ClockView:
    """Return a clock without its days, from a stored due time."""
    if due_at in {FAR, ""}:
        return ClockView(state="paused", due_at=None, working_days_left=0, working_minutes_left=0)
    at = clock.moment(due_at)
    left = reference.remaining(Due(at=at, received_at=at, counted_from=at, days=()), runtime.current().clock.now())
    return ClockView(
        state="done" if finished else left.state,
        due_at=at,
        working_days_left=left.working_days,
        working_minutes_left=left.working_minutes,
    )


def _day(day: reference.CalendarDay, due: Due, filed: datetime, now: datetime) -> Day:
    marks = {
        due.at.date(): "due",
        due.received_at.date(): "received",
        clock.local(filed).date(): "filed",
    }
    mark = marks.get(day.date, "")
    if not mark and day.stopped:
        mark = "paused"
    elif not mark and day.counts is not None and day.date < now.date():
        mark = "spent"
    today = day.date == now.date()
    return Day(date=day.date, kind=day.kind, label=str(day.label), counts=day.counts, mark=mark, today=today)
