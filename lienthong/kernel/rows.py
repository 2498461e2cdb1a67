"""Rows of one table through the driver: the table names its columns once, a row comes back with those names.

For verbs that run many small statements: each costs a tenth of what it costs through SQLAlchemy Core.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Boolean, Table

from lienthong.kernel import driver, runtime


class Row(Protocol):
    """A row as it was read: each column of its table is an attribute."""

    def __getattr__(self, name: str, /) -> Any:
        """Return the value of a column."""
        ...


class Rows:
    """The rows of one table. What follows its name in SQL is given as text, with ``?`` for each parameter.

    Every method joins the open transaction.
    """

    def __init__(self, table: Table) -> None:
        names = [column.name for column in table.columns]
        keys = [column.name for column in table.primary_key]
        newer = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
        named: Any = namedtuple(table.name, names)  # pyright: ignore[reportUntypedNamedTuple]
        self._names, self._make = names, named._make
        self._flags = [at for at, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
        self._table, self._columns = table.name, ", ".join(names)
        self._insert = f"INSERT INTO {table.name} ({self._columns}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
        self._newer = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {newer}"

    def all(self, ending: str, *parameters: Any) -> list[Row]:
        """Return the rows that ``WHERE … ORDER BY … LIMIT …`` leaves."""
        sql = f"SELECT {self._columns} FROM {self._table} {ending}"  # noqa: S608
        with runtime.current().database.reading() as connection:
            return self._read(driver.rows(connection, sql, parameters))

    def one(self, ending: str, *parameters: Any, lock: bool = False) -> Row | None:
        """Return the first row, None without one; locked until the open transaction ends when asked."""
        locks = lock and not runtime.current().database.is_sqlite  # there, whoever writes is alone
        return _first(self.all(f"{ending} FOR UPDATE" if locks else ending, *parameters))

    def among(self, column: str, values: Iterable[str], order: str = "") -> list[Row]:
        """Return the rows whose column has one of the values; order: ``ORDER BY …``, held within 500 values."""
        found: list[Row] = []
        for portion in driver.chunks(values):
            condition, parameters = driver.one_of(column, portion)
            found += self.all(f"WHERE {condition} {order}", *parameters)
        return found

    def add(self, *rows: Mapping[str, Any]) -> None:
        """Insert rows, each with every column."""
        self._put(self._insert, rows)

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Insert rows, each in place of the one with its primary key."""
        self._put(self._insert + self._newer, rows)

    def begin(self, row: Mapping[str, Any]) -> Row | None:
        """Insert a row unless one stands in its way; answer it as it is kept, None when one did."""
        sql = f"{self._insert} ON CONFLICT DO NOTHING RETURNING {self._columns}"
        with runtime.current().database.transaction() as connection:
            return _first(self._read(driver.rows(connection, sql, self._values(row))))

    def change(self, columns: Mapping[str, Any], where: str, *parameters: Any) -> list[Row]:
        """Change columns of the rows that ``WHERE …`` leaves; answer these rows as they are then."""
        new = ", ".join(f"{name} = ?" for name in columns)
        sql = f"UPDATE {self._table} SET {new} {where} RETURNING {self._columns}"  # noqa: S608
        with runtime.current().database.transaction() as connection:
            return self._read(driver.rows(connection, sql, [*columns.values(), *parameters]))

    def drop(self, where: str, *parameters: Any) -> int:
        """Delete the rows that ``WHERE …`` leaves; answer how many."""
        with runtime.current().database.transaction() as connection:
            return driver.run(connection, f"DELETE FROM {self._table} {where}", parameters)  # noqa: S608

    def _put(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        with runtime.current().database.transaction() as connection:
            driver.run_many(connection, sql, [self._values(row) for row in rows])

    def _values(self, row: Mapping[str, Any]) -> list[Any]:
        return [row[name] for name in self._names]

    def _read(self, found: Iterable[Sequence[Any]]) -> list[Row]:
        if not self._flags:
            return [self._make(row) for row in found]
        return [self._make(self._with_flags(row)) for row in found]

    def _with_flags(self, row: Sequence[Any]) -> list[Any]:
        """Truth as Python has it: SQLite keeps 0 and 1."""
        values = list(row)
        for at in self._flags:
            values[at] = bool(values[at])
        return values


def _first(rows: Sequence[Row]) -> Row | None:
    return rows[0] if rows else None
