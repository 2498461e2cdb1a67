"""A legal clock as shown: its state, what is left, its real days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One calendar day of a clock. counts: the how-many-th day that counts, None when it does not.

    mark: ``filed``, ``received``, ``due``, ``over`` (after the due day), ``paused``, ``spent`` or "". today: that it is
    today, whatever else it is.
    """

    date: date
    kind: Literal["work", "off", "holiday", "makeup"]
    label: str
    counts: int | None
    mark: str
    today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """A legal clock. due_at: None while it stands still. days: () where only the time is needed (queue rows)."""

    state: Literal["ok", "risk", "late", "paused", "done"]
    due_at: datetime | None
    working_days_left: int
    working_minutes_left: int
    days: tuple[Day, ...] = ()
