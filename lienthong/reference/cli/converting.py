"""The file that ``units convert`` writes: columns of units are found by title, an answer stands beside each row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Writer, check_target, open_sheet
from lienthong.kernel.text import clean, fold
from lienthong.reference import api

ADDED = ("decision", "old_code", "new_code", "new_name", "new_province", "candidates", "why")
_PORTION = 5_000
_LOOKED_AT = 30
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
    r"unit(?: code| name)?|(?:old )?(?:unit )?code|ma cu|ten cu|(?:noi |dia chi )?(?:thuong tru|tam tru)|hktt|dktt|"
    r".*\b(?:que|nguyen) quan\b.*|noi (?:o|cu tru).*)"
)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the units stand: columns by level; for one level there may be a code and a name."""

    by_level: dict[Level, list[int]]

    def convert(self, cells: Sequence[Any], on: date) -> api.Conversion:
        """Return what became of the unit of one row."""
        said = {level: self._text(cells, level) for level in self.by_level}
        if "whole" in said:
            return api.convert_unit(said["whole"], on=on)
        if not any(said.values()):
            return api.convert_unit("", on=on)
        return api.convert_unit(
            on=on,
            commune=said.get("commune", ""),
            district=said.get("district", ""),
            province=said.get("province", ""),
        )

    def _text(self, cells: Sequence[Any], level: Level) -> str:
        return next((text for at in self.by_level[level] if at < len(cells) and (text := _text(cells[at]))), "")


def convert_file(path: Path, output: Path, *, column: str, on: date) -> tuple[dict[str, int], Counter[api.Reason]]:
    """Write every row of a table with the new unit beside it; return how many were certain, ask and refuse, and why.

    Raises Invalid when the file cannot be read, the result cannot be written, or no column of units is found.
    """
    check_target(output)
    sheet = open_sheet(path)
    rows = chain([(1, list[Any](sheet.header))], sheet.rows)
    top = list(islice(rows, _LOOKED_AT))
    at, columns = _find(top, column)
    header = [_text(cell) or f"#{place}" for place, cell in enumerate(top[at][1], 1)]
    counts, reasons = {"certain": 0, "ask": 0, "refuse": 0}, Counter[api.Reason]()
    with Writer(output, ["source_row", *header, *ADDED]) as writer:
        rest = chain(top[at + 1 :], rows)
        while portion := list(islice(rest, _PORTION)):
            writer.add(_answers(portion, columns, len(header), on, counts, reasons))
    return counts, reasons


def _answers(
    rows: Sequence[tuple[int, Sequence[Any]]],
    columns: _Columns,
    width: int,
    on: date,
    counts: dict[str, int],
    reasons: Counter[api.Reason],
) -> Iterator[list[Any]]:
    for number, cells in rows:
        answer = columns.convert(cells, on)
        counts[answer.decision] += 1
        reasons[answer.reason] += 1
        said = [_text(cell) for cell in cells[:width]]
        yield [number, *said, *[""] * (width - len(said)), *_told(answer)]


def _told(answer: api.Conversion) -> list[str]:
    one = answer.candidates[0] if answer.decision == "certain" else None
    new = [one.code, one.full_name, one.parent or one.code] if one else ["", "", ""]
    listed = " ".join(answer.new_codes) if answer.decision == "ask" else ""
    return [answer.decision, " ".join(dict.fromkeys(answer.old_codes)), *new, listed, answer.why]


def _find(top: Sequence[tuple[int, Sequence[Any]]], column: str) -> tuple[int, _Columns]:
    """Return which of the first rows is the header, and its columns of units."""
    for at, (_, cells) in enumerate(top):
        titles = [_text(cell) for cell in cells]
        if column:
            if column in titles:
                return at, _Columns({"whole": [titles.index(column)]})
        elif found := _levels(titles):
            return at, _Columns(found)
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


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return "" if cell is None else clean(str(cell))
