"""Names of invented people by weight, as each people of Viet Nam builds them."""

from __future__ import annotations

import csv
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Generic, TypeVar

from lienthong.registers.demonstration.people import FEMALE, MALE

Item = TypeVar("Item")
Chance = Callable[[], float]
_SLOTS = 1_000
_NOT_KINH = {"Nông", "Vi", "Lò", "Giàng", "Vàng", "Thạch", "Sơn", "Kim", "Y", "H'"}
_PLAIN = "{family} {middle} {given}"


class Weighted(Generic[Item]):
    """Draws items by weight with one index: the weights are laid out over a fixed number of slots."""

    def __init__(self, items: Iterable[tuple[Item, float]]) -> None:
        pairs = [pair for pair in items if pair[1] > 0]
        edges = list(accumulate(weight for _item, weight in pairs))
        step = edges[-1] / _SLOTS
        self._slots = [pairs[bisect(edges, (slot + 0.5) * step, hi=len(edges) - 1)][0] for slot in range(_SLOTS)]

    def draw(self, chance: Chance) -> Item:
        """Return one item."""
        return self._slots[int(chance() * _SLOTS)]


@dataclass(frozen=True, slots=True)
class Style:
    """How one people names its children."""

    families: Weighted[str]
    middles: dict[str, Weighted[str]]
    givens: dict[str, Weighted[str]]
    patterns: dict[str, str]
    by_mother: bool
    has_family: bool
    modern: bool  # names of two middle words or none of Văn and Thị, as young Kinh people bear

    def draw(self, chance: Chance, sex: str, year: int, family: str) -> tuple[str, str]:
        """Return (full name, family part to inherit) for a person born in ``year`` of that family ("" draws one)."""
        family = family or self.families.draw(chance)
        given = self.givens[sex].draw(chance)
        pattern = self.patterns[sex]
        if pattern != _PLAIN:
            return pattern.format(family=family, given=given), family if self.has_family else ""
        middle = self._middle(chance, sex, year)
        if middle == given:
            middle = "Thị" if sex == FEMALE else "Văn"
        return f"{family} {middle} {given}", family

    def _middle(self, chance: Chance, sex: str, year: int) -> str:
        if not self.modern:
            return self.middles[sex].draw(chance)
        turn = chance()
        if turn < (1995 - year) / 80:  # the older, the more often simply Văn or Thị
            return "Thị" if sex == FEMALE else "Văn"
        middle = self.middles[sex].draw(chance)
        if sex == FEMALE and turn > 0.6 and year < 2005 and middle != "Thị":
            return f"Thị {middle}"
        return middle


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of this folder's data files; the first line says where it comes from."""
    text = (files(__package__ or "") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def styles() -> dict[str, Style]:
    """Return the naming style of every people by its code; those without one of their own are named as the Kinh."""
    common: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for each in rows("names_vn.csv"):
        if each["value"] not in _NOT_KINH:
            common[each["kind"]].append((each["value"], float(each["weight"])))
    own: defaultdict[str, defaultdict[str, list[tuple[str, float]]]] = defaultdict(lambda: defaultdict(list))
    for each in rows("names_ethnic.csv"):
        own[each["ethnicity"]][each["kind"]].append((each["value"], float(each["weight"])))
    kinh = {kind: Weighted(entries) for kind, entries in common.items()}
    return {code: _style(kinh, own[code]) for code in (f"{number:02d}" for number in range(1, 57))}


def _style(kinh: dict[str, Weighted[str]], given: dict[str, list[tuple[str, float]]]) -> Style:
    def of(kind: str) -> Weighted[str]:
        return Weighted(given[kind]) if kind in given else kinh[kind]

    def pattern(kind: str) -> str:
        return given[kind][0][0] if kind in given else _PLAIN

    patterns = {MALE: pattern("pattern_m"), FEMALE: pattern("pattern_f")}
    return Style(
        families=of("family"),
        middles={MALE: of("middle_m"), FEMALE: of("middle_f")},
        givens={MALE: of("given_m"), FEMALE: of("given_f")},
        patterns=patterns,
        by_mother="line" in given,
        has_family=all("{family}" in pattern for pattern in patterns.values()),
        modern="middle_m" not in given and "middle_f" not in given,
    )
