"""Which counts of a table stay covered, so that nobody learns of one person's dossier from a small number. Pure.

A table is shown beside its total, so covering the small counts alone is not enough: what is left of the total may say
what they are. Further counts are withheld until every covered one could be at least two different numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

ENDLESS = 10**12


class Cover(StrEnum):
    """How a count is shown: as it is, as "fewer than so many", or withheld because another would be betrayed."""

    OPEN = "open"
    FEW = "few"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Range:
    """What a reader knows of a covered count from how it is covered."""

    low: int
    high: int


def cover(
    counts: Mapping[str, int],
    *,
    least: int,
    own: Collection[str] = (),
    pools: Mapping[str, str] | None = None,
    unknown: Mapping[str, Range] | None = None,
) -> dict[str, Cover]:
    """Return how each count is shown beside the total of its pool.

    least: counts from 1 to below it are covered. own: keys that are always open to this reader. pools: key → which
    known total it adds to (all to one when None). unknown: counts that the reader does not see anyway, with what is
    known of them.
    """
    shown = dict.fromkeys(counts, Cover.OPEN)
    groups: dict[str, dict[str, int]] = {}
    for key, count in counts.items():
        groups.setdefault((pools or {}).get(key, ""), {})[key] = count
    for group in groups.values():
        hidden = {key: known for key, known in (unknown or {}).items() if key in group}
        shown.update(_cover(group, least, frozenset(own), hidden))
    return shown


def _cover(
    counts: Mapping[str, int], least: int, own: frozenset[str], unknown: Mapping[str, Range]
) -> dict[str, Cover]:
    outside = {key: count for key, count in counts.items() if key not in own and key not in unknown}
    few = {key for key, count in outside.items() if 0 < count < least}
    if not few:
        return {}
    larger = sorted((key for key, count in outside.items() if count >= least), key=lambda key: (outside[key], key))
    zeros = [key for key, count in outside.items() if not count]
    covers = dict.fromkeys(few, Cover.FEW)
    low = 1
    while True:
        withheld = [key for key in covers if covers[key] is Cover.WITHHELD]
        open_ones = [outside[key] for key in larger if key not in covers]
        ranges = dict(unknown)
        ranges.update({key: Range(low, least - 1) for key in covers if key not in withheld})
        ranges.update({key: Range(least, min(open_ones, default=ENDLESS)) for key in withheld})
        if _is_safe(counts, few, ranges):
            return covers
        if open_ones:
            covers[larger[len(larger) - len(open_ones)]] = Cover.WITHHELD
        elif zeros and low:
            covers.update(dict.fromkeys(zeros, Cover.FEW))
            low = 0
        else:
            return dict.fromkeys(covers, Cover.WITHHELD)


def _is_safe(counts: Mapping[str, int], few: Collection[str], ranges: Mapping[str, Range]) -> bool:
    """Say whether every small count could be two different numbers, given the sum of all that is covered."""
    covered = sum(counts[key] for key in ranges)
    lows, highs = sum(each.low for each in ranges.values()), sum(each.high for each in ranges.values())
    for key in few:
        own = ranges[key]
        low = max(own.low, covered - (highs - own.high))
        high = min(own.high, covered - (lows - own.low))
        if high <= low:
            return False
    return True
