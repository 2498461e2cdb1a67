"""What a raw cell may be beyond a plain value: three kinds of text that are no data yet."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

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


def is_empty(cells: list[Cell]) -> bool:
    """Return whether nothing is in any cell."""
    return all(cell is None or cell == "" for cell in cells)
