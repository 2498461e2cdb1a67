"""A register's next table, filled beside the one in use and put in its place whole: no index is kept while it fills.

Ten million random insertions into eight indexes take hours; sorting them afterwards takes a minute. Nobody ever sees a
table without its indexes or half of a load: until the change of tables everybody reads and writes the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateIndex, CreateTable

from lienthong.kernel import driver, runtime
from lienthong.registers.store import changes
from lienthong.registers.store.layout import CURRENT, Layout, Shape, current_table, index_name, index_on
from lienthong.registers.store.words import note_table

_SORTING = ("temp_store=FILE", "cache_size=-131072")
"""Sorting ten million keys in memory would take more of it than a small server has."""


class Staging:
    """The table beside the one in use. key: the register's key, which the caller's rows have once each."""

    def __init__(self, layout: Layout, shape: Shape) -> None:
        self._layout, self._shape = layout, shape
        self.name = f"{layout.current}_load"
        self._columns = [*CURRENT, *layout.lookup_columns]
        self._table = current_table(self.name, shape, keyed=False)

    def make(self, connection: Connection) -> None:
        """Make the table anew, empty."""
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {self.name}")
        connection.exec_driver_sql(str(CreateTable(self._table).compile(dialect=connection.dialect)))

    def insert(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows: id, version, valid_from, known_from, payload and lookup keys of each."""
        driver.insert_many(connection, self.name, self._columns, rows)

    def build_indexes(self) -> None:
        """Make the indexes that are still missing, each in a transaction of its own: a killed load goes on with it."""
        database = runtime.current().database
        while True:
            with database.transaction(pragmas=_SORTING) as connection:
                statement = next(iter(self._missing(connection)), None)
                if statement is None:
                    return
                if not database.is_sqlite:
                    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
                connection.exec_driver_sql(statement)

    def note_names(self) -> None:
        """Note the names that came, for searches that forgive mistakes; after the indexes, which give them in order."""
        for name in self._shape.words:
            note_table(self._layout, name, self.name)

    def taken(self, connection: Connection) -> list[Any]:
        """Take out those rows whose key another writer has given to a record meanwhile: valid_from, payload of each.

        From here on nobody else writes to the register until the transaction ends.
        """
        if not runtime.current().database.is_sqlite:
            connection.exec_driver_sql(f"LOCK TABLE {self._layout.current} IN ACCESS EXCLUSIVE MODE")
        key = f"by_{self._shape.key}"
        same = f"SELECT n.id FROM {self._layout.current} o JOIN {self.name} n ON n.{key} = o.{key}"  # noqa: S608
        found = driver.rows(connection, f"SELECT valid_from, payload FROM {self.name} WHERE id IN ({same}) ORDER BY id")  # noqa: S608
        if found:
            driver.run(connection, f"DELETE FROM {self.name} WHERE id IN ({same})")  # noqa: S608
        return found

    def take_over(self, connection: Connection) -> None:
        """Put the table in the place of the one in use, with what stands there."""
        names, old = ", ".join(self._columns), self._layout.current
        driver.run(connection, f"INSERT INTO {self.name} ({names}) SELECT {names} FROM {old}")  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {old}")
        connection.exec_driver_sql(f"ALTER TABLE {self.name} RENAME TO {old}")
        changes.note_reload(connection, self._layout.register)

    def _missing(self, connection: Connection) -> list[str]:
        seen = inspect(connection)
        there = {tuple(index["column_names"]) for index in seen.get_indexes(self.name)}
        taken = {index["name"] for index in seen.get_indexes(self._layout.current)}
        statements: list[str] = []
        if runtime.current().database.is_sqlite:
            if ("id",) not in there:
                name = _free(index_name(self._layout.current, ("id",)), taken)
                statements.append(f"CREATE UNIQUE INDEX {name} ON {self.name} (id)")
        elif not seen.get_pk_constraint(self.name)["constrained_columns"]:
            statements.append(f"ALTER TABLE {self.name} ADD PRIMARY KEY (id)")
        for fields in self._shape.indexes:
            if tuple(f"by_{field}" for field in fields) not in there:
                name = _free(index_name(self._layout.current, fields), taken)
                table = current_table(self.name, self._shape, keyed=False)
                index = index_on(table, fields, name, unique=fields == (self._shape.key,))
                statements.append(str(CreateIndex(index).compile(dialect=connection.dialect)))
        return statements


def _free(name: str, taken: set[str | None]) -> str:
    """Return the name, or another while an index of the table in use bears it: SQLite's indexes keep theirs."""
    return name if name not in taken else f"{name}_b"


def analyse(connection: Connection, layout: Layout) -> None:
    """Let the engine count what is in a register's tables: without it PostgreSQL reads a table whole for one key."""
    for name in (layout.current, layout.past):
        connection.exec_driver_sql(f"ANALYZE {name}")
