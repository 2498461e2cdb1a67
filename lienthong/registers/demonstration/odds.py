"""How likely things are in the invented nation. Rough values that give plausible totals; no statistics."""

from __future__ import annotations

from lienthong.registers.demonstration.names import Weighted

FOUNDERS = Weighted(  # fitted so that the ages of all people come near the mid-term census of 2024
    [
        *((1930, 1), (1935, 2), (1940, 7), (1945, 5), (1950, 7.7), (1955, 10.8), (1960, 17), (1965, 9)),
        *((1970, 11.5), (1975, 6.5), (1980, 9), (1985, 7.5), (1990, 6), (1995, 1.5)),
    ]
)
"""First of five birth years of wives whose own parents are not in the register."""
DEATHS = [0.001] * 18 + [0.004] * 32 + [0.02] * 15 + [0.07] * 10 + [0.22] * 10 + [0.45] * 8 + [0.8] * 60
"""How many of an age are recorded as deceased."""
MALE_BIRTHS = 0.527
_CHILDREN: tuple[tuple[int, Weighted[int]], ...] = (  # until which birth year of the mother, how many children
    (1950, Weighted([(2, 2), (3, 3), (4, 3), (5, 2)])),
    (1965, Weighted([(1, 1), (2, 4), (3, 4), (4, 2)])),
    (1980, Weighted([(0, 0.4), (1, 2), (2, 5), (3, 2)])),
)
_CHILDREN_NOW: Weighted[int] = Weighted([(0, 0.3), (1, 1), (2, 5), (3, 2.5)])
_RELIGIONS = Weighted([("00", 86), ("01", 5), ("02", 6), ("08", 1), ("05", 1), ("03", 1)])
_RELIGIONS_OF = {  # of peoples who differ much from the Kinh
    "05": Weighted([("01", 9), ("00", 1)]),
    "08": Weighted([("00", 7), ("08", 3)]),
    "10": Weighted([("00", 6), ("08", 3), ("02", 1)]),
    "12": Weighted([("00", 5), ("08", 4), ("02", 1)]),
    "17": Weighted([("13", 5), ("04", 5)]),
}


def children(year: int) -> Weighted[int]:
    """Return how many children a mother born in that year has."""
    for until, numbers in _CHILDREN:
        if year < until:
            return numbers
    return _CHILDREN_NOW


def religions(people: str) -> Weighted[str]:
    """Return the religions of an ethnic group."""
    return _RELIGIONS_OF.get(people, _RELIGIONS)
