"""The pages of a scan as one table: what the other steps of an import read in the place of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from lienthong.kernel.errors import Fault
from lienthong.kernel.sheets import SheetInfo, TextGuess
from lienthong.kernel.text import fold
from lienthong.stewardship.domain.papers import Cell, ReadPage
from lienthong.stewardship.store import papers as store


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row was read: its page, and its cells by column; a column that a page lacks has none."""

    page: int
    cells: dict[int, Cell]


class Paper:
    """The rows of a scan, in the order of its pages. A form is one row; the labels of all forms are the header."""

    kind = "paper"
    is_unicode = True
    epoch = 1900
    notes: tuple[Fault, ...] = ()
    path = Path()

    def sheet_read(self, sheet: str = "") -> str:
        """Return "": a scan has no sheets."""
        del sheet
        return ""

    def __init__(self, batch: str) -> None:
        self._rows: list[list[Any]] = []
        self.places: list[Place] = []
        told = [
            (row.number, msgspec.json.decode(row.told, type=ReadPage))
            for row in store.pages(batch)
            if row.state == "read"
        ]
        titles: dict[str, int] = {}
        texts: list[Any] = []
        for _, page in told:
            for title in page.titles:
                if titles.setdefault(fold(title), len(titles)) == len(texts):
                    texts.append(title)
        if texts:
            self._add(0, texts, {})
        for number, page in told:
            at = [titles[fold(each)] for each in page.titles]
            for row in page.rows:
                # a label that stands twice on a page keeps what stands behind it first
                cells = dict(reversed(list(zip(at or range(len(row)), row, strict=True))))
                width = len(texts) or len(row)
                self._add(number, [cells[column].text if column in cells else "" for column in range(width)], cells)
        self.sheets = (SheetInfo("", len(self._rows), max(map(len, self._rows), default=0)),)

    def _add(self, page: int, texts: list[Any], cells: dict[int, Cell]) -> None:
        self._rows.append(texts)
        self.places.append(Place(page, cells))

    def rows(self, _sheet: str = "") -> Iterator[tuple[int, list[Any]]]:
        """Yield number and cells of each row."""
        return ((number, list(row)) for number, row in enumerate(self._rows, 1))

    def place(self, row: int) -> Place:
        """Return where a row was read; nowhere for a number that is none."""
        return self.places[row - 1] if 0 < row <= len(self.places) else Place(0, {})

    def guess(self, _sheet: str = "") -> TextGuess:
        """Say that nothing needs decoding."""
        return TextGuess(())

    def decode(self, _choices: dict[int, str], *, sheet: str = "") -> None:
        """Do nothing: what was recognised is Unicode."""
        del sheet
