"""Parquet through DuckDB, without its extensions: record n is row n; the names of the columns come as row 0."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import refusals
from lienthong.kernel.sheets.cells import MAX_COLUMNS, Cell, CellError, tidy
from lienthong.kernel.sheets.shape import Row, SheetInfo, Troubles

_MAX_ROWS = 100_000_000
_PORTION = 2_000
_PLAIN = (
    *("VARCHAR", "BOOLEAN", "DATE", "TIME", "TIMESTAMP", "DOUBLE", "FLOAT", "DECIMAL", "INTERVAL", "UUID", "ENUM"),
    *(
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    ),
)
_ODD = {float, Decimal}
_VIET_NAM = timedelta(hours=7) // timedelta(microseconds=1)


class Parquet:
    """Reads in portions: memory stays flat however long the file is."""

    raw = False

    def __init__(self, path: Path) -> None:
        self._path = path
        with _Connection(path) as connection:
            described = connection.all("DESCRIBE SELECT * FROM read_parquet($1)", str(path))
            if len(described) > MAX_COLUMNS:
                raise refusals.too_wide(len(described), MAX_COLUMNS)
            self._names = [str(each[0]) for each in described]
            picked = ", ".join(_pick(str(each[0]), str(each[1])) for each in described)
            self._select = f"SELECT {picked} FROM read_parquet($1)"  # noqa: S608  names are quoted
            [(count,)] = connection.all("SELECT count(*) FROM read_parquet($1)", str(path))
        if count > _MAX_ROWS:
            raise refusals.bomb(path)
        self.sheets = (SheetInfo(path.stem, int(count), len(self._names)),)

    def rows(self, sheet: str, troubles: Troubles) -> Iterator[Row]:
        """Yield the names of the columns as row 0, then the records."""
        del sheet, troubles
        yield 0, [unicodedata.normalize("NFC", name) for name in self._names]
        number = 0
        with _Connection(self._path) as connection:
            for portion in connection.portions(self._select, str(self._path)):
                for record in portion:
                    number += 1
                    if any(value is not None and value != "" for value in record):
                        cells = [_cell(value) if value.__class__ in _ODD else value for value in record]
                        yield number, tidy(cells, number, computes=False)


class _Connection:
    """DuckDB in memory that may read this one file and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> _Connection:
        import duckdb

        self._error = duckdb.Error
        self._duck = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "768MB"})
        for setting in (
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET temp_directory = ''",
            f"SET allowed_paths = [{_quoted(str(self._path))}]",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self._duck.execute(setting)
        return self

    def __exit__(self, *_: object) -> None:
        self._duck.close()

    def all(self, statement: str, *values: Any) -> list[Any]:
        return [row for portion in self.portions(statement, *values) for row in portion]

    def portions(self, statement: str, *values: Any) -> Iterator[list[Any]]:
        try:
            self._duck.execute(statement, list(values))
            while portion := self._duck.fetchmany(_PORTION):
                yield portion
        except (self._error, UnicodeDecodeError, OverflowError, ValueError):
            raise refusals.damaged(self._path) from None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _pick(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP WITH TIME ZONE":  # its Python type needs a library; Viet Nam has one hour all year
        return f"make_timestamp(epoch_us({column}) + {_VIET_NAM})"
    if kind.endswith(("]", ")")) and not kind.startswith(("DECIMAL(", "ENUM(")):
        kind = ""
    if not kind.startswith(_PLAIN):
        message = N_("Cột “%(column)s” của tệp Parquet chứa dữ liệu lồng nhau hoặc nhị phân; tách thành các cột đơn.")
        raise Invalid("sheet.nested", message, column=name[:100])
    return f"{column}::VARCHAR" if kind == "UUID" or kind.startswith("TIME WITH") else column


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else CellError(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
