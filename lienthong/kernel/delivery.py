"""Carries committed facts from the outbox to listeners: in order, each in one transaction with its cursor.

A listener that fails is retried with growing pauses; after ten tries the event is parked where an operator sees it
and the listener goes on: what waits is visible, nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, Column, Integer, String, Text, select, update

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.events import Delivered, Event, read_after

cursors = table(
    "listener",
    Column("name", String(80), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", String(27), nullable=False),
    Column("error", Text, nullable=False),
    scope=Scope.INTERNAL,
)
parked = table(
    "parked_event",
    Column("listener", String(80), primary_key=True),
    Column("event_id", String(26), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("at", String(27), nullable=False),
    Column("error", Text, nullable=False),
    scope=Scope.INTERNAL,
)
TRIES = 10


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants which facts. ``handle`` runs in a transaction with the cursor and must be idempotent by event id."""

    name: str
    types: tuple[type[Event], ...]
    handle: Callable[[Delivered], None]


def deliver(listener: Listener, *, limit: int = 200) -> int:
    """Hand the next facts to one listener; answer how many were handled (0: nothing new, or waiting to retry)."""
    position, retry_at = _cursor(listener)
    node = runtime.current()
    if retry_at > clock.stamp(node.clock.now()):
        return 0
    handled = 0
    for fact in read_after(position, types=listener.types, limit=limit):
        try:
            with node.database.transaction() as connection:
                moved = connection.execute(
                    update(cursors)
                    .where(cursors.c.name == listener.name, cursors.c.position == position)
                    .values(position=fact.position, attempts=0, retry_at="", error="")
                )
                if moved.rowcount != 1:
                    return handled  # another process delivers to this listener
                listener.handle(fact)
        except Exception as failure:
            _failed(listener, fact, failure)
            return handled
        position = fact.position
        handled += 1
    return handled


def deliver_all(listeners: Sequence[Listener]) -> int:
    """Hand over facts until nothing is left; answer how many. For tests, seeds and commands that must see effects."""
    total = 0
    while step := sum(deliver(listener) for listener in listeners):
        total += step
    return total


def waiting() -> dict[str, int]:
    """Return, per listener that is retrying or has parked facts, how many facts are in trouble."""
    with runtime.current().database.reading() as connection:
        retrying = {r.name: 1 for r in connection.execute(select(cursors.c.name).where(cursors.c.attempts > 0))}
        for row in connection.execute(select(parked.c.listener)):
            retrying[row.listener] = retrying.get(row.listener, 0) + 1
    return retrying


def _cursor(listener: Listener) -> tuple[int, str]:
    database = runtime.current().database
    sql = "SELECT position, retry_at FROM listener WHERE name = ?"  # driver SQL: asked twice a second for each listener
    with database.reading() as connection:
        found = driver.rows(connection, sql, [listener.name])
    if not found:
        with database.transaction() as connection:
            if not (found := driver.rows(connection, sql, [listener.name])):
                connection.execute(
                    cursors.insert().values(name=listener.name, position=0, attempts=0, retry_at="", error="")
                )
                return 0, ""
    position, retry_at = found[0]
    return position, retry_at


def _failed(listener: Listener, fact: Delivered, failure: Exception) -> None:
    node = runtime.current()
    now = node.clock.now()
    reason = f"{type(failure).__name__} in {fact.type}"  # never the message: it may carry personal data
    with node.database.transaction() as connection:
        query = select(cursors.c.attempts).where(cursors.c.name == listener.name)
        attempts = int(connection.execute(query).scalar_one()) + 1
        change = update(cursors).where(cursors.c.name == listener.name)
        if attempts < TRIES:
            retry_at = clock.stamp(now + timedelta(seconds=min(300, 2**attempts)))
            connection.execute(change.values(attempts=attempts, retry_at=retry_at, error=reason))
            return
        connection.execute(change.values(position=fact.position, attempts=0, retry_at="", error=""))
        connection.execute(
            parked.insert().values(
                listener=listener.name, event_id=fact.id, position=fact.position, at=clock.stamp(now), error=reason
            )
        )
