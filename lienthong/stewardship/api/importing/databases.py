"""A table of another database as a source: read once, read-only, and kept as a file like every other source."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, Unavailable
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Writer
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.beginning import begin
from lienthong.stewardship.api.importing.standing import Batch

PASSWORD = "LIENTHONG_SOURCE_PASSWORD"  # noqa: S105  the name of the variable that holds it
_KINDS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "mysql": "mysql", "mariadb": "mariadb"}
_ROWS = 5000


def begin_from_database(
    who: Actor,
    *,
    register: str,
    url: str,
    table: str,
    columns: Sequence[str] = (),
    grounds: Grounds | None = None,
    reason: str = "",
) -> Batch:
    """Read a table or view once, through a read-only connection, and begin an import of what it held.

    url: ``sqlite:///path``, ``postgresql://user@host/name``, ``mariadb://…`` without a password, which comes from the
    environment variable LIENTHONG_SOURCE_PASSWORD and is kept nowhere. table: ``name`` or ``schema.name``. columns:
    those that may leave the source, all when empty. Raises Invalid for another database, a table or column that is not
    there, an address with a password in it; Unavailable when the source does not answer.
    """
    spec = registers.definition(register)
    states.require_steward(who, register, grounds or Grounds(purpose="import", basis=spec.basis[0]))
    address = _address(url)
    with tempfile.TemporaryDirectory(prefix="lienthong-") as folder:
        path = Path(folder) / "table.csv"
        with _reading(address) as connection:
            found = _table(connection, table, columns)
            with Writer(path, list(found.selected_columns.keys())) as out:
                stream = connection.execution_options(yield_per=_ROWS).execute(found)
                for some in stream.partitions():
                    out.add(map(_texts, some))
        with path.open("rb") as source:
            return begin(who, register=register, name=f"{table}.csv", source=source, grounds=grounds, reason=reason)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise Invalid("source.url", N_("Địa chỉ cơ sở dữ liệu chưa đúng; ví dụ postgresql://user@host/name.")) from None
    kind = address.get_backend_name()
    if kind not in _KINDS:
        raise Invalid("source.kind", N_("Chỉ đọc được bảng của SQLite, PostgreSQL và MariaDB; hãy xuất ra CSV."))
    if address.password:
        raise Invalid(
            "source.password",
            N_("Đừng viết mật khẩu trong địa chỉ: nó hiện trong danh sách tiến trình. Đặt biến %(name)s."),
            name=PASSWORD,
        )
    if kind == "sqlite":
        path = Path(address.database or "")
        if not path.is_file():
            raise Invalid("sheet.missing", N_("Không có tệp %(file)s; kiểm tra đường dẫn."), file=path.name)
        return URL.create("sqlite", database=f"file:{path.absolute()}", query={"mode": "ro", "uri": "true"})
    return address.set(drivername=_KINDS[kind], password=os.environ.get(PASSWORD) or None)


@contextmanager
def _reading(address: URL) -> Generator[sql.Connection]:
    """Open a source so that nothing can be written to it."""
    try:
        engine = sql.create_engine(address, poolclass=sql.pool.NullPool)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise Invalid(
            "source.driver",
            N_("Máy này chưa có trình điều khiển cho %(kind)s; cài đặt nó, hoặc xuất bảng ra CSV rồi nhập tệp."),
            kind=address.get_backend_name(),
        ) from None
    try:
        with engine.connect() as connection:
            if address.get_backend_name() != "sqlite":
                connection.execute(sql.text("SET TRANSACTION READ ONLY"))
            if address.get_backend_name() == "postgresql":
                connection.execute(sql.text("SET LOCAL datestyle TO 'ISO'"))
            yield connection
    except DBAPIError as failure:
        raise Unavailable(
            "source.unreadable",
            N_("Không đọc được cơ sở dữ liệu nguồn (%(kind)s); kiểm địa chỉ, tài khoản và quyền đọc bảng."),
            kind=type(failure).__name__,  # never the driver's words: they may carry the address
        ) from None
    finally:
        engine.dispose()


def _table(connection: sql.Connection, name: str, wanted: Sequence[str]) -> sql.Select[Any]:
    """Return what reads a table. Days of PostgreSQL come as texts: one without end is a cell to refuse, not the end."""
    schema, _, table = name.rpartition(".")
    look = sql.inspect(connection)
    try:
        there = {str(each["name"]): each["type"] for each in look.get_columns(table, schema=schema or None)}
    except SQLAlchemyError:
        raise Invalid("source.table", N_("Nguồn không có bảng “%(table)s”."), table=name) from None
    missing = [each for each in wanted if each not in there]
    if missing:
        raise Invalid("source.columns", N_("Bảng không có cột %(columns)s."), columns=", ".join(missing))
    chosen: list[sql.ColumnClause[Any]] = [sql.column(each) for each in wanted or there]
    source = sql.table(table, *chosen, schema=schema or None)
    days = sql.Date | sql.DateTime if connection.dialect.name == "postgresql" else ()
    read = (
        sql.cast(each, sql.Text).label(each.name) if isinstance(there[each.name], days) else each
        for each in source.columns
    )
    return sql.select(*read)


def _texts(row: Iterable[Any]) -> list[Any]:
    return [_as_text(cell) for cell in row]


def _as_text(cell: Any) -> Any:
    return cell.hex() if isinstance(cell, bytes | memoryview) else cell
