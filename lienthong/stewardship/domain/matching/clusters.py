"""Puts pairs together into people, so that a chain of likeness never glues two people into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lienthong.stewardship.domain.matching.parts import compare_dates, compare_numbers
from lienthong.stewardship.domain.matching.scoring import Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, by their places, with the bits that speak for one person."""

    one: int
    other: int
    bits: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """What may not contradict within one person: numbers and birth dates."""

    number: str = ""
    birth_date: str = ""


@dataclass(slots=True)
class _Group:
    members: list[int]
    numbers: set[str] = field(default_factory=set[str])
    days: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which records are one person. of: place → the lowest place of its cluster; doubtful: places whose belonging a
    person must confirm; parted: sure pairs that would have put contradicting records together, now to be reviewed."""

    of: dict[int, int]
    doubtful: frozenset[int]
    parted: frozenset[tuple[int, int]]


def cluster(
    pairs: Iterable[Pair], standing: Mapping[int, Standing], different: Iterable[tuple[int, int]] = ()
) -> Clusters:
    """Join the surest pairs first, and never records that contradict; records only to be reviewed hang on one cluster.

    different: pairs that a person said are two people.
    """
    ordered = sorted(pairs, key=lambda each: (-each.bits, each.one, each.other))
    apart: dict[int, set[int]] = {}
    for one, other in different:
        apart.setdefault(one, set()).add(other)
        apart.setdefault(other, set()).add(one)
    groups: dict[int, _Group] = {}
    parted: set[tuple[int, int]] = set()
    for each in ordered:
        if each.verdict != "sure":
            continue
        first, second = (_group(groups, standing, place) for place in (each.one, each.other))
        if first is second:
            continue
        if _contradict(first, second) or _said_different(first, second, apart):
            parted.add((each.one, each.other))
            continue
        _join(groups, first, second)
    doubtful = _hang(ordered, groups, standing, parted, apart)
    return Clusters(
        {place: min(group.members) for place, group in groups.items()}, frozenset(doubtful), frozenset(parted)
    )


def _hang(
    ordered: Sequence[Pair],
    groups: dict[int, _Group],
    standing: Mapping[int, Standing],
    parted: set[tuple[int, int]],
    apart: Mapping[int, set[int]],
) -> set[int]:
    """Hang each record that is in no cluster on the likeliest one; answer those whose belonging is open."""
    doubtful: set[int] = set()
    for each in ordered:
        open_pair = each.verdict == "review" or (each.one, each.other) in parted
        if not open_pair or each.other in apart.get(each.one, ()):
            continue
        alone = [place for place in (each.one, each.other) if place not in groups]
        if not alone:
            continue
        first, second = (_group(groups, standing, place) for place in (each.one, each.other))
        doubtful.update(alone)
        _join(groups, first, second)
    return doubtful


def _group(groups: dict[int, _Group], standing: Mapping[int, Standing], place: int) -> _Group:
    if place not in groups:
        said = standing.get(place, Standing())
        groups[place] = _Group([place], {said.number} - {""}, {said.birth_date} - {""})
    return groups[place]


def _join(groups: dict[int, _Group], one: _Group, other: _Group) -> None:
    keep, gone = (one, other) if len(one.members) >= len(other.members) else (other, one)
    keep.members.extend(gone.members)
    keep.numbers |= gone.numbers
    keep.days |= gone.days
    for place in gone.members:
        groups[place] = keep


def _contradict(one: _Group, other: _Group) -> bool:
    numbers = any(compare_numbers(a, b) == "different" for a in one.numbers for b in other.numbers)
    return numbers or any(compare_dates(a, b) in {"different", "same_year"} for a in one.days for b in other.days)


def _said_different(one: _Group, other: _Group, apart: Mapping[int, set[int]]) -> bool:
    return bool(apart) and any(b in apart.get(a, ()) for a in one.members for b in other.members)
