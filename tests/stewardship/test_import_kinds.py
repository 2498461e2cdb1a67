"""Files as they arrive, from their bytes to the register: XLS, ODS, old letters, old units, doubles, one question."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Query, Record
from lienthong.stewardship import api
from tests.kernel import ugly, workbooks
from tests.registers.people import COMMUNE, GROUNDS, HA, OFFICER, STEWARD
from tests.stewardship.test_import_batches import ready
from tests.stewardship.test_import_files import bring, csv_file

TITLES = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Nơi thường trú"]
PERSON = ["Nguyễn Thị Thu Hà", date(1992, 3, 8), "Nữ", HA, COMMUNE]
OLD = ["number", "full_name", "sex", "birth_date", "Xã", "Huyện", "Tỉnh"]
SPLIT = ["Thị trấn Trâu Quỳ", "Huyện Gia Lâm", "Thành phố Hà Nội"]


def found(*numbers: str) -> list[Record]:
    return registers.read(OFFICER, queries=[Query("population", key=numbers)], grounds=GROUNDS)[0]


def xls(path: Path) -> Path:
    return workbooks.xls(path / "a.xls", [["DANH SÁCH"], [], TITLES, [1, *PERSON]])


def ods(path: Path) -> Path:
    return workbooks.ods(path / "a.ods", {"Một": [["DANH SÁCH"], [], TITLES, [1, *PERSON]]})


def of_1904_xlsx(path: Path, rows: workbooks.Rows) -> Path:
    sheets: dict[str, workbooks.Rows] = {"Bìa": [["Sổ"]], "Một": rows}
    return workbooks.xlsx(path / "a.xlsx", sheets, told='<workbookPr date1904="1"/>')


def of_1904_xls(path: Path, rows: workbooks.Rows) -> Path:
    return workbooks.xls(path / "a.xls", rows, epoch=1904)


@pytest.mark.parametrize("make", [of_1904_xlsx, of_1904_xls])
def test_days_that_stand_as_numbers_count_from_where_their_workbook_does(
    sqlite_node: Runtime, tmp_path: Path, make: Callable[[Path, workbooks.Rows], Path]
) -> None:
    born = (date(1992, 3, 8) - date(1904, 1, 1)).days
    made = bring(make(tmp_path, [TITLES, [1, PERSON[0], born, *PERSON[2:]]]))
    assert (made.created, found(HA)[0].values["birth_date"]) == (1, "1992-03-08")


@pytest.mark.parametrize(
    ("make", "sheet"), [(xls, "Sheet1"), (ods, "Một"), (lambda at: csv_file(at / "a.csv", [HA, *PERSON]), "")]
)
def test_the_file_of_rows_names_the_sheet_that_was_read(
    sqlite_node: Runtime, tmp_path: Path, make: Callable[[Path], Path], sheet: str
) -> None:
    batch = bring(make(tmp_path)).batch
    api.write_rows(STEWARD, batch=batch, path=tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig") as file:
        assert {row["sheet"] for row in csv.DictReader(file)} == {sheet}


@pytest.mark.parametrize("make", [xls, ods])
def test_old_and_open_workbooks_land(node: Runtime, tmp_path: Path, make: Callable[[Path], Path]) -> None:
    assert bring(make(tmp_path)).created == 1
    (record,) = found(HA)
    assert (record.values["full_name"], record.values["birth_date"]) == ("Nguyễn Thị Thu Hà", "1992-03-08")


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_old_letters_land_as_unicode(node: Runtime, tmp_path: Path, encoding: str) -> None:
    people = ugly.tcvn3_with_titles(tmp_path / "a.csv", 12, encoding=encoding)
    assert bring(tmp_path / "a.csv").created == 12
    told = {each.key: each.values["full_name"] for each in found(*(one.number for one in people))}
    assert told == {each.number: each.name for each in people}


def test_what_is_remembered_of_a_source_says_nothing_of_the_next_files_letters(node: Runtime, tmp_path: Path) -> None:
    """Files with the same titles follow each other: Unicode, an old encoding, another one, Unicode."""
    ugly.with_doubles(tmp_path / "0.csv", 8, 0, seed=40)
    for at, encoding in enumerate(("tcvn3", "vni"), 1):
        ugly.tcvn3_with_titles(tmp_path / f"{at}.csv", 8, seed=40 + at, encoding=encoding)
    ugly.with_doubles(tmp_path / "3.csv", 8, 0, seed=43)
    for at in range(4):
        bring(tmp_path / f"{at}.csv")
        people = ugly.citizens(8, 40 + at)
        told = {each.key: each.values["full_name"] for each in found(*(one.number for one in people))}
        assert told == {each.number: each.name for each in people}, at


def test_old_districts_become_units_of_today_and_lost_zeros_come_back(node: Runtime, tmp_path: Path) -> None:
    people = ugly.merged_with_old_districts(tmp_path / "a.xlsx", 12)
    done = bring(tmp_path / "a.xlsx")
    assert (done.created, done.rejected) == (11, 1), "digits that Excel has rounded away are not invented"
    kept = {each.key: each.values["home_commune"] for each in found(*(one.number for one in people))}
    assert len(kept) == 11
    assert set(kept.values()) <= {"00097", "27541", "20320"}


def test_doubles_of_one_file_are_told_from_strangers(sqlite_node: Runtime, tmp_path: Path) -> None:
    pairs = ugly.with_doubles(tmp_path / "a.xlsx", 30, 30)
    done = bring(tmp_path / "a.xlsx")
    assert done.rows == 60
    assert done.created + done.merged + done.rejected + done.review == 60
    assert done.merged + done.rejected + done.review <= len(pairs) == 30


def test_a_sample_tells_no_change_that_a_later_row_undoes(sqlite_node: Runtime, tmp_path: Path) -> None:
    rows = [[HA, "Nguyễn Thị Thu Hà", "2", "1992", at] for at in (COMMUNE, "26740", COMMUNE)]
    header = [*OLD[:4], "home_commune"]
    bring(csv_file(tmp_path / "a.csv", rows[0], header=header))
    again = bring(csv_file(tmp_path / "b.csv", *rows[1:], header=header))
    assert api.progress(STEWARD, batch=again.batch).samples == []


def waiting(path: Path, *, rows: int) -> str:
    """A landed batch whose rows all ask which half of a town they belong to."""
    people = [[f"00108077{at:04d}", "Trần Văn Lúa", "1", "01/02/1980", *SPLIT] for at in range(rows)]
    batch = ready(csv_file(path, *people, header=OLD))
    assert api.run(STEWARD.again(), batch=batch).counts.review == rows
    return batch


def test_one_word_decides_every_row_that_asks_the_same(node: Runtime, tmp_path: Path) -> None:
    batch = waiting(tmp_path / "a.csv", rows=4)
    (question,) = api.questions(STEWARD, batch=batch)
    assert (question.count, question.rows, question.first.row) == (4, (2, 3, 4, 5), 2)
    options = [value for value, _ in question.first.questions["home_commune"]]
    assert len(options) == 2
    with pytest.raises(Invalid, match=r"review\.choices"):
        api.decide_alike(STEWARD, batch=batch, row=2)
    assert api.decide(STEWARD, batch=batch, row=3, land=False).state == "refused"
    chosen = {"home_commune": options[1], "full_name": "Không Phải Tên"}
    assert api.alike(STEWARD, batch=batch, row=2) == 3
    assert api.decide_alike(STEWARD, batch=batch, row=2, choices=chosen) == api.Decided(3, 0)
    assert api.decide_alike(STEWARD, batch=batch, row=2, land=False) == api.Decided(0, 0), "decided, it stays so"
    assert api.questions(STEWARD, batch=batch) == []
    counts = api.progress(STEWARD, batch=batch).counts
    assert (counts.created, counts.rejected, counts.review) == (3, 1, 0)
    landed = found("001080770000", "001080770001", "001080770002")
    assert {each.values["home_commune"] for each in landed} == {options[1]}
    assert {each.values["full_name"] for each in landed} == {"Trần Văn Lúa"}, "a word is on the question alone"
    assert api.undo(STEWARD, batch=batch, reason="thử") == 3, "what was decided goes back with its batch"
    with pytest.raises(NotFound):
        api.review(STEWARD, batch=batch, row=99)


def test_rows_are_shown_beside_what_was_understood(node: Runtime, tmp_path: Path) -> None:
    batch = ready(csv_file(tmp_path / "a.csv", [HA, "Hà", "Nữ", "31/02/1992"], ["", "", "", "1990"], header=OLD[:4]))
    api.run(STEWARD.again(), batch=batch, trial=True)
    one, other = api.source_rows(STEWARD, batch=batch, rows=[3, 2, 77], trial=True)
    assert (one.row, one.raw, one.what) == (2, [HA, "Hà", "Nữ", "31/02/1992"], "rejected")
    assert (one.values["sex"], one.values["birth_date"]) == ("2", None)
    assert other.said
    assert api.source_rows(STEWARD, batch=batch, rows=[]) == []


def test_a_column_is_shown_as_another_encoding_would_have_it(sqlite_node: Runtime, tmp_path: Path) -> None:
    people = ugly.tcvn3_with_titles(tmp_path / "a.csv", 8)
    batch = api.begin_path(STEWARD, register="population", path=tmp_path / "a.csv").id
    shown = api.preview(STEWARD, batch=batch)
    assert [after for _, after in shown.columns[1].encoded] == [each.name for each in people[:3]]
    assert all(before != after for before, after in shown.columns[1].encoded)
    columns = list(shown.settings.columns)
    columns[1] = msgspec.structs.replace(columns[1], encoding="vni")
    other = api.preview(STEWARD, batch=batch, settings=msgspec.structs.replace(shown.settings, columns=tuple(columns)))
    assert other.columns[1].encoded != shown.columns[1].encoded
    assert other.columns[1].column.encoding == "vni"
    assert [each.column.fields for each in other.columns] == [each.column.fields for each in shown.columns]


def test_a_table_of_another_postgresql_is_read_and_left_as_it_is(postgresql_node: Runtime) -> None:
    with postgresql_node.database.transaction() as connection:
        connection.exec_driver_sql("CREATE SCHEMA ho_khau")
        connection.exec_driver_sql(
            "CREATE TABLE ho_khau.nhan_khau (so_cccd text PRIMARY KEY, ho_ten text, ngay_sinh date, gioi_tinh text)"
        )
        connection.exec_driver_sql(
            "INSERT INTO ho_khau.nhan_khau VALUES ('079192900011', 'Trần Thị Mười', '1992-01-02', 'Nữ'),"
            " ('079192900012', 'Trần Thị Chín', 'infinity', 'Nữ'),"
            " ('079192900013', 'Trần Thị Tám', '0044-01-01 BC', 'Nữ')"
        )
    try:
        url = postgresql_node.settings.database_url.replace("+psycopg", "")
        batch = api.begin_from_database(STEWARD, register="population", url=url, table="ho_khau.nhan_khau")
        api.confirm(STEWARD, batch=batch.id, settings=api.preview(STEWARD, batch=batch.id).settings)
        told = api.run(STEWARD, batch=batch.id)
        assert (told.counts.created, told.counts.rejected) == (1, 2), "a day of no calendar stops its own row alone"
        (record,) = found("079192900011")
        assert (record.values["full_name"], record.values["birth_date"]) == ("Trần Thị Mười", "1992-01-02")
    finally:
        with postgresql_node.database.transaction() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM ho_khau.nhan_khau").scalar_one() == 3
            connection.exec_driver_sql("DROP SCHEMA ho_khau CASCADE")
