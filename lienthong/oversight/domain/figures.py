"""What a figure says: share, state against its target, change, rank. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a figure stands against its target."""

    OK = "ok"
    RISK = "risk"
    LATE = "late"
    NONE = "none"


NEAR = 0.03
"""Within three points of its target a figure is at risk, further away it misses."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One counted figure: numerator and denominator stay apart to the end, so that any roll-up is right.

    rows: how many records stand behind an amount; None where the denominator counts records itself.
    """

    of: int
    part: int
    rows: int | None = None

    @property
    def records(self) -> int:
        """How many records stand behind the figure."""
        return self.of if self.rows is None else self.rows

    @property
    def share(self) -> float | None:
        """Numerator over denominator, None when there is nothing to count (missing is not zero)."""
        return self.part / self.of if self.of else None

    def __add__(self, other: Figure) -> Figure:
        rows = None if self.rows is None and other.rows is None else (self.rows or 0) + (other.rows or 0)
        return Figure(self.of + other.of, self.part + other.part, rows)


NOTHING = Figure(0, 0)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long ago records were last told: how many, those told within a year, and the months since, summed."""

    records: int = 0
    recent: int = 0
    age: int = 0

    @property
    def share(self) -> float | None:
        """Share told within a year, None of nothing."""
        return self.recent / self.records if self.records else None

    @property
    def months(self) -> int | None:
        """How many months ago on average, rounded, None of nothing."""
        return round(self.age / self.records) if self.records else None

    def __add__(self, other: Freshness) -> Freshness:
        return Freshness(self.records + other.records, self.recent + other.recent, self.age + other.age)


def total(figures: Sequence[Figure]) -> Figure:
    """Return the sum of figures."""
    return sum(figures, NOTHING)


def state(share: float | None, target: float | None, *, higher_is_better: bool) -> State:
    """Return how a share stands against its target."""
    if share is None or target is None:
        return State.NONE
    missing = target - share if higher_is_better else share - target
    if missing <= 0:
        return State.OK
    return State.RISK if missing <= NEAR else State.LATE


def months_back(last: str, count: int) -> list[str]:
    """Return ``count`` months ending with ``last``, oldest first: ``2026-11`` → … ``2026-10``, ``2026-11``."""
    year, month = int(last[:4]), int(last[5:7])
    first = year * 12 + month - count
    return [f"{(first + i) // 12:04d}-{(first + i) % 12 + 1:02d}" for i in range(count)]


def path(years: Mapping[int, float], month: str) -> float | None:
    """Return where the straight line through the targets at each year's end stands at the end of a month.

    Before the first year's end its target holds; after the last year there is none.
    """
    at = int(month[:4]) + int(month[5:7]) / 12  # the end of 2026 is 2027.0
    ends = sorted((year + 1, target) for year, target in years.items())
    after = next(((end, target) for end, target in ends if end >= at), None)
    before = next(((end, target) for end, target in reversed(ends) if end < at), None)
    if after is None or before is None:
        return after[1] if after else None
    return before[1] + (after[1] - before[1]) * (at - before[0]) / (after[0] - before[0])


def step_of(share: float, bounds: Sequence[float]) -> int:
    """Return the colour step of a share, 5 for the highest: the first of the descending bounds that it reaches."""
    return next((5 - at for at, bound in enumerate(bounds) if share >= bound), 5 - len(bounds))


def bounds_of(shares: Sequence[float]) -> tuple[float, ...]:
    """Return up to four descending lower bounds that split the shares into groups of about equal size.

    Equal bounds are said once, and none is below every share: where all stand alike there is one colour, not five.
    """
    ordered = sorted(shares, reverse=True)
    places = [ordered[min(len(ordered), -(-len(ordered) * k // 5)) - 1] for k in range(1, 5)] if ordered else []
    return tuple(bound for bound in sorted(set(places), reverse=True) if bound > ordered[-1] or bound == ordered[0])
