"""What a raw cell may be beyond a plain value: three kinds of text that are no data yet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from lienthong.kernel.sheets import refusals

MAX_COLUMNS = 2_000
MAX_TEXT = 100_000
"""Characters of one cell; a spreadsheet's own limit is 32,767."""
_ESCAPED = re.compile(r"'(?=[=+\-@\t\r])")


class Formula(str):
    """A cell that computes instead of saying a value."""

    __slots__ = ()


class CellError(str):
    """A cell that shows an error (``#N/A``, ``#REF!``): the value it should say is not in the file."""

    __slots__ = ()


class Undecoded(str):
    """A text whose letters are in an encoding nobody has confirmed yet; its surface, one character for each byte."""

    __slots__ = ()


Cell = None | str | int | float | bool | date | datetime | time | timedelta
"""A raw cell. Text may be a Formula, a CellError or Undecoded; an empty cell is "" or None."""


def text_cell(text: str) -> str:
    """Return the text of a cell: a formula named so, the apostrophe that keeps a text from running taken off."""
    if text.startswith("="):
        return Formula(text)
    return _ESCAPED.sub("", text, count=1) if text.startswith("'") else text


def tidy(cells: list[Any], row: int, *, computes: bool = True) -> list[Cell]:
    """Return the cells of a row with their texts in NFC and formulas named. Raises Invalid for a text without end.

    computes: whether a text of this kind of file may be a formula; in one of records it is what it says, apostrophe and
    all. Most rows need nothing, which one look at all their texts together tells.
    """
    text = "".join([cell for cell in cells if cell.__class__ is str])
    if len(text) > MAX_TEXT and max(map(len, cells_of_text(cells))) > MAX_TEXT:
        raise refusals.long_cell(row, MAX_TEXT)
    plain = not computes or ("=" not in text and "'" not in text)
    if plain and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return cells
    if not computes:
        return [unicodedata.normalize("NFC", cell) if cell.__class__ is str else cell for cell in cells]
    return [text_cell(unicodedata.normalize("NFC", cell)) if cell.__class__ is str else cell for cell in cells]


def cells_of_text(cells: list[Any]) -> list[str]:
    """Return the texts among the cells of a row."""
    return [cell for cell in cells if isinstance(cell, str)]
