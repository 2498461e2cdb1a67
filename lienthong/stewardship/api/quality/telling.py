"""Tells upwards how a register stands, as differences from what was last told for this month: sums stay right.

Told are: each unit as a whole and by rule; and, for each province and each agency that delivered its records, every
field and every rule. So a measure tells at most fields and rules × provinces × their agencies, once a month, and after
that only what moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.events import publish
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship.domain.quality import Counted
from lienthong.stewardship.events import QualityMeasured, SourceMeasured
from lienthong.stewardship.store.quality import tables

Key = tuple[str, ...]


def tell(who: Actor, spec: Register, counted: Sequence[Counted]) -> None:
    """Publish, in the open transaction, how each unit and each source stands."""
    month = clock.local(runtime.current().clock.now()).strftime("%Y-%m")
    _tell_units(who, spec, counted, month)
    _tell_sources(who, spec, counted, month)


def _tell_units(who: Actor, spec: Register, counted: Sequence[Counted], month: str) -> None:
    records, there = Counter[str](), Counter[str]()
    for each in counted:
        records[each.unit] += each.records
        there[each.unit] += each.records * len(spec.fields) - sum(each.missing.values())
    unsound = tables.unsound(spec.id)
    stands: dict[Key, list[int]] = {}
    for unit, many in records.items():
        stands[unit, ""] = [many, many - unsound.get(unit, 0), many * len(spec.fields), there[unit], 0]
    for unit, rule, new, _accepted in tables.by_unit(spec.id):
        if new:
            stands[unit, rule] = [0, 0, 0, 0, new]
    rows = tables.told.all("WHERE register = ? AND month = ?", spec.id, month)
    before = {(each.unit, each.rule): _counts(each.counts) for each in rows}
    fresh: list[dict[str, object]] = []
    for (unit, rule), now, (checked, sound, due, filled, broken) in _moved(stands, before):
        fact = QualityMeasured(
            register=spec.id,
            unit=unit,
            rule=rule,
            month=month,
            checked=checked,
            sound=sound,
            due=due,
            there=filled,
            broken=broken,
        )
        publish(who, fact)
        fresh.append({"register": spec.id, "unit": unit, "rule": rule, "month": month, "counts": _json(now)})
    tables.told.put(*fresh)


def _tell_sources(who: Actor, spec: Register, counted: Sequence[Counted], month: str) -> None:
    rows = tables.told_sources.all("WHERE register = ? AND month = ?", spec.id, month)
    before = {(each.unit, each.source, each.field, each.rule): _counts(each.counts) for each in rows}
    fresh: list[dict[str, object]] = []
    for key, now, (checked, sound) in _moved(_by_source(spec, counted), before):
        place = dict(zip(("unit", "source", "field", "rule"), key, strict=True))
        publish(who, SourceMeasured(register=spec.id, month=month, checked=checked, sound=sound, **place))
        fresh.append({"register": spec.id, "month": month, "counts": _json(now), **place})
    tables.told_sources.put(*fresh)


def _by_source(spec: Register, counted: Sequence[Counted]) -> dict[Key, list[int]]:
    """Return (province, agency, field, rule) → records, and those that have the field or break the rule nowhere."""
    provinces: dict[str, str] = {"": ""}
    records, lacking = Counter[tuple[str, str]](), Counter[Key]()
    for each in counted:
        if each.unit not in provinces:
            provinces[each.unit] = reference.province_of(each.unit)
        place = provinces[each.unit], each.source
        records[place] += each.records
        for name, many in each.missing.items():
            lacking[(*place, name, "")] += many
    for unit, source, rule, broken, _accepted in tables.by_source(spec.id):
        if unit not in provinces:
            provinces[unit] = reference.province_of(unit)
        lacking[provinces[unit], source, "", rule] += broken
    parts = [*((name, "") for name in spec.fields), *(("", rule) for rule in spec.rules)]
    return {
        (*place, *part): [many, many - min(many, lacking[(*place, *part)])]
        for place, many in records.items()
        for part in parts
    }


def _moved(
    stands: Mapping[Key, list[int]], before: Mapping[Key, list[int]]
) -> Iterator[tuple[Key, list[int], list[int]]]:
    """Yield what stands otherwise than it was told: its key, how it stands, and the differences."""
    zeros = [0] * len(next(iter([*stands.values(), *before.values()]), ()))
    for key in {**stands, **before}:
        now, was = stands.get(key, zeros), before.get(key, zeros)
        if now != was:
            yield key, now, [a - b for a, b in zip(now, was, strict=True)]


def _counts(text: str) -> list[int]:
    return msgspec.json.decode(text, type=list[int])


def _json(counts: Sequence[int]) -> str:
    return msgspec.json.encode(counts).decode()
