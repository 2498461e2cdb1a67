"""XLSX, XLS and ODS through calamine; before it opens a file, `packed` and `biff` have looked for what would hurt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import python_calamine as calamine

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import kinds, refusals
from lienthong.kernel.sheets.biff import Biff
from lienthong.kernel.sheets.cells import MAX_TEXT, Cell, CellError, Formula, text_cell
from lienthong.kernel.sheets.marks import FORMULA, Marks
from lienthong.kernel.sheets.opendocument import OpenDocument
from lienthong.kernel.sheets.openxml import OpenXml
from lienthong.kernel.sheets.shape import Row, SheetInfo, Troubles

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows from 1, columns from 0."""
_VISIBLE = cast(Any, calamine).SheetVisibleEnum.Visible
_READERS = {kinds.XLSX: OpenXml, kinds.XLS: Biff, kinds.ODS: OpenDocument}


class Workbook:
    """A file of sheets, each of which calamine holds in memory while it is read."""

    raw = False

    def __init__(self, path: Path, kind: str) -> None:
        self._path = path
        self._marks: dict[str, Marks] = _READERS[kind](path).survey()
        with _Opened(path) as book:
            self.sheets = tuple(self._info(each) for each in book.sheets_metadata if each.name in self._marks)
        if not self.sheets:
            raise Invalid("sheet.empty", N_("Tệp %(file)s trống; kiểm tra lại tệp gốc."), file=path.name)

    def _info(self, told: Any) -> SheetInfo:
        marks = self._marks[told.name]
        return SheetInfo(told.name, marks.rows, marks.columns, hidden=told.visible != _VISIBLE)

    def rows(self, sheet: str, troubles: Troubles) -> Iterator[Row]:
        """Yield the rows that are not empty; a cell that computes or shows an error says so."""
        del troubles
        marked = self._marks[sheet].cells
        with _Opened(self._path) as book:
            table = book.sheet(sheet)
            padding: list[Cell] = [""] * (table.start or (0, 0))[1]
            for number, cells in enumerate(book.rows(table), 1):
                odd = marked.get(number)
                if odd is None and not any(cell != "" for cell in cells):
                    continue
                row = [*padding, *(_cell(cell, number) for cell in cells)]
                if odd is not None:
                    _mark(row, odd)
                yield number, row

    def merged(self, sheet: str) -> tuple[Area, ...]:
        """Return the areas whose cells are merged."""
        known = self._marks[sheet].merged
        if known is not None:
            return known
        with _Opened(self._path) as book:
            ranges = cast("list[tuple[tuple[int, int], tuple[int, int]]]", book.sheet(sheet).merged_cell_ranges or [])
        return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


def _cell(cell: Any, number: int) -> Cell:
    if isinstance(cell, str):
        if len(cell) > MAX_TEXT:
            raise refusals.long_cell(number, MAX_TEXT)
        return text_cell(cell if cell.isascii() else unicodedata.normalize("NFC", cell))
    return cell


def _mark(row: list[Cell], odd: dict[int, str]) -> None:
    row.extend([""] * (max(odd) + 1 - len(row)))
    for column, mark in odd.items():
        row[column] = Formula(row[column]) if mark == FORMULA else CellError(mark)


class _Opened:
    """An open workbook; whatever goes wrong in the reader becomes one of our sentences."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> _Opened:
        with self._told():
            self._book: Any = cast(Any, calamine).load_workbook(str(self._path))
            self.sheets_metadata: list[Any] = self._book.sheets_metadata
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def sheet(self, name: str) -> Any:
        """Return a sheet by name."""
        with self._told():
            return self._book.get_sheet_by_name(name)

    def rows(self, table: Any) -> Iterator[list[Any]]:
        """Yield the rows of a sheet from row 1 on, columns from the first that is used."""
        with self._told():
            yield from table.iter_rows()

    def _told(self) -> _Told:
        return _Told(self._path)


class _Told:
    """Turns what calamine raises into Invalid; a panic of its Rust code is an exception beside ``Exception``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, calamine.PasswordError):
            raise refusals.locked(self._path) from None
        panic = kind is not None and kind.__name__ == "PanicException"
        if panic or isinstance(error, calamine.CalamineError | OSError | ValueError | OverflowError | UnicodeError):
            raise refusals.damaged(self._path) from None
