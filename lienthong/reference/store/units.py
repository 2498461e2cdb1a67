"""All administrative units in memory: every version of every code, and the map from the units before July 2025.

What is in force is read at once; the ten thousand units before July 2025 when somebody first asks for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from lienthong.kernel.text import fold
from lienthong.reference.domain.units import TWO_TIERS, Conversion, Level, Unit, bare_name, rank, words
from lienthong.reference.store import files

_DAY = timedelta(days=1)
_LAST_OLD = TWO_TIERS - _DAY
_CORRECTED = {"06970": "06978", "23737": "23938"}
"""Codes of current units that other sources spell differently (Ba Chẽ, Ia Mơ): both are understood."""
Versions = Mapping[str, tuple[Unit, ...]]


@dataclass(frozen=True)
class _Before:
    """The units until 30/06/2025: all versions by code with the later ones, and (new code, agreed) per old code."""

    versions: Versions
    successors: Mapping[str, list[tuple[str, bool]]]


@dataclass(frozen=True)
class Units:
    """Versions since July 2025 by code, oldest first; codes that took over from units that ended since."""

    recent: Versions
    ended: Mapping[tuple[str, date], tuple[str, ...]]

    def find(self, code: str, on: date | None) -> Unit | None:
        """Return the version in force on the day, or the newest when no day is given."""
        if on is None:
            known = self.recent.get(code, ())
            found = known[-1] if known and known[-1].valid_to is None else None
        else:
            found = next((unit for unit in reversed(self._versions(on).get(code, ())) if unit.in_force(on)), None)
        if found is None and code in _CORRECTED and (on is None or on >= TWO_TIERS):
            return self.find(_CORRECTED[code], on)
        if found is None and on is None:
            return next(reversed(self._before.versions.get(code, ())), None)
        return found

    def all(self, on: date | None) -> Iterator[Unit]:
        """Yield the units in force on the day, or today's when no day is given."""
        for known in self._versions(on).values():
            for unit in known:
                if unit.valid_to is None if on is None else unit.in_force(on):
                    yield unit

    def below(self, parent: str, on: date | None) -> Iterator[Unit]:
        """Yield the units directly below another that were in force on the day."""
        by_parent = self._recent_by_parent if on is None or on >= TWO_TIERS else self._all_by_parent
        for unit in by_parent.get(parent, ()):
            if unit.valid_to is None if on is None else unit.in_force(on):
                yield unit

    def convert(self, code: str, on: date) -> Conversion:
        """Return what became of the unit that bore this code, or this whole name, on the day."""
        unit = self.find(code, on) if code.isdigit() else self.named(code, on)
        if unit is None:
            return Conversion("refuse", (), "unknown")
        if unit.valid_to is None:
            return Conversion("certain", (unit,), "same")
        return self._follow(unit, unit.valid_to)

    def named(self, text: str, on: date | None) -> Unit | None:
        """Return the one unit in force on the day that is called so, alone or with all the names above it."""
        called = self._named.get(" ".join(words(text)), [])
        found = [unit for unit in called if (unit.valid_to is None if on is None else unit.in_force(on))]
        return found[0] if len(found) == 1 else None

    def search(self, text: str) -> list[Unit]:
        """Return the units whose name, with the names above it, holds every word of the text; best first."""
        return rank(text, self._keys)

    def follow(self, unit: Unit) -> Conversion:
        """Return what became of a version of a unit; one in force is the same still."""
        return self._follow(unit, unit.valid_to) if unit.valid_to else Conversion("certain", (unit,), "same", (unit,))

    def before(self) -> Iterator[Unit]:
        """Yield every version of the units until 30/06/2025."""
        for known in self._before.versions.values():
            yield from (unit for unit in known if unit.valid_from is None or unit.valid_from < TWO_TIERS)

    def since(self) -> Iterator[Unit]:
        """Yield every version of the units since July 2025, oldest first."""
        for known in self.recent.values():
            yield from (unit for unit in known if unit.valid_to is None or unit.valid_to >= TWO_TIERS)

    def _follow(self, unit: Unit, last: date) -> Conversion:
        codes, sure = self._next(unit, last)
        found: dict[str, Unit] = {}
        for code in codes:
            after = self.find(code, last + _DAY)
            if after is None:
                continue
            final = (after,) if after.valid_to is None else self._follow(after, after.valid_to).candidates
            found.update({each.code: each for each in final})
        candidates = tuple(found.values())
        if not candidates:
            return Conversion("refuse", (), "unknown")
        if len(candidates) > 1:
            return Conversion("ask", candidates, "split")
        return Conversion("certain", candidates, "merged") if sure else Conversion("ask", candidates, "doubtful")

    def _next(self, unit: Unit, last: date) -> tuple[Iterable[str], bool]:
        """Return the codes right after a version's end, and whether the sources agree on them."""
        if into := self.ended.get((unit.code, last)):
            return into, True
        if last == _LAST_OLD:
            pairs = self._before.successors.get(unit.code, [])
            return [code for code, _ in pairs], all(agreed for _, agreed in pairs)
        return [unit.code], True

    def _versions(self, on: date | None) -> Versions:
        return self.recent if on is None or on >= TWO_TIERS else self._before.versions

    @cached_property
    def _before(self) -> _Before:
        successors: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        versions: dict[str, tuple[Unit, ...]] = dict(self.recent)
        for unit in _old(successors):
            later = self.recent.get(unit.code, ())
            overlapped = bool(later) and (later[0].valid_from is None or later[0].valid_from < TWO_TIERS)
            versions[unit.code] = tuple(_fit(unit, later)) if overlapped else (unit, *later)
        return _Before(versions, successors)

    @cached_property
    def _recent_by_parent(self) -> Mapping[str, list[Unit]]:
        return _by_parent(self.recent)

    @cached_property
    def _all_by_parent(self) -> Mapping[str, list[Unit]]:
        return _by_parent(self._before.versions)

    @cached_property
    def _keys(self) -> list[tuple[str, Unit]]:
        """Every unit with its folded name and the names above it; the parent's part is folded once."""
        above: dict[tuple[str, date | None], str] = {}

        def key(unit: Unit) -> str:
            place = (unit.parent, unit.valid_to)
            if place not in above:
                parent = self.find(*place) if unit.parent else None
                above[place] = " " + key(parent) if parent else ""
            return fold(unit.full_name) + above[place]

        return [(key(unit), unit) for known in self._before.versions.values() for unit in known]

    @cached_property
    def _named(self) -> Mapping[str, list[Unit]]:
        """Units by folded name alone, and with the names above it in full."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for key, unit in self._keys:
            for name in {key, fold(unit.full_name)}:
                found[name].append(unit)
        return found


def load() -> Units:
    """Read the units since July 2025 and the listed versions."""
    recent: dict[str, tuple[Unit, ...]] = {unit.code: (unit,) for unit in _current()}
    ended: dict[tuple[str, date], tuple[str, ...]] = {}
    for row in files.rows("unit_versions.csv"):
        added = _version(row)
        others = [part for unit in recent.get(added.code, ()) for part in _fit(unit, (added,)) if part is not added]
        if added.valid_to is not None and row["into"]:
            ended[added.code, added.valid_to] = tuple(row["into"].split())
            others = [unit for unit in others if (unit.valid_from or date.min) <= added.valid_to]
        recent[added.code] = tuple(sorted([*others, added], key=lambda unit: unit.valid_from or date.min))
    return Units(recent, ended)


def _current() -> Iterator[Unit]:
    for row in files.rows("provinces.csv"):
        yield Unit(row["code"], row["name"], row["full_name"], row["unit_type"], "province", "", TWO_TIERS)
    for code, full, kind, province in files.columns("communes.csv", "code", "full_name", "unit_type", "province_code"):
        yield Unit(code, full[len(kind) + 1 :], full, kind, "commune", province, TWO_TIERS)


def _old(successors: dict[str, list[tuple[str, bool]]]) -> Iterator[Unit]:
    """Yield the units until 30/06/2025 and note what took over from each."""
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
    for code, full, district, new_code, agree in files.columns(
        "commune_map_old_new.csv", "old_code", "old_name", "old_district_code", "new_code", "agree3"
    ):
        successors[code].append((new_code, agree == "1"))
        below[district][new_code] = agree == "1"
        if code not in seen:
            seen.add(code)
            kind, name = bare_name(full)
            yield Unit(code, name, full, kind, "commune", district, None, _LAST_OLD)
    for district, codes in below.items():
        successors[district].extend(codes.items())


def _version(row: dict[str, str]) -> Unit:
    code, full, kind = row["code"], row["full_name"], row["unit_type"]
    level: Level = "province" if len(code) == 2 else "district" if len(code) == 3 else "commune"
    name = full[len("Thành phố" if level == "province" and kind != "tỉnh" else kind) + 1 :]
    first, last = (date.fromisoformat(row[key]) if row[key] else None for key in ("valid_from", "valid_to"))
    return Unit(code, name, full, kind, level, row["parent"], first, last)


def _fit(unit: Unit, others: Iterable[Unit]) -> Iterator[Unit]:
    """Yield what is left of a version beside others of its code that were listed for a time, and those others.

    A version that another overlaps ends the day before it begins, or begins the day after it ends.
    """
    left: Unit | None = unit
    for other in others:
        first, last = other.valid_from or date.min, other.valid_to or date.max
        if left is not None and first <= (left.valid_to or date.max) and (left.valid_from or date.min) <= last:
            if (left.valid_from or date.min) < first:
                yield replace(left, valid_to=first - _DAY)
                left = None
            else:
                left = replace(left, valid_from=last + _DAY) if last < (left.valid_to or date.max) else None
    parts = [*others, *([left] if left else [])]
    yield from sorted(parts, key=lambda each: each.valid_from or date.min)


def _by_parent(versions: Versions) -> Mapping[str, list[Unit]]:
    below: dict[str, list[Unit]] = defaultdict(list)
    for known in versions.values():
        for unit in known:
            below[unit.parent].append(unit)
    return below
