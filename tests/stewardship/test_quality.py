"""Quality of a register: what breaks its rules is found, worked off, credited and told upwards."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.kernel import delivery
from lienthong.kernel import jobs as work
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.definitions import BUILT_IN
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api, cli, jobs
from lienthong.stewardship.api.quality.judging import Judging
from lienthong.stewardship.store import quality as store

STEWARD = system("steward", agency="G01")
REGISTERS = sorted((BUILT_IN / "registers").glob("*.yaml"))
WHY = Grounds(purpose="stewardship", basis="L-26-2023")
HA = {"number": "079192990417", "full_name": "Nguyễn Thị Thu Hà", "sex": "2", "birth_date": "1992-05-12"}
HUY = {"number": "051090990256", "full_name": "Lê Quốc Huy", "sex": "1", "birth_date": "1990-07-25"}


def put(*people: dict[str, Any]) -> None:
    registers.bulk_load(STEWARD, register="population", rows=people, grounds=WHY)


def broken(**options: Any) -> dict[str, int]:
    return api.measure_quality(STEWARD, register="population", **options).broken


def test_a_record_that_breaks_no_rule_is_sound(node: Runtime) -> None:
    put({**HA, "home_commune": "26929"})
    done = api.measure_quality(STEWARD, register="population")
    assert (done.records, done.broken, done.found, done.cleared) == (1, {}, 0, 0)
    standing = api.quality_of(register="population")
    assert (standing.records, standing.sound, standing.sound_share) == (1, 1, 1.0)
    assert standing.missing["father_number"] == 1
    assert "full_name" not in standing.missing


def test_every_kind_of_rule_finds_what_breaks_it(node: Runtime) -> None:
    put(
        {**HA, "father_number": HUY["number"], "former_number": "020123456", "home_commune": "26749"},
        {**HUY, "mother_number": HA["number"], "former_number": "020123456", "spouse_number": "079192990999"},
        {"full_name": "Trần Văn Bình", "sex": "1", "birth_date": "2020", "father_number": "079060990003"},
    )
    found = {"own_ancestor": 2, "former_once": 2, "home_in_force": 1, "spouse_told": 1, "has_number": 1}
    assert broken() == {**found, "father_exists": 1}
    assert broken(changed_only=True) == {**found, "father_exists": 1}, "open findings are judged again"


def test_what_is_put_right_leaves_the_work_list_and_is_credited(node: Runtime) -> None:
    put({**HA, "sex": "1", "home_commune": "26929"}, HUY)
    api.measure_quality(STEWARD, register="population")
    (item,) = api.work_list(STEWARD, register="population").items
    assert (item.rule.id, item.key, item.name, item.unit) == ("number_fits", HA["number"], HA["full_name"], "26929")
    assert item.values == {"number": HA["number"], "sex": "1", "birth_date": "1992-05-12"}
    police = Actor(kind=Kind.OFFICER, subject="clerk", agency="G01.79.26929", roles=frozenset({"residence-officer"}))
    assert not api.resolve(police, finding=item.finding)
    registers.correct(
        police, register="population", key=HA["number"], values={"sex": "2"}, grounds=WHY, reason="sai giới tính"
    )
    assert api.resolve(police, finding=item.finding)
    assert api.work_list(STEWARD, register="population").items == []
    assert api.quality_of(register="population", unit="79").credits == {"G01.79.26929": 1}
    assert api.measure_quality(STEWARD, register="population").cleared == 0


def test_a_finding_goes_with_its_record_to_another_commune_and_another_source(node: Runtime) -> None:
    put({**HA, "sex": "1", "home_commune": "26929"})
    api.measure_quality(STEWARD, register="population")
    police = system("police", agency="G01.01")
    moved = {"home_commune": "00166"}
    registers.write(police, register="population", key=HA["number"], values=moved, grounds=WHY)
    api.measure_quality(STEWARD, register="population", changed_only=True)
    assert api.work_list(STEWARD, register="population", unit="79").items == []
    (item,) = api.work_list(STEWARD, register="population", unit="01").items
    assert (item.unit, item.rule.id) == ("00166", "number_fits")
    rules = [(each.unit, each.source) for each in api.quality_figures(register="population") if each.rule]
    assert rules == [("00166", "G01.01")]


def test_a_correction_clears_the_others_that_stood_against_it(node: Runtime) -> None:
    put({**HA, "former_number": "020123456"}, {**HUY, "former_number": "020123456"})
    assert broken() == {"former_once": 2}
    registers.correct(
        STEWARD,
        register="population",
        key=HUY["number"],
        values={"former_number": "020123457"},
        grounds=WHY,
        reason="gõ sai",
    )
    done = api.measure_quality(STEWARD, register="population", changed_only=True)
    assert (done.broken, done.cleared) == ({}, 2)


def test_what_is_accepted_stays_away_until_its_fields_change(node: Runtime) -> None:
    put({**HA, "sex": "1"})
    api.measure_quality(STEWARD, register="population")
    (item,) = api.work_list(STEWARD, register="population").items
    with pytest.raises(Invalid):
        api.accept(STEWARD, finding=item.finding, reason=" ")
    for _ in range(2):
        api.accept(STEWARD, finding=item.finding, reason="Đã cải chính giới tính năm 2020")
    registers.write(STEWARD, register="population", key=HA["number"], values={"phone": "0912345678"}, grounds=WHY)
    api.measure_quality(STEWARD, register="population")
    assert api.work_list(STEWARD, register="population").items == []
    assert api.quality_of(register="population").sound == 1
    registers.write(STEWARD, register="population", key=HA["number"], values={"birth_date": "1991"}, grounds=WHY)
    api.measure_quality(STEWARD, register="population", changed_only=True)
    (again,) = api.work_list(STEWARD, register="population").items
    assert again.finding == item.finding
    with pytest.raises(NotFound):
        api.accept(STEWARD, finding="0" * 26, reason="?")


def test_a_demonstration_is_measured_whole_at_its_first_start_and_only_then(node: Runtime) -> None:
    put({**HA, "sex": "1"})
    jobs.Nightly()()
    work.run_all({each.kind: each for each in jobs.handlers})
    assert api.quality_of(register="population").records == 1
    assert all(api.was_measured(register=each.id) for each in registers.definitions())
    put(HUY)
    jobs.Nightly()()
    work.run_all({each.kind: each for each in jobs.handlers})
    assert api.quality_of(register="population").records == 1


def test_the_work_list_is_paged_and_a_unit_sees_its_own(node: Runtime) -> None:
    communes = ["26929", "26911", "26929", "00166"]
    put(
        *(
            {
                "number": f"0791925501{at:02d}",
                "full_name": "Trần Văn An",
                "sex": "1",
                "birth_date": "1992",
                "home_commune": where,
            }
            for at, where in enumerate(communes)
        )
    )
    api.measure_quality(STEWARD, register="population")
    first = api.work_list(STEWARD, register="population", limit=3)
    rest = api.work_list(STEWARD, register="population", limit=3, after=first.after)
    assert [len(first.items), len(rest.items), rest.after] == [3, 1, ""]
    assert len(api.work_list(STEWARD, register="population", unit="79").items) == 3
    police = Actor(kind=Kind.OFFICER, subject="clerk", agency="G01.79.26929", roles=frozenset({"residence-officer"}))
    assert {each.unit for each in api.work_list(police, register="population").items} == {"26929"}
    with pytest.raises(Denied):
        api.work_list(police, register="population", unit="26911")
    with pytest.raises(Denied):
        api.work_list(system("x", agency="G12"), register="population")
    with pytest.raises(Denied):  # it delivers to the register, but for no unit of its own
        api.work_list(system("x", agency="G15"), register="population")


def test_who_is_shown_in_a_work_list_finds_it_in_the_log_and_a_measure_shows_nobody(node: Runtime) -> None:
    put({**HA, "sex": "1"}, HUY)
    api.measure_quality(STEWARD, register="population")
    log = {
        who: [each.act for each in registers.accesses(system("log"), subject=who)]
        for who in (HA["number"], HUY["number"])
    }
    assert log == {HA["number"]: [], HUY["number"]: []}
    api.work_list(STEWARD, register="population")
    (entry,) = registers.accesses(system("log"), subject=HA["number"])
    assert (entry.act, entry.people, entry.purpose) == ("search", 1, "stewardship")


def test_rules_about_another_register_ask_only_for_what_they_need(node: Runtime) -> None:
    put({**HA, "life_status": "deceased", "death_date": "2026-01-01"})
    registers.bulk_load(
        system("x", agency="G06"),
        register="phone_subscribers",
        rows=[
            {"subscription": "0199000417", "operator": "vnpt", "subscriber_kind": "self", "full_name": HA["full_name"]}
            | {"paper_kind": "id_card", "number": number, "subscribed_on": "2015-01-01", "status": status}
            | ({"ended_on": "2026-02-01"} if status == "ended" else {})
            | {"subscription": phone}
            for phone, number, status in [
                ("0199000417", HA["number"], "active"),
                ("0199000418", HA["number"], "ended"),
                ("0199000419", "079192990999", "active"),
            ]
        ],
    )
    done = api.measure_quality(system("x", agency="G06"), register="phone_subscribers")
    assert done.broken == {"subscriber_lives": 1, "person_exists": 1}


texts = st.sampled_from(["079192990417", "051090990256", "07919299041", "abc", "999192990417"])
days = st.sampled_from(["1992-05-12", "1992", "1990-07", "2030-01-01", "1890", "2026-11-21"])
people = st.fixed_dictionaries(
    {"full_name": st.just("An"), "birth_date": days, "sex": st.sampled_from(["1", "2"])},
    optional={
        "number": texts,
        "father_number": texts,
        "mother_number": texts,
        "spouse_number": texts,
        "marital_status": st.sampled_from(["1", "2"]),
        "life_status": st.sampled_from(["living", "deceased", "missing"]),
        "death_date": days,
        "home_commune": st.sampled_from(["26929", "26749", "79", "99999"]),
    },
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(people, min_size=10, max_size=40))
def test_the_rules_as_sql_say_what_they_say_record_by_record(sqlite_node: Runtime, rows: list[dict[str, Any]]) -> None:
    spec, today = registers.definition("population"), date(2026, 11, 21)
    alone = [rule.id for rule in spec.quality if rule.that]
    with store.bench(spec, today) as bench:
        page = [(str(at), 1, "2026-11-01", msgspec.json.encode(row).decode()) for at, row in enumerate(rows)]
        bench.load([page], focus=True)
        Judging(STEWARD, bench, WHY, whole=True).judge()
        found = {(each.record, each.rule) for portion in bench.broken() for each in portion if each.rule in alone}
    assert found == {(str(at), rule.id) for at, row in enumerate(rows) for rule in spec.broken(row, today=today)}


def background() -> None:
    delivery.deliver_all(jobs.listeners)
    work.run_all({each.kind: each for each in jobs.handlers})


def test_what_is_written_is_measured_by_itself_once_somebody_asked_for_quality(
    sqlite_node: Runtime, clock: SetClock
) -> None:
    put(HA)
    background()
    assert not api.was_measured(register="population")
    api.measure_quality(STEWARD, register="population")
    put({**HUY, "sex": "2"})
    background()
    clock.advance(timedelta(minutes=2))
    background()
    assert len(api.work_list(STEWARD, register="population").items) == 1


def test_the_shell_measures_and_writes_the_work_list(sqlite_node: Runtime, tmp_path: Path) -> None:
    put({**HA, "sex": "1", "full_name": "Nguyễn Thị Thu Hà"})
    findings = tmp_path / "work.csv"
    done = CliRunner().invoke(cli.register, ["quality", "population", "--findings", str(findings)])
    assert done.exit_code == 1, done.output
    assert "0 trong 1 bản ghi" in done.output
    assert "number_fits" in done.output
    head, row = findings.read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("finding,rule,severity")
    assert HA["number"] in row


def test_figures_stand_for_each_field_unit_source_and_month(node: Runtime, clock: SetClock, tmp_path: Path) -> None:
    put({**HA, "sex": "1", "home_commune": "26929"}, {**HUY, "home_commune": "00166", "phone": "0901234567"})
    clock.advance(timedelta(days=40))
    police = system("police", agency="G01.79")
    registers.write(police, register="population", key=HA["number"], values={"phone": "0907654321"}, grounds=WHY)
    api.measure_quality(STEWARD, register="population")
    told = list(api.quality_figures(register="population"))
    phones = {(each.unit, each.source, each.month[:4]): each for each in told if each.field == "phone"}
    assert {place: (each.records, each.missing) for place, each in phones.items()} == {
        ("26929", "G01.79", "2026"): (1, 0),
        ("00166", "", "2026"): (1, 0),
    }
    assert len({each.month for each in phones.values()}) == 2, "freshness: the month in which each was last told"
    assert {each.missing for each in told if each.field == "father_number"} == {1}
    rules = [(each.unit, each.source, each.rule, each.broken) for each in told if each.rule]
    assert rules == [("26929", "G01.79", "number_fits", 1)]
    assert {each.unit for each in api.quality_figures(register="population", unit="26929")} == {"26929"}
    with pytest.raises(Invalid, match="99999"):
        list(api.quality_figures(register="population", unit="99999"))
    path = tmp_path / "figures.csv"
    shown = CliRunner().invoke(cli.register, ["quality", "population", "--stored", "--figures", str(path)])
    assert "Bản ghi theo nguồn" in shown.output
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(told) + 1
    assert HA["number"] not in "".join(lines), "counts only"


@pytest.mark.parametrize("register", [each.stem for each in REGISTERS])
def test_every_register_documents_itself(sqlite_node: Runtime, register: str) -> None:
    text = api.document(registers.definition(register))
    assert text.startswith("# ")
    assert all(f"`{name}`" in text for name in registers.definition(register).fields)
    told = api.description(register=register)
    assert {each["field"] for each in told["fields"]} == set(registers.definition(register).fields)


def test_a_measure_leaves_nothing_on_the_disk_nor_what_a_killed_one_left(sqlite_node: Runtime) -> None:
    put(HA)
    left = sqlite_node.settings.home / "quality" / "killed"
    left.mkdir(parents=True)
    (left / "page.ndjson").write_text("{}")
    os.utime(left, (0, 0))
    api.measure_quality(STEWARD, register="population")
    assert list((sqlite_node.settings.home / "quality").iterdir()) == []
