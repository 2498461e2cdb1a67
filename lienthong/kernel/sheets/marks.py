"""What the reader of values does not tell about a sheet: which cells compute or show an error, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass, field

FORMULA = "="
"""The mark of a cell that computes; any other mark is the error that the cell shows."""
MAX_CELLS = 16_000_000
"""Cells of the rectangle around all that a sheet holds: about 100 bytes each, so 1.6 GB while it is read."""


@dataclass(slots=True)
class Marks:
    """One sheet. rows, columns: the last that is used. cells: row from 1 → column from 0 → mark. merged: None: ask."""

    rows: int = 0
    columns: int = 0
    cells: dict[int, dict[int, str]] = field(default_factory=dict[int, dict[int, str]])
    merged: list[tuple[int, int, int, int]] | None = None

    def add(self, row: int, column: int, mark: str) -> None:
        """Mark a cell."""
        self.cells.setdefault(row, {})[column] = mark

    def reach(self, row: int, column: int) -> None:
        """Note that a cell is used. row from 1, column from 0."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column + 1)
