"""Queries of tasks and their histories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select, true, tuple_, update

from lienthong.kernel import runtime
from lienthong.oversight.store.tables import moments, numbers, products, tasks

CLOSED = ("accepted", "withdrawn")


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose tasks an actor sees. everything: all that were assigned; provinces, agencies, staff: those of these.

    bodies: agencies whose drafts, too, the actor sees.
    """

    everything: bool = False
    provinces: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    staff: str = ""
    bodies: frozenset[str] = frozenset()

    def condition(self) -> ColumnElement[bool]:
        """Return the rows of it."""
        given = tasks.c.state != "draft"
        within: list[ColumnElement[bool]] = [tasks.c.agency.in_(self.agencies), tasks.c.province.in_(self.provinces)]
        if self.staff:
            within.append(tasks.c.staff == self.staff)
        seen = true() if self.everything else or_(*within)
        return or_(tasks.c.body.in_(self.bodies), and_(given, seen))


def insert(values: Mapping[str, Any]) -> None:
    """Keep a new task."""
    with runtime.current().database.transaction() as connection:
        connection.execute(tasks.insert().values(**values))


def change(task_id: str, **values: Any) -> None:
    """Change the state of a task."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(tasks).where(tasks.c.id == task_id).values(**values))


def remove_draft(task_id: str) -> None:
    """Take back a draft that nobody else has seen."""
    with runtime.current().database.transaction() as connection:
        connection.execute(tasks.delete().where(tasks.c.id == task_id, tasks.c.state == "draft"))


def find(reach: Reach, *, code: str, lock: bool = False) -> Row[Any] | None:
    """Return a task within reach by its code."""
    return _one(and_(tasks.c.code == code, reach.condition()), lock=lock)


def by_id(task_id: str, *, lock: bool = False) -> Row[Any] | None:
    """Return a task."""
    return _one(tasks.c.id == task_id, lock=lock)


def by_origin(origins: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the tasks made from these origins."""
    wanted = list(origins)
    found: dict[str, Row[Any]] = {}
    with runtime.current().database.reading() as connection:
        for first in range(0, len(wanted), 500):
            query = select(tasks).where(tasks.c.origin.in_(wanted[first : first + 500]))
            found.update({row.origin: row for row in connection.execute(query)})
    return found


def listed(
    reach: Reach, *, where: Sequence[ColumnElement[bool]] = (), after: str = "", limit: int = 50
) -> list[Row[Any]]:
    """Return tasks within reach: open ones first, then closed ones, nearest due day first. after: ``place`` of one."""
    closed = case((tasks.c.state.in_(CLOSED), 1), else_=0)
    keys = (closed, tasks.c.counted_on, tasks.c.code)
    query = select(tasks).where(reach.condition(), *where)
    if after.count("|") == 2:
        state, day, code = after.split("|")
        query = query.where(tuple_(*keys) > tuple_(literal(int(state == "1")), literal(day), literal(code)))
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query.order_by(*keys).limit(limit)))


def place(row: Row[Any]) -> str:
    """Return where a task stands in a list, for the page after it."""
    return f"{int(row.state in CLOSED)}|{row.counted_on}|{row.code}"


def counts(reach: Reach, *, where: Sequence[ColumnElement[bool]] = ()) -> Sequence[Any]:
    """Return (agency, pillar, state, counted_on, on_time, count) of the tasks within reach."""
    keys = (tasks.c.agency, tasks.c.pillar, tasks.c.state, tasks.c.counted_on, tasks.c.on_time)
    query = select(*keys, func.count().label("tasks")).where(reach.condition(), *where).group_by(*keys)
    with runtime.current().database.reading() as connection:
        return connection.execute(query).all()


def of_meeting(meeting: str) -> list[Row[Any]]:
    """Return the tasks of a session's conclusions."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(select(tasks).where(tasks.c.meeting == meeting).order_by(tasks.c.code)))


def in_meeting(meeting: str) -> tuple[ColumnElement[bool], ...]:
    """Return the condition of a session's tasks."""
    return (tasks.c.meeting == meeting,)


def next_number(series: str) -> int:
    """Return the next number of a series, which no other transaction gets."""
    with runtime.current().database.transaction() as connection:
        mine = numbers.c.series == series
        raised = update(numbers).where(mine).values(last=numbers.c.last + 1).returning(numbers.c.last)
        found = connection.execute(raised).scalar()
        if found is None:
            connection.execute(numbers.insert().values(series=series, last=1))
            return 1
        return int(found)


def tell(values: Mapping[str, Any], data: Mapping[str, Any], salt: bytes) -> None:
    """Add a moment to a task's history."""
    with runtime.current().database.transaction() as connection:
        connection.execute(moments.insert().values(**values, data=msgspec.json.encode(data).decode(), salt=salt))


def history(task_id: str) -> list[Row[Any]]:
    """Return the moments of a task, oldest first."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(select(moments).where(moments.c.task == task_id).order_by(moments.c.id)))


def put_products(rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was handed in with an answer."""
    with runtime.current().database.transaction() as connection:
        connection.execute(products.insert(), list(rows))


def products_of(task_id: str) -> list[Row[Any]]:
    """Return the files handed in for a task, oldest first."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(select(products).where(products.c.task == task_id).order_by(products.c.id)))


def columns_of(row: Row[Any]) -> dict[str, Any]:
    """Return a task's columns by name."""
    return dict(row._mapping)


def _one(condition: ColumnElement[bool], *, lock: bool) -> Row[Any] | None:
    query = select(tasks).where(condition)
    if lock:
        query = query.with_for_update()
    with runtime.current().database.reading() as connection:
        return connection.execute(query).first()
