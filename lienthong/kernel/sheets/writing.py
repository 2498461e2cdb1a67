"""Writes CSV and XLSX: every cell is text, none can be taken for a formula, the file appears whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import msgspec

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id

MAX_XLSX_ROWS = 1_048_575
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def check_target(path: Path) -> None:
    """Refuse a file that cannot be written: neither ``.csv`` nor ``.xlsx``, or in a folder that is not there."""
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise Invalid("sheet.kind", N_("Chỉ nhận tệp .csv và .xlsx; %(file)s thì không phải."), file=path.name)
    if not path.absolute().parent.is_dir():
        raise Invalid("sheet.folder", N_("Không có thư mục để ghi tệp %(file)s."), file=path.name)


def safe(value: Any) -> str:
    """Return a cell's text; what a spreadsheet would run as a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RUNS) else text


class Writer:
    """Takes rows into a file beside the target and puts it in place when the block ends well; readable by its owner."""

    def __init__(self, path: Path, header: Sequence[str], *, notes: dict[str, str] | None = None) -> None:
        check_target(path)
        self._path, self._header, self._notes = path, list(header), notes or {}
        self._aside = path.with_name(f".{new_id()}{path.suffix}")
        self._spool: Any = None  # rows of a workbook wait in a file: a million of them do not fit into memory
        self._file: Any = None
        self._csv: Any = None
        self.count = 0

    def __enter__(self) -> Self:
        os.close(os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if self._path.suffix.lower() == ".csv":
            self._file = self._aside.open("w", encoding="utf-8-sig", newline="")  # the mark makes Excel see Unicode
            self._csv = csv.writer(self._file, lineterminator="\r\n")
            self._csv.writerow(self._header)
        else:
            self._spool = tempfile.TemporaryFile(dir=self._path.absolute().parent)
        return self

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Append rows. Raises Invalid when a spreadsheet cannot hold that many."""
        ready = [[safe(value) for value in row] for row in rows]
        self.count += len(ready)
        if self._csv is not None:
            self._csv.writerows(ready)
            return
        if self.count > MAX_XLSX_ROWS:
            raise Invalid("sheet.too_many", N_("Một bảng XLSX chứa tối đa 1.048.575 dòng; xuất ra .csv."))
        self._spool.writelines(msgspec.json.encode(row) + b"\n" for row in ready)

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            if self._file is not None:
                self._file.close()
            elif kind is None:
                _write_xlsx(self._aside, self._header, self._spool, self._notes)
            if kind is None:
                self._aside.replace(self._path)
        finally:
            if self._spool is not None:
                self._spool.close()
            self._aside.unlink(missing_ok=True)


def _write_xlsx(path: Path, header: list[str], spool: IO[bytes], notes: dict[str, str]) -> None:
    import rustpy_xlsxwriter as xlsx

    spool.seek(0)

    def records() -> Iterator[dict[str, str | None]]:
        empty = True
        for line in spool:
            empty = False
            yield {name: cell or None for name, cell in zip(header, msgspec.json.decode(line), strict=True)}
        if empty:  # the titles come from the first row
            yield dict.fromkeys(header)

    text = xlsx.Format().set_num_format("@")  # as text: a spreadsheet must not drop the zeros of 079192…
    with path.open("wb") as file:
        cast(Any, xlsx).write_worksheet(  # its types leave much unknown
            records(),
            file,
            column_formats=[text] * len(header),
            column_width=22.0,
            header_format=xlsx.Format().set_bold(),
            freeze_row=1,
            notes={name: note for name, note in notes.items() if name in header} or None,
        )
