"""The one place that knows what time it is. Tests and replays put another clock in its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Viet Nam: +07:00 the whole year."""


class Clock(Protocol):
    """Tells the present moment, always with its zone."""

    def now(self) -> datetime:
        """Return the present moment in Viet Nam's zone."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in Viet Nam's zone."""
        return datetime.now(ZONE)


class SetClock:
    """A clock that stands where it was set, for tests and demonstrations of a past day."""

    def __init__(self, moment: datetime) -> None:
        self._moment = local(moment)

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self._moment

    def set(self, moment: datetime) -> None:
        """Put the clock to another moment."""
        self._moment = local(moment)

    def advance(self, step: timedelta) -> None:
        """Move the clock on by ``step``."""
        self._moment += step


def local(moment: datetime) -> datetime:
    """Return a moment in Viet Nam's zone; a naive one is taken as Viet Nam's time."""
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def stamp(moment: datetime) -> str:
    """Return a moment as the text every table stores: UTC, microseconds, ``2026-11-21T13:16:02.000000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def moment(text: str) -> datetime:
    """Return the moment of a stored stamp, in Viet Nam's zone."""
    return datetime.fromisoformat(text).astimezone(ZONE)


def today(clock: Clock) -> date:
    """Return the calendar day in Viet Nam."""
    return clock.now().date()
