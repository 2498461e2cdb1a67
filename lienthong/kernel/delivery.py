"""Carries committed facts from the outbox to listeners: in order, each in one transaction with its cursor.

A listener that fails is retried with growing pauses; after ten tries the event is parked where an operator sees it
and the listener goes on: what waits is visible, nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, Column, Integer, String, Text, delete, select, update

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.events import Delivered, Event, read_after, settled

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


def deliver(listeners: Sequence[Listener], *, limit: int = 200) -> int:
    """Hand the next facts to each listener; answer how many were handled (0: nothing new, or all wait to retry).

    limit: facts for one listener. What waits for all of them is read at once; each fact is handled in a transaction.
    """
    return sum(_hand_over(listener, position, facts) for listener, position, facts in _next(listeners, limit))


def deliver_all(listeners: Sequence[Listener]) -> int:
    """Hand over facts until nothing is left; answer how many. For tests, seeds and commands that must see effects."""
    total = 0
    while step := deliver(listeners):
        total += step
    return total


def waiting() -> dict[str, int]:
    """Return, per listener that is retrying or has parked facts, how many facts are in trouble."""
    with runtime.current().database.reading() as connection:
        retrying = {r.name: 1 for r in connection.execute(select(cursors.c.name).where(cursors.c.attempts > 0))}
        for row in connection.execute(select(parked.c.listener)):
            retrying[row.listener] = retrying.get(row.listener, 0) + 1
    return retrying


def again(listeners: Sequence[Listener]) -> int:
    """Hand every parked fact to its listener once more, let who waits to retry do it now; answer how many went well."""
    database = runtime.current().database
    with database.transaction() as connection:
        connection.execute(update(cursors).where(cursors.c.attempts > 0).values(retry_at=""))
        left = connection.execute(select(parked).order_by(parked.c.position)).all()
    by_name = {each.name: each for each in listeners}
    return sum(_take_up(by_name[row.listener], row.position) for row in left if row.listener in by_name)


def _take_up(listener: Listener, position: int) -> bool:
    """Let a listener handle what was parked for it; it stays parked when it fails again."""
    database = runtime.current().database
    mine = (parked.c.listener == listener.name, parked.c.position == position)
    (fact,) = read_after(position - 1, limit=1)
    try:
        with database.transaction() as connection:
            if connection.execute(delete(parked).where(*mine)).rowcount:  # else another process just did
                listener.handle(fact)
    except Exception as failure:
        with database.transaction() as connection:
            connection.execute(update(parked).where(*mine).values(error=f"{type(failure).__name__} in {fact.type}"))
        return False
    return True


def _next(listeners: Sequence[Listener], limit: int) -> list[tuple[Listener, int, Sequence[Delivered]]]:
    """Return who has something to hear, where each stands, and what comes next."""
    node = runtime.current()
    now, last = clock.stamp(node.clock.now()), settled()
    with node.database.reading():
        places = _places()
        if places.keys() >= {each.name for each in listeners}:
            ready = [(each, places[each.name][0]) for each in listeners if places[each.name][1] <= now]
            read = [(each, at, read_after(at, types=each.types, limit=limit, up_to=last)) for each, at in ready]
            return [each for each in read if each[2]]
    _begin(listeners)
    return _next(listeners, limit)


def _places() -> dict[str, tuple[int, str]]:
    """Return the position of every listener and until when it waits; driver SQL: asked twice a second."""
    with runtime.current().database.reading() as connection:
        found = driver.rows(connection, "SELECT name, position, retry_at FROM listener")
    return {name: (position, retry_at) for name, position, retry_at in found}


def _begin(listeners: Sequence[Listener]) -> None:
    """Let listeners that are new begin with the first fact."""
    start = {"position": 0, "attempts": 0, "retry_at": "", "error": ""}
    with runtime.current().database.transaction() as connection:
        known = _places()
        new = [{"name": name, **start} for name in {each.name for each in listeners} - known.keys()]
        connection.execute(cursors.insert(), new)


def _hand_over(listener: Listener, position: int, facts: Sequence[Delivered]) -> int:
    node = runtime.current()
    for handled, fact in enumerate(facts):
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
    return len(facts)


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
