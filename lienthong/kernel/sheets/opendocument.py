"""ODS before its values are read: formulas, merged cells and the size, with what is repeated. (ODF 1.3 part 3, 9.1.)"""

from __future__ import annotations

from pathlib import Path

from lienthong.kernel.sheets import refusals, xmlscan
from lienthong.kernel.sheets.cells import MAX_COLUMNS
from lienthong.kernel.sheets.marks import FORMULA, MAX_CELLS, Marks
from lienthong.kernel.sheets.packed import Packed

_CONTENT = "content.xml"
_MOST = 1 << 24


class OpenDocument:
    """An ODS file looked through."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._packed = Packed(path)

    def survey(self) -> dict[str, Marks]:
        """Return the marks of each sheet by name. Raises Invalid for what would hurt."""
        manifest = self._packed.read("META-INF/manifest.xml")
        if b"encryption-data" in manifest:
            raise refusals.locked(self._path)
        if _CONTENT not in self._packed:
            raise refusals.damaged(self._path)
        careful = _Careful(self._path)
        xmlscan.read(self._path, self._packed.pieces(_CONTENT), careful.start, careful.end)
        return careful.sheets


class _Careful:
    """The content parsed element by element."""

    def __init__(self, path: Path) -> None:
        self.sheets: dict[str, Marks] = {}
        self._path = path
        self._tables: list[Marks] = []  # a cell may hold a table of its own
        self._row = self._column = 0
        self._rows = 1
        self._used = False
        self._total = 0

    def start(self, name: str, told: dict[str, str]) -> None:
        """Take an element that begins."""
        plain = {xmlscan.local(key): value for key, value in told.items()}
        if name == "table":
            self._table(plain.get("name", ""))
        elif len(self._tables) != 1:
            return
        elif name == "table-row":
            self._rows = _repeated(plain.get("number-rows-repeated"))
            self._column, self._used = 0, False
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell(plain)

    def end(self, name: str) -> None:
        """Take an element that ends."""
        if name == "table" and self._tables:
            marks = self._tables.pop()
            self._total += marks.rows * marks.columns
            if self._total > MAX_CELLS:
                raise refusals.too_many_cells(self._path, MAX_CELLS)
        elif name == "table-row" and len(self._tables) == 1:
            marks = self._tables[0]
            if self._used:
                self._repeat_marks(marks)
                marks.rows = self._row + self._rows
            self._row += self._rows

    def _table(self, name: str) -> None:
        marks = Marks(merged=())
        if not self._tables:
            self.sheets.setdefault(name, marks)
            self._row = 0
        self._tables.append(marks)

    def _cell(self, told: dict[str, str]) -> None:
        marks = self._tables[0]
        times = _repeated(told.get("number-columns-repeated"))
        row = self._row + 1
        formula = "formula" in told
        if formula or "value-type" in told:
            self._used = True
            marks.columns = max(marks.columns, self._column + times)
            if marks.columns > MAX_COLUMNS:
                raise refusals.too_wide(marks.columns, MAX_COLUMNS)
        if formula:
            for at in range(self._column, self._column + times):
                marks.add(row, at, FORMULA)
        wide, high = _repeated(told.get("number-columns-spanned")), _repeated(told.get("number-rows-spanned"))
        if wide > 1 or high > 1:
            area = (row, self._column, row + high - 1, self._column + wide - 1)
            marks.merged = (*(marks.merged or ()), area)
        self._column += times

    def _repeat_marks(self, marks: Marks) -> None:
        """Mark the formulas of a repeated row in each of its rows."""
        formulas = marks.cells.get(self._row + 1)
        if formulas is None or self._rows == 1:
            return
        if self._rows * len(formulas) > MAX_CELLS // 100:
            raise refusals.too_many_cells(self._path, MAX_CELLS)
        for row in range(self._row + 2, self._row + self._rows + 1):
            marks.cells[row] = formulas


def _repeated(text: str | None) -> int:
    return min(max(int(text), 1), _MOST) if text and text.isascii() and text.isdecimal() and len(text) < 12 else 1
