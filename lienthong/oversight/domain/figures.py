"""What a figure says: share, state against its target, change, rank. Pure."""

from __future__ import annotations

from collections.abc import Sequence
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
    """One counted figure: numerator and denominator stay apart to the end, so that any roll-up is right."""

    of: int
    part: int

    @property
    def share(self) -> float | None:
        """Numerator over denominator, None when there is nothing to count (missing is not zero)."""
        return self.part / self.of if self.of else None

    def __add__(self, other: Figure) -> Figure:
        return Figure(self.of + other.of, self.part + other.part)


NOTHING = Figure(0, 0)


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


def step_of(share: float, steps: Sequence[float]) -> int:
    """Return the colour step 1-5 of a share, given the four lower bounds of steps 2-5."""
    return 1 + sum(share >= bound for bound in steps)


def quintiles(shares: Sequence[float]) -> tuple[float, float, float, float]:
    """Return four bounds that split the shares into five groups of about equal size (equal bounds when few)."""
    ordered = sorted(shares)
    if not ordered:
        return (0.2, 0.4, 0.6, 0.8)
    places = [ordered[min(len(ordered) - 1, len(ordered) * k // 5)] for k in range(1, 5)]
    return (places[0], places[1], places[2], places[3])
