"""Recognises columns that hold stored forms already, as a whole and in a fraction of the time that reading takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.names import TITLES
from lienthong.stewardship.domain.understanding.shapes import Settings

_BETWEEN = "|"
"""Stands between texts that are checked together; a text that has it is simply read alone."""
_LIMITS = {"text": 200, "address": 300, "person_name": 120}
_TRAPS = {"former_number"}
"""Terms whose values are never taken unread."""
_SOONER = {"birth_date", "death_date", "event_date", "registered_on", "founded_on"}


def all_stored(term: DataTerm, values: Sequence[Any], settings: Settings) -> bool:
    """Say whether every value would be understood as it is, without a note; False only costs time."""
    test = _TESTS.get(term.type)
    if test is None or not values or term.id in _TRAPS or settings.codes or settings.ask:
        return False
    try:
        return test(term, values, settings)
    except TypeError:  # something in it is not text
        return False


def _numbers(_term: DataTerm, column: Sequence[str], settings: Settings) -> bool:
    together = "".join(column)
    if set(map(len, column)) != {12} or not (together.isascii() and together.isdigit()):
        return False
    heads = {text[:6] for text in column}
    years = {(19 + int(head[3]) // 2) * 100 + int(head[4:]) for head in heads}
    return {head[:3] for head in heads} <= reference.number_provinces() and max(years) <= settings.today.year


def _texts(term: DataTerm, column: Sequence[str], settings: Settings) -> bool:
    if settings.split_address and term.type == "address":
        return False
    together = _BETWEEN.join(column)
    matches = re.compile(term.format).fullmatch if term.format else None
    lengths = set(map(len, column))
    return (
        together.count(_BETWEEN) == len(column) - 1
        and together.isprintable()
        and "#" not in together
        and "  " not in together
        and f" {_BETWEEN}" not in together
        and f"{_BETWEEN} " not in together
        and together == together.strip()
        and unicodedata.is_normalized("NFC", together)
        and min(lengths) > 0
        and max(lengths) <= (term.max_length or _LIMITS[term.type])
        and (matches is None or all(map(matches, column)))
    )


def _names(term: DataTerm, column: Sequence[str], settings: Settings) -> bool:
    together = _BETWEEN.join(column)
    if not together.replace(_BETWEEN, "").replace(" ", "").isalpha() or not _texts(term, column, settings):
        return False
    if any(map(str.isupper, column)) or any(map(str.islower, column)) or min(map(len, column)) < 2:
        return False
    lowered = f"{_BETWEEN}{together}".lower()
    return not any(f"{_BETWEEN}{title} " in lowered for title in TITLES)


def _phones(_term: DataTerm, column: Sequence[str], _settings: Settings) -> bool:
    together = "".join(column)
    return (
        set(map(len, column)) == {10}
        and {text[:2] for text in column} <= {"03", "05", "07", "08", "09"}
        and together.isascii()
        and together.isdigit()
    )


def _days(term: DataTerm, column: Sequence[str], settings: Settings) -> bool:
    different = set(column)
    last = settings.today.isoformat() if term.id in _SOONER else "2200-12-31"
    return all(map(_is_day, different)) and min(different) >= "1800" and max(different) <= last


def _is_day(text: str) -> bool:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return False
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _codes(term: DataTerm, column: Sequence[str], _settings: Settings) -> bool:
    return set(column) <= reference.code_list(term.code_list).codes.keys()


_TESTS: Mapping[str, Callable[[DataTerm, Sequence[str], Settings], bool]] = {
    "personal_number": _numbers,
    "person_name": _names,
    "text": _texts,
    "address": _texts,
    "phone": _phones,
    "date": _days,
    "partial_date": _days,
    "code": _codes,
}
