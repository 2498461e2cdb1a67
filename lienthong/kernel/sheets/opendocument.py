"""ODS before its values are read: formulas, merged cells and the size, with what is repeated. (ODF 1.3 part 3, 9.1.)"""

from __future__ import annotations

from pathlib import Path

from lienthong.kernel.sheets import refusals, xmlscan
from lienthong.kernel.sheets.cells import MAX_COLUMNS
from lienthong.kernel.sheets.marks import FORMULA, MAX_CELLS, Marks
from lienthong.kernel.sheets.packed import Packed

_CONTENT = "content.xml"
_MOST = 1 << 24
_REPEATS = {"number-columns-repeated", "number-rows-repeated"}


class OpenDocument:
    """An ODS file looked through."""

    epoch = 1900

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
        self._tables: list[Marks] = []  # the one that is open
        self._row = self._column = 0
        self._rows = 1
        self._areas = list[tuple[int, int, int, int]]()
        self._used = False
        self._total = 0

    def start(self, name: str, told: dict[str, str]) -> None:
        """Take an element that begins."""
        if name == "p":  # text without a type is shown too
            self._use(self._column)
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell(self._plain(told))
        elif name == "table-row":
            self._rows = self._repeated(self._plain(told).get("number-rows-repeated"))
            self._column, self._used = 0, False
        elif name == "table":
            self._table(self._plain(told).get("name", ""))

    def _plain(self, told: dict[str, str]) -> dict[str, str]:
        """Return attributes without their prefixes. Raises Invalid when one that repeats is there twice."""
        plain = {xmlscan.local(key): value for key, value in told.items()}
        if len(plain) < len(told):
            repeats = [local for key in told if (local := xmlscan.local(key)) in _REPEATS]
            if len(repeats) > len(set(repeats)):
                raise refusals.damaged(self._path)
        return plain

    def _use(self, columns: int) -> None:
        """Note that the row is used as far as a column."""
        if not self._tables:
            return
        marks = self._tables[0]
        self._used = True
        marks.columns = max(marks.columns, columns)
        if marks.columns > MAX_COLUMNS:
            raise refusals.too_wide(marks.columns, MAX_COLUMNS)

    def end(self, name: str) -> None:
        """Take an element that ends."""
        if name == "table" and self._tables:
            marks = self._tables.pop()
            self._total += marks.rows * marks.columns
            if self._total > MAX_CELLS:
                raise refusals.too_many_cells(self._path, MAX_CELLS)
        elif name == "table-row" and self._tables:
            marks = self._tables[0]
            if self._used:
                self._repeat_marks(marks)
                marks.rows = self._row + self._rows
            self._row += self._rows

    def _table(self, name: str) -> None:
        if self._tables or name in self.sheets:
            raise refusals.damaged(self._path)
        self._areas = list[tuple[int, int, int, int]]()
        marks = self.sheets[name] = Marks(merged=self._areas)
        self._row = 0
        self._tables.append(marks)

    def _cell(self, told: dict[str, str]) -> None:
        if not self._tables:
            return
        marks = self._tables[0]
        times = self._repeated(told.get("number-columns-repeated"))
        first, self._column = self._column, self._column + times
        row = self._row + 1
        if "value-type" in told or "formula" in told:
            self._use(self._column)
        if "formula" in told:
            for at in range(first, self._column):
                marks.add(row, at, FORMULA)
        if "number-columns-spanned" in told or "number-rows-spanned" in told:
            wide = self._repeated(told.get("number-columns-spanned"))
            high = self._repeated(told.get("number-rows-spanned"))
            if wide > 1 or high > 1:
                self._areas.append((row, first, row + high - 1, first + wide - 1))

    def _repeat_marks(self, marks: Marks) -> None:
        """Mark the formulas of a repeated row in each of its rows."""
        formulas = marks.cells.get(self._row + 1)
        if formulas is None or self._rows == 1:
            return
        if self._rows * len(formulas) > MAX_CELLS // 100:
            raise refusals.too_many_cells(self._path, MAX_CELLS)
        for row in range(self._row + 2, self._row + self._rows + 1):
            marks.cells[row] = formulas

    def _repeated(self, text: str | None) -> int:
        if text is None:
            return 1
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            raise refusals.damaged(self._path)
        return min(max(int(text), 1), _MOST)
