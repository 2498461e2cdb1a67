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
from lienthong.kernel.database import Scope, table
from lienthong.kernel.ids import new_id
from lienthong.kernel.positions import Log

outbox = table(
    "outbox",
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("event_id", String(26), nullable=False, unique=True),
    Column("type", String(80), nullable=False),
    Column("at", String(27), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("transaction", BigInteger, nullable=False, server_default=text("0")),  # of older nodes; nothing reads it
    scope=Scope.INTERNAL,
)
_COLUMNS = 'event_id, type, at, agency, request_id, payload, "transaction"'
_INSERT = f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, 0)"  # noqa: S608  driver SQL: every verb publishes
_LOG = Log("outbox", 0x0B0C5)


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
        _LOG.claim(connection, node.database)
        driver.run(connection, _INSERT, (event_id, fact.type, at, who.agency, who.request_id, payload))
    node.database.after_commit(wake)
    return event_id


def read_after(
    position: int, *, types: Sequence[type[Event]] = (), limit: int = 500, up_to: int | None = None
) -> list[Delivered]:
    """Return committed facts after ``position`` in order, of the given types (all when none given).

    A position given early but committed late is never passed over: later ones wait for it.
    up_to: what ``settled`` answered, for who reads for several listeners at once.
    """
    node = runtime.current()
    last = settled() if up_to is None else up_to
    conditions, values = ["position > ?", "position <= ?"], list[Any]([position, last])
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


def settled() -> int:
    """Return the outbox position up to which everything that will ever be there can be read; ask it before reading."""
    return _LOG.settled(runtime.current().database)


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
