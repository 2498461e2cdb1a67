"""All administrative units in memory: every version of every code, and the map from the units before July 2025."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from lienthong.kernel.text import fold
from lienthong.reference.domain.units import (
    TWO_TIERS,
    Conversion,
    Level,
    Unit,
    bare_name,
    rank,
)
from lienthong.reference.store import files

_LAST_OLD = TWO_TIERS - timedelta(days=1)
_CORRECTED = {"06970": "06978", "23737": "23938"}
"""Codes of current units that other sources spell differently (Ba Chẽ, Ia Mơ): both are understood."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Units:
    """Versions by code (oldest first) and, for units that ended, the codes that took over with their certainty."""

    versions: dict[str, tuple[Unit, ...]]
    successors: dict[str, tuple[tuple[str, bool], ...]]
    ended: dict[tuple[str, date], tuple[str, ...]]

    def find(self, code: str, on: date | None) -> Unit | None:
        """Return the version in force on the day, or the newest when no day is given."""
        known = self.versions.get(code, ())
        if on is None:
            in_force = known[-1] if known and known[-1].valid_to is None else None
        else:
            in_force = next((unit for unit in reversed(known) if unit.in_force(on)), None)
        if in_force is None and code in _CORRECTED and (on is None or on >= TWO_TIERS):
            return self.find(_CORRECTED[code], on)
        return in_force or (known[-1] if known and on is None else None)

    def all(self, on: date | None) -> Iterator[Unit]:
        """Yield the units in force on the day, or today's when no day is given."""
        for known in self.versions.values():
            for unit in known:
                if unit.valid_to is None if on is None else unit.in_force(on):
                    yield unit

    def convert(self, code: str, on: date) -> Conversion:
        """Return what became of the unit that bore this code on the day."""
        unit = self.find(code, on)
        if unit is None:
            return Conversion("refuse", (), "unknown")
        if unit.valid_to is None:
            return Conversion("certain", (unit,), "same")
        return self._follow(unit)

    def search(self, text: str) -> list[Unit]:
        """Return the units whose name, with the names above it, holds every word of the text; best first."""
        return rank(text, self._keys)

    def _follow(self, unit: Unit) -> Conversion:
        codes, sure = self._next(unit)
        found: dict[str, Unit] = {}
        for code in codes:
            after = self.find(code, (unit.valid_to or date.max) + _DAY)
            if after is None:
                continue
            last = [after] if after.valid_to is None else self._follow(after).candidates
            found.update({each.code: each for each in last})
        candidates = tuple(found.values())
        if not candidates:
            return Conversion("refuse", (), "unknown")
        if len(candidates) > 1:
            return Conversion("ask", candidates, "split")
        return Conversion("certain", candidates, "merged") if sure else Conversion("ask", candidates, "doubtful")

    def _next(self, unit: Unit) -> tuple[list[str], bool]:
        """Return the codes right after a version's end, and whether the sources agree on them."""
        if into := self.ended.get((unit.code, unit.valid_to or date.max)):
            return list(into), True
        if unit.valid_to == _LAST_OLD:
            pairs = self.successors.get(unit.code, ())
            return [code for code, _ in pairs], all(agreed for _, agreed in pairs)
        return [unit.code], True

    @cached_property
    def by_parent(self) -> dict[str, list[Unit]]:
        """Every version of the units below each unit."""
        below: dict[str, list[Unit]] = defaultdict(list)
        for known in self.versions.values():
            for unit in known:
                below[unit.parent].append(unit)
        return below

    @cached_property
    def _keys(self) -> list[tuple[str, Unit]]:
        keys: list[tuple[str, Unit]] = []
        for known in self.versions.values():
            for unit in known:
                names = [unit.full_name]
                above = self.find(unit.parent, unit.valid_to)
                while above is not None:
                    names.append(above.full_name)
                    above = self.find(above.parent, above.valid_to)
                keys.append((" " + fold(" ".join(names)), unit))
        return keys


