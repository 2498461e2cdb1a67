"""Old units into units in force: by code or text, of a day; each different text is read once and remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import cast

from lienthong.reference.domain.conversion import Alias, Gazetteer, Named, Reading
from lienthong.reference.domain.units import TWO_TIERS, Conversion, Reason, Unit
from lienthong.reference.store import files
from lienthong.reference.store.units import Units

_REMEMBERED = 200_000
_LAST_OLD = TWO_TIERS - timedelta(days=1)


@dataclass(frozen=True)
class Converter:
    """Answers what became of the unit that somebody wrote down."""

    units: Units
    _known: dict[tuple[str, date | None, bool], Conversion] = field(
        default_factory=dict[tuple[str, date | None, bool], Conversion]
    )

    def convert(self, given: str, on: date | None, *, whole: bool) -> Conversion:
        """Return what became of a unit given by code or by name, as it was called on the day (None: at any time)."""
        place = (given, on, whole)
        found = self._known.get(place)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[place] = (
                self._by_code(given, on) if given.isdigit() else self._by_text(given, on, whole)
            )
        return found

    def columns(self, commune: str, district: str, province: str, on: date | None) -> Conversion:
        """Return what became of a unit whose levels stand apart, each a name, a code or "" (not said)."""
        place = ("\n".join((commune, district, province)), on, True)
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._by_columns(commune.strip(), district.strip(), province.strip(), on)
        return found

    def _by_columns(self, commune: str, district: str, province: str, on: date | None) -> Conversion:
        above = self._above(district, province, on)
        if not commune.isdigit():
            return self.convert(_joined(commune, above), on, whole=True)
        answer = self.convert(commune.zfill(5), on, whole=True)
        if len(commune) <= 2:  # ward 13 of a named district, or a code without its zeros
            numbered = self.convert(_joined(f"Phường {int(commune)}", above), on, whole=True)
            if numbered.decision != "refuse":
                return numbered if above else _either(numbered, answer)
        if not above or answer.decision == "refuse":
            return answer
        around = {unit.code for unit in self.convert(above, on, whole=True).old}
        return answer if any(self._lies_in(unit, around) for unit in answer.old) else Conversion("refuse", (), "chain")

    def _above(self, district: str, province: str, on: date | None) -> str:
        """Return district and province as names; a small number is a counted district or a code without zeros."""
        named = self._name(province, 2, on)
        if district.isdigit() and len(district) <= 2:
            counted = _joined(f"Quận {int(district)}", named)
            if self.convert(counted, on, whole=True).decision != "refuse":
                return counted
        return _joined(self._name(district, 3, on), named)

    def _name(self, given: str, width: int, on: date | None) -> str:
        found = self._meant(given.zfill(width), on) if given.isdigit() else []
        return found[0].full_name if found else given

    def _lies_in(self, unit: Unit, around: set[str]) -> bool:
        parent = unit.parent
        while parent and parent not in around:
            above = self.units.find(parent, unit.valid_to)
            parent = above.parent if above else ""
        return bool(parent)

    def _meant(self, code: str, on: date | None) -> list[Unit]:
        """Return the units that a code may stand for: of the day; without a day, both before and since July 2025."""
        former = self.units.find(code, min(on, _LAST_OLD) if on else _LAST_OLD)
        current = self.units.find(code, max(on, TWO_TIERS) if on else None)
        if on is None:
            return [
                unit for unit in (former, current) if unit is not None and (unit is former or unit.valid_to is None)
            ]
        found = (former or current) if on < TWO_TIERS else (current or former)
        return [found] if found else []

    def _by_code(self, code: str, on: date | None) -> Conversion:
        width = {1: 2, 4: 5}.get(len(code), len(code))  # a spreadsheet dropped the zero: no unit has 1 or 4 digits
        meant = self._meant(code.zfill(width), on)
        return self._together([Named(unit, 0) for unit in meant], "") if meant else Conversion("refuse", (), "unknown")

    def _by_text(self, text: str, on: date | None, whole: bool) -> Conversion:
        if not text.strip():
            return Conversion("refuse", (), "empty")
        if not whole and (known := self._by_ending(text, on)):
            return known
        order = (self._current, self._former) if on and on >= TWO_TIERS else (self._former, self._current)
        readings = [order[0].read(text, whole=whole)]
        if on is None or not _is_exact(readings[0]) or readings[0].rest:
            readings.append(order[1].read(text, whole=whole))
        most = max((each.words for each in readings if each.found), default=0)
        found = _likely([each for each in readings if each.found and each.words == most], dated=on is not None)
        if not found:
            problem = "chain" if any(each.problem == "chain" for each in readings) else "unknown"
            return Conversion("refuse", (), problem)
        return self._together([named for each in found for named in each.found], found[0].rest)

    def _by_ending(self, text: str, on: date | None) -> Conversion | None:
        """Return the answer for an address by the commune it ends with, which many addresses share; None if unsure."""
        parts = text.rsplit(",", 3)
        for kept in (3, 2):
            if len(parts) <= kept:
                continue
            ending = ",".join(parts[-kept:]).strip()
            found = self.convert(ending, on, whole=False)
            if found.decision != "refuse" and not found.rest and all(unit.level == "commune" for unit in found.old):
                before = text[: len(text) - len(",".join(parts[-kept:])) - 1]
                return replace(found, rest=before.strip(_AROUND))
        return None

    def _together(self, meant: list[Named], rest: str) -> Conversion:
        """Return the one answer for all units that may be meant."""
        answers = [self.units.follow(each.unit) for each in meant]
        candidates = {unit.code: unit for answer in answers for unit in answer.candidates}
        old = tuple(each.unit for each in meant)
        units = tuple(candidates.values())
        doubt = next((each.doubt for each in meant if each.doubt), "") if all(each.doubt for each in meant) else ""
        if not units:
            return Conversion("refuse", (), "unknown", old, rest)
        if len(units) > 1 and len(meant) > 1:
            return Conversion("ask", units, "several", old, rest)
        if len(units) > 1 and old[0].level == "district":
            return Conversion("ask", units, "broad", old, rest)
        if doubt:
            return Conversion("ask", units, cast(Reason, doubt), old, rest)
        if len(units) == 1 and any(answer.decision == "certain" for answer in answers):
            sure = min((each for each in answers if each.decision == "certain"), key=lambda each: each.reason != "same")
            return replace(sure, candidates=units, old=old, rest=rest)
        return replace(answers[0], candidates=units, old=old, rest=rest)

    @cached_property
    def _former(self) -> Gazetteer:
        return Gazetteer(self.units.before(), _aliases())

    @cached_property
    def _current(self) -> Gazetteer:
        provinces = [each for each in _aliases() if len(each.code) == 2]
        return Gazetteer(self.units.since(), provinces)


def _is_exact(reading: Reading) -> bool:
    """Say whether a text names units as they are called."""
    return bool(reading.found) and not any(each.doubt for each in reading.found)


def _likely(readings: list[Reading], *, dated: bool) -> list[Reading]:
    """Return the readings of a text to go by, the period of the file first.

    dated: the file says which period it speaks of, so that one counts; where it leaves a doubt and the other period has
    just such a unit, both do. Undated, both count, those without a doubt before those with one.
    """
    exact = [each for each in readings if _is_exact(each)]
    if not dated:
        return exact or readings
    return readings[:1] if readings[:1] == exact[:1] else readings[:1] + exact[:1]


_AROUND = " ,;-–.|/\n"


def _either(one: Conversion, other: Conversion) -> Conversion:
    """Return the question which of two answers is meant."""
    units = {unit.code: unit for unit in (*one.candidates, *other.candidates)}
    return Conversion("ask", tuple(units.values()), "several", (*one.old, *other.old))


def _joined(*names: str) -> str:
    return ", ".join(name for name in names if name)


def _aliases() -> Iterator[Alias]:
    for row in files.rows("unit_aliases.csv"):
        yield Alias(row["name"], row["code"], row["sure"] == "1")
