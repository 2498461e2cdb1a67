"""The log that subscribers follow: which records each save touched, in the order in which it became true.

One row for each save of a transaction, however many records: ids and versions only, what they say stays in the
registers. Retention takes old rows away and leaves a mark where it stopped (``floor``); a load that put a whole table
in place of another leaves one too (``reload``): whoever stood before such a mark begins again with a snapshot.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, String

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.database import Database, Scope, table
from lienthong.kernel.positions import Log

register_change = table(
    "register_change",
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", String(27), nullable=False, index=True),
    Column("register", String(40), nullable=False),
    Column("kind", String(10), nullable=False),  # written, reload, floor
    Column("records", LargeBinary, nullable=False),
    scope=Scope.INTERNAL,
)
WRITTEN, RELOAD, FLOOR = "written", "reload", "floor"
_INSERT = "INSERT INTO register_change (at, register, kind, records) VALUES (?, ?, ?, ?)"
_LOG = Log("register_change", 0x0B0C6)
_FEW = 20  # records that are not worth compressing
_ROWS = 200


class Entry(NamedTuple):
    """A record that a save touched, and its versions before (0: it was not there) and after."""

    record: str
    before: int
    after: int


class Logged(NamedTuple):
    """One row of the log."""

    position: int
    register: str
    entries: list[Entry]


def note(connection: Connection, register: str, entries: Sequence[Entry]) -> None:
    """Log what was just saved, in the open transaction, after the records were locked: positions keep their order."""
    if entries:
        _add(connection, register, WRITTEN, msgspec.json.encode(entries))


def note_reload(connection: Connection, register: str) -> None:
    """Log that more changed than is listed: subscribers of the register begin again with a snapshot."""
    _add(connection, register, RELOAD, b"[]")


def settled(database: Database) -> int:
    """Return the last position up to which nothing can appear any more, 0 for none; ask it before reading.

    On PostgreSQL a position given early may be committed late (``kernel.positions``).
    """
    last = _LOG.settled(database)
    if not database.is_sqlite:
        return last
    with database.reading() as connection:
        return driver.rows(connection, "SELECT max(position) FROM register_change")[0][0] or 0


def after(connection: Connection, position: int, registers: Sequence[str], *, up_to: int) -> Iterator[Logged]:
    """Yield the rows about these registers from a position to another, both too, in order; marks are left out."""
    which, names = driver.one_of("register", list(registers))
    sql = (
        f"SELECT position, register, records FROM register_change WHERE position >= ? AND position <= ? AND {which}"  # noqa: S608
        f" AND kind = 'written' ORDER BY position LIMIT {_ROWS}"
    )
    while rows := driver.rows(connection, sql, [position, up_to, *names]):
        for place, register, packed in rows:
            yield Logged(place, register, _unpacked(packed))
        position = rows[-1][0] + 1


def unsettled(connection: Connection, position: int, registers: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return (register, record) of all that is visible after a position → the version that it had before."""
    which, names = driver.one_of("register", list(registers))
    sql = f"SELECT register, records FROM register_change WHERE position > ? AND {which} ORDER BY position"  # noqa: S608
    found: dict[tuple[str, str], int] = {}
    for register, packed in driver.rows(connection, sql, [position, *names]):
        for each in _unpacked(packed):
            found.setdefault((register, each.record), each.before)
    return found


def mark(connection: Connection, registers: Sequence[str]) -> int:
    """Return the position of the last mark that these registers' subscribers must have passed; 0 for none."""
    which, names = driver.one_of("register", ["", *registers])
    sql = f"SELECT max(position) FROM register_change WHERE kind <> 'written' AND {which}"  # noqa: S608
    return driver.rows(connection, sql, names)[0][0] or 0


def forget(connection: Connection, until: str) -> int:
    """Take away rows from before a stamp, but for one that stays as the mark of where they ended; answer how many.

    The newest row always stays: positions must not begin anew.
    """
    sql = "SELECT max(position) FROM register_change WHERE at < ? AND position < (SELECT max(position) FROM"
    last = driver.rows(connection, f"{sql} register_change)", [until])[0][0]
    if not last:
        return 0
    gone = driver.run(connection, "DELETE FROM register_change WHERE position < ?", [last])
    sql = "UPDATE register_change SET kind = 'floor', register = '', records = ? WHERE position = ?"
    driver.run(connection, sql, [b"[]", last])
    return gone


def _add(connection: Connection, register: str, kind: str, records: bytes) -> None:
    at = clock.stamp(runtime.current().clock.now())
    packed = records if len(records) < _FEW * 40 else zlib.compress(records, 1)
    _LOG.claim(connection, runtime.current().database)
    driver.run(connection, _INSERT, [at, register, kind, packed])


def _unpacked(packed: Any) -> list[Entry]:
    said = bytes(packed)
    return msgspec.json.decode(said if said[:1] == b"[" else zlib.decompress(said), type=list[Entry])
