"""Columns that hold only a part of a field: family and given name, levels of an address, day and month, Nam and Nữ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lienthong.kernel.text import fold
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.headers import BETWEEN
from lienthong.stewardship.domain.mapping.titles import Title, plain, role_of, take_apart
from lienthong.stewardship.domain.understanding.cells import text_of

Part = Literal[
    "", "family", "middle", "given", "house", "village", "commune", "district", "province",
    "day", "month", "year", "male", "female",
]  # fmt: skip
_NAMES: Mapping[str, Part] = {
    **dict.fromkeys(
        ("ho", "ho dem", "ho va dem", "ho va ten dem", "ho ten dem", "ho va chu dem", "ho chu dem", "ho lot",
            "ho va ten lot",
         "ho va chu lot", "last name", "surname", "family name", "lastname"),
        "family",
    ),
    **dict.fromkeys(("dem", "ten dem", "chu dem", "ten lot", "chu lot", "middle name"), "middle"),
    **dict.fromkeys(("ten", "ten rieng", "first name", "given name", "firstname"), "given"),
}  # fmt: skip
_PLACES: Mapping[str, Part] = {
    **dict.fromkeys(("so nha", "so nha duong", "so nha ten duong", "so nha duong pho", "duong", "duong pho",
        "ngo", "street",
                     "so nha ngo duong", "so nha ngo hem duong pho", "ten duong"), "house"),
    **dict.fromkeys(("thon", "ap", "ban", "buon", "lang", "xom", "khu pho", "to dan pho", "tdp", "to",
        "thon xom", "khom",
                     "thon ap", "thon to", "thon ban", "thon to dan pho", "ap khu pho", "to ap", "khu",
                     "thon tdp", "khu vuc",
                     "thon ban to dan pho", "thon khu pho", "to thon", "village", "ap khom",
                     "thon ban ap"), "village"),
    **dict.fromkeys(("xa", "phuong", "xa phuong", "phuong xa", "xa phuong thi tran", "xa phuong tt",
        "phuong xa thi tran",
                     "ward", "commune", "ma xa", "ten xa", "ma phuong xa", "ma xa phuong", "xa phuong dac khu", "p x",
                     "px", "xa p", "p xa", "ten phuong xa", "ten xa phuong"), "commune"),
    **dict.fromkeys(("huyen", "quan", "quan huyen", "huyen quan", "quan huyen tp", "huyen thi xa thanh pho",
        "tp huyen",
                     "district", "ma huyen", "ten huyen", "huyen tp", "huyen thi xa", "quan huyen thi xa", "q h", "qh",
                     "huyen tx tp", "quan huyen thi xa thanh pho", "thi xa", "huyen thi", "ma quan huyen",
                     "ten quan huyen",
                     "quan huyen tx"), "district"),
    **dict.fromkeys(("tinh", "thanh pho", "tinh tp", "tinh thanh pho", "province", "city", "tp tinh", "thanh pho tinh",
                     "ma tinh", "ten tinh", "tp", "t tp", "ma tinh tp", "ten tinh thanh pho",
                     "tinh tp truc thuoc"), "province"),
}  # fmt: skip
_DAYS: Mapping[str, Part] = {
    "ngay": "day",
    "thang": "month",
    "nam": "year",
    "day": "day",
    "month": "month",
    "year": "year",
}
_CONTEXTS: Mapping[str, tuple[str, ...]] = {
    "home": ("thuong tru", "hktt", "dktt", "ho khau", "dkhktt", "permanent"),
    "current": ("hien tai", "hien nay", "tam tru", "noi o", "cho o", "cu tru", "current"),
    "town": ("que quan", "nguyen quan", "que"),
    "birth": ("khai sinh", "dkks"),
}
_TARGETS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "home": (("home_commune", "commune"), ("home_address", "address")),
    "current": (("current_commune", "commune"), ("current_address", "address")),
    "town": (("home_town",), ()),
    "birth": (("birth_commune",), ()),
    "": (
        ("home_commune", "commune", "current_commune", "head_commune"),
        ("home_address", "address", "current_address", "head_address"),
    ),
}
"""Where a group of address columns goes: terms of the unit, terms of the street, first one that the register has."""
_MARKS = {"x", "v", "1", "co", "✓", "✔", "☑", "*", "+"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A column that is part of a field. also: another field that it fills too."""

    field: str
    part: Part
    score: float
    also: tuple[str, ...] = ()


def find_parts(
    titles: Sequence[str], samples: Sequence[Sequence[Any]], fields: Mapping[str, DataTerm]
) -> dict[int, Piece]:
    """Return the columns that together make one field."""
    found: dict[int, Piece] = {}
    found.update(_sexes(titles, samples, fields))
    for look in (_names_apart, _dates_apart, _places_apart):
        for at, piece in look(titles, samples, fields).items():
            found.setdefault(at, piece)
    return found


def _first(fields: Mapping[str, DataTerm], *terms: str) -> str:
    """Return the field of the first of these terms that the register has."""
    return next((name for term in terms for name, each in fields.items() if each.id == term), "")


