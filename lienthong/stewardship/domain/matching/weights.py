"""What each outcome of a comparison says, in bits: log2 of how much likelier it is between two records of one person.

Fellegi and Sunter: the weight of an outcome is log2(m / u); m: its share among pairs of one person, u: among pairs of
two. For names, birth dates and units u of full agreement is how frequent the value is in the register compared: Nguyễn
Văn An says little, a rare name much. m and the other u are estimates, checked by ``bench/bench_matching.py``.
"""

from __future__ import annotations

from functools import lru_cache
from math import log2

FREQUENT = {"name": 1e-4, "birth_date": 1 / 27_000, "unit": 1 / 1_500}
"""How frequent a value is that nobody counted."""
RAREST = 1e-7
USUAL = 1_000
AGREE = {"name": 0.75, "birth_date": 0.85, "unit": 0.75}
"""m of full agreement, where u is the frequency of the value."""
LESS = {
    "name": {"same": 0.0, "marks": 1.0, "order": 1.5, "spelling": 3.0, "other_marks": 5.0, "middle": 5.0},
    "birth_date": {"equal": 0.0},
    "unit": {"equal": 0.0, "became": 1.0},
}
"""Outcomes that say as much as full agreement, less some bits."""
_KIN_NAME = {"same": 8.0, "marks": 7.5, "order": 7.0, "initials": 4.0, "middle": 4.0, "spelling": 6.0} | {
    "other_marks": 2.0,
    "other_middle": 0.0,
    "given": -1.0,
    "different": -4.0,
}
_KIN_NUMBER = {"equal": 10.0, "digit": 7.0, "different": -3.0}
BITS = {
    "number": {"equal": 24.0, "former": 22.0, "digit": 10.0, "other_kind": 0.0, "different": -6.0},
    "name": {"initials": 5.0, "other_middle": 2.0, "given": -2.0, "different": -7.0},
    "birth_date": {
        "swapped": 9.0,
        "year_off": 8.0,
        "digit": 6.0,
        "year": 5.0,
        "same_year": -5.0,
        "different": -7.0,
    },
    "sex": {"equal": 1.0, "different": -5.6},
    "unit": {"province": 1.0, "different": -2.2},
    "phone": {"equal": 12.0, "digit": 8.0, "different": -1.5},
    "address": {"equal": 4.0, "like": 1.0, "different": -1.0},
    "father_name": _KIN_NAME,
    "mother_name": _KIN_NAME,
    "father_number": _KIN_NUMBER,
    "mother_number": _KIN_NUMBER,
    "spouse_number": _KIN_NUMBER,
}
DUPLICATES = 0.02
"""Share of records expected to have a double, where nobody knows better: what the prior begins from."""


def frequency(field: str, often: int, rows: int) -> float:
    """Return how frequent a value is that so many of all rows have; the two compared do not make it common.

    Few rows say little, so that what is usual everywhere counts as a thousand rows more.
    """
    return max((max(often - 2, 0) + USUAL * FREQUENT[field]) / (rows + USUAL), RAREST)


def weight(field: str, outcome: str, frequency: float = 0.0) -> float:
    """Return the bits of an outcome. frequency: share of records with the (more frequent) value; 0: not known."""
    if field not in LESS or outcome not in LESS[field]:
        return BITS[field][outcome]
    less = LESS[field][outcome]
    common = max(frequency or FREQUENT[field], RAREST)
    return max(log2(AGREE[field] / common) - less, 0.0)


@lru_cache(maxsize=64)
def prior(rows: int, duplicates: float = DUPLICATES) -> float:
    """Return the log2 odds that two records drawn from so many are one person's: the larger the register, the less."""
    pairs = max(rows * (rows - 1) / 2, 1.0)
    share = min(max(duplicates * rows / pairs, 1e-18), 0.5)
    return log2(share / (1 - share))
