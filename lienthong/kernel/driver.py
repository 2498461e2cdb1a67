"""Driver SQL on the open connection: a statement through SQLAlchemy Core costs 100 µs, through the driver 6."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from lienthong.kernel import runtime

CHUNK = 500
"""Keys asked for in one statement."""
_COPY_FROM = 20


def rows(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """Return all rows of a query; ``?`` stands for a parameter on both engines."""
    cursor = _run(connection, sql, parameters)
    try:
        return cursor.fetchall()
    finally:
        cursor.close()


def run(connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement; answer how many rows it touched."""
    cursor = _run(connection, sql, parameters)
    try:
        return cursor.rowcount
    finally:
        cursor.close()


def run_many(connection: Connection, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for each row of parameters."""
    if not parameters:
        return
    if len(parameters) == 1:
        run(connection, sql, parameters[0])
        return
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(_placeholders(sql), parameters)
    finally:
        cursor.close()


def insert_many(
    connection: Connection, table: str, columns: Sequence[str], parameters: Iterable[Sequence[Any]]
) -> None:
    """Insert rows as fast as the engine takes them: COPY on PostgreSQL, one prepared statement on SQLite.

    A generator lets PostgreSQL take rows while the next ones are being made.
    """
    names = ", ".join(columns)
    few = isinstance(parameters, Sequence) and len(parameters) < _COPY_FROM
    if few or runtime.current().database.is_sqlite:
        marks = ", ".join("?" * len(columns))
        run_many(connection, f"INSERT INTO {table} ({names}) VALUES ({marks})", list(parameters))  # noqa: S608
        return
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in parameters:
                copy.write_row(row)
    finally:
        cursor.close()


def one_of(column: str, values: Sequence[str]) -> tuple[str, list[Any]]:
    """Return a condition that the column has one of the values, and its parameters."""
    if len(values) == 1:
        return f"{column} = ?", [values[0]]
    if runtime.current().database.is_sqlite:
        return f"{column} IN ({', '.join('?' * len(values))})", list(values)
    return f"{column} = ANY(?)", [list(values)]


def chunks(values: Iterable[str]) -> list[list[str]]:
    """Return the values in portions that one statement takes."""
    listed = list(values)
    return [listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK)]


def _run(connection: Connection, sql: str, parameters: Sequence[Any]) -> Any:
    cursor = connection.connection.cursor()
    cursor.execute(_placeholders(sql), parameters)
    return cursor


def _placeholders(sql: str) -> str:
    return sql if runtime.current().database.is_sqlite else sql.replace("?", "%s")
