"""The nation as a stream: villages one after the other, each forgotten once written, the same on every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from lienthong.registers.demonstration import named
from lienthong.registers.demonstration.families import Families
from lienthong.registers.demonstration.numbers import Numbers
from lienthong.registers.demonstration.people import Commune, Village
from lienthong.registers.demonstration.places import Places
from lienthong.registers.demonstration.rows import Desk, Row, Writer

SEED = 2026
SMALLEST = 20
"""Fewer people than this cannot be asked for: the named ones are always there."""
_VILLAGE = (45, 240)
_MARGIN = 120  # a village may become larger than asked for by less than this; the last one makes up for it


def villages(people: int, places: Places, *, seed: int = SEED, numbers: Numbers | None = None) -> Iterator[Village]:
    """Yield villages that together have exactly that many people, the named families first.

    people: SMALLEST or more. Few people still reach every part of the country: the villages are smaller and lie
    further apart.
    """
    families = Families(Random(seed), places, numbers or Numbers())  # noqa: S311  invented people, no secret
    made = 0
    for village in named.villages(places):
        made += len(village.people)
        yield village
    rest = people - made
    count = max(1, rest // max(_VILLAGE[0], min(_VILLAGE[1], people // 400)))
    for number, commune in enumerate(places.spread(count), start=1):
        last = number == count
        due = people - rest + rest * number // count - made
        if last or (due > 0 and made + due + _MARGIN < people):
            village = families.village(commune, due, exact=last)
            made += len(village.people)
            yield village


def rows(
    people: int, places: Places, desk: Callable[[Commune], Desk], *, seed: int = SEED
) -> Iterator[tuple[dict[str, list[Row]], int]]:
    """Yield the rows of each village by register, and how many people they tell of."""
    numbers = Numbers()
    writer = Writer(Random(seed + 1).random, numbers, desk)  # noqa: S311
    for village in villages(people, places, seed=seed, numbers=numbers):
        yield writer.rows(village), len(village.people)