def _sexes(titles: Sequence[str], samples: Sequence[Sequence[Any]], fields: Mapping[str, DataTerm]) -> dict[int, Piece]:
    """Find two neighbours ``Nam`` and ``Nữ``: each holds an x, or the dates of birth of one sex."""
    for at in range(len(titles) - 1):
        mine, next_one = titles[at].split(BETWEEN), titles[at + 1].split(BETWEEN)
        if (plain(mine[-1]), plain(next_one[-1])) not in {("nam", "nu"), ("nu", "nam")} or mine[:-1] != next_one[:-1]:
            continue
        first_male = plain(mine[-1]) == "nam"
        parts: tuple[Part, Part] = ("male", "female") if first_male else ("female", "male")
        cells = [text for column in (at, at + 1) for cell in samples[column] if (text := text_of(cell))]
        marked = bool(cells) and all(fold(cell) in _MARKS for cell in cells)
        group = plain(" ".join(mine[:-1]))
        dates = not marked and ("sinh" in group or sum(any(map(str.isdigit, cell)) for cell in cells) * 2 > len(cells))
        target = _first(fields, "birth_date") if dates else _first(fields, "sex")
        if not target:
            return {}
        also = (sex,) if dates and (sex := _first(fields, "sex")) else ()
        return {at: Piece(target, parts[0], 0.95, also), at + 1: Piece(target, parts[1], 0.95, also)}
    return {}


def _names_apart(titles: Sequence[str], _samples: object, fields: Mapping[str, DataTerm]) -> dict[int, Piece]:
    groups: dict[str, dict[Part, int]] = {}
    for at, text in enumerate(titles):
        title = take_apart(text)
        role, rest = role_of(text.replace(BETWEEN, " "))
        part = _NAMES.get(title.last) or _NAMES.get(plain(rest))
        if part:
            groups.setdefault(role, {}).setdefault(part, at)
    found: dict[int, Piece] = {}
    wanted = {"": ("full_name", "person_name"), "father": ("father_name",), "mother": ("mother_name",),
              "spouse": ("spouse_name",), "head": ("head_name",), "child": ("child_name",)}  # fmt: skip
    for role, parts in groups.items():
        target = _first(fields, *wanted.get(role, ()))
        if target and "family" in parts and "given" in parts:
            found.update({at: Piece(target, part, 0.95) for part, at in parts.items()})
    return found


def _dates_apart(
    titles: Sequence[str], samples: Sequence[Sequence[Any]], fields: Mapping[str, DataTerm]
) -> dict[int, Piece]:
    birth = _first(fields, "birth_date")
    groups: dict[str, dict[Part, int]] = {}
    for at, text in enumerate(titles):
        levels = text.split(BETWEEN)
        last = plain(levels[-1])
        part = _DAYS.get(last) or _DAYS.get(last.removesuffix(" sinh"))
        if part and _is_small(samples[at], {"day": 31, "month": 12, "year": 2200}[part]):
            groups.setdefault(plain(" ".join(levels[:-1])), {}).setdefault(part, at)
    for group, parts in groups.items():
        if birth and {"day", "month", "year"} <= set(parts) and (not group or "sinh" in group):
            return {at: Piece(birth, part, 0.95) for part, at in parts.items()}
    return {}


def _is_small(cells: Sequence[Any], limit: int) -> bool:
    texts = [text_of(cell) for cell in cells]
    return all(not text or (text.isdigit() and int(text) <= limit) for text in texts)


def _places_apart(titles: Sequence[str], _samples: object, fields: Mapping[str, DataTerm]) -> dict[int, Piece]:
    groups: dict[str, dict[Part, list[int]]] = {}
    for at, text in enumerate(titles):
        found = _place(take_apart(text))
        if found:
            context, part = found
            groups.setdefault(context, {}).setdefault(part, []).append(at)
    pieces: dict[int, Piece] = {}
    for context, parts in groups.items():
        units, streets = _TARGETS[context]
        unit, street = _first(fields, *units), _first(fields, *streets)
        for part, columns in parts.items():
            lower = part in {"house", "village"}
            target = street if lower else unit
            if target and not (part in {"district", "province"} and "commune" not in parts):
                for at in columns[: None if lower else 1]:
                    pieces[at] = Piece(target, part, 0.93)
    return pieces


def _place(title: Title) -> tuple[str, Part] | None:
    """Return context and level of a column of an address, or None."""
    context = next((name for name, words in _CONTEXTS.items() if any(word in title.key for word in words)), "")
    rest = title.last
    for candidate in (rest, title.bare):
        if candidate in _PLACES:
            return context, _PLACES[candidate]
        for word in sorted(_CONTEXTS.get(context, ()), key=len, reverse=True):
            shorter = " ".join(candidate.replace(word, " ").replace(" noi ", " ").split()).strip()
            shorter = (
                shorter.removesuffix(" noi").removesuffix(" dang ky").removesuffix(" dia chi").removeprefix("dia chi ")
            )
            if shorter in _PLACES:
                return context, _PLACES[shorter]
    return None
