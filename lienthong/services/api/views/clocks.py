"""A legal clock as shown: its state, what is left, its real days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lienthong.kernel.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One calendar day of a clock. counts: the how-many-th day that counts, None when it does not.

    mark: ``filed``, ``opened`` (a step's turn), ``received``, ``due``, ``over`` (after the due day), ``again`` (new
    appointment), ``paused``, ``spent`` or "". today: that it is today, whatever else it is.
    """

    date: date
    kind: Literal["work", "off", "holiday", "makeup"]
    label: str
    counts: int | None
    mark: str
    today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """A legal clock. due_at: None while it stands still. days: () where only the time is needed (queue rows).

    again_at: the new appointment of an apology, None when there is none; the legal end stays due_at.
    """

    state: Literal["ok", "risk", "late", "paused", "done"]
    due_at: datetime | None
    working_days_left: int
    working_minutes_left: int
    days: tuple[Day, ...] = ()
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The extension or the apology of a dossier: when, the date before and the new one, why."""

    at: datetime
    was_at: datetime
    next_at: datetime
    reason: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """One calendar day of a clock explained. text: why it counts or not; notes: what happened on it, with the time.

    counts: its number among the days that count, None for the others; mark: ``due``, ``over``, ``again`` or "".
    """

    date: date
    text: str
    counts: int | None
    mark: str
    today: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPage:
    """How the date of a dossier, or of one step of it (step: its id, "" for the whole), was reached, day by day.

    term: what the law allows, in words. total: the sum of the days that count. others: the other clocks that this actor
    may see, (step, title).
    """

    code: str
    about: str
    step: str
    title: Bilingual
    agency: Bilingual
    term: str
    clock: ClockView
    lines: tuple[ClockLine, ...]
    total: str
    others: tuple[tuple[str, Bilingual], ...]
