"""Where a clerk's table begins is found whatever stands above it; a file without a header is said to have none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.stewardship.domain.headers import find_header, kind_of_row

A = [1, "Nguyễn Văn An", "01/01/1990", "Nam", "001090000001"]
B = [2, "Lê Thị Bình", "02/03/1991", "Nữ", "001191000001"]
TITLES = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD"]
STATE = ["UBND XÃ YÊN THƯỜNG", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", ""]


def numbered(*rows: list[Any]) -> list[tuple[int, list[Any]]]:
    return list(enumerate(rows, 1))


@pytest.mark.parametrize(
    ("above", "header", "between"),
    [
        ([], TITLES, []),
        ([STATE, ["DANH SÁCH CÔNG DÂN THƯỜNG TRÚ"], ["(Kèm theo Công văn số 12/CV-UBND ngày 01/02/2025)"]], TITLES, []),
        ([["Mẫu số 01"], [], ["Đơn vị: Thôn Đoài"]], TITLES, [["(1)", "(2)", "(3)", "(4)", "(5)"]]),
        ([STATE], TITLES, [["A", "B", "1", "2", "3"]]),
        ([STATE], TITLES, [["1", "2", "3", "4", "5=1+2"]]),
        ([STATE], ["TT", "HVT", "NS", "GT", "CCCD"], [[1, 2, 3, 4, 5]]),
        ([["Danh sách"]], ["no", "full name", "dob", "sex", "id"], []),
        ([STATE], ["", "Họ tên", "Năm sinh", "Phái", "Mã định danh"], [["", "", "(năm)", "", ""]]),
    ],
)
def test_one_row_of_titles_is_found(above: list[list[Any]], header: list[Any], between: list[list[Any]]) -> None:
    found = find_header(numbered(*above, header, *between, A, B))
    assert found.rows == (len(above) + 1,)
    assert found.titles == tuple(header)
    assert found.first_data_row == len(above) + 1 + len(between) + 1
    assert found.confidence > 0.6


def test_two_levels_of_merged_titles_are_joined() -> None:
    found = find_header(
        numbered(
            STATE,
            ["STT", "Họ và tên", "Ngày sinh", None, "Địa chỉ", None, None, "Số CCCD"],
            [None, None, "Nam", "Nữ", "Thôn", "Xã", "Huyện", None],
            [1, "Nguyễn Văn An", "01/01/1990", None, "Đoài", "Yên Thường", "Gia Lâm", "001090000001"],
            [2, "Lê Thị Bình", None, "02/03/1991", "Đoài", "Yên Thường", "Gia Lâm", "001191000001"],
        )
    )
    assert found.rows == (2, 3)
    assert found.titles == (
        "STT", "Họ và tên", "Ngày sinh › Nam", "Ngày sinh › Nữ", "Địa chỉ › Thôn",
        "Địa chỉ › Xã", "Địa chỉ › Huyện", "Số CCCD",
    )  # fmt: skip
    assert found.first_data_row == 4
    assert found.above == ("UBND XÃ YÊN THƯỜNG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",)


def test_a_file_without_a_header_says_so() -> None:
    found = find_header(numbered(A, B))
    assert not found.found
    assert (found.rows, found.first_data_row, found.confidence) == ((), 1, 0.0)
    assert found.titles == ("",) * 5
    under_a_title = find_header(numbered(["DANH SÁCH"], A, B))
    assert (under_a_title.found, under_a_title.first_data_row) == (False, 2)


def test_a_table_without_data_and_an_empty_file() -> None:
    assert find_header(numbered(TITLES)).first_data_row == 0
    assert find_header([]).titles == ()


def test_names_alone_are_data_and_not_titles() -> None:
    people = [
        ["Nguyễn Văn An", "Kinh", "Thôn Đoài"],
        ["Lê Thị Bình", "Tày", "Thôn Đông"],
        ["Trần Văn Chi", "Kinh", "Ấp 3"],
    ]
    assert not find_header(numbered(*people)).found


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (A, "data"),
        ([], "empty"),
        ([None, "", " "], "empty"),
        (TITLES, "header"),
        (["(1)", "(2)", "(3)", "(4)", "(5)"], "numbers"),
        (["", "Tổng cộng: 25 người"], "total"),
        (["I. Thôn Đoài"], "section"),
        (["II", "Tổ dân phố số 6", "", "", ""], "section"),
        (["7", "Tô Văn Bản", "", "", ""], "data"),
        (["", "", "", "Yên Thường, ngày 12 tháng 3 năm 2025"], "signature"),
        (["", "Người lập biểu"], "signature"),
        ([3, "Cộng Văn Hòa", "1980", "Nam", "001080000001"], "data"),
    ],
)
def test_rows_that_are_not_data_are_told_apart(cells: list[Any], kind: str) -> None:
    assert kind_of_row(cells, find_header(numbered(TITLES, A, B))) == kind


CELLS = st.lists(st.lists(st.none() | st.integers() | st.text(max_size=12) | st.dates(), max_size=6), max_size=8)


@settings(max_examples=50)
@given(CELLS)
def test_no_table_breaks_the_search(rows: list[list[Any]]) -> None:
    found = find_header(numbered(*rows))
    assert 0 <= found.confidence <= 1
    assert all(each < found.first_data_row for each in (*found.rows, *found.skipped)) or not found.first_data_row
