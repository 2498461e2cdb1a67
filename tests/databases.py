"""Databases of tests: prepared once with every table, copied or emptied for each test instead of made anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, event, make_url, text

from lienthong.kernel.database import Database
from lienthong.kernel.runtime import running, start
from lienthong.kernel.settings import Settings
from lienthong.ledger.store import log_metadata

RAM = Path("/dev/shm")  # noqa: S108  a home in memory: what these tests kill are processes, not the machine
ENOUGH = 3 << 30
SMALL = 1 << 20
"""Bytes of a table whose rows are deleted; a larger one is truncated, which costs more files than time."""


def folder_in_memory() -> Path | None:
    """Return where homes of tests cost no wait for a disk, when there is room for them."""
    room = shutil.disk_usage(RAM).free if RAM.is_dir() else 0
    return RAM if room > ENOUGH else None


def make_ready(home: Path, url: str) -> None:
    """Make every table of a node, those of registers and of the ledger too, as they stand after the first day."""
    from lienthong.registers import api as registers

    with running(start(Settings(home=home, database_url=url))) as node:
        node.database.create_tables()
        registers.prepare()
        log = node.database if not node.database.is_sqlite else Database(f"sqlite:///{home / 'ledger.sqlite'}")
        with log.transaction() as connection:
            log_metadata.create_all(connection)
        log.close()


class Kept(Database):
    """A database on which the nodes of tests take turns: what was compiled for one node is there for the next.

    Connections to PostgreSQL stay open between turns; those to SQLite are closed, for the next turn has other files.
    """

    def __init__(self, url: str, again: Again | None = None) -> None:
        """Prepare for turns; again: what the database is on PostgreSQL."""
        super().__init__(url)
        self.again = again
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", self._open_current)

    def at(self, url: str) -> Kept:
        """Give it to the next node, whose database has this address."""
        self.url = url
        return self

    def close(self) -> None:
        """End a turn."""
        if self.is_sqlite:
            super().close()

    def _open_current(self, _dialect: Any, _record: Any, arguments: list[Any], _parameters: Any) -> None:
        arguments[0] = make_url(self.url).database


def settle(home: Path) -> None:
    """Move what the write-ahead logs of a home hold into its databases, so that copying the files copies everything."""
    for path in home.glob("*.sqlite"):
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()


def recreate(base: str, name: str, template: str = "template1") -> None:
    """Make a database of the server as a copy of another one, instead of one that stood there."""
    drop(base, name)
    as_admin(base, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    # a commit need not wait for the disk: no test takes the server's power away (the soak has a server of its own)
    as_admin(base, f'ALTER DATABASE "{name}" SET synchronous_commit = off')


def drop(base: str, name: str) -> None:
    """Drop a database of the server, whoever is still connected."""
    as_admin(base, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def as_admin(base: str, statement: str) -> None:
    """Give the server a statement about databases."""
    admin = create_engine(f"{base}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


SHAPE = """
SELECT md5(string_agg(concat_ws(' ', c.relname, c.relkind, a.attnum, a.attname, a.atttypid, a.attnotnull, a.atthasdef),
       ',' ORDER BY c.relname, a.attnum))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""
POSITIONS = "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value > 0"
SEQUENCES = "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value > 0"


@dataclass(frozen=True)
class Content:
    """What stands in a PostgreSQL database: the rows of its tables, as PostgreSQL writes them, and its sequences."""

    rows: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    positions: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass
class Again:
    """A PostgreSQL database that stands for every test as it was made: emptied, or made anew when a test altered it."""

    base: str
    name: str
    template: str
    _shape: str = ""
    _tables: list[str] = field(default_factory=list[str])
    _kept: dict[str, str] = field(default_factory=dict[str, str])
    _open: psycopg.Connection[Any] | None = None
    _writes: psycopg.Connection[Any] | None = None

    @property
    def url(self) -> str:
        """The address of the database."""
        return f"{self.base}/{self.name}"

    def make(self) -> None:
        """Copy it from the template, and note how it stands."""
        self.close()
        recreate(self.base, self.name, self.template)
        address = self.url.replace("+psycopg", "")
        self._open, self._writes = (psycopg.connect(address, autocommit=True) for _ in range(2))
        self._shape = self._ask(SHAPE)[0]
        self._tables = self._ask(TABLES)
        self._kept = {name: self._content(name) for name in self._filled()}

    def stand_again(self) -> None:
        """Bring it back to how it was made."""
        self._ask(OTHERS)
        filled = self._filled() if self._stands() else []
        if all(name in filled and self._content(name) == was for name, was in self._kept.items()):
            self._empty([name for name in filled if name not in self._kept])
        else:
            self.make()

    def close(self) -> None:
        """Let go of the database."""
        for each in filter(None, (self._open, self._writes)):
            each.close()

    def content(self) -> Content:
        """Return what stands in it now."""
        assert self._open
        positions = dict(self._open.execute(POSITIONS).fetchall())
        return Content({name: self._copied(name) for name in self._filled()}, positions)

    def refill(self, content: Content, *, instead_of: Content) -> None:
        """Let this stand in it; instead_of: what stands there now, unless it is how it was made."""
        with self._writing() as connection:
            for name in {*content.rows, *instead_of.rows}:
                connection.execute(f'DELETE FROM "{name}"'.encode())  # noqa: S608
            for name, rows in content.rows.items():
                with connection.cursor().copy(f'COPY "{name}" FROM STDIN (FORMAT binary)'.encode()) as copy:
                    copy.write(rows)
            connection.execute(SEQUENCES)
            for name, position in content.positions.items():
                connection.execute("SELECT setval(%s::regclass, %s)", [name, position])

    def _stands(self) -> bool:
        """Say whether every table is as it was made; tables that a test added are dropped."""
        if self._ask(SHAPE) == [self._shape]:
            return True
        added = set(self._ask(TABLES)) - set(self._tables)
        with self._writing() as connection:
            for name in added:
                connection.execute(f'DROP TABLE "{name}" CASCADE'.encode())
        return bool(added) and self._ask(SHAPE) == [self._shape]

    def _ask(self, query: str) -> list[Any]:
        assert self._open
        return [row[0] for row in self._open.execute(query.encode())]

    def _filled(self) -> list[str]:
        each = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in self._tables)  # noqa: S608
        return self._ask(" UNION ALL ".join(each))

    def _content(self, name: str) -> str:
        return self._ask(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \"{name}\" t")[0]  # noqa: S608

    def _empty(self, names: list[str]) -> None:
        large = [name for name in names if self._ask(f"SELECT pg_table_size('\"{name}\"')")[0] > SMALL]
        with self._writing() as connection:
            for name in names:
                statement = f'TRUNCATE "{name}" CASCADE' if name in large else f'DELETE FROM "{name}"'  # noqa: S608
                connection.execute(statement.encode())
            connection.execute(SEQUENCES)

    def _copied(self, name: str) -> bytes:
        assert self._open
        with self._open.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)'.encode()) as copy:
            return b"".join(copy)

    @contextmanager
    def _writing(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend the connection that writes in any order, whatever points at what: it forgets its plans each time."""
        assert self._writes
        with self._writes.transaction():
            self._writes.execute("SET LOCAL session_replication_role = replica")
            yield self._writes
