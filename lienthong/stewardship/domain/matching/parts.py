"""How two dates, numbers, phones, places and addresses differ."""

from __future__ import annotations

import re
from typing import Literal

from rapidfuzz.distance import OSA

from lienthong.kernel.text import fold

DateLikeness = Literal["equal", "swapped", "year_off", "digit", "year", "same_year", "different"]
"""swapped: day and month. year_off: the same day, a year earlier or later. digit: one digit wrong, or two changed
places. year: one of them tells only the year, or the 1st of January that stands for it. same_year: and another day."""
NumberLikeness = Literal["equal", "former", "digit", "other_kind", "different"]
"""former: one has the other's old number. digit: one digit wrong, or two changed places. other_kind: nine digits
against twelve, of which nothing follows."""
PlaceLikeness = Literal["equal", "became", "province", "different"]
AddressLikeness = Literal["equal", "like", "different"]
_YEAR, _MONTH = 4, 7
_WORD = re.compile(r"\w+")


def compare_dates(one: str, other: str) -> DateLikeness | None:
    """Return how two stored dates of any precision (``1955``, ``1955-04-30``) differ; None when one is empty."""
    if not one or not other:
        return None
    if one == other:
        return "equal" if len(one) > _MONTH else "year"
    same_year = one[:_YEAR] == other[:_YEAR]
    if same_year and (is_vague(one) or is_vague(other)):
        return "year"
    if len(one) <= _MONTH or len(other) <= _MONTH:
        return "same_year" if same_year else "different"
    (year, month, day), (other_year, other_month, other_day) = one.split("-"), other.split("-")
    if same_year and month == other_day and day == other_month:
        return "swapped"
    if (month, day) == (other_month, other_day) and abs(int(year) - int(other_year)) == 1:
        return "year_off"
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return "digit"
    return "same_year" if same_year else "different"


def is_vague(born: str) -> bool:
    """Say whether a date tells only the year: no day, or the 1st of January that clerks write for "not known"."""
    return len(born) <= _YEAR or born.endswith("-01-01")


def compare_numbers(one: str, other: str, former: tuple[str, ...] = ()) -> NumberLikeness | None:
    """Return how two personal numbers differ; None when one is empty. former: (old number of one, of the other)."""
    if not one or not other:
        return "former" if _is_former(one, other, former) else None
    if one == other:
        return "equal"
    if _is_former(one, other, former):
        return "former"
    if len(one) != len(other):
        return "other_kind"
    return "digit" if OSA.distance(one, other, score_cutoff=1) <= 1 else "different"


def _is_former(one: str, other: str, former: tuple[str, ...]) -> bool:
    olds = {each for each in former if each}
    return bool(olds) and (one in olds or other in olds or (len(former) == 2 and former[0] == former[1]))


def compare_phones(one: str, other: str) -> Literal["equal", "digit", "different"] | None:
    """Return how two phone numbers in stored form differ; None when one is empty."""
    if not one or not other:
        return None
    if one == other:
        return "equal"
    return "digit" if OSA.distance(one, other, score_cutoff=1) <= 1 else "different"


def compare_places(one: str, other: str, now: tuple[str, ...], other_now: tuple[str, ...]) -> PlaceLikeness | None:
    """Return how two units differ; None when one is empty. now: the units each is today, as ``province/unit``."""
    if not one or not other:
        return None
    if one == other:
        return "equal"
    if not set(now).isdisjoint(other_now):
        return "became"
    provinces = {each.partition("/")[0] for each in now}
    return "province" if provinces & {each.partition("/")[0] for each in other_now} else "different"


def compare_addresses(one: str, other: str) -> AddressLikeness | None:
    """Return how two addresses differ by their words; None when one is empty."""
    if not one or not other:
        return None
    first, second = set(_WORD.findall(fold(one))), set(_WORD.findall(fold(other)))
    if not first or not second:
        return None
    share = len(first & second) / len(first | second)
    return "equal" if share >= 0.8 else "like" if share >= 0.4 else "different"
