"""Finds where a clerk's table begins: under titles, with merged cells, a second header row, a row of column numbers.

Pure. Rows come as they stand in the file: (number that a spreadsheet shows, cells).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any, Literal

from lienthong.kernel.text import fold

LOOKED_AT = 40
"""So many rows from the top are enough to find a header."""
BETWEEN = " › "
"""Stands between the levels of a title: ``Địa chỉ › Xã``."""
Aside = Literal["data", "empty", "header", "numbers", "total", "section", "signature"]
Row = tuple[int, Sequence[Any]]

_COLUMN_NUMBER = re.compile(r"[(\[]?\s*(?:\d{1,2}|[a-zđ]|[ivx]{1,4})\s*(?:=.*)?[)\]]?", re.IGNORECASE)
_UNIT_WORDS = {"dong", "nghin dong", "trieu dong", "nguoi", "ho", "kg", "gam", "m2", "ha", "nam", "thang", "ngay", "%"}
_UNIT_OF_MEASURE = re.compile(r"\(?\s*(?:dvt|don vi tinh|don vi|dv tinh)\b.*")
_LETTERHEAD = re.compile(
    r"(?:ubnd|uy ban|hdnd|hoi dong|cong an |(?:bo|so|phong) (?:cong an|tu phap|noi vu|y te|lao dong|giao duc|van hoa)|"
    r"trung tam|benh vien|bao hiem xa hoi|.*cong hoa xa hoi chu nghia|.*doc lap *- *tu do|danh sach|mau so|bieu|"
    r"phu luc|kem theo).*"
)
"""How the lines above a table begin: the office, the state's motto, what the list is."""
_VALUE = re.compile(r"[\d\s./,+():'-]*\d[\d\s./,+():'-]*")
_PLACE = re.compile(r"(?:thôn|tổ|khu|ấp|xóm|bản|buôn|khóm|đội|làng|tdp|xã|phường|thị trấn)\b\D*\d*$")
"""What a numbered heading between the rows names: ``II | Tổ dân phố số 6``."""
_TOTAL = re.compile(r"(?:tong(?: cong| so)?|cong|cong don|total)\b.*")
_SIGNED = re.compile(
    r"(?:nguoi lap(?: bieu| danh sach)?|thu truong|chu tich|t/?m\.? |tm\.? |kt\.? |can bo|truong thon|xac nhan|ky ten|"
    r"\(ky|ngay \d{1,2}|.*\bngay (?:\d{1,2}|\.+) thang (?:\d{1,2}|\.+) nam\b).*"
)
_TITLE_WORDS = {
    "stt", "tt", "so", "ho", "ten", "ngay", "sinh", "gioi", "tinh", "dia", "chi", "ma", "cccd", "cmnd", "dien",
    "thoai",
    "nam", "nu", "thon", "xa", "huyen", "quan", "phuong", "dan", "toc", "ton", "giao", "ghi", "chu", "hvt", "ht", "ns",
    "gt", "sdt", "dc", "hktt", "thuong", "tru", "tam", "quoc", "tich", "que", "noi", "cap", "loai", "the",
    "bhyt", "bhxh", "he", "name", "date", "birth", "sex", "address", "phone", "id", "no", "code", "number",
    "full", "gender", "thang", "trinh", "do", "nghe", "nghiep", "doi", "tuong", "muc", "tien", "lop", "truong",
    "email",
}  # fmt: skip
"""Words that titles of columns are made of, folded: a hint only, no title has to be known."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the table begins. rows: numbers of the header's rows, none when the file has none.

    titles: one per column, the levels of a merged header joined with ``BETWEEN``, "" where a column has none.
    first_data_row: number of the first row of data, 0 when there is none. confidence: 0 to 1. above: lines of text
    over the table. skipped: numbers of rows between header and data (column numbers, units of measure).
    """

    rows: tuple[int, ...]
    titles: tuple[str, ...]
    first_data_row: int
    confidence: float
    above: tuple[str, ...] = ()
    skipped: tuple[int, ...] = ()

    @property
    def found(self) -> bool:
        """Whether the file has a header; without one its columns are known by their content alone."""
        return bool(self.rows)


