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
CODES = 6
"""So many different codes in force, and none that ended, are a list of today: a third of the old codes lives on, so
that of so many old ones all would in 1 of 750 lists."""
_SINCE = N_("Được hiểu theo đơn vị từ 01/07/2025 vì %(shown)s giá trị chỉ có từ ngày đó.")
_CODES = N_("Được hiểu theo đơn vị từ 01/07/2025 vì cả %(shown)s mã khác nhau đều là mã hiện hành.")
_BEFORE = N_("Được hiểu theo đơn vị trước 01/07/2025 vì %(shown)s giá trị chỉ có trước ngày đó.")
_UNSURE = {"spelling", "type", "older"}


@dataclass(frozen=True, slots=True)
class Period:
    """The day by whose map a column is read. shown: how many different values only that period knows.

    codes: it was told by codes that are all in force; shown counts them.
    """

    on: date
    shown: int
    codes: bool = False

    @property
    def sentence(self) -> str:
        """What is assumed and why, as a Vietnamese sentence of the catalogues; it takes ``shown``."""
        return (_CODES if self.codes else _SINCE) if self.on >= TWO_TIERS else _BEFORE


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


def period_of_codes(in_force: Iterable[bool]) -> Period | None:
    """Return the period since July 2025 when at least ``CODES`` different codes are all in force, else None."""
    told = list(in_force)
    return Period(TWO_TIERS, len(told), codes=True) if len(told) >= CODES and all(told) else None
