"""Rolls of voters: who is on them, in what order; posted, objected to, corrected; drawn again from history the same."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.stewardship import api
from lienthong.stewardship import spec as rolls_spec
from lienthong.stewardship.domain.rolls import area_of, latest, name_order
from lienthong.stewardship.events import RollStepped
from tests.registers.people import GROUNDS, STEWARD

WARD, OTHER = "26929", "26911"
DAY = date(2027, 2, 28)
AREAS = (
    api.Area("Khu vực 1", (WARD,), ("Lê Quang Định", "tổ 1")),
    api.Area("Khu vực 2", (WARD,)),
)
HOSTILE = '=cmd|"/c calc"!A1'


def officer(unit: str = WARD, role: str = "civil-status-officer") -> Actor:
    agency = reference.competent(role="civil-status", unit=unit).code
    return Actor(kind=Kind.OFFICER, subject=f"staff-{unit}", agency=agency, roles=frozenset({role}), level=3)


def citizen(number: str) -> Actor:
    return Actor(kind=Kind.CITIZEN, subject=number, level=2)


def number(at: int) -> str:
    return f"0790800{at:05d}"


def put(at: int, name: str, birth: str = "1980-01-01", address: str = "2 Bạch Đằng", **more: Any) -> str:
    values = {"full_name": name, "sex": "1", "birth_date": birth, "home_commune": WARD, "home_address": address}
    api_values = {**values, "number": number(at), "life_status": "living", "nationality": "VN", **more}
    registers.write(STEWARD.again(), register="population", values=api_values, grounds=GROUNDS)
    return number(at)


@pytest.fixture
def ward(node: Runtime, clock: SetClock) -> Runtime:
    """A ward with seven people, five of whom vote."""
    put(1, "Trần Văn Ân", address="12 Lê Quang Định")
    put(2, "Nguyễn Thị An", sex="2", address="Tổ 1, Lê Quang Định")
    put(3, "Bùi Cường", address=f"{HOSTILE} tổ 12")
    put(4, "Lê Thị Bích", sex="2", birth="2009")
    put(5, "Đỗ Trẻ Con", birth="2009-03-01")
    put(6, "Vũ Đã Mất", life_status="deceased", death_date="2020-01-01")
    put(7, "Phạm Đức")
    put(8, "Hồ Ở Xa", home_commune=OTHER)
    clock.advance(timedelta(hours=1))
    return node


def draw(who: Actor | None = None, **more: Any) -> str:
    return api.draw_roll(who or officer(), **({"roll_kind": "deputies", "day": DAY, "areas": AREAS} | more))


def names(roll: str, area: int, who: Actor | None = None) -> list[tuple[int, str, str]]:
    page = api.roll_page(who or officer(), roll=roll, area=area)
    return [(each.place, each.values.get("full_name", ""), each.state) for each in page]


def posted(clock: SetClock) -> str:
    roll = draw()
    clock.advance(timedelta(hours=1))
    api.post_roll(officer(), roll=roll)
    return roll


def objected(roll: str, about: str, at: int, **more: Any) -> str:
    who = officer()
    return api.object_to_roll(who, roll=roll, about=about, person=number(at), said="theo sổ hộ khẩu", **more)


def test_a_roll_lists_who_lives_there_and_may_vote_by_given_name_in_each_area(ward: Runtime) -> None:
    roll = draw()
    assert names(roll, 1) == [(1, "Nguyễn Thị An", "listed"), (2, "Trần Văn Ân", "listed")]
    assert names(roll, 2) == [(1, "Lê Thị Bích", "listed"), (2, "Bùi Cường", "listed"), (3, "Phạm Đức", "listed")]
    stands = api.roll(officer(), roll=roll)
    assert [(each.listed, each.women, each.men, each.doubts) for each in stands.areas] == [(2, 1, 1, 0), (3, 1, 2, 1)]
    assert (stands.state, stands.voters, stands.post_by) == ("drawn", 5, date(2027, 1, 19))
    facts = [each.event for each in read_after(0, types=[RollStepped])]
    assert [(each.step, each.voters) for each in facts if isinstance(each, RollStepped)] == [("drawn", 5)]


def test_everybody_on_a_roll_finds_it_in_their_log_and_nobody_else(ward: Runtime) -> None:
    draw()
    for at, times in ((1, 1), (4, 1), (5, 0), (6, 0), (8, 0)):
        entries = registers.accesses(citizen(number(at)), subject=number(at))
        assert len([each for each in entries if each.purpose == "electoral-roll"]) == times


def test_a_roll_is_drawn_again_the_same_whatever_happened_since(ward: Runtime, clock: SetClock) -> None:
    roll = draw()
    before = api.roll(officer(), roll=roll).digest
    shown = names(roll, 1) + names(roll, 2)
    clock.advance(timedelta(days=1))
    registers.correct(
        STEWARD, register="population", key=number(1), values={"full_name": "Trần Ân"}, reason="sai", grounds=GROUNDS
    )
    moved = {"home_commune": OTHER}
    registers.write(STEWARD.again(), register="population", key=number(7), values=moved, grounds=GROUNDS)
    put(9, "Người Mới", home_commune=WARD)
    registers.merge_records(
        STEWARD.again(), register="population", keep=number(2), gone=number(4), grounds=GROUNDS, reason="trùng"
    )
    again = api.reproduce_roll(officer(), roll=roll)
    assert (again.same, again.digest, again.voters) == (True, before, 5)
    assert names(roll, 1) + names(roll, 2) == shown
    newer = draw(as_of=date(2026, 11, 21))
    assert api.roll(officer(), roll=newer).digest != before


def test_numbers_stay_when_a_posted_roll_is_corrected(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    put(9, "Bùi Thị Mới", sex="2")
    registers.correct(
        STEWARD, register="population", key=number(1), values={"full_name": "Trần Ân"}, reason="sai", grounds=GROUNDS
    )
    clock.advance(timedelta(hours=1))
    answers: list[tuple[str, int, dict[str, Any]]] = [
        ("missing", 9, {"to_area": 1}),
        ("wrong_data", 1, {}),
        ("not_entitled", 2, {"ground": "imprisoned"}),
        ("other_area", 3, {"to_area": 1}),
    ]
    for about, at, more in answers:
        asked = {"to_area": 1} if about == "other_area" else {}
        said = objected(roll, about, at, **asked)
        api.decide_objection(officer(), objection=said, accept=True, reason="đúng", **more)
    assert names(roll, 1) == [
        (1, "Nguyễn Thị An", "removed"),
        (2, "Trần Ân", "listed"),
        (3, "Bùi Thị Mới", "listed"),
        (4, "Bùi Cường", "listed"),
    ]
    assert names(roll, 2)[1] == (2, "Bùi Cường", "moved")
    assert api.roll(officer(), roll=roll).voters == 5
    assert api.reproduce_roll(officer(), roll=roll).same
    api.close_roll(officer(), roll=roll)
    clock.advance(timedelta(days=1))
    registers.write(STEWARD.again(), register="population", key=number(9), values={"full_name": "X"}, grounds=GROUNDS)
    assert api.reproduce_roll(officer(), roll=roll).same
    with pytest.raises(Conflict):
        objected(roll, "not_entitled", 1)


def test_an_answer_that_cannot_be_given_says_what_to_do(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    child, unknown = objected(roll, "missing", 5), objected(roll, "missing", 77)
    wrong, off, away = objected(roll, "wrong_data", 1), objected(roll, "not_entitled", 2), objected(roll, "missing", 8)
    for said, more, words in (
        (child, {"to_area": 1}, "không đủ điều kiện"),
        (unknown, {"to_area": 1}, "không có người mang số này"),
        (wrong, {}, "vẫn ghi như cũ"),
        (off, {"ground": "x"}, "Chọn căn cứ"),
        (away, {"to_area": 9}, "Chọn khu vực"),
    ):
        with pytest.raises(Invalid) as refused:
            api.decide_objection(officer(), objection=said, accept=True, reason="đúng", **more)
        assert words in refused.value.faults[0].text
    with pytest.raises(Conflict):
        api.close_roll(officer(), roll=roll)
    who = officer()
    for _ in range(2):  # sent twice
        api.decide_objection(who, objection=off, accept=False, reason="không có bản án")
    with pytest.raises(Conflict):
        api.decide_objection(officer(), objection=off, accept=True, reason="đúng", ground="deprived")
    with pytest.raises(Conflict):
        objected(roll, "wrong_data", 1)
    stands = {each.id: each.state for each in api.roll_objections(officer(), roll=roll)}
    assert (stands[off], stands[wrong]) == ("rejected", "open")


def test_each_person_stands_on_one_list(ward: Runtime, clock: SetClock) -> None:
    theirs = draw(officer(OTHER), areas=[api.Area("A", (OTHER,))])
    roll = posted(clock)
    said = objected(roll, "missing", 8)
    with pytest.raises(Conflict, match=r"H29.*một danh sách"):
        api.decide_objection(officer(), objection=said, accept=True, reason="đúng", to_area=1)
    assert names(theirs, 1, officer(OTHER)) == [(1, "Hồ Ở Xa", "listed")]


def test_who_moved_between_two_rolls_is_named_on_both(ward: Runtime, clock: SetClock) -> None:
    theirs = draw(officer(OTHER), areas=[api.Area("A", (OTHER,))])
    moved = {"home_commune": WARD}
    registers.write(STEWARD.again(), register="population", key=number(8), values=moved, grounds=GROUNDS)
    clock.advance(timedelta(hours=1))
    ours = draw()
    assert api.roll_twice(officer(), roll=ours) == [(2, 4, officer(OTHER).agency)]
    assert api.roll_twice(officer(OTHER), roll=theirs) == [(1, 1, officer().agency)]
    assert api.roll_page(officer(), roll=ours, area=10**30, after=10**30) == []


def test_only_the_committee_of_the_ward_draws_and_sees_its_roll(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    above = replace(officer(), agency="H29")
    for who in (officer(OTHER), replace(officer(), agency="G01"), replace(officer(), roles=frozenset({"x"}))):
        with pytest.raises(Denied):
            draw(who)
        with pytest.raises(Denied):
            api.roll(who, roll=roll)
    with pytest.raises(Denied):
        api.roll(citizen(number(1)), roll=roll)
    assert api.roll(above, roll=roll).voters == 5
    with pytest.raises(Denied):
        api.close_roll(above, roll=roll)
    with pytest.raises(NotFound):
        api.roll(officer(), roll="none")


def test_a_roll_not_posted_is_replaced_and_a_posted_one_is_not(ward: Runtime, clock: SetClock) -> None:
    who = officer()
    first = draw(who)
    assert draw(who) == first
    second = draw()
    assert api.roll(officer(), roll=first).state == "replaced"
    api.post_roll(officer(), roll=second)
    with pytest.raises(Conflict):
        draw()
    with pytest.raises(Conflict):
        api.post_roll(officer(), roll=second)


def test_who_belongs_to_no_area_is_seen_and_stops_the_posting(ward: Runtime) -> None:
    roll = draw(areas=AREAS[:1])
    assert [each.number for each in api.roll(officer(), roll=roll).areas] == [1, 0]
    assert len(names(roll, 0)) == 3
    with pytest.raises(Conflict, match="chưa thuộc khu vực"):
        api.post_roll(officer(), roll=roll)


def test_bad_questions_name_every_fault(ward: Runtime) -> None:
    for more, codes in (
        ({"areas": []}, ["roll.areas"]),
        ({"areas": [api.Area("", ("79",)), api.Area("A", ())]}, ["roll.area_name", "roll.unit", "roll.unit"]),
        ({"day": date(2020, 1, 1), "as_of": date(2030, 1, 1)}, ["roll.day", "roll.as_of"]),
    ):
        with pytest.raises(Invalid) as refused:
            draw(**more)
        assert [each.code for each in refused.value.faults] == codes
    with pytest.raises(NotFound):
        draw(roll_kind="x")


def test_a_citizen_finds_their_line_and_objects_about_themselves_in_time(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    lines, _ = api.own_lines(citizen(number(4)))
    assert [(each.area.name, each.place, each.state) for each in lines] == [("Khu vực 2", 1, "posted")]
    assert api.own_lines(citizen(number(5))) == ([], [])
    assert api.posted_rolls(citizen(number(5)), unit=WARD)[0][0] == roll
    api.object_to_roll(citizen(number(4)), roll=roll, about="wrong_data", person=number(4), said="Sai ngày sinh")
    assert api.own_lines(citizen(number(4)))[1][0].state == "open"
    with pytest.raises(Denied):
        api.object_to_roll(citizen(number(4)), roll=roll, about="not_entitled", person=number(1), said="x")
    clock.advance(timedelta(days=31))
    with pytest.raises(Conflict):
        api.object_to_roll(citizen(number(5)), roll=roll, about="missing", person=number(5), said="x")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_roll_is_written_without_formulas(ward: Runtime, tmp_path: Path, suffix: str) -> None:
    roll = draw()
    path = tmp_path / f"roll.{suffix}"
    assert api.roll_file(officer(), roll=roll, path=path) == 5
    if suffix == "csv":
        with path.open(encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
        assert (rows[4][1:3], rows[4][7]) == (["2", number(3)], f"'{HOSTILE} tổ 12")
        assert [row[1] for row in rows[1:]] == ["1", "2", "1", "2", "3"]


def test_a_roll_on_paper_keeps_the_number_of_who_was_taken_off(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    said = objected(roll, "not_entitled", 2)
    api.decide_objection(officer(), objection=said, accept=True, reason="đúng", ground="deceased")
    paper = pypdf.PdfReader(io.BytesIO(api.roll_pdf(officer(), roll=roll, area=1)))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert "(đã xóa tên)" in text
    assert "Trần Văn Ân" in text
    assert "Nguyễn Thị An" not in text
    assert "Tổng số cử tri: 1" in text
    with pytest.raises(NotFound):
        api.roll_pdf(officer(), roll=roll, area=3)


def votes(birth: str, day: date) -> bool:
    return rolls_spec.kind("deputies").expression().test({"birth_date": birth}, today=day)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(born=some.dates(date(2004, 1, 1), date(2012, 12, 31)), day=some.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_the_eighteenth_birthday_is_the_first_day_of_voting(sqlite_node: Runtime, born: date, day: date) -> None:
    leap = (born.month, born.day) == (2, 29)
    birthday = date(born.year + 18, 3, 1) if leap else born.replace(year=born.year + 18)
    assert votes(born.isoformat(), day) == (day >= birthday)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(born=some.dates(date(2007, 1, 1), date(2010, 12, 31)), day=some.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_a_birth_date_in_part_counts_from_its_first_day_and_ends_on_its_last(
    sqlite_node: Runtime, born: date, day: date
) -> None:
    for part in (born.isoformat()[:4], born.isoformat()[:7]):
        assert latest(part).startswith(part)
        assert latest(part) >= born.isoformat()
        assert votes(part, day) or not votes(born.isoformat(), day)
        assert votes(born.isoformat(), day) or not votes(latest(part), day)


def test_names_stand_by_given_name_as_a_dictionary_has_them() -> None:
    listed = ["Lê Văn Ẩn", "Trần Thị An", "Đỗ An", "Vũ Thị Ân", "Nguyễn Ánh", "Bùi Bằng", "Đinh Đạt", "Lê Dũng", "An"]
    assert sorted(listed, key=name_order) == [
        *("An", "Đỗ An", "Trần Thị An", "Nguyễn Ánh", "Vũ Thị Ân", "Lê Văn Ẩn", "Bùi Bằng", "Lê Dũng", "Đinh Đạt"),
    ]


@pytest.mark.parametrize(
    ("address", "area"),
    [("5 lê quang định, P. BT", 1), ("Tổ 1", 1), ("tổ 12", 2), ("tổ 1, tổ 12", 1), ("", 2), ("Lê Quang Định1", 2)],
)
def test_an_address_belongs_to_the_area_whose_words_it_has(address: str, area: int) -> None:
    assert area_of(AREAS, WARD, address) == area
    assert area_of(AREAS, OTHER, address) == 0
