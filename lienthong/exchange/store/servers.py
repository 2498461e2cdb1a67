"""Servers of agencies that ask over the network: which keys were let in and revoked, what each has read up to.

Of a key there is one row for each act, never changed: the newest holds, and each is proved by an entry of the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, delete, func, insert, select

from lienthong.kernel import driver, runtime
from lienthong.kernel.database import Scope, table

server_act = table(
    "exchange_server_act",
    Column("id", String(26), primary_key=True),  # also the id of the ledger entry that proves it
    Column("at", String(27), nullable=False),
    Column("by", String(80), nullable=False),
    Column("act", String(10), nullable=False),  # admitted, revoked
    Column("key", String(43), nullable=False),
    Column("public_key", String(64), nullable=False),  # hex
    Column("agency", String(40), nullable=False),
    Column("note", String(200), nullable=False),  # what the server is; of a revocation: why
    Column("salt", LargeBinary(32), nullable=False),
    Index("ix_exchange_server_act_key", "key", "id"),
    scope=Scope.INTERNAL,
)
server_read = table(
    "exchange_server_read",
    Column("key", String(43), primary_key=True),
    Column("contract", String(80), primary_key=True),
    Column("place", String(60), nullable=False),
    Column("read_at", String(27), nullable=False),
    Column("whole_at", String(27), nullable=False),  # when nothing was left to read; "" before the first time
    Column("building", Boolean, nullable=False),  # the last page was one of a snapshot
    scope=Scope.INTERNAL,
)
server_nonce = table(
    "exchange_server_nonce",
    Column("key", String(43), primary_key=True),
    Column("nonce", String(200), primary_key=True),
    Column("at", String(27), nullable=False, index=True),
    scope=Scope.INTERNAL,
)


@dataclass(frozen=True, slots=True)
class Act:
    """A key was let in for an agency's server, or revoked."""

    id: str
    at: str
    by: str
    act: str
    key: str
    public_key: str
    agency: str
    note: str


@dataclass(frozen=True, slots=True)
class Read:
    """How far a server has read under a contract. place: the offset of its last page."""

    key: str
    contract: str
    place: str
    read_at: str
    whole_at: str
    building: bool


_ACT = [server_act.c[name] for name in Act.__slots__]
_READ = [server_read.c[name] for name in Read.__slots__]


def add(act: Act, salt: bytes) -> None:
    """Write an act in the open transaction."""
    values = {name: getattr(act, name) for name in Act.__slots__}
    with runtime.current().database.transaction() as connection:
        connection.execute(insert(server_act).values(**values, salt=salt))


def acts_of(key: str) -> list[Act]:
    """Return what was done with a key, in order."""
    with runtime.current().database.reading() as connection:
        found = connection.execute(select(*_ACT).where(server_act.c.key == key).order_by(server_act.c.id))
        return [Act(*row) for row in found]


def acts() -> list[Act]:
    """Return what was done with every key, in order."""
    with runtime.current().database.reading() as connection:
        return [Act(*row) for row in connection.execute(select(*_ACT).order_by(server_act.c.id))]


def take_nonce(key: str, nonce: str, *, at: str, forget_before: str) -> bool:
    """Keep the nonce of a request in the open transaction; False when it was used before. Old ones are forgotten."""
    with runtime.current().database.transaction() as connection:
        connection.execute(delete(server_nonce).where(server_nonce.c.at < forget_before))
        sql = "INSERT INTO exchange_server_nonce (key, nonce, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        return driver.run(connection, sql, [key, nonce, at]) == 1


def asked_since(key: str, since: str) -> tuple[int, str]:
    """Return how many requests a server has made since a stamp, and when the first of them was ("" for none)."""
    which = (server_nonce.c.key == key, server_nonce.c.at > since)
    with runtime.current().database.reading() as connection:
        count, first = connection.execute(select(func.count(), func.min(server_nonce.c.at)).where(*which)).one()
    return count, first or ""


def note_read(row: Read) -> None:
    """Keep how far a server has read, in the open transaction; a ``whole_at`` of "" leaves the one that was kept."""
    values = [getattr(row, name) for name in Read.__slots__]
    sql = (
        "INSERT INTO exchange_server_read (key, contract, place, read_at, whole_at, building)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key, contract) DO UPDATE SET"
        " place = excluded.place, read_at = excluded.read_at, building = excluded.building, whole_at ="
        " CASE WHEN excluded.whole_at = '' THEN exchange_server_read.whole_at ELSE excluded.whole_at END"
    )
    with runtime.current().database.transaction() as connection:
        driver.run(connection, sql, values)


def reads(contracts: Sequence[str] = ()) -> list[Read]:
    """Return how far servers have read, of these contracts or of all."""
    asked = select(*_READ).order_by(server_read.c.contract, server_read.c.key)
    if contracts:
        asked = asked.where(server_read.c.contract.in_(contracts))
    with runtime.current().database.reading() as connection:
        return [Read(*row) for row in connection.execute(asked)]
