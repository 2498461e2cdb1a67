"""Legal clocks of dossiers and steps, counted by the working calendar of the agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from lienthong.kernel import clock, runtime
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.reference.api import Due, Stop, Term
from lienthong.services.api.views import ClockView, Day
from lienthong.services.spec.shape import Procedure
from lienthong.services.store.tables import FAR

ONE_DAY = timedelta(days=1)
WORKED = frozenset({"work", "makeup"})


def stops(rows: Sequence[Row]) -> list[Stop]:
    """Return the times a clock stood still, from their rows."""
    return [Stop(clock.moment(row.from_at), clock.moment(row.until_at) if row.until_at else None) for row in rows]


def whole(procedure: Procedure, *, filed: datetime, stood: Sequence[Stop], extended: bool, agency: str) -> Due:
    """Return when the whole dossier is due."""
    extension = Term.parse(procedure.clock.extend) if extended else None
    return reference.due(
        received=filed, term=Term.parse(procedure.clock.total), stops=stood, extension=extension, agency=agency
    )


def step(
    within: str, *, opened: datetime, stood: Sequence[Stop] = (), agency: str, extension: Term | None = None
) -> Due:
    """Return when a step is due by its own clock, which only stops after it opened touch."""
    since = [each for each in stood if each.start >= opened]
    return reference.due(received=opened, term=Term.parse(within), stops=since, extension=extension, agency=agency)


def view(
    due: Due,
    *,
    filed: datetime,
    finished: datetime | None = None,
    again_at: datetime | None = None,
    begins: Literal["filed", "opened"] = "filed",
) -> ClockView:
    """Return a clock with its real days, each marked for the strip; those after the end while it is late, or up to a
    new appointment (again_at), stand behind. A clock that stands still shows the days until now and promises none.

    begins: what happened at ``filed``: the dossier was filed, or the turn of a step came.
    """
    now = runtime.current().clock.now()
    left = reference.remaining(due, finished or now)
    stopped = due.paused_since
    days = [_day(each, due, filed, begins) for each in due.days if stopped is None or each.date <= stopped.date()]
    return ClockView(
        state="done" if finished else left.state,
        due_at=None if stopped else due.at,
        again_at=None if stopped or finished else again_at,
        working_days_left=left.working_days,
        working_minutes_left=left.working_minutes,
        days=(
            *days,
            *(standing(due, stopped) if stopped else after_due(due, until=finished or now, again_at=again_at)),
        ),
    )


def standing(due: Due, since: datetime) -> tuple[Day, ...]:
    """Return the days from the one after a clock stopped until now: none of them counts."""
    now = runtime.current().clock.now()
    return tuple(
        replace(_plain(each), mark="paused" if each.kind in WORKED else "")
        for each in reference.days(since.date() + ONE_DAY, now.date(), agency=due.agency)
    )


def after_due(due: Due, *, until: datetime, again_at: datetime | None) -> tuple[Day, ...]:
    """Return the days after the end of a term: late up to a moment, then up to a new appointment."""
    last = max(until.date(), again_at.date()) if again_at else until.date()
    found = [_plain(each) for each in reference.days(due.at.date() + ONE_DAY, last, agency=due.agency)]
    new = again_at.date() if again_at else None
    return tuple(
        replace(each, mark="again")
        if each.date == new
        else replace(each, mark="over" if each.kind in WORKED and each.date <= until.date() else "")
        for each in found
    )


def dossier(row: Row, procedure: Procedure, *, stood: Sequence[Row], marks: Sequence[Row]) -> ClockView:
    """Return the clock of a filed dossier with its days: what everyone who follows it sees."""
    filed = clock.moment(row.filed_at)
    finished = clock.moment(row.finished_at) if row.finished_at else None
    due = whole(procedure, filed=filed, stood=stops(stood), extended=row.extended, agency=row.agency)
    apology = mark_of(marks, "apology")
    return view(
        due,
        filed=filed,
        finished=finished,
        again_at=again(apology, due_at=due.at, term=procedure.clock.again, agency=row.agency),
    )


def again(mark: Row | None, *, due_at: datetime, term: str, agency: str) -> datetime | None:
    """Return the new appointment of an apology; when the clock has stood since then, it moved on with the old one."""
    if mark is None:
        return None
    if clock.moment(mark.due_at) == due_at:
        return clock.moment(mark.next_at)
    return reference.on_from(due_at, Term.parse(term), agency=agency)


def mark_of(marks: Sequence[Row], kind: str, step: str = "") -> Row | None:
    """Return what befell a clock of this kind, None when it has not."""
    return next((each for each in marks if each.kind == kind and each.step == step), None)


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


def _day(day: reference.CalendarDay, due: Due, filed: datetime, begins: str) -> Day:
    marks = {due.at.date(): "due", due.received_at.date(): "received", clock.local(filed).date(): begins}
    mark = marks.get(day.date, "")
    plain = _plain(day)
    if not mark and day.stopped:
        mark = "paused"
    elif not mark and day.counts is not None and day.date < runtime.current().clock.now().date():
        mark = "spent"
    return replace(plain, mark=mark)


def _plain(day: reference.CalendarDay) -> Day:
    today = day.date == runtime.current().clock.now().date()
    return Day(date=day.date, kind=day.kind, label=str(day.label), counts=day.counts, mark="", today=today)