def load() -> Units:
    """Read every unit and its versions from the data files."""
    successors: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    versions: dict[str, list[Unit]] = defaultdict(list)
    for unit in _old(successors):
        versions[unit.code].append(unit)
    for unit in _current():
        versions[unit.code].append(unit)
    ended = _patch(versions)
    return Units(
        {code: tuple(known) for code, known in versions.items()},
        {code: tuple(pairs) for code, pairs in successors.items()},
        ended,
    )


def _old(successors: dict[str, list[tuple[str, bool]]]) -> Iterator[Unit]:
    for row in files.rows("provinces_old63.csv"):
        kind = "tỉnh" if row["old_full_name"].startswith("Tỉnh") else "thành phố trực thuộc trung ương"
        yield Unit(row["old_code"], row["old_name"], row["old_full_name"], kind, "province", "", None, _LAST_OLD)
        successors[row["old_code"]].append((row["new_code"], True))
    for row in files.rows("districts_old.csv"):
        kind, name = bare_name(row["full_name"])
        yield Unit(row["code"], name, row["full_name"], kind, "district", row["province_code"], None, _LAST_OLD)
        successors[row["code"]].extend((code, True) for code in row["into"].split())
    seen: set[str] = set()
    below: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in files.rows("commune_map_old_new.csv"):
        code, agreed = row["old_code"], row["agree3"] == "1"
        successors[code].append((row["new_code"], agreed))
        below[row["old_district_code"]][row["new_code"]] = agreed
        if code not in seen:
            seen.add(code)
            kind, name = bare_name(row["old_name"])
            yield Unit(code, name, row["old_name"], kind, "commune", row["old_district_code"], None, _LAST_OLD)
    for district, codes in below.items():
        successors[district].extend(codes.items())


def _current() -> Iterator[Unit]:
    for row in files.rows("provinces.csv"):
        kind = row["unit_type"]
        yield Unit(row["code"], row["name"], row["full_name"], kind, "province", "", TWO_TIERS)
    for row in files.rows("communes.csv"):
        full, kind = row["full_name"], row["unit_type"]
        yield Unit(row["code"], full[len(kind) + 1 :], full, kind, "commune", row["province_code"], TWO_TIERS)


def _patch(versions: dict[str, list[Unit]]) -> dict[tuple[str, date], tuple[str, ...]]:
    """Put in the listed versions; answer what took over from units that ended later than July 2025."""
    ended: dict[tuple[str, date], tuple[str, ...]] = {}
    for row in files.rows("unit_versions.csv"):
        unit = _version(row)
        versions[unit.code] = _fit(versions[unit.code], unit)
        if unit.valid_to is not None and row["into"]:
            ended[unit.code, unit.valid_to] = tuple(row["into"].split())
    return ended


def _version(row: dict[str, str]) -> Unit:
    code = row["code"]
    level: Level = "province" if len(code) == 2 else "district" if len(code) == 3 else "commune"
    kind = row["unit_type"]
    short = "Thành phố" if kind.startswith("thành phố") else kind
    name = row["full_name"][len(short) + 1 :]
    first, last = (date.fromisoformat(row[key]) if row[key] else None for key in ("valid_from", "valid_to"))
    return Unit(code, name, row["full_name"], kind, level, row["parent"], first, last)


def _fit(known: Iterable[Unit], added: Unit) -> list[Unit]:
    """Return the versions with one more among them: those it overlaps end the day before or begin the day after."""
    fitted: list[Unit] = [added]
    for unit in known:
        begins, ends = unit.valid_from or date.min, unit.valid_to or date.max
        first, last = added.valid_from or date.min, added.valid_to or date.max
        if ends < first or begins > last:
            fitted.append(unit)
        elif begins < first:
            fitted.append(replace(unit, valid_to=first - _DAY))
        elif ends > last:
            fitted.append(replace(unit, valid_from=last + _DAY))
    return sorted(fitted, key=lambda unit: unit.valid_from or date.min)
