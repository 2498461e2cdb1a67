"""The functions of the language: what each takes, answers, does in Python, and becomes in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from lienthong.kernel.clock import local, moment
from lienthong.kernel.expressions.kinds import Kind
from lienthong.kernel.text import fold

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_DATES = frozenset({Kind.DATE, Kind.MOMENT, Kind.EPOCH, Kind.ANY})
_TEXTS = frozenset({Kind.TEXT, Kind.ANY})
_EVERY = frozenset(Kind)
_EPOCH_ZONE = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Function:
    """A function. takes: allowed kinds of each argument; the last ``optional`` of them may be left out.

    call gets plain values; unless ``sees_null``, any null argument makes the result null without calling it.
    A function of a definition's own room (a tariff) has no SQL form.
    """

    name: str
    takes: tuple[frozenset[Kind], ...]
    returns: Kind
    call: Callable[..., Any]
    optional: int = 0
    sees_null: bool = False
    needs_today: bool = False
    """The day of evaluation is put in as last argument when it is not given."""


def calendar_day(value: Any) -> str | None:
    """Return the whole calendar day of a date, moment or epoch as ISO text; a partial date begins on its first day."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return datetime.fromtimestamp(value, _EPOCH_ZONE).date().isoformat()
    text = str(value)
    try:
        if text.endswith("Z"):
            return local(moment(text)).date().isoformat()
        if not _DATE.fullmatch(text):
            return None
        return date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text).isoformat()
    except ValueError:
        return None


def _date(value: Any) -> str | None:
    return None if isinstance(value, str) and len(value) < 10 else calendar_day(value)


def _days(start: Any, end: Any) -> int | None:
    first, last = calendar_day(start), calendar_day(end)
    return None if first is None or last is None else (date.fromisoformat(last) - date.fromisoformat(first)).days


def _age(born: Any, on: Any) -> int | None:
    first, last = calendar_day(born), calendar_day(on)
    if first is None or last is None:
        return None
    return int(last[:4]) - int(first[:4]) - (last[5:] < first[5:])


def _year(value: Any) -> int | None:
    day = calendar_day(value)
    return None if day is None else int(day[:4])


def _known(value: Any) -> bool:
    return value is not None and value not in ("", [])


def _none(value: Any) -> bool:
    return not _known(value)


def _has(value: Any) -> bool:
    return value is not None


def _today(today: str) -> str:
    return today


def _fold(value: Any) -> str | None:
    return fold(value) if isinstance(value, str) else None


def _starts(text: Any, head: Any) -> bool:
    return str(text).startswith(str(head))


def _len(value: Any) -> int | None:
    return len(value) if isinstance(value, str | list) else None  # pyright: ignore[reportUnknownArgumentType]


TABLE = {
    each.name: each
    for each in (
        Function("today", (), Kind.DATE, _today, needs_today=True),
        Function("date", (_DATES | {Kind.TEXT},), Kind.DATE, _date),
        Function("days", (_DATES, _DATES), Kind.INT, _days),
        Function("age", (_DATES, _DATES), Kind.INT, _age, optional=1, needs_today=True),
        Function("year", (_DATES,), Kind.INT, _year),
        Function("known", (_EVERY,), Kind.BOOL, _known, sees_null=True),
        Function("none", (_EVERY,), Kind.BOOL, _none, sees_null=True),
        Function("has", (_EVERY,), Kind.BOOL, _has, sees_null=True),
        Function("fold", (_TEXTS,), Kind.TEXT, _fold),
        Function("len", (_TEXTS | {Kind.LIST},), Kind.INT, _len),
        Function("starts", (_TEXTS, _TEXTS), Kind.BOOL, _starts),
    )
}
"""today() · date(x): whole day or null · days(from, to) · age(born, on = today): full years · year(x) · known(x): not
null, not empty · none(x): the opposite · has(a.b): not null · fold(text): search key · len(text or list) ·
starts(text, head)."""
