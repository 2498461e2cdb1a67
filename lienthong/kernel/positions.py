"""Logs that many transactions add to at once: up to where one can be read so that nothing is passed over.

PostgreSQL gives positions out when rows are written and shows rows when their transaction commits, in another order.
Transaction numbers do not tell the two apart: a later number may take an earlier position. So whoever adds to a log
holds, until its transaction ends, a shared advisory lock that names the last position given out before its own first
one; what lies at or below the lowest of these can change no more. Nobody waits for anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from lienthong.kernel import driver
from lienthong.kernel.database import Database

EVERYTHING = (1 << 62) - 1
_BITS = 40  # of a lock's name that are the position
_GIVEN = "CASE WHEN is_called THEN last_value ELSE 0 END"
_HELD = (
    "SELECT min(name) FROM (SELECT (classid::bigint << 32) | objid::bigint AS name FROM pg_locks WHERE locktype ="
    " 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) held"
    " WHERE name >= ? AND name < ?"
)


@dataclass(frozen=True, slots=True)
class Log:
    """A table whose key is ``position``. mark: tells its locks from those of other logs, below 2^22."""

    table: str
    mark: int

    def claim(self, connection: Connection, database: Database) -> None:
        """Let readers see that the open transaction gets positions; call it before each row is written."""
        if not database.is_sqlite and database.first_time(f"claim {self.table}"):
            lock = f"pg_advisory_xact_lock_shared({self.mark << _BITS} + {_GIVEN})"
            driver.rows(connection, f"SELECT 1 FROM (SELECT {lock} FROM {self.table}_position_seq) AS locked")  # noqa: S608

    def settled(self, database: Database) -> int:
        """Return a position at or below which no row can appear any more; ask it before the rows are read.

        SQLite has one writer, and all that can be seen is settled: ``EVERYTHING``.
        """
        if database.is_sqlite:
            return EVERYTHING
        first = self.mark << _BITS
        with database.engine.connect() as connection, connection.begin():
            # in this order: whoever gets a lock after the first question gets a higher position than it answers
            ((given,),) = driver.rows(connection, f"SELECT {_GIVEN} FROM {self.table}_position_seq")  # noqa: S608
            ((lowest,),) = driver.rows(connection, _HELD, [first, first + (1 << _BITS)])
        return given if lowest is None else min(given, lowest - first)
