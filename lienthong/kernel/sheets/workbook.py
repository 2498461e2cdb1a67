"""XLSX, XLS and ODS through calamine; before it opens a file, `packed` and `biff` have looked for what would hurt."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import python_calamine as calamine

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import kinds, refusals
from lienthong.kernel.sheets.biff import Biff
from lienthong.kernel.sheets.cells import Cell, CellError, Formula, tidy
from lienthong.kernel.sheets.marks import FORMULA, Marks
from lienthong.kernel.sheets.opendocument import OpenDocument
from lienthong.kernel.sheets.openxml import OpenXml
from lienthong.kernel.sheets.shape import Row, SheetInfo, Troubles

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows from 1, columns from 0."""
_VISIBLE = cast(Any, calamine).SheetVisibleEnum.Visible
_READERS = {kinds.XLSX: OpenXml, kinds.XLS: Biff, kinds.ODS: OpenDocument}


class Workbook:
    """A file of sheets. The one that was read last stays in memory, for it is read again: to guess, then to import."""

    raw = False

    def __init__(self, path: Path, kind: str) -> None:
        reader = _READERS[kind](path)
        self._marks: dict[str, Marks] = reader.survey()
        self.epoch = reader.epoch
        self._book = _Opened(path, kind)
        self.sheets = tuple(self._info(each) for each in self._book.listed if each.name in self._marks)
        if not self.sheets:
            raise Invalid("sheet.empty", N_("Tệp %(file)s trống; kiểm tra lại tệp gốc."), file=path.name)

    def _info(self, told: Any) -> SheetInfo:
        marks = self._marks[told.name]
        return SheetInfo(told.name, marks.rows, marks.columns, hidden=told.visible != _VISIBLE)

    def rows(self, sheet: str, troubles: Troubles) -> Iterator[Row]:
        """Yield the rows that are not empty; a cell that computes or shows an error says so."""
        del troubles
        marked = self._marks[sheet].cells
        table = self._book.sheet(sheet)
        padding: list[Cell] = [""] * (table.start or (0, 0))[1]
        for number, cells in enumerate(self._book.rows(table), 1):
            odd = marked.get(number)
            if odd is None and cells.count("") == len(cells):
                continue
            row = tidy(padding + cells if padding else cells, number)
            if odd is not None:
                _mark(row, odd)
            yield number, row

    def merged(self, sheet: str) -> tuple[Area, ...]:
        """Return the areas whose cells are merged."""
        known = self._marks[sheet].merged
        if known is not None:
            return tuple(known)
        told: Any = self._book.sheet(sheet).merged_cell_ranges
        ranges = cast("list[tuple[tuple[int, int], tuple[int, int]]]", told or [])
        return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


def _mark(row: list[Cell], odd: dict[int, str]) -> None:
    row.extend([""] * (max(odd) + 1 - len(row)))
    for column, mark in odd.items():
        row[column] = Formula(row[column]) if mark == FORMULA else CellError(mark)


class _Opened:
    """An open workbook; whatever goes wrong in the reader becomes one of our sentences."""

    def __init__(self, path: Path, kind: str) -> None:
        self._path = path
        self._last: tuple[str, Any] | None = None
        # given a path the reader goes by its ending, given bytes by what they are
        is_named_well = path.suffix.lower() in kinds.KINDS[kind]
        with self._told():
            source = str(path) if is_named_well else io.BytesIO(path.read_bytes())
            self._book: Any = cast(Any, calamine).load_workbook(source)
            self.listed: list[Any] = self._book.sheets_metadata

    def sheet(self, name: str) -> Any:
        """Return a sheet by name."""
        if self._last is None or self._last[0] != name:
            self._last = None  # two large sheets do not stand in memory together
            with self._told():
                self._last = (name, self._book.get_sheet_by_name(name))
        return self._last[1]

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
