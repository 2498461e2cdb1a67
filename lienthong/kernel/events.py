"""Facts in the past tense: written with the change they tell of, delivered upwards after commit, at least once.

A room declares its facts in ``events.py`` as frozen dataclasses over ``Event``; their fields are ids, codes, units and
times, never a name or a value. ``publish`` writes one to the outbox in the open transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import msgspec
from sqlalchemy import BigInteger, Column, Integer, String, Text, text

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.database import Database, Scope, table
from lienthong.kernel.ids import new_id

outbox = table(
    "outbox",
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("event_id", String(26), nullable=False, unique=True),
    Column("type", String(80), nullable=False),
    Column("at", String(27), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    # PostgreSQL: the writing transaction's number; a reader stops before the oldest one still open, so that a
    # position given early but committed late is never passed over. SQLite has one writer and needs none.
    Column("transaction", BigInteger, nullable=False, server_default=text("0")),
    scope=Scope.INTERNAL,
)
_COLUMNS = 'event_id, type, at, agency, request_id, payload, "transaction"'
_INSERT = f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, 0)"  # noqa: S608  driver SQL: every verb publishes
_INSERT_NUMBERED = _INSERT.replace(", 0)", ", pg_current_xact_id()::text::bigint)")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every fact. Subclasses are found by their type name ``room.ClassName``."""

    type: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        room = cls.__module__.split(".")[1] if "." in cls.__module__ else cls.__module__
        cls.type = f"{room}.{cls.__name__}"
        _types[cls.type] = cls


_types: dict[str, type[Event]] = {}
Fact = TypeVar("Fact", bound=Event)


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event as a listener receives it. position rises; id never repeats, so handling twice can be noticed."""

    position: int
    id: str
    type: str
    at: datetime
    agency: str
    request_id: str
    event: Event


def publish(who: Actor, fact: Event) -> str:
    """Write the fact to the outbox in the open transaction and answer its id. Raises RuntimeError outside of one."""
    node = runtime.current()
    if not node.database.in_transaction:
        message = f"{fact.type} was published outside a transaction"
        raise RuntimeError(message)
    event_id, at = new_id(), clock.stamp(node.clock.now())
    payload = msgspec.json.encode(fact).decode()
    with node.database.transaction() as connection:
        driver.run(
            connection,
            _INSERT if node.database.is_sqlite else _INSERT_NUMBERED,
            (event_id, fact.type, at, who.agency, who.request_id, payload),
        )
    node.database.after_commit(wake)
    return event_id


def read_after(
    position: int, *, types: Sequence[type[Event]] = (), limit: int = 500, before: int | None = None
) -> list[Delivered]:
    """Return committed facts after ``position`` in order, of the given types (all when none given).

    before: what ``finished_before`` answered, for who reads for several listeners at once.
    """
    node = runtime.current()
    conditions, values = ["position > ?"], list[Any]([position])
    if not node.database.is_sqlite:
        conditions.append('"transaction" < ?')
        values.append(finished_before(node.database) if before is None else before)
    if types:
        condition, named = driver.one_of("type", [each.type for each in types])
        conditions.append(condition)
        values.extend(named)
    sql = (
        "SELECT position, event_id, type, at, agency, request_id, payload FROM outbox"  # noqa: S608
        f" WHERE {' AND '.join(conditions)} ORDER BY position LIMIT {int(limit)}"
    )
    with node.database.reading() as connection:
        rows = driver.rows(connection, sql, values)
    return [
        Delivered(
            position=position,
            id=event_id,
            type=kind,
            at=clock.moment(at),
            agency=agency,
            request_id=request_id,
            event=decode(kind, payload),
        )
        for position, event_id, kind, at, agency, request_id, payload in rows
    ]


def finished_before(database: Database) -> int:
    """Return a transaction number below which every transaction on this PostgreSQL database has ended; 0 on SQLite.

    Asked before the rows are read, so whatever is below it is visible to that later reading. Not the server's own xmin:
    a long transaction in another database of the same server would hold up every listener here.
    """
    if database.is_sqlite:
        return 0
    with database.engine.connect() as connection, connection.begin():
        ((newest, numbers),) = driver.rows(
            connection,
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
            " array_agg(backend_xid::text::bigint) FILTER (WHERE backend_xid IS NOT NULL)"
            " FROM pg_stat_activity WHERE datname = current_database()",
        )
    active: list[int] = numbers or []
    # backend_xid has 32 bits: give it the epoch that puts it at or below the newest number
    return min([newest, *(newest - ((newest - each) & 0xFFFFFFFF) for each in active)])


def decode(type_name: str, payload: str) -> Event:
    """Return the fact of a stored row. Raises KeyError for a type no room declares any more."""
    return msgspec.json.decode(payload, type=_types[type_name])


def declared() -> dict[str, type[Event]]:
    """Return every declared fact by type name (of the rooms imported so far)."""
    return dict(_types)


_wakers: list[Any] = []


def on_publish(waker: Any) -> None:
    """Register something with ``set()`` (a threading.Event) to be woken when a fact commits."""
    _wakers.append(waker)


def off_publish(waker: Any) -> None:
    """Stop waking it."""
    _wakers.remove(waker)


def wake() -> None:
    """Wake whoever waits for facts or jobs."""
    for waker in _wakers:
        waker.set()