def find_header(rows: Iterable[Row]) -> Header:
    """Return where the header stands among the first rows of a table, and where the data begins.

    rows: as a file gives them from its top; only ``LOOKED_AT`` are read, empty ones may be missing or present.
    """
    top = [(number, _trimmed(cells)) for number, cells in _first(rows) if any(_text(cell) for cell in cells)]
    if not top:
        return Header((), (), 0, 0.0)
    width = max(len(cells) for _, cells in top)
    scores = [_score(at, top, width) for at in range(len(top))]
    at = max(range(len(top)), key=lambda each: (scores[each], -each))
    if scores[at] < _LEAST:
        data = next((place for place, (_, cells) in enumerate(top) if _filled(cells) >= min(2, width)), 0)
        said = tuple(_line(cells) for _, cells in top[:data])
        return Header((), ("",) * width, top[data][0], 0.0, said)
    levels = _levels(at, top, width)
    last = levels[-1]
    skipped: list[int] = []
    begin = last + 1
    while begin < len(top) and _is_aside(top[begin][1]):
        skipped.append(top[begin][0])
        begin += 1
    return Header(
        rows=tuple(top[each][0] for each in levels),
        titles=_titles([top[each][1] for each in levels], width),
        first_data_row=top[begin][0] if begin < len(top) else 0,
        confidence=round(min(1.0, scores[at]), 2),
        above=tuple(_line(cells) for _, cells in top[: levels[0]]),
        skipped=tuple(skipped),
    )


