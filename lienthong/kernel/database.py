"""One schema for SQLite and PostgreSQL, transactions that join, and a declared scope on every table.

SQLite: WAL, one writing process, one write lock per process around ``BEGIN IMMEDIATE``, plain ``BEGIN`` for reads.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, PoolProxiedConnection, Table, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.schema import SchemaItem

from lienthong.kernel import schema

metadata = MetaData()
"""Every built-in table of the house. Tables of registers are made from definitions and live in their own metadata."""


class Scope(StrEnum):
    """Who may see a row of a table; the store that owns the table applies it."""

    OWNER = "owner"
    """Rows belong to one agency (column ``agency``); only its officers see them."""
    PARTICIPANTS = "participants"
    """Rows are seen by the applicant and the agencies that take part."""
    SUBJECT = "subject"
    """Rows are about one person or account (column ``subject``); only that one sees them."""
    REFERENCE = "reference"
    """Shared facts of the state: everyone reads, only imports write."""
    PUBLIC = "public"
    """Published on purpose."""
    INTERNAL = "internal"
    """Machinery of the house (outbox, jobs, cursors): no actor sees rows of it."""
    PERSONAL = "personal"
    """Register records: read only through ``registers.api`` with grounds and an access entry."""


def table(name: str, *items: SchemaItem, scope: Scope, into: MetaData = metadata) -> Table:
    """Declare a table with its scope; a table without one cannot be declared."""
    return Table(name, into, *items, info={"scope": scope})


@dataclass(slots=True)
class _Open:
    """The transaction this task is in."""

    database: Database
    connection: Connection
    writing: bool
    after_commit: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    at_end: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    asked: set[str] = field(default_factory=set[str])


_open: ContextVar[_Open | None] = ContextVar("open_transaction", default=None)


class Database:
    """One database and the transactions on it."""

    def __init__(self, url: str, *, engine: Engine | None = None) -> None:
        """Open the database at an address; engine: of another one at the same address, whose connections it uses."""
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._write_lock = threading.RLock()
        self._borrowed = engine is not None
        self.engine = engine or (_sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url))

    @contextmanager
    def transaction(self, *, pragmas: Sequence[str] = ()) -> Generator[Connection]:
        """Write in one transaction; inside another one of this task, join it (all or nothing together).

        pragmas: settings of SQLite (``cache_size=-131072``) for this transaction alone, when it is the outermost.
        """
        outer = _open.get()
        if outer is not None and outer.database is self:
            if not outer.writing:
                message = "a verb that writes was called inside a reading block"
                raise RuntimeError(message)
            yield outer.connection
            return
        ended: list[Callable[[], None]] = []
        try:
            with self._writer(), self.engine.connect() as connection:
                work = _Open(self, connection.execution_options(lienthong_write=True), writing=True, at_end=ended)
                token = _open.set(work)
                try:
                    with self._set(connection, pragmas), work.connection.begin():
                        yield work.connection
                finally:
                    _open.reset(token)
        finally:
            for callback in ended:
                callback()
        for callback in work.after_commit:
            callback()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Read from one consistent view; inside a transaction of this task, read what it has written."""
        outer = _open.get()
        if outer is not None and outer.database is self:
            yield outer.connection
            return
        with self.engine.connect() as connection:
            token = _open.set(_Open(self, connection, writing=False))
            try:
                with connection.begin():
                    yield connection
            finally:
                _open.reset(token)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call back once the open transaction has committed; at once when none is open."""
        work = _open.get()
        if work is None or work.database is not self or not work.writing:
            callback()
        else:
            work.after_commit.append(callback)

    def at_end(self, callback: Callable[[], None]) -> None:
        """Call back once the open transaction is over, committed or not; at once when none is open.

        For what must be written although the work it tells of is refused and rolled back, such as a denial.
        """
        work = _open.get()
        if work is None or work.database is not self or not work.writing:
            callback()
        else:
            work.at_end.append(callback)

    def first_time(self, what: str) -> bool:
        """Say whether the open transaction asks this of itself for the first time; always so when none is open."""
        work = _open.get()
        if work is None or work.database is not self:
            return True
        is_new = what not in work.asked
        work.asked.add(what)
        return is_new

    @property
    def in_transaction(self) -> bool:
        """True inside a writing block of this task."""
        work = _open.get()
        return work is not None and work.database is self and work.writing

    def create_tables(self) -> list[str]:
        """Create or add to the built-in tables what is missing; answer what was done, in SQL.

        The rooms' stores must have been imported. Raises Invalid when more than an addition is needed.
        """
        with self.transaction() as connection:
            return schema.bring_up(connection, metadata)

    def close(self) -> None:
        """Let go of every connection of its own."""
        if not self._borrowed:
            self.engine.dispose()

    @contextmanager
    def _set(self, connection: Connection, pragmas: Sequence[str]) -> Generator[None]:
        driver: Any = connection.connection.driver_connection
        before: list[str] = []
        try:
            for each in pragmas if self.is_sqlite else ():
                name = each.split("=")[0]
                before.append(f"{name}={driver.execute(f'PRAGMA {name}').fetchone()[0]}")
                driver.execute(f"PRAGMA {each}")
            yield
        finally:
            if before and driver.in_transaction:  # a commit that failed, as on a full disk: nothing is set within one
                driver.rollback()
            for each in before:
                driver.execute(f"PRAGMA {each}")

    @contextmanager
    def _writer(self) -> Generator[None]:
        if self.is_sqlite:
            with self._write_lock:
                yield
        else:
            yield


class Watch:
    """Says whether anything was written since it was last asked: 5 µs on SQLite; of PostgreSQL it always says yes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: PoolProxiedConnection | None = None
        self._seen = -1

    def changed(self) -> bool:
        """True when another connection, of any process, has written since the last question; true the first time."""
        if not self._database.is_sqlite:
            return True
        if self._connection is None:
            self._connection = self._database.engine.raw_connection()
            self._connection.detach()  # its own connection: SQLite counts what all the others wrote
        driver: Any = self._connection.dbapi_connection
        before, self._seen = self._seen, driver.execute("PRAGMA data_version").fetchone()[0]
        return self._seen != before

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": 10.0}, pool_size=4, max_overflow=16)

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        cursor = dbapi_connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-32768",
            "mmap_size=268435456",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        writes = connection.get_execution_options().get("lienthong_write")
        driver: Any = connection.connection.driver_connection  # every transaction begins here: 5 µs instead of 90
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql_engine(url: str) -> Engine:
    from psycopg import IsolationLevel  # not at the start of a node on SQLite

    engine = create_engine(url, pool_size=8, max_overflow=24)

    @event.listens_for(engine, "connect")
    def settle(driver: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        # compiling a query of a millisecond took 270 where a table was thought to be large; what is long, DuckDB does
        driver.execute("SET jit = off")
        driver.commit()

    @event.listens_for(engine, "checkout")
    def look(driver: Any, _record: Any, _proxy: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        # an idle connection hears nothing but its end: one look at the socket instead of asking the server each time
        if _hears_something(driver):
            raise InvalidatePoolError

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        driver: Any = connection.connection.driver_connection
        if connection.get_execution_options().get("lienthong_write"):
            _begin_with(driver, None, None)
        else:
            _begin_with(driver, IsolationLevel.REPEATABLE_READ, True)

    return engine


def _begin_with(driver: Any, isolation: int | None, read_only: bool | None) -> None:
    """Say how the next transaction begins; it is sent with its BEGIN."""
    if driver.isolation_level != isolation:
        driver.isolation_level = isolation
    if driver.read_only != read_only:
        driver.read_only = read_only


def _hears_something(driver: Any) -> bool:
    if driver.closed:
        return True
    looking = select.poll()
    looking.register(driver.fileno(), select.POLLIN)
    return bool(looking.poll(0))
