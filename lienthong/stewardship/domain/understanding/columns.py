"""Understands whole columns: what they say about their own values, stored forms passed at once, repeats read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.cells import text_of, unquoted
from lienthong.stewardship.domain.understanding.codes import key_of
from lienthong.stewardship.domain.understanding.shapes import NOTHING, Levels, Settings, Understood, Value
from lienthong.stewardship.domain.understanding.stored import all_stored
from lienthong.stewardship.domain.understanding.values import understand
from lienthong.stewardship.domain.understanding.written import orders

_REMEMBERED = 200_000
_ENOUGH = 3
Problems = Mapping[int, Understood]
"""Place in the column → what was understood there, for every value with notes, candidates, faults or another term's."""


class Column(NamedTuple):
    """A column as it is understood: values in order (None: nothing, asked or refused), and what to say of some."""

    values: list[Value | None]
    problems: Problems


def rules_of(term: DataTerm | str, values: Sequence[Any], settings: Settings) -> Settings:
    """Return settings with what the values of one column say about each other; nothing that was set is overruled.

    Looks at the order of day and month, at date cells whose day and month a spreadsheet exchanged, at 0 and 1, at
    units that were only before or only since July 2025 (``reference.unit_period``).
    """
    known = reference.term(term) if isinstance(term, str) else term
    if known.type in {"date", "partial_date"}:
        return _date_rules(values, settings)
    if known.id == "sex" and not settings.codes:
        keys = {key_of(text_of(each)) for each in set(map(_hashable, values))}
        if "0" in keys:
            return replace(settings, ask=settings.ask | ({"0", "1"} & keys))
    if settings.on is None and (known.type == "unit" or settings.split_address):
        period = reference.unit_period(filter(None, map(_unit_said, values)))
        if period:
            return replace(settings, on=period.on, shown=period.shown, by_codes=period.codes)
    return settings


def _unit_said(value: Any) -> str | tuple[str, str, str]:
    return value if isinstance(value, Levels) else unquoted(text_of(value))


def _date_rules(values: Sequence[Any], settings: Settings) -> Settings:
    texts = [each for each in values if isinstance(each, str)]
    cells = [each for each in values if isinstance(each, date)]
    day_first, month_first = orders(dict.fromkeys(texts))
    if not settings.order and month_first:
        settings = replace(settings, order="mixed" if day_first else "month_first")
    if len(cells) >= _ENOUGH and day_first >= _ENOUGH and not month_first and all(each.day <= 12 for each in cells):
        settings = replace(settings, swapped=True)
    return settings


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | date | datetime | None) else repr(value)


def understand_column(term: DataTerm | str, values: Sequence[Any], settings: Settings) -> Column:
    """Understand all values of one column of a file, or of a portion of it under rules found before (``rules_of``).

    A column of stored forms is passed as a whole; what repeats is understood once.
    """
    known = reference.term(term) if isinstance(term, str) else term
    if all_stored(known, values, settings):
        return Column(list(values), {})
    settings = rules_of(known, values, settings)
    memory: dict[Any, Understood] = {None: NOTHING, "": NOTHING}
    found: list[Value | None] = []
    problems: dict[int, Understood] = {}
    for at, raw in enumerate(values):
        place: Any = raw if type(raw) is str else (type(raw), raw)  # 1, 1.0 and True are not the same cell
        one = memory.get(place)
        if one is None:
            one = understand(known, raw, settings=settings)
            if len(memory) < _REMEMBERED:
                memory[place] = one
        found.append(one.value)
        if one.is_told:
            problems[at] = one
    return Column(found, problems)
