"""Compares two people: what speaks for one person, what against, and what follows: sure, review or no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log2
from typing import Literal

from lienthong.stewardship.domain.matching.names import compare_names
from lienthong.stewardship.domain.matching.parts import (
    compare_addresses,
    compare_dates,
    compare_numbers,
    compare_phones,
    compare_places,
)
from lienthong.stewardship.domain.matching.weights import prior, weight

Verdict = Literal["sure", "review", "no"]
DOUBTFUL_NAMES = frozenset({"other_marks", "spelling", "other_middle", "given", "different", "initials"})
"""Twins share all but the name, and theirs differ by a letter or a mark: never sure of such a name by itself."""

AT_HOME = frozenset(
    {"unit", "address", "phone", "father_name", "mother_name", "father_number", "mother_number", "spouse_number"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What matching looks at of one record; "" where it says nothing. Values are in stored form.

    unit_now: the units that ``unit`` is today, each as ``province/commune``. frequency: share of all records with this
    name, birth date and unit; 0 when nobody counted.
    """

    number: str = ""
    former_number: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    unit: str = ""
    unit_now: tuple[str, ...] = ()
    address: str = ""
    phone: str = ""
    father_name: str = ""
    mother_name: str = ""
    father_number: str = ""
    mother_number: str = ""
    spouse_number: str = ""
    frequency: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says. weight: bits for (or, negative, against) one person."""

    field: str
    outcome: str
    weight: float


@dataclass(frozen=True)
class Score:
    """What all fields say together. probability: that both are one person. held: why it is not sure all the same."""

    evidence: tuple[Evidence, ...]
    bits: float
    verdict: Verdict
    held: str = ""

    @cached_property
    def probability(self) -> float:
        """Probability, 0 to 1, that both records are of one person."""
        return 1 / (1 + 2 ** -max(min(self.bits, 60.0), -60.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRules:
    """When two records count as one person's. sure, review: probabilities from which on they do; rows: how many
    records are compared, which says how likely chance is. fields: what is looked at, all when empty."""

    sure: float = 0.99
    review: float = 0.80
    rows: int = 1_000_000
    fields: frozenset[str] = frozenset()

    @property
    def start(self) -> float:
        """Log2 odds before anything was compared."""
        return prior(self.rows)

    @property
    def most_at_home(self) -> float:
        """Bits that home and family say at most together: in a million people there are a million pairs of siblings."""
        return log2(max(self.rows, 32) / 2)


def odds(probability: float) -> float:
    """Return a probability as log2 odds."""
    kept = min(max(probability, 1e-12), 1 - 1e-12)
    return log2(kept / (1 - kept))


def compare(one: Person, other: Person, rules: MatchRules) -> Score:
    """Compare two people; the same whichever comes first. A field that one of them lacks says nothing."""
    each_field = _evidence(one, other, rules.fields)
    found = (*each_field, *_together(each_field, rules.most_at_home))
    bits = rules.start + sum(each.weight for each in found)
    said = {each.field: each.outcome for each in found}
    verdict: Verdict = "sure" if bits >= odds(rules.sure) else "review" if bits >= odds(rules.review) else "no"
    if said.get("name") == "different" and said.get("number") not in {"equal", "former"}:
        return Score(found, bits, "no", "name")  # brothers and sisters, twins, whose numbers follow each other
    held = _held(said) if verdict == "sure" else ""
    if held or (verdict == "no" and said.get("number") == "equal"):  # one number, two people: somebody must look
        verdict = "review"
    return Score(found, bits, verdict, held)


def _held(said: dict[str, str]) -> str:
    """Return the field that forbids being sure whatever the others say, "" when none does."""
    if said.get("number") == "different":
        return "number"
    known = said.get("number") in {"equal", "former"}
    name, born = said.get("name", ""), said.get("birth_date", "")
    if name in {"", "different", "given"} or (name in DOUBTFUL_NAMES and not known):
        return "name"
    if born in {"different", "same_year"} or (born == "" and not known):
        return "birth_date"
    if said.get("sex") == "different" and not known:
        return "sex"
    # people of one name born on one day are found in every large register: something else must agree as well
    return "" if known or any(said.get(field) in outcomes for field, outcomes in _BESIDE.items()) else "birth_date"


_SAME_NAME = frozenset({"same", "marks", "order", "initials", "middle", "spelling"})
_SAME_VALUE = frozenset({"equal", "digit"})
_BESIDE: Mapping[str, frozenset[str]] = {
    "number": frozenset({"digit"}),
    "unit": frozenset({"equal", "became"}),
    "address": frozenset({"equal"}),
    "phone": _SAME_VALUE,
    **dict.fromkeys(("father_name", "mother_name"), _SAME_NAME),
    **dict.fromkeys(("father_number", "mother_number", "spouse_number"), _SAME_VALUE),
}
"""What beside name and birth date must agree (one of it) before two records are surely one person's."""


def _together(found: list[Evidence], most: float) -> list[Evidence]:
    """Take back what the home and the parents say more than once: brothers and sisters share all of it."""
    shared = sum(each.weight for each in found if each.field in AT_HOME and each.weight > 0)
    return [Evidence("home", "shared", most - shared)] if shared > most else []


def _evidence(one: Person, other: Person, wanted: frozenset[str]) -> list[Evidence]:
    mine, theirs = one.frequency, other.frequency
    counted = {
        "name": max(mine[0], theirs[0]),
        "birth_date": max(mine[1], theirs[1]),
        "unit": max(mine[2], theirs[2]),
    }
    outcomes = {
        "number": compare_numbers(one.number, other.number, (one.former_number, other.former_number)),
        "name": compare_names(one.name, other.name),
        "birth_date": compare_dates(one.birth_date, other.birth_date),
        "sex": _same(one.sex, other.sex),
        "unit": compare_places(one.unit, other.unit, one.unit_now, other.unit_now),
        "phone": compare_phones(one.phone, other.phone),
        "address": compare_addresses(one.address, other.address),
        "father_name": compare_names(one.father_name, other.father_name),
        "mother_name": compare_names(one.mother_name, other.mother_name),
        "father_number": compare_phones(one.father_number, other.father_number),
        "mother_number": compare_phones(one.mother_number, other.mother_number),
        "spouse_number": compare_phones(one.spouse_number, other.spouse_number),
    }
    return [
        Evidence(field, outcome, weight(field, outcome, counted.get(field, 0.0)))
        for field, outcome in outcomes.items()
        if outcome is not None and (not wanted or field in wanted)
    ]


def _same(one: str, other: str) -> Literal["equal", "different"] | None:
    return None if not one or not other else "equal" if one == other else "different"
