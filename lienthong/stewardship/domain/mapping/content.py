"""What a column's cells look like, whatever its title says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from lienthong.kernel.text import fold
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding import Settings, understand
from lienthong.stewardship.domain.understanding.cells import text_of
from lienthong.stewardship.domain.understanding.names import looks_like_name

LOOKED_AT = 40
_ENOUGH = 0.7
_SOME = 0.1
_MOST = 0.5
_PHONE = re.compile(r"(?:\+?84|0)?[35789]\d{8}|0[35789]\d{8}|01[2689]\d{8,9}")
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}(?:[T ].*)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_CARD = re.compile(r"[A-Z]{2}\d{13}")
_PLACE = re.compile(r"\b(?:xa|phuong|thi tran|huyen|quan|thi xa|tinh|tp|thanh pho|x\.|p\.|h\.|q\.|tt\.?)\b")
_PROVINCE = re.compile(r"\b(?:tinh|tp|thanh pho)\b")
_ADDRESS = re.compile(r"\b(?:so|ngo|duong|thon|ap|to|khu pho|hem|ngach|xom|khom|ban|buon)\b")


def sample(values: Sequence[Any]) -> list[Any]:
    """Return the first cells that say something."""
    return [value for value in values if value is not None and text_of(value)][:LOOKED_AT]


def fit(term: DataTerm, cells: Sequence[Any], settings: Settings) -> float:
    """Return which share of the cells can be understood as the term; 1 when there is none to look at."""
    if not cells or term.type in {"text", "address", "agency"}:
        return 1.0 if not cells else 0.8
    if term.type == "unit":
        return share(cells, _is_unit)
    good = 0
    for cell in cells:
        found = understand(term, cell, settings=settings)
        good += not found.faults and (found.value is not None or bool(found.candidates) or bool(found.elsewhere))
    return good / len(cells)


def share(cells: Sequence[Any], test: Callable[[str], bool]) -> float:
    """Return which share of the cells passes a test of their text."""
    return sum(test(text_of(cell)) for cell in cells) / len(cells) if cells else 0.0


def is_serial(cells: Sequence[Any]) -> bool:
    """Say whether a column only counts its rows: 1, 2, 3 …"""
    texts = [text_of(cell) for cell in cells]
    if len(texts) < 2 or not all(text.isdigit() and len(text) < 7 for text in texts):
        return False
    numbers = [int(text) for text in texts]
    return numbers[0] < 100_000 and all(b - a == 1 for a, b in pairwise(numbers))


def alone(term: DataTerm, cells: Sequence[Any]) -> float:
    """Return how surely the cells alone, without a title, are the term: 0 when they could be many things."""
    test = _TESTS.get(term.id) or _TESTS.get(f"type:{term.type}")
    if test is None or not cells or is_serial(cells):
        return 0.0
    found = test(cells)
    return found if found >= _ENOUGH else 0.0


def _personal_numbers(cells: Sequence[Any]) -> float:
    provinces = reference.number_provinces()

    def is_one(text: str) -> bool:
        digits = re.sub(r"[\s.']", "", text)
        full = digits.zfill(12)
        return digits.isdigit() and len(digits) in {11, 12} and full[:3] in provinces

    return share(cells, is_one)


def _phones(cells: Sequence[Any]) -> float:
    return share(cells, lambda text: bool(_PHONE.fullmatch(re.sub(r"[\s.()-]", "", text))))


def _birth_dates(cells: Sequence[Any]) -> float:
    """Days of birth lie far apart and none is ahead; other days of a list mostly belong to a few years."""
    found = _days(cells)
    years = {int(year[0]) for cell in cells if (year := re.findall(r"(?:18|19|20)\d{2}", text_of(cell)))}
    return found if years and max(years) - min(years) >= 15 else 0.9 * found if len(cells) < 5 else 0.0


def _days(cells: Sequence[Any]) -> float:
    good = sum(
        isinstance(cell, date | datetime) or bool(_DAY.fullmatch(text := text_of(cell)) or _YEAR.fullmatch(text))
        for cell in cells
    )
    return good / len(cells)


def _listed(list_id: str) -> Callable[[Sequence[Any]], float]:
    def test(cells: Sequence[Any]) -> float:
        known = {
            fold(name)
            for code in reference.code_list(list_id).codes.values()
            for name in (code.title.vi, code.title.en, *code.also)
            if len(name) > 1
        }
        return share(cells, lambda text: fold(text) in known)

    return test


def _is_unit(text: str) -> bool:
    if text.isdigit():
        return len(text) in {1, 2, 3, 4, 5}
    return reference.convert_unit(text).reason not in {"unknown", "empty"}


def _named_units(cells: Sequence[Any]) -> float:
    return share(cells, lambda text: not text.isdigit() and len(text) < 60 and bool(_PLACE.search(fold(text))))


def are_addresses(cells: Sequence[Any]) -> bool:
    """Say whether cells are whole addresses, street and all: a few are enough, the street of each must be kept."""
    return bool(cells) and _addresses(cells) >= _SOME


def end_with_units(cells: Sequence[Any]) -> bool:
    """Say whether most cells are whole addresses, with their province: ``Thôn 3, xã X, huyện Y, tỉnh Z``."""
    return share(sample(cells), _ends_with_province) >= _MOST


def _ends_with_province(text: str) -> bool:
    last = text.rsplit(",", 1)[-1]
    named = {unit.level for unit in reference.convert_unit(last).old}
    return "province" in named or ("," not in text and bool(_PROVINCE.search(fold(text))) and _is_unit(text))


def _addresses(cells: Sequence[Any]) -> float:
    return share(cells, lambda text: len(text) > 12 and bool(_ADDRESS.search(fold(text)) or text.count(",") >= 2))


_TESTS: Mapping[str, Callable[[Sequence[Any]], float]] = {
    "type:personal_number": _personal_numbers,
    "former_number": lambda cells: share(cells, lambda text: text.isdigit() and len(text) == 9),
    "type:phone": _phones,
    "email": lambda cells: share(cells, lambda text: bool(_EMAIL.fullmatch(text))),
    "card_no": lambda cells: share(cells, lambda text: bool(_CARD.fullmatch(text))),
    "birth_date": _birth_dates,
    "sex": _listed("sex"),
    "ethnicity": _listed("ethnicity"),
    "religion": _listed("religion"),
    "household_relation": _listed("household_relation"),
    "marital_status": _listed("marital_status"),
    "type:person_name": lambda cells: share(cells, looks_like_name),
    "type:address": _addresses,
    "type:unit": _named_units,
}
