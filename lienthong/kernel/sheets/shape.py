"""What a file turns out to be: its kind, its sheets, and its columns of text as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lienthong.kernel.errors import Fault
from lienthong.kernel.sheets.cells import Cell

Row = tuple[int, list[Cell]]
"""Number of a row as a spreadsheet shows it, and its cells from column A on."""
MAX_TROUBLES = 1_000


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One table of a file. rows: None when only reading to the end would tell; columns: widest row seen."""

    name: str
    rows: int | None
    columns: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What the text of a column is in.

    column: 0 for A. encoding: "" when it is Unicode or plain letters already. confidence: 0 to 1. samples: raw text
    and the same decoded. others: further encodings with their confidence, likeliest first.
    """

    column: int
    encoding: str
    confidence: float
    samples: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TextGuess:
    """What the text of a sheet is in, column by column."""

    columns: tuple[ColumnGuess, ...]

    @property
    def certain(self) -> bool:
        """Whether no column needs a person to confirm it."""
        return not self.doubtful

    @property
    def legacy(self) -> tuple[ColumnGuess, ...]:
        """The columns that are to be decoded."""
        return tuple(each for each in self.columns if each.encoding)

    @property
    def doubtful(self) -> tuple[ColumnGuess, ...]:
        """The columns that a person must confirm."""
        from lienthong.kernel.legacy import CERTAIN

        return tuple(each for each in self.columns if each.confidence < CERTAIN)

    def choices(self) -> dict[int, str]:
        """Return the best encoding of each column that has one: what ``Book.decode`` takes."""
        return {each.column: each.encoding for each in self.legacy}


@dataclass(slots=True)
class Troubles:
    """What was odd about single rows while a file was read; the rows themselves are all there."""

    listed: list[Fault] = field(default_factory=list[Fault])
    count: int = 0

    def add(self, trouble: Fault) -> None:
        """Keep a trouble; beyond the first thousand only their number."""
        self.count += 1
        if len(self.listed) < MAX_TROUBLES:
            self.listed.append(trouble)


class Source(Protocol):
    """A reader of one kind of file."""

    sheets: tuple[SheetInfo, ...]
    raw: bool
    """Whether texts are surfaces (bytes of an unknown encoding) rather than Unicode."""

    def rows(self, sheet: str, troubles: Troubles) -> Iterator[Row]:
        """Yield the rows of a sheet that are not empty."""
        ...


def named(sheets: Iterable[SheetInfo]) -> list[str]:
    """Return the names of sheets."""
    return [each.name for each in sheets]
