"""Tells upwards how a register stands, as differences from what was last told for this month: sums stay right.

Told are: each unit as a whole and by rule; for each province and each agency that delivered its records, every field
and every rule; and how fresh they are, of each unit and agency as a whole, of each province and agency by field. So a
measure tells at most fields and rules × provinces × their agencies twice, once a month, and after that only what moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.events import Event, publish
from lienthong.kernel.rows import Rows
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship.domain.quality import Counted, months_between
from lienthong.stewardship.events import DOUBLES, FreshnessMeasured, QualityMeasured, SourceMeasured
from lienthong.stewardship.store.quality import tables

Key = tuple[str, ...]
_YEAR = 12


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is told as one event. parts: names of the columns that say of what; counts: of what is counted there."""

    event: Callable[..., Event]
    kept: Rows
    parts: tuple[str, ...]
    counts: tuple[str, ...]


_UNITS = _Fact(QualityMeasured, tables.told, ("unit", "rule"), ("checked", "sound", "due", "there", "broken"))
_SOURCES = _Fact(SourceMeasured, tables.told_sources, ("unit", "source", "field", "rule"), ("checked", "sound"))
_FRESH = _Fact(FreshnessMeasured, tables.told_fresh, ("unit", "source", "field"), ("records", "recent", "age"))


def tell(who: Actor, spec: Register, counted: Sequence[Counted], *, compared: bool) -> None:
    """Publish, in the open transaction, how each unit and each source stands; of doubles only when compared."""
    month = clock.local(runtime.current().clock.now()).strftime("%Y-%m")
    province = _Provinces()
    _tell(who, spec, month, _UNITS, _by_unit(spec, counted, compared=compared))
    _tell(who, spec, month, _SOURCES, _by_source(spec, counted, province, compared=compared))
    _tell(who, spec, month, _FRESH, _freshness(spec, counted, province, month))


def _tell(who: Actor, spec: Register, month: str, fact: _Fact, stands: Mapping[Key, Sequence[int]]) -> None:
    rows = fact.kept.all("WHERE register = ? AND month = ?", spec.id, month)
    before = {tuple(getattr(each, name) for name in fact.parts): _counts(each.counts) for each in rows}
    fresh: list[dict[str, object]] = []
    for key, now, moved in _moved(stands, before):
        place: dict[str, object] = {"register": spec.id, "month": month, **dict(zip(fact.parts, key, strict=True))}
        publish(who, fact.event(**place, **dict(zip(fact.counts, moved, strict=True))))
        fresh.append(place | {"counts": msgspec.json.encode(now).decode()})
    fact.kept.put(*fresh)
    fact.kept.drop("WHERE register = ? AND month < ?", spec.id, _a_year_before(month))


def _a_year_before(month: str) -> str:
    """Return the month of the year before: what was told until then is kept, should a clock be set back."""
    return f"{int(month[:4]) - 1}{month[4:]}"


class _Provinces(dict[str, str]):
    """Unit → its province, asked of reference data once."""

    def __missing__(self, unit: str) -> str:
        self[unit] = reference.province_of(unit) if unit else ""
        return self[unit]


def _by_unit(spec: Register, counted: Sequence[Counted], *, compared: bool) -> dict[Key, list[int]]:
    """Return (unit, rule) → records, sound ones, values due and there, records that break the rule."""
    records, there, doubled = Counter[str](), Counter[str](), Counter[str]()
    for each in counted:
        records[each.unit] += each.records
        there[each.unit] += each.records * len(spec.fields) - sum(each.missing.values())
        doubled[each.unit] += each.doubled
    unsound = tables.unsound(spec.id)
    stands: dict[Key, list[int]] = {}
    for unit, many in records.items():
        stands[unit, ""] = [many, many - unsound.get(unit, 0), many * len(spec.fields), there[unit], 0]
        if compared:
            stands[unit, DOUBLES] = [many, many - doubled[unit], 0, 0, doubled[unit]]
    for unit, rule, new, _accepted in tables.by_unit(spec.id):
        if new:
            stands[unit, rule] = [0, 0, 0, 0, new]
    return stands


def _by_source(
    spec: Register, counted: Sequence[Counted], province: Mapping[str, str], *, compared: bool
) -> dict[Key, list[int]]:
    """Return (province, agency, field, rule) → records, and those that have the field or break the rule nowhere."""
    records, lacking = Counter[tuple[str, str]](), Counter[Key]()
    for each in counted:
        place = province[each.unit], each.source
        records[place] += each.records
        lacking[(*place, "", DOUBLES)] += each.doubled
        for name, many in each.missing.items():
            lacking[(*place, name, "")] += many
    for unit, source, rule, broken, _accepted in tables.by_source(spec.id):
        lacking[province[unit], source, "", rule] += broken
    parts = [*((name, "") for name in spec.fields), *(("", rule) for rule in spec.rules)]
    parts += [("", DOUBLES)] if compared else []
    return {
        (*place, *part): [many, many - min(many, lacking[(*place, *part)])]
        for place, many in records.items()
        for part in parts
    }


def _freshness(
    spec: Register, counted: Sequence[Counted], province: Mapping[str, str], month: str
) -> dict[Key, list[int]]:
    """Return (unit or province, agency, field) → records, those told within a year, and months since, summed."""
    stands: dict[Key, list[int]] = {}

    def add(key: Key, many: int, age: int) -> None:
        sums = stands.setdefault(key, [0, 0, 0])
        sums[0] += many
        sums[1] += many if age < _YEAR else 0
        sums[2] += many * age

    for each in counted:
        age = months_between(each.month, month)
        add((each.unit, each.source, ""), each.records, age)
        for name in spec.fields:
            add((province[each.unit], each.source, name), each.records - each.missing.get(name, 0), age)
    return stands


def _moved(
    stands: Mapping[Key, Sequence[int]], before: Mapping[Key, Sequence[int]]
) -> Iterator[tuple[Key, Sequence[int], list[int]]]:
    """Yield what stands otherwise than it was told: its key, how it stands, and the differences."""
    zeros = [0] * len(next(iter([*stands.values(), *before.values()]), ()))
    for key in {**stands, **before}:
        now, was = stands.get(key, zeros), before.get(key, zeros)
        if now != was:
            yield key, now, [a - b for a, b in zip(now, was, strict=True)]


def _counts(text: str) -> list[int]:
    return msgspec.json.decode(text, type=list[int])
