"""Which map of the country a column of units was written by: before or since July 2025, as its own values show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from lienthong.kernel.i18n import N_
from lienthong.reference.domain.units import TWO_TIERS, Conversion

LAST_OLD = TWO_TIERS - timedelta(days=1)
LEAST = 3
"""So many different values must be of one period alone before the others are read by it."""
AGAINST = 0.05
"""At most this share of the values of one period alone may speak for the other."""
_SINCE = N_("Được hiểu theo đơn vị từ 01/07/2025 vì %(shown)s giá trị chỉ có từ ngày đó.")
_BEFORE = N_("Được hiểu theo đơn vị trước 01/07/2025 vì %(shown)s giá trị chỉ có trước ngày đó.")
_UNSURE = {"spelling", "type", "older"}


@dataclass(frozen=True, slots=True)
class Period:
    """The day by whose map a column is read. shown: how many different values only that period knows."""

    on: date
    shown: int

    @property
    def sentence(self) -> str:
        """What is assumed and why, as a Vietnamese sentence of the catalogues; it takes ``shown``."""
        return _SINCE if self.on >= TWO_TIERS else _BEFORE


def only_of(before: Conversion, since: Conversion) -> date | None:
    """Return the day of the one period that knows a value; None when both do, or neither does without a doubt.

    before, since: what it means read by the map of the last day of districts, and by the one since.
    """
    if "refuse" in {before.decision, since.decision} or _UNSURE & {before.reason, since.reason}:
        return None
    ended = {unit.valid_to is not None and unit.valid_to < TWO_TIERS for unit in (*before.old, *since.old)}
    if len(ended) != 1:
        return None
    return LAST_OLD if ended == {True} else TWO_TIERS


def period_of(votes: Iterable[date | None]) -> Period | None:
    """Return the period that different values of a column show, None when they do not.

    votes: ``only_of`` each different value. At least ``LEAST`` must be of one period alone, and of all that are of one
    alone at most ``AGAINST`` of the other: a list that was begun before July 2025 and went on since is of neither.
    """
    told = [vote for vote in votes if vote is not None]
    for day in (LAST_OLD, TWO_TIERS):
        shown = told.count(day)
        if shown >= LEAST and len(told) - shown <= AGAINST * len(told):
            return Period(day, shown)
    return None
