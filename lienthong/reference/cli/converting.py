"""The file that ``units convert`` writes: columns of units are found by title, an answer stands beside each row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal, cast

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Writer, check_target, open_sheet
from lienthong.kernel.text import clean, fold
from lienthong.reference import api
from lienthong.reference.cli.whole import convert_whole

ADDED = ("decision", "old_code", "new_code", "new_name", "new_province", "candidates", "why")
_PORTION = 5_000
_REMEMBERED = 200_000
_LOOKED_AT = 30
_TOP = 2_000
Level = Literal["commune", "district", "province", "whole"]
_BESIDE = {
    "ma", "ten",
    "code", "name", "old", "cu", "dvhc", "thuong", "tru", "tam", "que", "quan", "hien", "tai", "nay", "noi",
    "o", "dang", "ky", "hktt", "dktt", "cap",
}  # fmt: skip
_WORDS: dict[Level, tuple[set[str], set[str]]] = {
    "district": (
        {"huyen", "quan", "district"},
        {"huyen", "quan", "district", "thi", "xa", "tx", "thanh", "pho", "tp"},
    ),
    "commune": (
        {"xa", "phuong", "commune", "ward"},
        {"xa", "phuong", "commune", "ward", "thi", "tran", "tt", "dac", "khu"},
    ),
    "province": (
        {"tinh", "province", "city", "pho", "tp"},
        {"tinh", "province", "city", "thanh", "pho", "tp", "truc", "thuoc"},
    ),
}
"""Level → words one of which a title has, and words it may have besides those that only say whose."""
_WHOLE = re.compile(
    r"(?:.*\bdia chi\b.*|address|.*\bdon vi hanh chinh\b.*|.*\bdvhc\b.*|(?:ma |ten )?don vi(?: cu)?|"
    r"unit(?: code| name)?|(?:old )?(?:unit )?code|ma cu|ten cu|"
    r"(?:noi |dia chi )?(?:dang ky )?(?:ho khau )?(?:thuong tru|tam tru)|(?:noi )?(?:dang ky )?(?:ho khau|hktt|dktt)|"
    r".*\b(?:que|nguyen) quan\b.*|(?:noi|cho) (?:o|cu tru).*)"
)


class _Table:
    """Answers rows of one table. What the columns of units say is looked up once, and repeated from there."""

    def __init__(self, by_level: dict[Level, list[int]], width: int, on: date | None) -> None:
        self._by_level = by_level
        self._columns = [at for columns in by_level.values() for at in columns]
        self._key = itemgetter(*self._columns)
        self._width, self._on = width, on
        self._known: dict[Any, tuple[api.Conversion, list[str]]] = {}
        self.counts = {"certain": 0, "ask": 0, "refuse": 0}
        self.reasons = Counter[api.Reason]()

    def answer(self, number: int, cells: Sequence[Any]) -> list[Any]:
        """Return a row of the result: its number in the source, its cells as they were, the new unit."""
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        key = self._key(cells)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._told(cells)
        answer, beside = found
        self.counts[answer.decision] += 1
        self.reasons[answer.reason] += 1
        shown = [cell if cell.__class__ is str else _shown(cell) for cell in cells[: self._width]]
        return [str(number), *shown, *beside]

    def whole(self, path: Path, output: Path, header: Sequence[str]) -> bool:
        """Answer a plain file by whole columns; False, and nothing done, for one that must be read row by row."""

        def told(key: Sequence[str]) -> tuple[str, str, list[str]]:
            cells = [""] * self._width
            for at, cell in zip(self._columns, key, strict=True):
                cells[at] = cell
            answer, beside = self._told(cells)
            return answer.decision, answer.reason, beside

        found = convert_whole(path, output, header, self._columns, ADDED, told)
        for (decision, reason), many in (found or {}).items():
            self.counts[decision] += many
            self.reasons[cast("api.Reason", reason)] += many
        return found is not None

    def _told(self, cells: Sequence[Any]) -> tuple[api.Conversion, list[str]]:
        answer = self._convert(cells)
        return answer, _told(answer)

    def period(self, rows: Sequence[Sequence[Any]]) -> api.Period | None:
        """Return by which map these rows show that the table was written; it is read by that one from here on."""
        filled = ([*cells, *[""] * (self._width - len(cells))] for cells in rows)
        found = api.unit_period(self._said(cells) for cells in filled)
        self._on = found.on if found else None
        return found

    def _convert(self, cells: Sequence[Any]) -> api.Conversion:
        said = self._said(cells)
        if isinstance(said, str):
            return api.convert_unit(said, on=self._on)
        return api.convert_unit(on=self._on, commune=said[0], district=said[1], province=said[2])

    def _said(self, cells: Sequence[Any]) -> str | tuple[str, str, str]:
        """Return what a row says of its unit: one text, or commune, district and province."""
        said = {level: self._text(cells, level) for level in self._by_level}
        if "whole" in said or not any(said.values()):
            return said.get("whole", "")
        return said.get("commune", ""), said.get("district", ""), said.get("province", "")

    def _text(self, cells: Sequence[Any], level: Level) -> str:
        return next((text for at in self._by_level[level] if (text := clean(_shown(cells[at])))), "")


@dataclass(frozen=True, slots=True)
class Converted:
    """How many rows were certain, ask and refuse, and why. period: the one that the table showed it is of."""

    counts: dict[str, int]
    reasons: Counter[api.Reason]
    period: api.Period | None


def convert_file(path: Path, output: Path, *, column: str, on: date | None) -> Converted:
    """Write every row of a table with the new unit beside it.

    on: the day by whose map it was written; None: as its first 2,000 rows show, and a name that means different units
    before and since July 2025 is asked where they do not. Raises Invalid when the file cannot be read, the result
    cannot be written, or no column of units is found.
    """
    check_target(output)
    sheet = open_sheet(path)
    rows = chain([(1, list[Any](sheet.header))], sheet.rows)
    top = list(islice(rows, _TOP))
    at, columns = _find(top[:_LOOKED_AT], column)
    header = [_shown(cell) or f"#{place}" for place, cell in enumerate(top[at][1], 1)]
    table = _Table(columns, len(header), on)
    period = None if on else table.period([cells for _, cells in top[at + 1 :]])
    if at == 0 and table.whole(path, output, header):
        return Converted(table.counts, table.reasons, period)
    with Writer(output, ["source_row", *header, *ADDED]) as writer:
        rest = chain(top[at + 1 :], rows)
        while portion := list(islice(rest, _PORTION)):
            writer.add([table.answer(number, cells) for number, cells in portion])
    return Converted(table.counts, table.reasons, period)


def _told(answer: api.Conversion) -> list[str]:
    one = answer.candidates[0] if answer.decision == "certain" else None
    new = [one.code, one.full_name, one.parent or one.code] if one else ["", "", ""]
    listed = " ".join(answer.new_codes) if answer.decision == "ask" else ""
    return [answer.decision, " ".join(answer.old_codes), *new, listed, answer.why]


def _find(top: Sequence[tuple[int, Sequence[Any]]], column: str) -> tuple[int, dict[Level, list[int]]]:
    """Return which of the first rows is the header, and its columns of units."""
    for at, (_, cells) in enumerate(top):
        titles = [clean(_shown(cell)) for cell in cells]
        if column:
            if column in titles:
                return at, {"whole": [titles.index(column)]}
        elif found := _levels(titles):
            return at, found
    if column:
        raise Invalid("convert.column", N_("Tệp không có cột “%(column)s”; chọn cột bằng --column."), column=column)
    message = N_("Không thấy cột xã, huyện, tỉnh hay địa chỉ nào theo tiêu đề; chỉ ra bằng --column.")
    raise Invalid("convert.columns", message)


def _levels(titles: Sequence[str]) -> dict[Level, list[int]]:
    """Return the columns of a commune with those above it; else of a whole name or address; else of what there is."""
    found: dict[Level, list[int]] = {}
    for at, title in enumerate(titles):
        level = _level(title)
        if level and (level not in found or level == "commune"):
            found.setdefault(level, []).append(at)
    if "commune" in found:
        found.pop("whole", None)
        codes = [at for at in found["commune"] if {"ma", "code"} & set(_key(titles[at]).split())]
        names = [at for at in found["commune"] if at not in codes]
        found["commune"] = codes[:1] + names[:1]
        return found
    return {"whole": found["whole"]} if "whole" in found else found


def _level(title: str) -> Level | None:
    key = _key(title)
    words = set(key.split())
    for level, (needed, allowed) in _WORDS.items():
        if words & needed and words <= allowed | _BESIDE:
            return level
    return "whole" if _WHOLE.fullmatch(key) else None


def _key(title: str) -> str:
    return " ".join(re.findall(r"[a-z]+", fold(title)))


def _shown(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
