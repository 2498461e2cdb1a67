"""Rolls of voters when a person's record has become another one's, or says something else: one person, one line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.stewardship import api
from tests.registers.people import GROUNDS, STEWARD
from tests.stewardship.test_rolls import OTHER, WARD, citizen, names, number, objected, officer, posted, put, ward

__all__ = ["ward"]

HOUR = timedelta(hours=1)


def merge(keep: int, gone: int) -> None:
    registers.merge_records(
        STEWARD.again(),
        register="population",
        keep=number(keep),
        gone=number(gone),
        grounds=GROUNDS,
        reason="một người",
    )


def correct(at: int, **values: Any) -> None:
    registers.correct(
        STEWARD.again(), register="population", key=number(at), values=values, grounds=GROUNDS, reason="ghi sai"
    )


def accept(said: str, **more: Any) -> None:
    api.decide_objection(officer(), objection=said, accept=True, reason="đúng", **more)


@pytest.mark.parametrize(("keep", "gone"), [(1, 9), (9, 1)])
def test_who_is_listed_under_a_number_that_was_merged_is_not_added_again(
    ward: Runtime, clock: SetClock, keep: int, gone: int
) -> None:
    put(9, "Trần Văn Ân", home_commune=OTHER)
    roll = posted(clock)
    early = objected(roll, "missing", 9)
    merge(keep, gone)
    clock.advance(HOUR)
    with pytest.raises(Conflict, match="mỗi người một danh sách"):
        accept(early, to_area=2)
    with pytest.raises(Invalid) as refused:
        objected(roll, "missing", gone if keep == 1 else keep)
    assert refused.value.faults[0].code == "roll.there"
    assert [each.place for each in api.own_lines(citizen(number(9)))[0]] == [2]


def test_who_got_a_number_since_is_found_by_it(ward: Runtime, clock: SetClock) -> None:
    values = {"full_name": "Không Số", "sex": "1", "birth_date": "1980-01-01", "home_commune": WARD}
    record = registers.write(STEWARD.again(), register="population", values=values, grounds=GROUNDS).id
    clock.advance(HOUR)
    roll = posted(clock)
    given = {"number": number(30)}
    registers.write(STEWARD.again(), register="population", key=record, values=given, grounds=GROUNDS)
    clock.advance(HOUR)
    with pytest.raises(Invalid) as refused:
        objected(roll, "missing", 30)
    assert refused.value.faults[0].code == "roll.there"
    accept(objected(roll, "not_entitled", 30), ground="deprived")
    assert names(roll, 2)[3] == (4, "Không Số", "removed")


def test_of_two_lines_of_one_person_the_one_with_the_number_is_taken_off(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    merge(1, 7)
    clock.advance(HOUR)
    accept(objected(roll, "not_entitled", 7), ground="twice")
    assert names(roll, 1)[1] == (2, "Trần Văn Ân", "listed")
    assert names(roll, 2)[2] == (3, "Phạm Đức", "removed")


def test_a_line_that_was_put_right_is_of_the_record_that_was_kept(ward: Runtime, clock: SetClock) -> None:
    put(9, "Trần Văn Ẩn")
    correct(9, home_commune=OTHER)
    clock.advance(HOUR)
    roll = posted(clock)
    merge(9, 1)
    clock.advance(HOUR)
    accept(objected(roll, "wrong_data", 1))
    assert names(roll, 1)[1] == (2, "Trần Văn Ẩn", "listed")
    assert api.roll_person(officer(), roll=roll, area=1, place=2) == number(9)
    api.close_roll(officer(), roll=roll)
    assert api.reproduce_roll(officer(), roll=roll).same


def test_figures_follow_what_was_put_right(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    correct(4, birth_date="2009-02-01", sex="1")
    clock.advance(HOUR)
    accept(objected(roll, "wrong_data", 4))
    second = api.roll(officer(), roll=roll).areas[1]
    assert (second.listed, second.women, second.men, second.doubts) == (3, 0, 3, 0)


def test_who_may_not_vote_by_what_was_put_right_is_to_be_taken_off(ward: Runtime, clock: SetClock) -> None:
    roll = posted(clock)
    correct(4, birth_date="2009-12-01")
    correct(7, full_name="Phạm Văn Đức", life_status="deceased", death_date="2026-11-20")
    clock.advance(HOUR)
    for at in (4, 7):
        said = objected(roll, "wrong_data", at)
        with pytest.raises(Invalid) as refused:
            accept(said)
        assert "không đủ điều kiện" in refused.value.faults[0].text
    accept(objected(roll, "not_entitled", 4), ground="under_age")
    assert names(roll, 2)[0] == (1, "Lê Thị Bích", "removed")
