"""Around one person: relations some steps out, a life across registers, the people of a unit page by page."""

from __future__ import annotations

import pytest

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from tests.registers.people import COMMUNE, GROUNDS, OFFICER, STEWARD

OLD, FATHER, MOTHER, CHILD, SECOND = (f"07919200001{at}" for at in range(5))


def person(number: str, name: str, **ties: str) -> dict[str, str]:
    return {"number": number, "full_name": name, "sex": "1", "birth_date": "1990-01-01", "home_commune": COMMUNE} | ties


def populate(_node: Runtime) -> None:
    rows = [
        person(OLD, "Lê Văn Cụ"),
        person(FATHER, "Lê Văn Cha", father_number=OLD, spouse_number=MOTHER),
        person(MOTHER, "Trần Thị Mẹ", spouse_number=FATHER),
        person(CHILD, "Lê Thị Con", father_number=FATHER, mother_number=MOTHER),
        person(SECOND, "Lê Văn Út", father_number=FATHER, mother_number=MOTHER),
    ]
    api.bulk_load(STEWARD, register="population", rows=rows)


@pytest.fixture
def family(node: Runtime, beginnings: object) -> Runtime:
    beginnings.lay(node, populate)  # pyright: ignore[reportAttributeAccessIssue]
    return node


def around(number: str, steps: int) -> tuple[api.Related, dict[str, int], set[tuple[str, str, str]]]:
    seen = api.relations(OFFICER, register="population", key=number, grounds=GROUNDS, steps=steps)
    names = {each.id: each.values["full_name"].split()[-1] for each in seen.records.values()}
    steps_to = {names[each]: count for each, count in seen.steps.items()}
    return seen, steps_to, {(names[each.near], each.title.vi, names[each.far]) for each in seen.ties}


@pytest.mark.usefixtures("family")
def test_relations_are_walked_both_ways_step_by_step() -> None:
    _, steps, ties = around(CHILD, 1)
    assert steps == {"Con": 0, "Cha": 1, "Mẹ": 1}
    assert ties == {("Con", "Cha", "Cha"), ("Con", "Mẹ", "Mẹ")}
    _, steps, ties = around(CHILD, 2)
    assert steps == {"Con": 0, "Cha": 1, "Mẹ": 1, "Cụ": 2, "Út": 2}
    assert len([tie for tie in ties if tie[1] == "Vợ, chồng"]) == 1, "a couple is one line"
    assert ("Cha", "Con", "Út") in ties
    _, steps, _ = around(OLD, 3)
    assert steps["Út"] == 2


@pytest.mark.usefixtures("family")
def test_everyone_in_the_picture_finds_it_in_their_log() -> None:
    around(CHILD, 1)
    for number, times in ((FATHER, 1), (OLD, 0)):
        assert len(api.accesses(Actor(kind=Kind.CITIZEN, subject=number, level=2), subject=number)) == times


def test_a_picture_too_large_is_cut_and_says_so(family: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lienthong.registers.api.relating.MOST", 3)
    seen, _, _ = around(CHILD, 3)
    assert seen.cut
    assert len(seen.records) == 3


@pytest.mark.usefixtures("family")
def test_who_is_not_there_or_too_far_is_refused() -> None:
    with pytest.raises(NotFound):
        around("079000000000", 1)
    with pytest.raises(Invalid):
        around(CHILD, 4)


@pytest.mark.usefixtures("family")
def test_a_life_holds_every_version_of_every_register() -> None:
    api.write(STEWARD, register="population", key=CHILD, values={"home_address": "9 Nơ Trang Long"}, grounds=GROUNDS)
    seen = api.life(OFFICER, number=CHILD, grounds=GROUNDS)
    assert [each.values["full_name"] for each in seen.records] == ["Lê Thị Con"]
    assert [(each.day, each.version.kind) for each in seen.happenings] == [
        ("2026-11-21", "changed"),
        ("1990-01-01", "created"),
    ]
    entries = api.accesses(Actor(kind=Kind.CITIZEN, subject=CHILD, level=2), subject=CHILD)
    assert {each.register for each in entries if each.act == "history"} >= {"population", "residence"}


@pytest.mark.usefixtures("family")
def test_the_people_of_a_unit_come_page_by_page_in_the_order_of_names() -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = api.of_unit(
            OFFICER, register="population", unit=COMMUNE, grounds=GROUNDS, limit=2, after=after, fields=["full_name"]
        )
        seen += [each.values["full_name"] for each in page.records]
        after = page.after
        if not after:
            break
    assert seen == ["Lê Thị Con", "Lê Văn Cha", "Lê Văn Cụ", "Lê Văn Út", "Trần Thị Mẹ"]
    assert not api.of_unit(OFFICER, register="population", unit="00166", grounds=GROUNDS).records