def kind_of_row(cells: Sequence[Any], header: Header) -> Aside:
    """Say what a row under the header is: data, or something that printed lists repeat between and under it.

    ``section``: one text across the table, such as ``Thôn Đoài``; ``signature``: place, day and names under the list.
    """
    texts = [_text(cell) for cell in cells]
    filled = [text for text in texts if text]
    if not filled:
        return "empty"
    wanted = [fold(title.split(BETWEEN)[-1]) for title in header.titles]
    same = sum(fold(text) == title for text, title in zip(texts, wanted, strict=False) if text)
    if same >= 2 and same >= 0.6 * len(filled):
        return "header"
    if len(filled) >= 2 and _is_column_numbers(cells):
        return "numbers"
    first = fold(filled[0])
    if len(filled) <= max(2, len(header.titles) // 3):
        if any(_SIGNED.fullmatch(fold(text)) for text in filled):
            return "signature"
        if _TOTAL.fullmatch(first):
            return "total"
    if len(header.titles) >= 3 and not _VALUE.fullmatch(filled[-1]) and _is_heading(filled):
        return "section"
    return "data"


def _is_heading(filled: Sequence[str]) -> bool:
    """Say whether a row is one text, or a number and a part of a commune."""
    return len(filled) == 1 or bool(
        len(filled) == 2 and _COLUMN_NUMBER.fullmatch(filled[0]) and _PLACE.match(filled[1].lower())
    )


_LEAST = 0.5


def _first(rows: Iterable[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        found.append(row)
        if len(found) >= LOOKED_AT:
            break
    return found


def _trimmed(cells: Sequence[Any]) -> list[Any]:
    found = list(cells)
    while found and not _text(found[-1]):
        found.pop()
    return found


def _text(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _line(cells: Sequence[Any]) -> str:
    return " ".join(text for text in map(_text, cells) if text)


def _filled(cells: Sequence[Any]) -> int:
    return sum(bool(_text(cell)) for cell in cells)


def _is_value(cell: Any) -> bool:
    """Say whether a cell is what data are: a number, a day, digits. Titles are words."""
    if isinstance(cell, bool | int | float | date | datetime | time):
        return True
    return bool(_VALUE.fullmatch(_text(cell)))


def _is_letterhead(cells: Sequence[Any]) -> bool:
    return _filled(cells) <= 4 and bool(_LETTERHEAD.match(fold(_line(cells))))


def _score(at: int, top: list[tuple[int, list[Any]]], width: int) -> float:
    """Say how much a row looks like the one that titles the columns below it."""
    cells = top[at][1]
    texts = [_text(cell) for cell in cells]
    filled = [text for text in texts if text]
    if (
        not filled
        or _is_letterhead(cells)
        or any(_is_value(cell) for cell in cells if _text(cell))
        or max(map(len, filled)) > 120
    ):
        return 0.0
    if len(filled) < min(2, width) or _is_aside(cells) or any(_SIGNED.fullmatch(fold(text)) for text in filled):
        return 0.0
    known = sum(map(_titling, filled)) / len(filled)
    spread = len(filled) / width
    different = len({fold(text) for text in filled}) / len(filled)
    below = [cells for _, cells in top[at + 1 :] if not _is_aside(cells)][:12]
    contrast = _contrast(texts, below)
    if known < 0.4 and contrast < 0.3:  # words above words, none of them a title's: people, not titles
        return 0.0
    short = sum(len(text) <= 40 for text in filled) / len(filled)
    score = 0.45 * known + 0.20 * spread + 0.10 * different + 0.20 * contrast + 0.05 * short
    return score if below or known > 0.5 else score - 0.2


def _titling(text: str) -> float:
    """Say how much of a text is made of the words of titles; one half of its words is enough."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    return (
        min(1.0, 2 * sum(word in _TITLE_WORDS for word in words) / len(words))
        if len(words) > 1
        else float(bool(words) and words[0] in _TITLE_WORDS)
    )


def _contrast(texts: Sequence[str], below: Sequence[Sequence[Any]]) -> float:
    """Say in which share of its columns a row of words stands above values."""
    columns = [at for at, text in enumerate(texts) if text]
    if not below or not columns:
        return 0.0
    marked = 0
    for at in columns:
        under = [row[at] for row in below if at < len(row) and _text(row[at])]
        marked += bool(under) and sum(map(_is_value, under)) * 2 >= len(under)
    return marked / len(columns)


def _levels(at: int, top: list[tuple[int, list[Any]]], width: int) -> list[int]:
    """Return the rows of the header: the one found with those of a merged header above or below it."""
    levels = [at]
    while levels[0] > 0 and _heads(top[levels[0] - 1][1], top[levels[0]][1], width):
        levels.insert(0, levels[0] - 1)
    while len(levels) < 3 and levels[-1] + 1 < len(top) and _continues(levels[-1], top):
        levels.append(levels[-1] + 1)
    return levels


def _heads(above: Sequence[Any], row: Sequence[Any], width: int) -> bool:
    """Say whether a row spans groups of the titles below: words over empty places, with gaps that ``row`` fills."""
    texts = [_text(cell) for cell in above]
    filled = [at for at, text in enumerate(texts) if text]
    if (
        _is_letterhead(above)
        or len(filled) < 2
        or any(_is_value(above[at]) for at in filled)
        or max(len(texts[at]) for at in filled) > 60
    ):
        return False
    gaps = [at for at in range(width) if at < len(row) and _text(row[at]) and not (at < len(texts) and texts[at])]
    holes = [at for at in filled if at >= len(row) or not _text(row[at])]
    known = sum(bool(set(re.findall(r"[a-z]+", fold(texts[at]))) & _TITLE_WORDS) for at in filled)
    return bool(gaps) and bool(holes) and known * 2 >= len(filled) and filled[-1] >= width // 3


def _continues(at: int, top: list[tuple[int, list[Any]]]) -> bool:
    """Say whether the next row splits merged titles: words only, under some of which this row is empty."""
    above, row = top[at][1], top[at + 1][1]
    filled = [place for place, cell in enumerate(row) if _text(cell)]
    if not filled or _is_letterhead(row) or any(_is_value(row[place]) for place in filled) or _is_aside(row):
        return False
    texts = [fold(_text(row[place])) for place in filled]
    if max(map(len, texts)) > 40 or any(_SIGNED.fullmatch(text) for text in texts):
        return False
    known = sum(bool(set(re.findall(r"[a-z]+", text)) & _TITLE_WORDS) for text in texts)
    under_gap = sum(place >= len(above) or not _text(above[place]) for place in filled)
    holes = sum(bool(_text(cell)) and not (place < len(row) and _text(row[place])) for place, cell in enumerate(above))
    return under_gap > 0 and holes > 0 and known * 2 >= len(filled) and len(filled) >= 2


def _is_aside(cells: Sequence[Any]) -> bool:
    """Say whether a row under the header is neither title nor data: column numbers or units of measure."""
    return _is_column_numbers(cells) or _is_units(cells)


def _is_column_numbers(cells: Sequence[Any]) -> bool:
    texts = [_text(cell) for cell in cells if _text(cell)]
    if len(texts) < 2 or not all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(found[0]) for text in texts if (found := re.search(r"\d+", text))]
    in_order = all(b - a == 1 for a, b in pairwise(numbers))
    return len(numbers) >= 2 and in_order and numbers[0] <= 3 and len(numbers) * 2 >= len(texts)


def _is_units(cells: Sequence[Any]) -> bool:
    texts = [fold(_text(cell)).strip("()[] .") for cell in cells if _text(cell)]
    return bool(texts) and all(text in _UNIT_WORDS or bool(_UNIT_OF_MEASURE.fullmatch(text)) for text in texts)


def _titles(levels: Sequence[Sequence[Any]], width: int) -> tuple[str, ...]:
    """Return each column's title; a cell above that stands over empty places covers them (it was merged)."""
    spread: list[list[str]] = []
    for depth, cells in enumerate(levels):
        texts = [_text(cells[at]) if at < len(cells) else "" for at in range(width)]
        if depth < len(levels) - 1:
            below = levels[depth + 1]
            carried = ""
            for at, text in enumerate(texts):
                if text:
                    carried = text
                elif carried and at < len(below) and _text(below[at]) and not _alone(spread, at):
                    texts[at] = carried
                else:
                    carried = ""
        spread.append(texts)
    return tuple(BETWEEN.join(dict.fromkeys(each[at] for each in spread if each[at])) for at in range(width))


def _alone(above: Sequence[Sequence[str]], at: int) -> bool:
    """Say whether a level above ends its merged cell before this column."""
    return bool(above) and at > 0 and above[-1][at] != above[-1][at - 1]
