"""Measuring a register: what breaks its rules is found, what does no longer is cleared and credited, all is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.ids import new_id, new_ids
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship.api.quality.judging import Judging
from lienthong.stewardship.api.quality.reach import grounds_of
from lienthong.stewardship.api.quality.telling import tell
from lienthong.stewardship.domain.quality import Broken, Counted, digest
from lienthong.stewardship.store import quality as store
from lienthong.stewardship.store.matching import runs
from lienthong.stewardship.store.quality import Bench, tables


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measure did. records: judged; broken: rule → records that break it; found: new findings; cleared: gone."""

    register: str
    records: int
    broken: dict[str, int]
    found: int
    cleared: int


def measure_quality(
    who: Actor, *, register: str, changed_only: bool = False, grounds: Grounds | None = None
) -> Measured:
    """Judge a register by its rules and count what its fields lack; nobody is told a value.

    changed_only: only records written since the last measure, and those with open findings; counts stay as they were.
    Asked again it finds the same: a finding is kept by register, rule and record. Raises Denied for another agency.
    """
    spec = registers.definition(register)
    why = grounds or grounds_of(spec)
    registers.require_owner(who, register=register, grounds=why)
    began = clock.stamp(runtime.current().clock.now())
    last = tables.last_run(register) if changed_only else None
    with store.bench(spec, runtime.current().clock.now().date()) as bench:
        fields = list(spec.fields)
        pages = registers.sweep(who, register=register, grounds=why, fields=fields, since=last.at if last else "")
        bench.load(pages, focus=True)
        whole = last is None
        if not whole:
            _take_open(who, bench, why)
        bench.set_sources(_authors(spec, bench, whole=whole))
        Judging(who, bench, why, whole=whole).judge()
        return _keep(who, bench, began, whole=whole)


def recheck(who: Actor, *, register: str, record: str) -> Measured:
    """Judge one record again, by its id: a finding that its correction cleared is closed at once.

    Whether the agency may work on it is for its caller to say: it stands behind verbs that ask, and is none itself.
    """
    spec = registers.definition(register)
    why = grounds_of(spec)
    with store.bench(spec, runtime.current().clock.now().date()) as bench:
        _load(who, bench, why, [record])
        bench.set_sources([list(registers.authors(register, [record]).items())])
        Judging(who, bench, why, whole=False).judge()
        return _keep(who, bench, "", whole=False)


def _load(who: Actor, bench: Bench, why: Grounds, ids: Sequence[str]) -> None:
    spec = bench.spec
    found = registers.having(who, register=spec.id, grounds=why, fields=list(spec.fields), by="", values=ids)
    bench.load([found] if found else [], focus=True)


def _take_open(who: Actor, bench: Bench, why: Grounds) -> None:
    there = set(bench.judged())
    ids = {each.record for each in tables.open_of(bench.spec.id)} - there
    _load(who, bench, why, sorted(ids))


def _authors(spec: Register, bench: Bench, *, whole: bool) -> Iterable[Sequence[tuple[str, str]]]:
    if whole:
        yield from registers.every_author(spec.id)
    else:
        yield list(registers.authors(spec.id, bench.judged()).items())


def _keep(who: Actor, bench: Bench, began: str, *, whole: bool) -> Measured:
    """Bring the findings in line with what was judged, in one transaction, and tell how units stand."""
    spec = bench.spec
    with runtime.current().database.transaction():
        tables.alone(spec.id)
        known = {(each.rule, each.record): each for each in tables.open_of(spec.id, None if whole else bench.judged())}
        found, still = 0, set[tuple[str, str]]()
        for portion in bench.broken():
            found += _add([each for each in portion if (each.rule, each.record) not in known], spec)
            still.update((each.rule, each.record) for each in portion)
            stayed = [(known[each.rule, each.record], each) for each in portion if (each.rule, each.record) in known]
            tables.move([(was.id, *_place(now), now.source) for was, now in stayed if _has_moved(was, now)])
        _reopen(spec, bench, [each for name, each in known.items() if name in still and each.accepted_at])
        gone = [each for name, each in known.items() if name not in still]
        thanked = registers.authors(spec.id, [each.record for each in gone])
        now = clock.stamp(runtime.current().clock.now())
        tables.clear([(each.id, thanked.get(each.record, "")) for each in gone], now)
        if whole:
            _count(who, bench)
        if began:
            run = {"id": new_id(), "register": spec.id, "at": began, "whole": whole, "records": bench.count()}
            tables.runs.add(run | {"found": found, "cleared": len(gone)})
    return Measured(spec.id, bench.count(), bench.count_broken(), found, len(gone))


def _count(who: Actor, bench: Bench) -> None:
    """Count all records anew, keep the counts and tell them upwards."""
    spec = bench.spec
    compared = runs.was_compared(spec.id)
    if compared:
        bench.set_doubles(runs.waiting(spec.id))
    counted = list(bench.counted())
    tables.replace_counts(spec.id, (_count_row(spec, each, compared=compared) for each in counted))
    tell(who, spec, counted, compared=compared)


def _add(new: Sequence[Broken], spec: Register) -> int:
    now = clock.stamp(runtime.current().clock.now())
    empty = dict.fromkeys(("cleared_at", "credited_to", "accepted_at", "accepted_by", "accepted_why", "digest"), "")
    rows: list[dict[str, object]] = []
    for finding, each in zip(new_ids(len(new)), new, strict=True):
        unit, province = _place(each)
        rows.append(
            {
                "id": finding,
                "register": spec.id,
                "rule": each.rule,
                "record": each.record,
                "version": each.version,
                "unit": unit,
                "province": province,
                "source": each.source,
                "found_at": now,
                **empty,
            }
        )
    tables.findings.add(*rows)
    return len(rows)


def _place(found: Broken) -> tuple[str, str]:
    """Return the unit of a finding's record and its province."""
    return found.unit, reference.province_of(found.unit)


def _has_moved(was: tables.Row, now: Broken) -> bool:
    """Say whether a record came to another unit, or was delivered by another agency, since it was found."""
    return (was.unit, was.source) != (now.unit, now.source)


def _reopen(spec: Register, bench: Bench, accepted: Sequence[tables.Row]) -> None:
    """Open accepted findings again whose fields say something else by now."""
    if not accepted:
        return
    names = ", ".join(f'"{name}"' for name in spec.fields)
    bench.keep("there", sorted({each.record for each in accepted}))
    rows = bench.rows(f"SELECT _id, {names} FROM r WHERE _id IN (SELECT code FROM there)")  # noqa: S608
    values = {record: dict(zip(spec.fields, said, strict=True)) for record, *said in rows}
    for each in accepted:
        rule = spec.rules.get(each.rule)
        if rule and digest(each.id, spec.reads(rule), values.get(each.record, {})) != each.digest:
            tables.findings.change(
                {"accepted_at": "", "accepted_by": "", "accepted_why": "", "digest": ""}, "WHERE id = ?", each.id
            )


def _count_row(spec: Register, each: Counted, *, compared: bool) -> dict[str, object]:
    missing = {name: many for name, many in each.missing.items() if many}
    return {
        "register": spec.id,
        "unit": each.unit,
        "source": each.source,
        "month": each.month,
        "records": each.records,
        "missing": msgspec.json.encode(missing).decode(),
        "doubled": each.doubled if compared else None,
    }
