"""Brings built-in tables to what this program declares: what only adds is done by itself, anything else is refused.

Added are: tables, columns that may be empty or have a default of the database, indexes, longer texts. All of it in one
transaction, so that a start that is killed has changed nothing, and one start at a time, so that two do it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Inspector, MetaData, Table, UniqueConstraint, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateColumn, CreateIndex

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_

_TEXT = re.compile(r"(?:VARCHAR|TEXT)(?:\((\d+)\))?")
_SAME = {"FLOAT": "DOUBLE PRECISION", "DECIMAL": "NUMERIC", "INT": "INTEGER"}


def bring_up(connection: Connection, metadata: MetaData) -> list[str]:
    """Add in the open transaction what the declared tables have and the database lacks; answer the statements.

    Raises Invalid with every change that is more than an addition; nothing was changed then.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('lienthong.schema'))")
    seen = inspect(connection)
    there = set(seen.get_table_names())
    known = [each for each in metadata.sorted_tables if each.name in there]
    faults = [wrong for each in known for wrong in _refused(connection, seen, each)]
    if faults:
        raise _cannot(faults)
    done = [f"CREATE TABLE {each.name}" for each in metadata.sorted_tables if each.name not in there]
    metadata.create_all(connection)
    for statement in [one for each in known for one in _additions(connection, seen, each)]:
        try:
            connection.exec_driver_sql(statement)
        except IntegrityError:
            place = statement.split(" ON ")[-1].split(" ")[0]
            raise _cannot(
                [fault(place, "schema.double", N_("Có dòng trùng nhau nên không lập được chỉ mục duy nhất."))]
            ) from None
        done.append(statement)
    return done


def _additions(connection: Connection, seen: Inspector, table: Table) -> Iterator[str]:
    """Yield the statements that add to a table what it lacks."""
    dialect = connection.dialect
    name = dialect.identifier_preparer.format_table(table)
    there = {each["name"]: each for each in seen.get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            made = str(CreateColumn(column).compile(dialect=dialect)).strip()
            yield f"ALTER TABLE {name} ADD COLUMN {made}{''.join(_points_at(connection, column))}"
        elif dialect.name == "postgresql":  # SQLite keeps a text of any length, whatever was declared
            was, wanted = _type(connection, there[column.name]["type"]), _type(connection, column.type)
            if was != wanted:
                quoted = dialect.identifier_preparer.format_column(column)
                yield f"ALTER TABLE {name} ALTER COLUMN {quoted} TYPE {wanted}"
    indexes = {each["name"] for each in seen.get_indexes(table.name)}
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        if index.name not in indexes:
            yield str(CreateIndex(index).compile(dialect=dialect))


def _points_at(connection: Connection, column: Column[Any]) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer
    for key in column.foreign_keys:
        after = f" ON DELETE {key.ondelete}" if key.ondelete else ""
        yield f" REFERENCES {quote.format_table(key.column.table)} ({quote.format_column(key.column)}){after}"


def _refused(connection: Connection, seen: Inspector, table: Table) -> Iterator[Fault]:
    """Yield every difference of a table that no addition mends."""
    there = {each["name"]: each for each in seen.get_columns(table.name)}
    for column in table.columns:
        at = f"{table.name}.{column.name}"
        if column.name not in there:
            if column.primary_key or column.unique or not (column.nullable or column.server_default is not None):
                yield fault(at, "schema.needed", N_("Cột mới này phải để trống được hoặc có giá trị mặc định."))
            continue
        was, wanted = _type(connection, there[column.name]["type"]), _type(connection, column.type)
        if was != wanted and not _is_wider(was, wanted, anyhow=connection.dialect.name == "sqlite"):
            yield fault(at, "schema.type", N_("Cột đổi kiểu từ %(was)s sang %(wanted)s."), was=was, wanted=wanted)
        if not column.primary_key and there[column.name]["nullable"] != column.nullable:
            yield fault(at, "schema.empty", N_("Cột đổi việc có được để trống hay không."))
    for name, column in there.items():
        if name not in table.columns and not column["nullable"] and column["default"] is None:
            yield fault(f"{table.name}.{name}", "schema.gone", N_("Bản này không còn điền cột bắt buộc này."))
    yield from _refused_keys(seen, table)


def _refused_keys(seen: Inspector, table: Table) -> Iterator[Fault]:
    key = seen.get_pk_constraint(table.name)["constrained_columns"]
    if sorted(key) != sorted(column.name for column in table.primary_key.columns):
        yield fault(table.name, "schema.key", N_("Bảng đổi khóa chính."))
    unique = {frozenset(each["column_names"]) for each in seen.get_unique_constraints(table.name)}
    for each in table.constraints:
        if isinstance(each, UniqueConstraint) and frozenset(each.columns.keys()) not in unique:
            yield fault(table.name, "schema.unique", N_("Bảng có thêm ràng buộc duy nhất."))
    there = {each["name"]: each for each in seen.get_indexes(table.name)}
    for index in table.indexes:
        found = there.get(index.name)
        if found and (list(found["column_names"]), bool(found["unique"])) != (index.columns.keys(), bool(index.unique)):
            yield fault(f"{table.name}.{index.name}", "schema.index", N_("Chỉ mục cùng tên nhưng khác cột."))


def _is_wider(was: str, wanted: str, *, anyhow: bool) -> bool:
    """Say whether every text of the old type fits the new one. anyhow: the engine keeps any length."""
    old, new = _TEXT.fullmatch(was), _TEXT.fullmatch(wanted)
    if not old or not new:
        return False
    return anyhow or new[1] is None or (old[1] is not None and int(old[1]) <= int(new[1]))


def _type(connection: Connection, of: Any) -> str:
    """Return a column's type as the engine writes it, without its collation."""
    made = re.sub(r" COLLATE \S+", "", of.compile(dialect=connection.dialect)).upper()
    return _SAME.get(made, made)


def _cannot(faults: Sequence[Fault]) -> Invalid:
    return Invalid(
        "schema.change",
        N_(
            "Cơ sở dữ liệu cần thay đổi nhiều hơn việc thêm bảng, cột hay chỉ mục, nên chương trình chưa đổi gì. "
            "Hãy chạy lại bản đã tạo dữ liệu này, hoặc làm theo hướng dẫn nâng cấp của bản mới sau khi sao lưu."
        ),
        faults,
    )
