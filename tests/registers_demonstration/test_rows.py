"""What is written into the five registers: valid values, unique numbers, history in order, nothing dangling."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from hashlib import sha256

import msgspec
import pytest

from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.demonstration import named
from lienthong.registers.demonstration.people import ISO, OPENED, TODAY
from lienthong.registers.demonstration.rows import REGISTERS, Row
from tests.registers_demonstration.whole_nation import Nation, make

PREFIXES = {f"0{unit.code}" for unit in reference.units(level="province", on=date(2025, 6, 30))}
KEYS = {
    "residence": "entry_no",
    "civil_status": "entry_no",
    "birth_notices": "notice_no",
    "health_insurance": "card_no",
}


def test_personal_numbers_say_what_they_must_and_are_recognisably_synthetic(whole: Nation) -> None:
    for number, row in whole.people.items():
        if not row.get("number"):
            continue
        assert len(number) == 12
        assert number.isdigit()
        assert number[:3] in PREFIXES
        assert int(number[3]) == (int(row["birth_date"][:2]) - 19) * 2 + (row["sex"] == "2")
        assert number[4:6] == row["birth_date"][2:4]
        assert number[6:8] == "99"


@pytest.mark.parametrize("register", KEYS)
def test_keys_are_unique(whole: Nation, register: str) -> None:
    keys = [row[KEYS[register]] for row in whole.rows[register]]
    assert len(keys) == len(set(keys)) > 0


def test_every_value_is_what_the_dictionary_allows(sqlite_node: Runtime) -> None:
    some = make(600)
    for register in REGISTERS:
        definition = registers.definition(register)
        for row in some.rows[register]:
            for name, value in row.items():
                if not name.startswith("_") and value is not None:
                    assert reference.parse_value(definition.term_of(name), value) == value, (register, name, value)
            if register != "population":
                assert all(row.get(name) for name, field in definition.fields.items() if field.required), row


def test_family_links_lead_to_people_and_spouses_are_mutual(whole: Nation) -> None:
    for number, row in whole.people.items():
        for link in ("father_number", "mother_number", "spouse_number"):
            assert not row.get(link) or row[link] in whole.people
        if row.get("spouse_number"):
            assert whole.people[row["spouse_number"]]["spouse_number"] == number
            assert row["marital_status"] == "2"


def test_versions_of_a_person_follow_each_other_and_none_is_older_than_the_person(whole: Nation) -> None:
    last: dict[str, str] = {}
    versions = Counter[str]()
    for row in whole.rows["population"]:
        who = row.get("number") or row["_id"]
        assert last.get(who, "") < row["_valid_from"] <= ISO[TODAY]
        versions[who] += 1
        last[who] = row["_valid_from"]
    first = {who: row for row in reversed(whole.rows["population"]) if (who := row.get("number") or row["_id"])}
    assert all(
        row["_valid_from"] >= max(row["birth_date"], ISO[OPENED])[: len(row["birth_date"])] for row in first.values()
    )
    assert 0.08 < sum(count > 1 for count in versions.values()) / len(versions) < 0.35


def test_who_moved_has_the_old_home_before_and_the_new_one_after(whole: Nation) -> None:
    versions: defaultdict[str, list[Row]] = defaultdict(list)
    for row in whole.rows["population"]:
        versions[row.get("number") or row["_id"]].append(row)
    moves = [rows for rows in versions.values() if any("home_commune" in row for row in rows[1:])]
    assert len(moves) > 500
    for rows in moves:
        after = next(row for row in rows[1:] if "home_address" in row)
        assert (rows[0]["home_commune"], rows[0]["home_address"]) != (after["home_commune"], after["home_address"])


def test_every_household_of_today_has_one_head_whom_its_members_name(whole: Nation) -> None:
    homes: defaultdict[str, list[Row]] = defaultdict(list)
    for row in whole.rows["residence"]:
        if row.get("to_date", "9") > ISO[TODAY]:
            homes[row["household"]].append(row)
    assert len(homes) > 3_000
    for members in homes.values():
        heads = [row["number"] for row in members if row["relation"] == "01"]
        assert len(heads) == 1
        assert {row["head_number"] for row in members} == set(heads)


def test_the_living_have_one_permanent_residence_and_it_is_where_the_population_register_says(whole: Nation) -> None:
    current = [row for row in whole.rows["residence"] if row["kind"] == "permanent" and not row.get("to_date")]
    homes = {row["number"]: (row["commune"], row["address"]) for row in current}
    assert len(homes) == len(current)
    for number, row in whole.people.items():
        if row.get("number") and row["life_status"] == "living":
            assert homes[number] == (row["home_commune"], row["home_address"])


def test_children_of_waiting_notices_are_registered_nowhere(whole: Nation) -> None:
    waiting = [row for row in whole.rows["birth_notices"] if row["status"] == "waiting"]
    assert len(waiting) >= 10
    born = {(row.get("mother_number"), row["birth_date"]) for row in whole.people.values()}
    assert not [row for row in waiting if (row["mother_number"], row["birth_date"]) in born]
    used = [row for row in whole.rows["birth_notices"] if row["status"] == "used"]
    assert all((row["mother_number"], row["birth_date"]) in born for row in used)


def test_some_registered_children_wait_for_their_number(whole: Nation) -> None:
    waiting = [row for row in whole.people.values() if not row.get("number")]
    assert waiting
    assert all(row["birth_date"] > "2026-10" and row["mother_number"] for row in waiting)
    assert len({row["_id"] for row in waiting}) == len(waiting)


def test_births_and_marriages_of_the_last_years_are_in_the_books(whole: Nation) -> None:
    births = {row["number"]: row for row in whole.rows["civil_status"] if row["kind"] == "birth"}
    for number, row in whole.people.items():
        if row["birth_date"] >= "2016" and row.get("mother_number") and row.get("number"):
            assert births[number]["mother_number"] == row["mother_number"]
    marriages = [row for row in whole.rows["civil_status"] if row["kind"] == "marriage"]
    assert len(marriages) > 300
    assert all(row["number"][3] in "02" and row["spouse_number"][3] in "13" for row in marriages)


def test_cards_of_small_children_and_of_the_others(whole: Nation) -> None:
    cards = {row["number"]: row for row in whole.rows["health_insurance"]}
    alive = {
        number: row for number, row in whole.people.items() if row["life_status"] == "living" and row.get("number")
    }
    assert set(cards) <= set(alive)
    assert 0.88 < len(cards) / len(alive) < 0.97
    small = {number for number, row in alive.items() if row["birth_date"] > "2021"}
    assert all(cards[number]["category"] == "TE" for number in small)


def test_the_named_people_live_as_the_demonstration_tells() -> None:
    people = make(300).people
    mother, father = (people[named.NUMBERS[key]] for key in ("mother", "father"))
    assert (mother["full_name"], mother["ethnicity"], mother["birth_date"]) == ("Nguyễn Thị Thu Hà", "02", "1992-05-12")
    assert (father["full_name"], father["ethnicity"]) == ("Lê Quốc Huy", "01")
    assert father["spouse_number"] == mother["number"]
    assert father["home_commune"] == mother["home_commune"] == "26929"
    assert father["home_address"] == mother["home_address"]
    town = reference.unit(father["home_town"])
    assert town is not None
    assert town.parent == "51"
    child, grandmother = (people[named.NUMBERS[key]] for key in ("child", "grandmother"))
    assert child["full_name"] == "Lê Gia Khang"
    assert mother["mother_number"] == grandmother["number"]
    assert grandmother["birth_date"] == "1955"
    second, other = (people[named.NUMBERS[key]] for key in ("mother-2", "father-2"))
    assert second["home_commune"] == "26929" != other["home_commune"]
    assert people[named.NUMBERS["mother-3"]]["home_commune"] != "26929"


def test_three_named_mothers_have_a_notice_that_waits() -> None:
    waiting = {row["mother_number"]: row for row in make(300).rows["birth_notices"] if row["status"] == "waiting"}
    notice = waiting[named.NUMBERS["mother"]]
    assert (notice["birth_date"], notice["birth_time"], notice["sex"]) == ("2026-11-14", "06:35", "2")
    assert {named.NUMBERS["mother-2"], named.NUMBERS["mother-3"]} <= set(waiting)


def digest(people: int) -> str:
    """Return what the rows of a nation come to."""
    return sha256(msgspec.json.encode(make(people).rows)).hexdigest()


def test_the_same_people_in_another_process_with_another_hash_seed() -> None:
    code = "from tests.registers_demonstration.test_rows import digest; print(digest(900))"
    paths = os.pathsep.join(sys.path)
    other = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == digest(900)
