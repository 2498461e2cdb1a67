"""The shapes of the legal clock: terms, stops, days, and when a term ends and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, Bilingual

DayKind = Literal["off", "holiday", "makeup", "work"]
State = Literal["ok", "risk", "late", "paused"]
OPENS, LUNCH, BACK, CLOSES = time(8), time(12), time(13), time(17)
CUT_OFF = time(15)


@dataclass(frozen=True, slots=True)
class Term:
    """A time limit: n working days (``wd``), n working hours (``wh``), n days of the calendar (``cd``) or the same day.

    Raises Invalid below 1.
    """

    amount: int
    unit: Literal["wd", "wh", "cd", "same_day"]

    def __post_init__(self) -> None:
        if self.amount < 1 or self.amount > 9999:
            raise Invalid("term.amount", N_("Thời hạn phải từ 1 đến 9999."))

    @classmethod
    def parse(cls, text: str) -> Term:
        """Return the term of ``3wd``, ``8h``, ``10cd`` or ``same_day``. Raises Invalid."""
        if text == "same_day":
            return cls(1, "same_day")
        found = re.fullmatch(r"([0-9]{1,4})(wd|wh|h|cd)", text)
        if found is None:
            message = N_("Thời hạn “%(term)s” viết sai; dùng 3wd, 8h, 10cd hoặc same_day.")
            raise Invalid("term.format", message, term=text)
        units: dict[str, Literal["wd", "wh", "cd"]] = {"wd": "wd", "cd": "cd"}
        return cls(int(found[1]), units.get(found[2], "wh"))

    def __str__(self) -> str:
        return "same_day" if self.unit == "same_day" else f"{self.amount}{'h' if self.unit == 'wh' else self.unit}"


@dataclass(frozen=True, slots=True)
class Stop:
    """A time during which the clock stands (waiting for the citizen); ``end`` is None while it still stands."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Special:
    """A day of the calendar table: a day off, or a make-up working day; ``label`` names it."""

    kind: Literal["holiday", "makeup"]
    label: Bilingual


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One real day of a term. counts: its number among the days that count, None for the others.

    kind: ``off`` (weekend), ``holiday`` (named in label), ``makeup`` (a worked Saturday) or ``work``.
    stopped: the clock stood on this day, so that it does not count although people work.
    """

    date: date
    kind: DayKind
    label: Bilingual
    counts: int | None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """One stretch of office time that counts. extension: for the extension, not for the term itself."""

    begins: datetime
    ends: datetime
    extension: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends, and why.

    at: the last moment. received_at: the office minute the filing counts as received. counted_from: when counting
    begins (opening of the day after receipt; for hours and same day the receipt itself). days: every calendar day from
    the filing to ``at``. paused_since: set while a stop is open; ``at`` is then the earliest possible moment.
    covered: the calendar knows the holidays of every year on the way. filed_at, term, extension: what was asked;
    counted: every stretch of time that counts, in order; the last one ends at ``at``.
    """

    at: datetime
    received_at: datetime
    counted_from: datetime
    days: tuple[CalendarDay, ...]
    paused_since: datetime | None = None
    covered: bool = True
    agency: str = ""
    filed_at: datetime | None = None
    term: Term | None = None
    extension: Term | None = None
    counted: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a term.

    working_days: working days after today up to the due day; 0 = due today; negative: working days since it passed.
    working_minutes: office minutes until the due moment, negative once it has passed. state: ``ok``; ``risk``, due by
    the end of the next working day; ``late``; ``paused``, then the figures are those at the stop.
    """

    working_days: int
    working_minutes: int
    state: State
