"""Any table a clerk has: the same rows from every kind of file, numbered as the spreadsheet shows them, traps named."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lienthong.kernel import legacy
from lienthong.kernel.errors import Invalid
from lienthong.kernel.sheets import Book, CellError, Formula, Undecoded, Writer, open_book, open_sheet
from tests.kernel import ugly, workbooks

TITLED: list[list[Any]] = [
    ["DANH SÁCH"],
    [],
    ["Họ tên", "Năm", "Có"],
    ["Nguyễn Thị Hương", 1990, True],
    [],
    ["Lê Văn Tú", Formula("=1990+1"), CellError("#N/A")],
]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells(book: Book, sheet: str = "") -> dict[int, list[Any]]:
    return {number: list(row) for number, row in book.rows(sheet)}


@pytest.mark.parametrize(
    "make",
    [
        lambda path: workbooks.xlsx(path / "a.xlsx", {"Một": TITLED}, merged=("A1:C1",)),
        lambda path: workbooks.xls(path / "a.xls", TITLED),
        lambda path: workbooks.ods(path / "a.ods", {"Một": TITLED}, spans=3),
    ],
)
def test_every_workbook_gives_the_same_rows(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    book = open_book(make(tmp_path))
    found = cells(book)
    assert list(found) == [1, 3, 4, 6]
    assert found[3] == ["Họ tên", "Năm", "Có"]
    assert found[4] == ["Nguyễn Thị Hương", 1990, True]
    assert [type(cell) for cell in found[6][:2]] == [str, Formula]
    assert found[6][2] == "#N/A"
    assert (book.sheets[0].rows, book.sheets[0].columns) == (6, 3)
    assert book.merged() == (() if book.kind == "xls" else ((1, 0, 1, 2),))
    assert book.notes == ()


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_cell_that_shows_an_error_says_which(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    workbooks.xlsx(path, {"Một": TITLED}) if kind == "xlsx" else workbooks.xls(path, TITLED)
    assert isinstance(cells(open_book(path))[6][2], CellError)


def test_cells_keep_their_types(tmp_path: Path) -> None:
    row = [date(1990, 1, 2), 32874, 3.7e10, False, "'=x", "=1+1", "079192000001", "a\u0302"]
    found = cells(open_book(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": [row]})))[1]
    assert found == [date(1990, 1, 2), 32874, 3.7e10, False, "=x", "=1+1", "079192000001", "â"]
    assert [type(found[5]), type(found[6])] == [Formula, str]


def test_a_table_that_starts_far_from_the_corner_keeps_its_place(tmp_path: Path) -> None:
    rows = [[], [], ["", "", "Họ tên"], ["", "", "An"]]
    assert cells(open_book(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": rows}))) == {
        3: ["", "", "Họ tên"],
        4: ["", "", "An"],
    }


def test_sheets_go_by_name_and_the_first_that_is_shown_is_first(tmp_path: Path) -> None:
    book = open_book(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": [["a"]], "Hai & ba": [["b"]]}))
    assert [each.name for each in book.sheets] == ["Một", "Hai & ba"]
    assert cells(book) == {1: ["a"]}
    assert cells(book, "Hai & ba") == {1: ["b"]}
    with pytest.raises(Invalid) as refused:
        book.rows("Bốn")
    assert refused.value.code == "sheet.unknown"


@pytest.mark.parametrize("claims", [True, False])
def test_the_careful_and_the_quick_survey_of_a_sheet_agree(tmp_path: Path, *, claims: bool) -> None:
    rows = [["a", Formula("=1"), CellError("#REF!")], ["b", "c", Formula("=2"), 5]]
    part = workbooks.worksheet(rows, claims=claims)
    book = open_book(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": rows}, **{"xl/worksheets/sheet1.xml": part}))
    found = cells(book)
    assert [[type(cell).__name__ for cell in row] for row in found.values()] == [
        ["str", "Formula", "CellError", "str"],
        ["str", "str", "Formula", "float"],
    ]
    assert (book.sheets[0].rows, book.sheets[0].columns) == (2, 4)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_in_any_unicode_with_any_separator(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["DANH SÁCH"], [], ["Họ tên", "Số tiền", "Ghi chú"], ["Hương", "1,5", "a"], ["Tú", '2"', ""], ["Ý"]]
    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    book = open_book(path)
    assert (book.separator, book.is_unicode) == (separator, True)
    assert cells(book) == {1: rows[0], 3: rows[2], 4: rows[3], 5: rows[4], 6: rows[5]}
    assert book.troubles.listed == []


@pytest.mark.parametrize(
    ("content", "rows", "troubles"),
    [
        ('a,b\n"x "y" z",2\n3,4\n', [["a", "b"], ['x "y" z', "2"], ["3", "4"]], ["2"]),
        ('a,b\n"open,2\n3,4\n', [["a", "b"], ['"open', "2"], ["3", "4"]], ["2"]),
        ('a,b\n1,"open\n"x",4\n5,"end', [["a", "b"], ["1", '"open'], ["x", "4"], ["5", '"end']], ["2", "4"]),
        ('a,b\n"two\nlines",2\n3,4\n', [["a", "b"], ["two\nlines", "2"], ["3", "4"]], []),
        ("a,b\n1,2,3,4\n5\n", [["a", "b"], ["1", "2", "3", "4"], ["5"]], []),
        ("a,b\n1\0,2\n", [["a", "b"], ["1", "2"]], [""]),
        ("sep=;\na;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]], []),
        ("a;b\r1;2\r", [["a", "b"], ["1", "2"]], []),
        ("Họ tên\nAn\nBình\n", [["Họ tên"], ["An"], ["Bình"]], []),
    ],
)
def test_csv_that_is_badly_written_loses_nothing(
    tmp_path: Path, content: str, rows: list[list[str]], troubles: list[str]
) -> None:
    book = open_book(write(tmp_path / "a.csv", content))
    assert list(cells(book).values()) == rows
    assert [each.at for each in book.troubles.listed] == troubles


def test_a_file_in_tcvn3_is_shown_before_it_is_decoded(tmp_path: Path) -> None:
    people = ugly.tcvn3_with_titles(tmp_path / "a.csv")
    book = open_book(tmp_path / "a.csv")
    assert not book.is_unicode
    assert isinstance(cells(book)[5][1], Undecoded)
    assert {each.code for each in book.troubles.listed} == {"column.encoding"}
    found = book.guess()
    assert (set(found.choices().values()), found.certain) == ({"tcvn3"}, True)
    assert ("Hä vµ tªn", "Họ và tên") in found.columns[1].samples
    book.decode(found.choices())
    rows = cells(book)
    assert list(rows)[:3] == [1, 2, 5]
    assert rows[5] == list(ugly.HEADER)
    assert [row[1].casefold() for number, row in rows.items() if number > 5] == [
        each.name.casefold() for each in people
    ]
    assert book.troubles.listed == []


@pytest.mark.parametrize("encoding", ["cp1258", "vni", "viscii", "vps"])
def test_other_old_encodings_decode_when_they_are_certain(tmp_path: Path, encoding: str) -> None:
    people = ugly.tcvn3_with_titles(tmp_path / "a.csv", encoding=encoding)
    rows = cells(open_book(tmp_path / "a.csv", encoding="auto"))
    assert [row[1] for number, row in rows.items() if number > 5] == [each.name for each in people]
    assert cells(open_book(tmp_path / "a.csv", encoding=encoding)) == rows


def test_one_file_may_mix_encodings_by_column(tmp_path: Path) -> None:
    people = ugly.citizens(20)
    lines = [legacy.encode(each.name, "tcvn3") + f";{each.place[0]}".encode() for each in people]
    book = open_book(write(tmp_path / "a.csv", b"\n".join(lines)), encoding="auto")
    assert [row[1] for row in cells(book).values()] == [each.place[0] for each in people]
    assert [row[0].casefold() for row in cells(book).values()] == [each.name.casefold() for each in people]


def test_bytes_that_happen_to_be_utf8_stay_in_the_encoding_of_their_column(tmp_path: Path) -> None:
    names = [
        "Đỗ Kim Thu",
        "Nguyễn Thị Hằng",
        "Trần Đức Mạnh",
    ]  # the first, in VISCII, is the UTF-8 of a Cyrillic letter
    book = open_book(write(tmp_path / "a.csv", b"\n".join(legacy.encode(each, "viscii") + b";1" for each in names)))
    book.decode({0: "viscii"})
    assert [row[0] for row in cells(book).values()] == names


def test_old_letters_inside_a_workbook_are_found_by_column(tmp_path: Path) -> None:
    people = ugly.citizens(20)
    rows = [[legacy.encode(each.name, "tcvn3").decode("cp1252"), each.place[0]] for each in people]
    rows.append(["Nguyễn Văn Dũng", "Xã Hòa Phong"])  # typed in later
    book = open_book(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": rows}))
    assert cells(book)[1][0] == rows[0][0]
    assert book.guess().choices() == {0: "tcvn3"}
    book.decode(book.guess().choices())
    found = list(cells(book).values())
    assert [row[0].casefold() for row in found] == [*(each.name.casefold() for each in people), "nguyễn văn dũng"]
    assert [row[1] for row in found] == [row[1] for row in rows]


def test_a_row_that_no_encoding_fits_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    lines = ["Họ tên;Xã".encode(), "Hương;Hòa Phong".encode(), b"\xc1\xc1\xe0\xf0\xff;Xa", "Tú;Củ Chi".encode()]
    book = open_book(write(tmp_path / "a.csv", b"\n".join(lines)))
    book.decode({0: "tcvn3"})
    rows = cells(book)
    assert [rows[2], rows[4]] == [["Hương", "Hòa Phong"], ["Tú", "Củ Chi"]]
    assert isinstance(rows[3][0], Undecoded)
    assert [(each.at, each.code) for each in book.troubles.listed] == [("3", "row.encoding")]


def test_a_file_cut_inside_a_letter_keeps_what_is_there(tmp_path: Path) -> None:
    book = open_book(write(tmp_path / "a.csv", "Họ tên,Xã\nHương,Hòa Phú".encode()[:-1]))
    assert cells(book)[2][0] == "Hương"
    assert [each.code for each in book.troubles.listed] == ["sheet.cut"]


def test_json_lines_give_their_fields_as_row_zero(tmp_path: Path) -> None:
    text = '{"ten":"Hương","nam":1990}\n\n{"nam":1991.5,"ghi chú":null,"ten":"=1"}\n'
    book = open_book(write(tmp_path / "a.jsonl", codecs.BOM_UTF8 + text.encode()))
    assert cells(book) == {0: ["ten", "nam", "ghi chú"], 1: ["Hương", 1990, None], 3: ["=1", 1991.5, None]}
    assert type(cells(book)[3][0]) is str, "nothing computes in a file of records"


def test_parquet_gives_its_columns_as_row_zero_and_keeps_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.connect().execute(
        "COPY (SELECT 'Hương' AS ten, 79192000001 AS so, DATE '1990-01-02' AS ngay, 1.50::DECIMAL(9, 2) AS tien, "
        "TIMESTAMPTZ '2020-01-01 00:00:00+00' AS luc, 'nan'::DOUBLE AS diem, TIME '10:00' AS gio, "
        "INTERVAL 3 DAY AS lau, true AS co, NULL::VARCHAR AS rong, 'inf'::DOUBLE AS vo "
        f"UNION ALL BY NAME SELECT 'Tú' AS ten) TO '{path}'"
    )
    found = cells(open_book(path))
    assert found[0][:3] == ["ten", "so", "ngay"]
    moment = datetime(2020, 1, 1, 7)  # noqa: DTZ001  a file's time in Viet Nam
    assert found[1][:7] == ["Hương", 79192000001, date(1990, 1, 2), 1.5, moment, None, time(10)]
    assert found[1][7:] == [timedelta(days=3), True, None, "inf"]
    assert found[2][0] == "Tú"


@pytest.mark.parametrize(
    ("name", "kind"), [("a.xlsx", "csv"), ("a.csv", "xlsx"), ("a.xls", "ods"), ("a.ods", "xls"), ("a", "jsonl")]
)
def test_the_content_decides_and_a_wrong_ending_is_said(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    match kind:
        case "csv":
            write(path, "a,b\n1,2\n")
        case "jsonl":
            write(path, '{"a":1,"b":2}\n')
        case "xlsx":
            workbooks.xlsx(path, {"Một": [["a", "b"]]})
        case "ods":
            workbooks.ods(path, {"Một": [["a", "b"]]})
        case _:
            workbooks.xls(path, [["a", "b"]])
    book = open_book(path)
    assert book.kind == kind
    assert [each.code for each in book.notes] == ["sheet.misnamed"]
    assert next(iter(book.rows()))[1] == ["a", "b"]


def test_what_we_write_we_read(tmp_path: Path) -> None:
    for name in ("a.csv", "a.xlsx"):
        with Writer(tmp_path / name, ["Họ tên", "Số"]) as out:
            out.add([["Hương", "=1+1"], ["Tú", "079"]])
        assert cells(open_book(tmp_path / name)) == {1: ["Họ tên", "Số"], 2: ["Hương", "=1+1"], 3: ["Tú", "079"]}
        assert type(cells(open_book(tmp_path / name))[2][1]) is str


def test_the_simple_reading_wants_unicode_and_whole_quotes(tmp_path: Path) -> None:
    sheet = open_sheet(write(tmp_path / "a.csv", "Họ tên,Xã,\nHương,Hòa Phong,\n"))
    assert (sheet.header, list(sheet.rows)) == (("Họ tên", "Xã"), [(2, ["Hương", "Hòa Phong", ""])])
    for content, code in ((legacy.encode("Họ tên\nHương", "vni"), "sheet.encoding"), (b'a,b\n1,"x\n', "sheet.csv")):
        with pytest.raises(Invalid) as refused:
            list(open_sheet(write(tmp_path / "b.csv", content)).rows)
        assert refused.value.code == code


def test_the_ugly_files_of_the_issue_are_all_there(tmp_path: Path) -> None:
    ugly.merged_with_old_districts(tmp_path / "a.xlsx")
    book = open_book(tmp_path / "a.xlsx")
    assert book.merged() == ((1, 0, 1, 9), (2, 0, 2, 9))
    assert cells(book)[4] == list(ugly.OLD_HEADER)
    assert book.guess().certain
    assert len(ugly.with_doubles(tmp_path / "b.csv", 50, 20)) == 20
    assert len(cells(open_book(tmp_path / "b.csv"))) == 71
