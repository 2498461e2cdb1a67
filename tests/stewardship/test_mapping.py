"""Columns become fields by title and content together; parts of a field are put together; nothing is taken twice."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.reference import api as reference
from lienthong.stewardship.domain.mapping import propose, sources
from lienthong.stewardship.domain.mapping.assigning import assign

FIELDS = {
    "number": "personal_number", "former_number": "former_number", "full_name": "person_name", "sex": "sex",
    "birth_date": "birth_date", "ethnicity": "ethnicity", "phone": "phone", "home_commune": "home_commune",
    "home_address": "home_address", "father_number": "father_number", "email": "email",
}  # fmt: skip
TERMS = {name: reference.term(term) for name, term in FIELDS.items()}
PEOPLE = [
    ["001090000001", "Nguyễn Văn An", "15/03/1975", "Nam", "Kinh", "0912345678"],
    ["079191000002", "Lê Thị Bình", "01/01/1950", "Nữ", "Tày", "0987654321"],
    ["001200000003", "Trần Văn Chi", "02/02/2001", "Nam", "Kinh", "0355555555"],
]


def columns(rows: list[list[Any]]) -> list[list[Any]]:
    return [list(each) for each in zip(*rows, strict=True)]


def mapped(titles: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    found = sources(propose(titles, columns(rows), TERMS), TERMS)
    return {name: source.raw(rows[0]) for name, source in found.items()}


@pytest.mark.parametrize("titles", [["", "", "", "", "", ""], ["c1", "c2", "c3", "c4", "c5", "c6"]])
def test_content_alone_tells_the_fields(titles: list[str]) -> None:
    found = propose(titles, columns(PEOPLE), TERMS)
    assert [each.field for each in found] == ["number", "full_name", "birth_date", "sex", "ethnicity", "phone"]
    assert all(0.5 <= each.score < 0.9 for each in found)
    assert all("100%" in each.why for each in found)


def test_a_title_that_its_content_belies_is_doubted() -> None:
    sure, doubtful = (
        propose(["Số CCCD"], [cells], TERMS)[0]
        for cells in (["001090000001"] * 3, ["Nguyễn Văn An", "Lê Thị Bình", "x"])
    )
    assert (sure.field, doubtful.field) == ("number", "number")
    assert (sure.score > 0.95, doubtful.score < 0.6) == (True, True)


def test_two_columns_of_one_meaning_are_not_both_taken() -> None:
    found = propose(["Họ và tên", "Họ tên"], [["Lê An"], ["Lê Bình"]], TERMS)
    assert [each.field for each in found].count("full_name") == 1
    (left,) = [each for each in found if not each.field]
    assert left.others[0].field == "full_name"


def test_family_and_given_name_make_one_name() -> None:
    assert mapped(["Họ và tên đệm", "Tên"], [["Nguyễn Văn", "An"]]) == {"full_name": "Nguyễn Văn An"}
    assert mapped(["Tên", "Giới"], [["Nguyễn Văn An", "Nam"]])["full_name"] == "Nguyễn Văn An"


def test_levels_of_an_address_make_unit_and_street() -> None:
    titles = ["Họ tên", "Số nhà", "Thôn", "Xã", "Huyện", "Tỉnh"]
    found = mapped(titles, [["Lê An", "Số 5", "Đoài", "Yên Thường", "Gia Lâm", "Hà Nội"]])
    assert found["home_address"] == "Số 5, Đoài"
    assert tuple(found["home_commune"]) == ("Yên Thường", "Gia Lâm", "Hà Nội")


@pytest.mark.parametrize("title", ["HKTT", "Nơi thường trú", "Địa chỉ thường trú"])
def test_a_whole_address_fills_street_and_unit(title: str) -> None:
    text = "Số 12 ngõ 5, thôn Đoài, xã Yên Thường, huyện Gia Lâm, Hà Nội"
    assert mapped([title], [[text]]) == {"home_address": text, "home_commune": text}


def test_day_month_and_year_make_one_date() -> None:
    titles = ["Họ tên", "Ngày sinh › Ngày", "Ngày sinh › Tháng", "Ngày sinh › Năm"]
    assert mapped(titles, [["Lê An", 15, 3, 1975]])["birth_date"] == "15/3/1975"
    assert mapped(titles, [["Lê An", None, None, 1975]])["birth_date"] == "1975"


def test_columns_of_men_and_women_tell_the_sex() -> None:
    marks = ["Họ tên", "Giới tính › Nam", "Giới tính › Nữ"]
    assert mapped(marks, [["Lê An", "", "x"]])["sex"] == "nữ"
    assert mapped(marks, [["Lê An", "x", ""]])["sex"] == "nam"
    births = mapped(["Họ tên", "Năm sinh › Nam", "Năm sinh › Nữ"], [["Lê An", "", "1975"]])
    assert (births["birth_date"], births["sex"]) == ("1975", "nữ")


def test_counters_and_strange_columns_stay_unmapped() -> None:
    found = propose(["STT", "Ký nhận", ""], [[1, 2, 3], ["", "", ""], [4, 5, 6]], TERMS)
    assert [each.field for each in found] == ["", "", ""]
    assert all(each.why for each in found)


SCORES = st.lists(st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]), min_size=3, max_size=3), min_size=1, max_size=3)


@settings(max_examples=50)
@given(SCORES)
def test_no_other_assignment_is_better(scores: list[list[float]]) -> None:
    found = assign(scores)
    best = max(sum(scores[i][j] for i, j in enumerate(order[: len(scores)])) for order in permutations(range(3)))
    assert sum(scores[i][j] for i, j in found.items()) == pytest.approx(best)
    assert len(set(found.values())) == len(found)
