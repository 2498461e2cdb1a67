"""Definitions: the built-in ones are sound, faults have a file and a line, tables follow the file."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from lienthong.kernel.definitions import BUILT_IN, read
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.spec import Register, faults_of
from lienthong.registers.spec.cases import case_faults
from lienthong.registers.spec.checking import faults_between

ALL = [
    "birth_notices",
    "civil_status",
    "death_notices",
    "driving_licences",
    "enterprises",
    "health_insurance",
    "phone_subscribers",
    "population",
    "pupils",
    "residence",
    "social_assistance",
    "social_insurance",
    "vehicles",
]


def test_the_built_in_registers_are_sound(sqlite_node: Runtime) -> None:
    assert [each.text for each in api.faults()] == []
    assert [each.id for each in api.definitions()] == ALL


@pytest.mark.parametrize("register", ALL)
def test_each_says_who_answers_for_it_and_how_long_it_keeps(sqlite_node: Runtime, register: str) -> None:
    spec = api.definition(register)
    assert spec.owner
    assert spec.basis
    assert spec.retention.why.vi
    assert all(term.classification for term in spec.terms.values())
    assert all(spec.title_of(name).vi for name in spec.fields)


@pytest.mark.parametrize("register", ALL)
def test_each_rule_is_broken_by_a_case_and_not_by_all(sqlite_node: Runtime, register: str) -> None:
    """The cases themselves are run by ``lienthong check``; here, that none of the rules goes without one."""
    spec = api.definition(register)
    assert spec.quality
    assert spec.sources
    assert spec.holds
    broken = {rule for case in spec.cases for rule in case.breaks}
    assert set(spec.rules) - broken == set()
    assert any(not case.breaks for case in spec.cases)


def test_the_population_register_has_all_that_article_9_lists(sqlite_node: Runtime) -> None:
    """26 items of Law 26/2023/QH15, several of them of several fields."""
    items = """full_name other_name number birth_date sex birth_place birth_commune home_town ethnicity religion
        nationality blood_type former_number card_issued_on card_issued_by card_expires_on father_name father_number
        father_former_number father_nationality mother_name mother_number mother_former_number mother_nationality
        spouse_name spouse_number spouse_former_number spouse_nationality guardian_name guardian_number ward_name
        ward_number home_commune home_address stay_commune stay_address current_commune current_address absence
        residence_no marital_status household household_relation head_name head_number head_former_number life_status
        death_date phone email other"""
    assert set(items.split()) == set(api.definition("population").fields)


WRONG = [
    ("that: birth_date <= today()", "that: birthday <= today()", "birthday"),
    ("that: birth_date <= today()", "that: birth_date.matches('x')", ".all"),
    (
        "    remedy: [Sửa ngày sinh theo giấy khai sinh., Correct the birth date from the birth certificate.]\n",
        "",
        "remedy",
    ),
    (
        "title: [Ngày sinh ở tương lai, The birth date is in the future]",
        "title: [Ngày sinh ở tương lai, '']",
        "tiếng Anh",
    ),
    ("title: [Ngày sinh ở tương lai, The birth date is in the future]", "title: {vi: Ngày sinh ở tương lai}", "en"),
    ("id: parents_differ", "id: not_own_kin", "hai lần"),
    ("father: {field: father_number, kind", "father: {field: father_no, kind", "father_no"),
    ("father: {field: father_number, kind", "father: {field: father_number, to: people, kind", "people"),
    ("spouse: {field: spouse_number, kind", "spouse: {field: spouse_number, by: phone, kind", "phone"),
    ("sure: 0.99", "sure: 0.70", "Ngưỡng"),
    ("sure: 0.99", "sure: 99", "less than or equal"),
    ("name: full_name, birth_date: birth_date, sex: sex, unit", "sex: sex, unit", "Đối chiếu cần họ tên"),
    ("  review: 0.80\n", "  review: 0.80\n  may_lack: [unit]\n", "may_lack"),
    ("kind: police, level: commune", "kind: sheriff, level: commune", "sheriff"),
    ("kind: police, level: commune", "kind: police, by: birth_place, level: commune", "birth_place"),
    ("event: moved", "event: emigrated", "announces"),
    ("when: life_status == 'missing'", "when: after.life_status == 'missing'", "after.life_status"),
    ("basis: [L-26-2023, ND-70-2024]", "basis: []", "basis"),
    ("breaks: [born_in_past]", "breaks: [born_in_pasts]", "born_in_pasts"),
    ("breaks: [born_in_past]", "breaks: []", "born_in_past"),
    ("religion: {}", "religion: {class: open}", "religion"),
    (
        "exists: {field: mother_number, in: population, by: number}",
        "exists: {field: mother_number, in: population, by: sex}",
        "sex",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG)
def test_what_is_wrong_in_a_definition_is_said_with_file_and_line(
    sqlite_node: Runtime, tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    text = (BUILT_IN / "registers" / "population.yaml").read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "population.yaml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    one, faults = read(path, Register)
    known = {each.id: each for each in api.definitions()}
    found = list(faults)
    if one is not None:
        found += faults_of(one) or [*faults_between(one, known), *case_faults(one)]
    assert any(said in f"{each.text} {each.at}" for each in found), [each.text for each in found]
    assert all(re.fullmatch(r"population\.yaml:\d+", each.at) for each in found)


def test_life_events_are_told_from_what_a_write_changes(sqlite_node: Runtime) -> None:
    spec, today = api.definition("population"), date(2026, 11, 21)
    before = {"number": "079192990417", "full_name": "Hà", "home_commune": "26929", "life_status": "living"}

    def told(**changes: str) -> list[str]:
        after = {**before, **changes}
        return [each.event for each in spec.announced(after, before, act="changed", today=today)]

    assert told() == []
    assert told(home_commune="26911") == ["moved"]
    assert told(full_name="Hạ", life_status="deceased") == ["death", "name_corrected"]
