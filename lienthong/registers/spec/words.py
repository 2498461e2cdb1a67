"""What the expressions of a register's definition may name, and the functions of this room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from lienthong.kernel.expressions import Expression, Function, Kind, compile_expression
from lienthong.reference import api as reference

_NAME = re.compile(r"[a-z][a-z0-9_]*")
BEFORE = "before."
ACT = "act"
_TEXTS = frozenset({Kind.TEXT, Kind.ANY})
_DATES = frozenset({Kind.DATE, Kind.ANY})


def _number_fits(number: str, birth_date: str, sex: str) -> bool:
    """Say whether a personal number carries this year of birth and this sex; a value of "" says nothing."""
    if len(number) != 12 or not number.isdecimal():
        return False
    year = (19 + int(number[3]) // 2) * 100 + int(number[4:6])
    if birth_date and birth_date[:4] != str(year):
        return False
    return not sex or (int(number[3]) % 2 == 1) == (sex == "2")


def _place_known(number: str) -> bool:
    return not any(each.code == "number.province" for each in reference.number_doubts(f"{number[:3]:0>3}000000000"))


def _in_force(unit: str) -> bool:
    found = reference.unit(unit)
    return found is not None and found.valid_to is None


FUNCTIONS = (
    Function("number_fits", (_TEXTS, _DATES | _TEXTS, _TEXTS), Kind.BOOL, _number_fits),
    Function("number_place_known", (_TEXTS,), Kind.BOOL, _place_known),
    Function("in_force", (_TEXTS,), Kind.BOOL, _in_force),
)
"""number_fits(number, birth_date, sex): the number carries this year and sex · number_place_known(number): its first
three digits are a province's · in_force(unit): the administrative unit exists today."""


def names_of(types: Mapping[str, str], *, event: bool = False) -> dict[str, str]:
    """Return the names an expression may use, with their kinds. types: field → type in the dictionary.

    event: for an announcement, which also sees what was before and what the write is.
    """
    if not event:
        return dict(types)
    return {**types, **{BEFORE + name: kind for name, kind in types.items()}, ACT: "text"}


def compiled(text: str, types: Mapping[str, str], *, event: bool = False) -> Expression:
    """Return a checked expression that answers true or false. Raises Invalid."""
    return _compiled(text, tuple(types.items()), event)


@lru_cache(maxsize=256)
def loose(text: str) -> Expression:
    """Return an expression over a record of a register that is not known here: every name is allowed, of any kind."""
    names = dict.fromkeys(_NAME.findall(text), "any")
    return compile_expression(text, names=names, functions=FUNCTIONS, gives=Kind.BOOL)


@lru_cache(maxsize=2048)
def _compiled(text: str, types: tuple[tuple[str, str], ...], event: bool) -> Expression:
    return compile_expression(text, names=names_of(dict(types), event=event), functions=FUNCTIONS, gives=Kind.BOOL)


def following_names(own: Mapping[str, str], telling: Mapping[str, str]) -> dict[str, str]:
    """Return the names of an expression that follows a life event. own: {} where the record is still to be found."""
    told = {f"{when}.{name}": kind for when in ("its", "was") for name, kind in telling.items()}
    return {**own, **told, "person": "personal_number", "other": "personal_number", "day": "date"}


def follows(text: str, own: Mapping[str, str], telling: Mapping[str, str], *, gives: Kind | None = None) -> Expression:
    """Return a checked expression of a register that follows another one's life event. Raises Invalid."""
    return _follows(text, tuple(own.items()), tuple(telling.items()), gives)


@lru_cache(maxsize=1024)
def _follows(
    text: str, own: tuple[tuple[str, str], ...], telling: tuple[tuple[str, str], ...], gives: Kind | None
) -> Expression:
    names = following_names(dict(own), dict(telling))
    return compile_expression(text, names=names, functions=FUNCTIONS, gives=gives)
