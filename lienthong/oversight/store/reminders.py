"""Which tasks have to be reminded of, and which reminder went out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select

from lienthong.kernel import runtime
from lienthong.oversight.store.tables import reminders, tasks


def open_until(day: str, states: Collection[str]) -> list[Row[Any]]:
    """Return tasks in these states that count as due on or before an ISO day, nearest first."""
    query = select(tasks).where(tasks.c.state.in_(list(states)), tasks.c.counted_on <= day)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query.order_by(tasks.c.counted_on, tasks.c.code)))


def sent() -> set[tuple[str, str, str]]:
    """Return (task, step, counted day) of every reminder that went out for a task still open."""
    query = (
        select(reminders.c.task, reminders.c.step, reminders.c.counted_on)
        .join(tasks, tasks.c.id == reminders.c.task)
        .where(tasks.c.state.in_(["assigned", "returned", "answered"]))
    )
    with runtime.current().database.reading() as connection:
        return {(row.task, row.step, row.counted_on) for row in connection.execute(query)}


def is_sent(task: str, step: str, counted_on: str) -> bool:
    """Say whether this reminder went out."""
    mine = (reminders.c.task == task, reminders.c.step == step, reminders.c.counted_on == counted_on)
    with runtime.current().database.reading() as connection:
        return connection.execute(select(reminders.c.task).where(*mine)).first() is not None


def note(task: str, step: str, counted_on: str, *, at: str, told: int) -> None:
    """Note that a reminder goes out, in the transaction that sends it."""
    with runtime.current().database.transaction() as connection:
        connection.execute(reminders.insert().values(task=task, step=step, counted_on=counted_on, at=at, told=told))
