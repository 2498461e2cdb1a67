"""Reminders and escalation that nobody has to configure: before due, on the day, after; each once, whatever happens."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.events import publish
from lienthong.kernel.text import day
from lienthong.oversight import store
from lienthong.oversight.api import answering, assigning, history, rights
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain.tasks import OPEN, Step
from lienthong.oversight.events import TaskLate
from lienthong.reference import api as reference

AHEAD = 21
"""Calendar days within which a reminder can be due: three working days and the longest Tết."""
TEMPLATES = {Step.BEFORE: "task-reminded", Step.DUE: "task-due", Step.AFTER: "task-late"}


def remind() -> int:
    """Send every reminder whose day has come and that did not go out yet; answer how many went.

    Each goes with its note in one transaction of its own: killed anywhere, the next call sends what is missing and
    nothing twice. Late tasks are told upwards the same way.
    """
    now = runtime.current().clock.now()
    today = now.date()
    until = date.fromordinal(today.toordinal() + AHEAD).isoformat()
    sent = store.reminders.sent()
    went = 0
    for row in store.reminders.open_until(until, OPEN):
        for step in domain.steps_come(date.fromisoformat(row.counted_on), today, reference.working_day):
            if (row.id, str(step), row.counted_on) not in sent:
                went += _remind(row.id, step, today)
    return went


def _remind(task: str, step: Step, today: date) -> bool:
    with runtime.current().database.transaction():
        row = store.tasks.by_id(task, lock=True)
        if row is None or row.state not in OPEN or store.reminders.is_sent(task, step, row.counted_on):
            return False
        now = clock.stamp(runtime.current().clock.now())
        who = system("oversight", agency=row.body)
        request = f"{row.id}-{step}-{row.counted_on}"
        told = assigning.tell(request, _people(row, step), TEMPLATES[step], _data(row, step, today), body=row.body)
        store.reminders.note(task, step, row.counted_on, at=now, told=told)
        history.add(who, row.id, f"reminded-{step}", data={"told": told})
        if step is Step.AFTER:
            due = assigning.due_at(row.counted_on)
            publish(who, TaskLate(task=row.code, agency=row.agency, unit=row.unit, due_at=due, at=now))
            answering.judge(who, row, on_time=False)
    return True


def _people(row: Row[Any], step: Step) -> list[str]:
    """Who is told: the responsible person (else the head), the head, then those above who assigned it."""
    if step is Step.BEFORE and row.staff:
        return [row.staff]
    return rights.heads_of(row.agency) if step is not Step.AFTER else rights.assigners_of(row.body)


def _data(row: Row[Any], step: Step, today: date) -> dict[str, object]:
    agency = reference.agency(row.agency)
    counted_on = date.fromisoformat(row.counted_on)
    data: dict[str, object] = {
        "task": row.code,
        "due": day(counted_on),
        "agency": agency.short if agency else row.agency,
        "work": row.work,
    }
    if step is Step.AFTER:
        return {**data, "person": row.person}
    if step is Step.BEFORE:
        data["days"] = domain.working_days_between(today, counted_on, reference.working_day)
    return {**data, "product": row.product}
