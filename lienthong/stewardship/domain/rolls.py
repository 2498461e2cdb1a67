"""The rules of a roll, pure: which area somebody belongs to, in what order names stand, what a roll's digest is of."""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lienthong.kernel.text import collate, fold

UNPLACED = 0
"""Area of those whose address belongs to none: the committee puts them into one by a transfer."""


@dataclass(frozen=True, slots=True)
class Area:
    """One polling area. units: codes of communes. places: words of the addresses in it; none: all the rest of its
    units.
    """

    name: str
    units: tuple[str, ...]
    places: tuple[str, ...] = ()


def area_of(areas: Sequence[Area], unit: str, address: str) -> int:
    """Return the number, from 1, of the area whose words an address has, else of one without words; 0 for none."""
    said = _spaced(fold(address))
    rest = UNPLACED
    for number, area in enumerate(areas, start=1):
        if unit not in area.units:
            continue
        if not area.places:
            rest = rest or number
        elif any(_place(each) in said for each in area.places):
            return number
    return rest


def name_order(name: str) -> tuple[str, ...]:
    """Return a key that sorts by given name, then family and middle names, as a Vietnamese list does."""
    words = name.split()
    return tuple(map(_collated, words[-1:] + words[:-1]))


def latest(birth: str) -> str:
    """Return the last day that a date of any precision may mean: ``2008-02`` → ``2008-02-29``."""
    if len(birth) == 4:
        return f"{birth}-12-31"
    if len(birth) == 7:
        return f"{birth}-{calendar.monthrange(int(birth[:4]), int(birth[5:]))[1]:02d}"
    return birth


def digest(lines: Iterable[tuple[int, int, str, Mapping[str, Any]]], fields: Sequence[str]) -> str:
    """Return the SHA-256 of a roll: area, number, person and what is shown of each, in the order of the list."""
    made = hashlib.sha256()
    for area, place, person, values in lines:
        said = (str(area), str(place), person, *(str(values.get(name) or "") for name in fields))
        made.update(("\x1f".join(said) + "\n").encode())
    return made.hexdigest()


@lru_cache(maxsize=4_096)
def _place(words: str) -> str:
    return _spaced(fold(words))


def _spaced(text: str) -> str:
    """Return a text in which commas and the like are spaces: "tổ 1," is "tổ 1", not "tổ 12"."""
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in text).split())} "


@lru_cache(maxsize=20_000)
def _collated(word: str) -> str:
    return collate(word)
