"""How a register stands is told upwards, as differences: by unit and rule, by source, how fresh it is, its doubles."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec

from lienthong.kernel import delivery, events, runtime
from lienthong.kernel import jobs as work
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api, jobs
from lienthong.stewardship.events import DOUBLES
from lienthong.stewardship.store.quality import tables

STEWARD = system("steward", agency="G01")
POLICE = system("police", agency="G01.79")
CLERK = Actor(kind=Kind.OFFICER, subject="steward", agency="G01", roles=frozenset({"data-steward"}))
WHY = Grounds(purpose="stewardship", basis="L-26-2023")
HA = {"number": "079192990417", "full_name": "Nguyễn Thị Thu Hà", "sex": "2", "birth_date": "1992-05-12"}
HUY = {"number": "051090990256", "full_name": "Lê Quốc Huy", "sex": "1", "birth_date": "1990-07-25"}
AGAIN = HA | {"number": "079192990425"}


def put(*people: dict[str, Any]) -> None:
    registers.bulk_load(STEWARD, register="population", rows=people, grounds=WHY)


def measure() -> None:
    api.measure_quality(STEWARD, register="population")


def test_a_measure_again_finds_the_same_and_tells_nothing_new(node: Runtime) -> None:
    put({**HA, "sex": "1"})
    first = api.measure_quality(STEWARD, register="population")
    told = quality_told()
    again = api.measure_quality(STEWARD, register="population")
    assert (first.found, again.found, again.cleared) == (1, 0, 0)
    assert quality_told() == told


def quality_told() -> list[Any]:
    return [each for each in facts() if each["register"] == "population"]


def facts(kind: str = "QualityMeasured") -> list[dict[str, Any]]:
    with runtime.current().database.reading() as connection:
        rows = connection.execute(events.outbox.select().where(events.outbox.c.type == f"stewardship.{kind}"))
        return [msgspec.json.decode(row.payload) for row in rows]


def test_units_are_told_upwards_as_differences_whose_sum_is_how_they_stand(node: Runtime) -> None:
    put({**HA, "sex": "1", "home_commune": "26929"})
    measure()
    put({**HUY, "home_commune": "26929"})
    registers.correct(STEWARD, register="population", key=HA["number"], values={"sex": "2"}, grounds=WHY, reason="sai")
    measure()
    told = facts()
    sums = {name: sum(each[name] for each in told) for name in ("checked", "sound", "broken", "due")}
    assert sums == {"checked": 2, "sound": 2, "broken": 0, "due": 2 * len(registers.definition("population").fields)}
    assert {each["unit"] for each in told} == {"26929"}
    assert not {"number", "full_name", "record"} & set(told[0])


def test_fields_and_rules_are_told_by_province_and_source_as_differences(node: Runtime) -> None:
    put({**HA, "sex": "1", "home_commune": "26929"}, {**HUY, "home_commune": "26911"})
    measure()
    spec = registers.definition("population")
    assert len(facts("SourceMeasured")) == len(spec.fields) + len(spec.rules), "two communes, one province"
    registers.write(POLICE, register="population", key=HA["number"], values={"phone": "0907654321"}, grounds=WHY)
    for _ in range(2):
        measure()
    told = facts("SourceMeasured")
    assert len(told) == 3 * (len(spec.fields) + len(spec.rules)), "what stands as it was told is not told again"

    def stands(**part: str) -> dict[tuple[str, str], tuple[int, int]]:
        sums = Counter[tuple[str, str, str]]()
        for each in told:
            if all(each[name] == value for name, value in part.items()):
                sums[each["unit"], each["source"], "checked"] += each["checked"]
                sums[each["unit"], each["source"], "sound"] += each["sound"]
        return {
            (unit, source): (many, sums[unit, source, "sound"])
            for (unit, source, name), many in sums.items()
            if name == "checked"
        }

    assert stands(field="phone") == {("79", ""): (1, 0), ("79", "G01.79"): (1, 1)}
    assert stands(field="birth_date") == {("79", ""): (1, 1), ("79", "G01.79"): (1, 1)}
    assert stands(rule="number_fits") == {("79", ""): (1, 1), ("79", "G01.79"): (1, 0)}


def sums(kind: str, *, by: tuple[str, ...], counts: tuple[str, ...], **part: str) -> dict[tuple[str, ...], list[int]]:
    """Return the sums of what was told: how it stands."""
    found: dict[tuple[str, ...], list[int]] = {}
    for each in facts(kind):
        if all(each[name] == value for name, value in part.items()):
            so_far = found.setdefault(tuple(each[name] for name in by), [0] * len(counts))
            found[tuple(each[name] for name in by)] = [a + each[b] for a, b in zip(so_far, counts, strict=True)]
    return found


def fresh(**part: str) -> dict[tuple[str, ...], list[int]]:
    return sums("FreshnessMeasured", by=("unit", "source"), counts=("records", "recent", "age"), **part)


def test_how_fresh_records_are_is_told_by_unit_and_source_and_each_field_by_province(
    node: Runtime, clock: SetClock
) -> None:
    put({**HA, "home_commune": "26929"}, {**HUY, "home_commune": "26911", "phone": "0901234567"})
    clock.advance(timedelta(days=365))
    registers.write(POLICE, register="population", key=HA["number"], values={"phone": "0907654321"}, grounds=WHY)
    for _ in range(2):
        measure()
    spec = registers.definition("population")
    there = {*HA, *HUY, "home_commune", "phone"} & set(spec.fields)
    told = facts("FreshnessMeasured")
    assert {each["field"] for each in told} == {"", *there}, "what nobody has is not told of"
    assert len({(each["unit"], each["source"], each["field"]) for each in told}) == len(told), (
        "once, not at each measure"
    )
    assert fresh(field="") == {("26929", "G01.79"): [1, 1, 0], ("26911", ""): [1, 0, 12]}
    assert fresh(field="phone") == {("79", "G01.79"): [1, 1, 0], ("79", ""): [1, 0, 12]}
    assert not {"number", "full_name", "record"} & set(told[0])


def test_a_new_month_is_told_anew_and_the_old_one_stays_as_it_was(node: Runtime, clock: SetClock) -> None:
    put({**HA, "home_commune": "26929"})
    measure()
    clock.advance(timedelta(days=31))
    measure()
    assert fresh(field="", month="2026-11") == {("26929", ""): [1, 1, 0]}
    assert fresh(field="", month="2026-12") == {("26929", ""): [1, 1, 1]}
    clock.advance(timedelta(days=365))
    measure()
    assert fresh(field="", month="2027-12") == {("26929", ""): [1, 0, 13]}
    for kept in (tables.told, tables.told_sources, tables.told_fresh):
        assert {each.month for each in kept.all("WHERE register = ?", "population")} == {"2026-12", "2027-12"}
    clock.advance(timedelta(days=-365))
    measure()
    assert fresh(field="", month="2026-12") == {("26929", ""): [1, 1, 1]}, "a clock set back tells nothing twice"


def doubles() -> dict[tuple[str, ...], list[int]]:
    return sums("QualityMeasured", by=("unit",), counts=("checked", "sound", "broken"), rule=DOUBLES)


def test_doubles_are_told_by_unit_and_source_from_the_first_search_on(node: Runtime) -> None:
    put({**HA, "home_commune": "26929"}, {**AGAIN, "home_commune": "26911"}, {**HUY, "home_commune": "00166"})
    measure()
    assert doubles() == {}
    assert api.quality_of(register="population").doubled is None
    assert not [each for each in api.quality_figures(register="population") if each.rule == DOUBLES]
    api.find_duplicates(STEWARD, register="population", grounds=WHY)
    measure()
    assert doubles() == {("26929",): [1, 0, 1], ("26911",): [1, 0, 1], ("00166",): [1, 1, 0]}
    by_source = sums("SourceMeasured", by=("unit", "source"), counts=("checked", "sound"), rule=DOUBLES)
    assert by_source == {("79", ""): [2, 0], ("01", ""): [1, 1]}
    assert api.quality_of(register="population", unit="79").doubled == 2
    figures = {
        each.unit: (each.records, each.broken) for each in api.quality_figures(register="population") if each.rule
    }
    assert figures == {"26929": (1, 1), "26911": (1, 1), "00166": (1, 0)}


def test_who_was_merged_or_told_apart_is_no_double_any_more_and_who_is_only_said_to_be_one_still_is(
    node: Runtime,
) -> None:
    put({**HA, "home_commune": "26929"}, {**AGAIN, "home_commune": "26929"})
    api.find_duplicates(STEWARD, register="population", grounds=WHY)
    (pair,) = api.duplicates(STEWARD, register="population", grounds=WHY)
    both = {"register": "population", "one": pair.one, "other": pair.other, "grounds": WHY}
    for word, stands in (("unsure", [2, 0, 2]), ("same", [2, 0, 2]), ("different", [2, 2, 0])):
        api.decide_pair(CLERK.again(), **both, decision=word, reason="đã xem hồ sơ gốc")
        measure()
        assert doubles() == {("26929",): stands}, word
    keep, gone = HA["number"], AGAIN["number"]
    api.merge(STEWARD, register="population", keep=keep, gone=gone, reason="trùng", grounds=WHY)
    measure()
    assert doubles() == {("26929",): [1, 1, 0]}, "who was merged away is no record any more"
    assert api.quality_of(register="population").records == 1


def test_doubles_reach_those_above_soon_after_the_search_and_not_at_night_only(sqlite_node: Runtime) -> None:
    def background() -> None:
        delivery.deliver_all(jobs.listeners)
        work.run_all({each.kind: each for each in jobs.handlers})

    put({**HA, "home_commune": "26929"}, {**AGAIN, "home_commune": "26929"})
    api.find_duplicates(STEWARD, register="population", grounds=WHY)
    background()
    assert doubles() == {}, "nobody asked for quality yet"
    measure()
    (pair,) = api.duplicates(STEWARD, register="population", grounds=WHY)
    apart = {"decision": "different", "reason": "hai chị em", "grounds": WHY}
    api.decide_pair(CLERK, register="population", one=pair.one, other=pair.other, **apart)
    api.find_duplicates(STEWARD.again(), register="population", grounds=WHY)
    background()
    assert doubles() == {("26929",): [2, 2, 0]}
