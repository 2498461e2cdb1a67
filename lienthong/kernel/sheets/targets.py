"""The four kinds of table that are written: rows in, a file out, and memory that does not grow with the rows.

In CSV and XLSX every cell is text and none can be taken for a formula. JSON lines and Parquet run nothing: their values
stand as they are, each column of a kind of its own.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any, Protocol, cast

import msgspec

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_

MAX_XLSX_ROWS = 1_048_575
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_APART = "\x1f"
_RUNS_INSIDE = re.compile(rf"{_APART}[{re.escape(''.join(_RUNS))}]")
_COLUMNS: Mapping[type, str] = {str: "VARCHAR", int: "BIGINT", bool: "BOOLEAN", date: "DATE"}


def safe_cell(value: Any) -> str:
    """Return a cell's text; what a spreadsheet would run as a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RUNS) else text


def _all_safe(row: Sequence[Any]) -> Sequence[str]:
    """Return the cells of a row as text that runs nothing; most rows are, which one look at all of them tells."""
    try:
        text = _APART + _APART.join(row)
    except TypeError:  # not all of them are texts
        return [safe_cell(value) for value in row]
    return [safe_cell(value) for value in row] if _RUNS_INSIDE.search(text) else row


class Target(Protocol):
    """A file that is being written."""

    def add(self, rows: Iterable[Sequence[Any]]) -> int:
        """Append rows, answer how many."""
        ...

    def finish(self) -> None:
        """Make the file whole."""
        ...

    def close(self) -> None:
        """Let go of everything, whole or not."""
        ...


class Delimited:
    """CSV for spreadsheets: the mark at its head makes Excel see Unicode."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file, lineterminator="\r\n")
        self._csv.writerow(header)

    def add(self, rows: Iterable[Sequence[Any]]) -> int:
        """Append rows, answer how many."""
        ready = [_all_safe(row) for row in rows]
        self._csv.writerows(ready)
        return len(ready)

    def finish(self) -> None:
        """Write what is still held."""
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Workbook:
    """XLSX: its rows wait in a file without a name, a million of them do not fit into memory."""

    def __init__(self, path: Path, header: Sequence[str], notes: Mapping[str, str]) -> None:
        self._path, self._header, self._notes = path, list(header), notes
        self._spool: IO[bytes] = tempfile.TemporaryFile(dir=path.absolute().parent)  # noqa: SIM115  until close()
        self._count = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> int:
        """Append rows, answer how many. Raises Invalid when a spreadsheet cannot hold that many."""
        ready = [[safe_cell(value) for value in row] for row in rows]
        self._count += len(ready)
        if self._count > MAX_XLSX_ROWS:
            raise Invalid("sheet.too_many", N_("Một bảng XLSX chứa tối đa 1.048.575 dòng; xuất ra .csv."))
        self._spool.writelines(msgspec.json.encode(row) + b"\n" for row in ready)
        return len(ready)

    def finish(self) -> None:
        """Write the workbook."""
        import rustpy_xlsxwriter as xlsx

        text = xlsx.Format().set_num_format("@")  # as text: a spreadsheet must not drop the zeros of 079192…
        with self._path.open("wb") as file:
            cast(Any, xlsx).write_worksheet(  # its types leave much unknown
                self._records(),
                file,
                column_formats=[text] * len(self._header),
                column_width=22.0,
                header_format=xlsx.Format().set_bold(),
                freeze_row=1,
                notes={name: note for name, note in self._notes.items() if name in self._header} or None,
            )

    def _records(self) -> Iterator[dict[str, str | None]]:
        self._spool.seek(0)
        empty = True
        for line in self._spool:
            empty = False
            yield {name: cell or None for name, cell in zip(self._header, msgspec.json.decode(line), strict=True)}
        if empty:  # the titles come from the first row
            yield dict.fromkeys(self._header)

    def close(self) -> None:
        """Drop the rows that waited."""
        self._spool.close()


class Lines:
    """JSON lines: an object a row; what has no value has no key, but the first row names every column."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._file = path.open("wb")
        self._header = list(header)
        self._count = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> int:
        """Append rows, answer how many."""
        before = self._count
        for row in rows:
            record = dict(zip(self._header, row, strict=True))
            if self._count:
                record = {name: value for name, value in record.items() if value is not None}
            self._file.write(msgspec.json.encode(record) + b"\n")
            self._count += 1
        return self._count - before

    def finish(self) -> None:
        """Write what is still held."""
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Columns:
    """Parquet by DuckDB, from JSON lines beside the target: a column keeps its kind, text keeps its zeros."""

    def __init__(self, path: Path, header: Sequence[str], types: Sequence[type]) -> None:
        self._path = path
        self._kinds = {name: _COLUMNS[each] for name, each in zip(header, types, strict=True)}
        self._aside = path.with_name(f"{path.name}.rows")
        self._aside.touch(mode=0o600, exist_ok=False)
        self._lines = Lines(self._aside, header)

    def add(self, rows: Iterable[Sequence[Any]]) -> int:
        """Append rows, answer how many."""
        return self._lines.add(rows)

    def finish(self) -> None:
        """Write the Parquet file. Raises OSError when it cannot be written, such as on a full disk."""
        import duckdb

        self._lines.finish()
        kinds = ", ".join(f"{_quoted(name)}: '{kind}'" for name, kind in self._kinds.items())
        names = ", ".join(_name(each) for each in self._kinds)
        read = f"read_json({_quoted(str(self._aside))}, format='newline_delimited', columns={{{kinds}}})"
        into = f"{_quoted(str(self._path))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
        settings: dict[str, Any] = {"threads": 1, "memory_limit": "512MB", "temp_directory": ""}
        with duckdb.connect(":memory:", config=settings) as duck:
            try:
                duck.execute(f"COPY (SELECT {names} FROM {read}) TO {into}")  # noqa: S608  names are quoted
            except duckdb.IOException as failure:
                raise OSError(str(failure)) from failure

    def close(self) -> None:
        """Drop the rows that waited."""
        self._lines.close()
        self._aside.unlink(missing_ok=True)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
