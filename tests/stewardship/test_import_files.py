"""Spreadsheets: the template comes back in, bad rows are told by row, column and reason, and nothing is done twice."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
import rustpy_xlsxwriter
from python_calamine import load_workbook

from lienthong.kernel import i18n
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query, Record
from lienthong.registers.events import RecordsImported
from lienthong.stewardship import api
from lienthong.stewardship.api import Imported
from tests.registers.people import COMMUNE, GROUNDS, HA, HUY, OFFICER, STEWARD

EXPORT = Grounds(purpose="export", basis="L-26-2023")
HEADER = ["number", "full_name", "sex", "birth_date", "ethnicity", "home_commune"]
GOOD = [HA, "Nguyễn Thị Thu Hà", "Nữ", "08/03/1992", "01", COMMUNE]


def csv_file(path: Path, *rows: list[str], header: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header or HEADER, *rows])
    return path


def bring(path: Path, register: str = "population", **how: object) -> Imported:
    rejects = path.with_name("rejects.csv")
    return api.import_file(STEWARD.again(), register=register, path=path, rejects=rejects, **how)  # pyright: ignore[reportArgumentType]


def told(path: Path) -> list[list[str]]:
    """Return the rows of the rejects file, without its titles; the reason stands last."""
    with path.with_name("rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def find(**by: str) -> list[Record]:
    return registers.read(OFFICER, queries=[Query("population", by=by)], grounds=GROUNDS)[0]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_filled_in_comes_back_and_again_changes_nothing(node: Runtime, tmp_path: Path, kind: str) -> None:
    empty, filled = tmp_path / f"template.{kind}", tmp_path / f"people.{kind}"
    api.template(register="population", path=empty)
    if kind == "csv":
        with empty.open(encoding="utf-8-sig", newline="") as file:
            (titles,) = csv.reader(file)
        row = dict(zip(titles, [""] * len(titles), strict=True)) | _titled(titles)
        csv_file(filled, list(row.values()), header=titles)
    else:
        (titles,) = load_workbook(str(empty)).get_sheet_by_index(0).to_python()
        row = dict.fromkeys(map(str, titles)) | _titled([str(each) for each in titles])
        rustpy_xlsxwriter.write_worksheet([row], str(filled))
    first, again = bring(filled), bring(filled)
    assert (first.created, first.rejected, first.rejects) == (1, 0, "")
    assert (again.created, again.changed, again.unchanged, again.rejected) == (0, 0, 1, 0)
    assert find(number=HA)[0].values == {
        "number": HA,
        "full_name": "Nguyễn Thị Thu Hà",
        "sex": "2",
        "birth_date": "1992-03-08",
        "home_commune": COMMUNE,
    }
    assert again.before == first.batch, "the same bytes are known at once"
    assert len(read_after(0, types=[RecordsImported])) == 1


def _titled(titles: list[str]) -> dict[str, str]:
    """Return a row by column title, with values as people type them."""
    typed = {
        "Số định danh cá nhân": HA,
        "Họ, chữ đệm và tên": "Nguyễn Thị Thu Hà",
        "Giới tính": "nữ",
        "Ngày, tháng, năm sinh": "8/3/1992",
        "Nơi thường trú": "Phường Bình Thạnh, Thành phố Hồ Chí Minh",
    }
    assert set(typed) <= set(titles)
    return typed


def test_good_rows_land_and_bad_ones_are_told_by_row_column_and_reason(node: Runtime, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "people.csv",
        GOOD,
        ["79090990021", "Lê Quốc Huy", "1", "1990", "01", COMMUNE],
        ["7,9E+10", "Lê Quốc Huy", "1", "1990", "01", COMMUNE],
        [HUY, "=HYPERLINK(1)", "1", "31/02/1990", "1", "9299"],
        [HUY, "", "1", "1990", "", ""],
        GOOD,
        ["079192990018", "Trần An", "1", "1990", "", "", "thừa"],
    )
    result = bring(path)
    assert (result.rows, result.created, result.merged, result.rejected) == (7, 2, 2, 3)
    lines = told(path)
    assert [line[:6] for line in lines[:2]] == [
        ["7,9E+10", "Lê Quốc Huy", "1", "1990", "01", COMMUNE],
        [HUY, "'=HYPERLINK(1)", "1", "31/02/1990", "1", "9299"],
    ], "the rows come back as they were, and run nothing"
    reasons = [line[-1] for line in lines]
    assert "Số định danh cá nhân: " in reasons[0]
    for column in ("Họ, chữ đệm và tên: Ô chứa công thức", "Ngày, tháng, năm sinh:", "Nơi thường trú:"):
        assert column in reasons[1], "everything wrong with a row is said at once"
    assert "nhiều ô" in reasons[2]
    assert [each.key for each in find(number=HUY)] == [HUY], "a lost zero is put back, and said"
    causes = api.progress(STEWARD, batch=result.batch).causes
    assert [each.rows for each in causes if each.kind == "note" and each.at == "number"] == [[3]]


def test_rows_without_a_number_are_not_doubled_by_a_repeated_import(node: Runtime, tmp_path: Path) -> None:
    header = ["full_name", "sex", "birth_date", "mother_number"]
    an, binh = ["Lê Minh An", "2", "19/11/2026", HA], ["Lê Minh Bình", "2", "19/11/2026", HA]
    path = csv_file(tmp_path / "born.csv", an, binh, an, header=header)
    first, again = bring(path), bring(path)
    assert (first.created, first.merged) == (2, 1), "the third row says nothing that the first does not"
    assert (again.created, again.unchanged) == (0, 2)


def test_a_change_by_import_holds_from_the_day_given(node: Runtime, tmp_path: Path) -> None:
    bring(csv_file(tmp_path / "a.csv", GOOD))
    moved = csv_file(tmp_path / "b.csv", [HA, "26740"], header=["Số định danh cá nhân", "home_commune"])
    assert bring(moved, valid_from=date(2026, 1, 1)).changed == 1
    (version,) = registers.history(OFFICER, register="population", key=HA, grounds=GROUNDS)[1:]
    assert (version.valid_from, version.changes) == ("2026-01-01", {"home_commune": (COMMUNE, "26740")})
    assert find(number=HA)[0].values["full_name"] == "Nguyễn Thị Thu Hà", "an absent column says nothing"
    with pytest.raises(Invalid):
        bring(moved, valid_from=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "sheet.empty"),
        ("a.csv", "Số CCCD,Họ và tên,Ngày sinh\n".encode(), "sheet.no_rows"),
        ("a.csv", "DANH SÁCH\nSTT,Số CCCD,Họ và tên\n(1),(2),(3)\n,,\n".encode(), "sheet.no_rows"),
        ("a.csv", "Cỡ giày,Màu mắt\n1,2\n".encode(), "import.settings"),
        ("a.csv", "Họ tên\nTrÇn V¨n".encode("latin-1", "replace") + b"\xb8\xe3", "import.uncertain"),
        ("a.xlsx", b"PK\x03\x04 cut off", "sheet.damaged"),
        ("a.xls", b"", "sheet.empty"),
        ("a.pdf", b"%PDF-1.7", "upload.broken"),
        ("missing.csv", None, "sheet.missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_one_sentence(
    sqlite_node: Runtime, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        bring(path)
    assert caught.value.code == code
    with i18n.speaking("en"):
        assert caught.value.message != i18n.say("vi", caught.value.template, **caught.value.data)
    assert not (tmp_path / "rejects.csv").exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_template_is_said_to_have_no_rows(sqlite_node: Runtime, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"template.{kind}"
    for each in registers.definitions():
        api.template(register=each.id, path=path)
        steward = system("test", agency=each.owner)
        with pytest.raises(Invalid, match=r"sheet\.no_rows"):
            api.import_file(steward, register=each.id, path=path)


def test_a_truncated_workbook_is_refused(sqlite_node: Runtime, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.xlsx", tmp_path / "cut.xlsx"
    api.template(register="population", path=whole)
    for share in (0.3, 0.6, 0.9, 0.999):
        cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
        with pytest.raises(Invalid, match=r"sheet\.damaged"):
            bring(cut)


def test_a_workbook_with_numbers_days_and_formulas(node: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    row = {"number": 79192990017, "full_name": "Nguyễn Thị Thu Hà", "sex": 2, "birth_date": date(1992, 3, 8)}
    rustpy_xlsxwriter.write_worksheet(
        [row, row | {"number": HA}, row | {"number": HUY}],
        str(path),
        formula_columns={"phone": '=IF(ROW()=4,"0901234567","")'},
    )
    result = bring(path)
    assert (result.created, result.rejected) == (0, 3), "a formula is no value, whatever it shows"
    reasons = [line[-1] for line in told(path)]
    assert ["Số định danh cá nhân" in each or "Số điện thoại" in each for each in reasons] == [True] * 3
    rustpy_xlsxwriter.write_worksheet([row | {"number": HA}], str(path))
    assert bring(path).created == 1
    assert find(number=HA)[0].values["birth_date"] == "1992-03-08"


def test_text_is_cleaned_on_its_way_in(node: Runtime, tmp_path: Path) -> None:
    row = [HA, "Nguye\u0302\u0303n  Thi\u0323 Ha\u0300\x00", "2", "1992", "", ""]
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join([",".join(HEADER), ",".join(row)]).encode())
    assert bring(path).created == 1
    assert find(number=HA)[0].values["full_name"] == "Nguyễn Thị Hà"


def test_a_file_without_titles_is_read_by_its_content_each_time(node: Runtime, tmp_path: Path) -> None:
    rows = [[GOOD[0], *GOOD[1:4]], [HUY, "Lê Quốc Huy", "Nam", "02/04/1990"]]
    for rest in ([], [["079192990025", "Trần Thị Lan", "Nữ", "05/06/1992"]]):
        path = tmp_path / "plain.csv"
        path.write_text("\n".join(map(",".join, [*rows, *rest])), encoding="utf-8")
        assert bring(path, agree=lambda shown: shown.settings).rejected == 0, (
            "columns without titles are not known again by them"
        )
    assert find(number="079192990025")[0].values["full_name"] == "Trần Thị Lan"


def test_two_columns_of_one_title_keep_their_places_the_next_time(node: Runtime, tmp_path: Path) -> None:
    header = ["Họ và tên", "Số", "Giới tính", "Ngày sinh", "Số"]  # the second is a telephone, by what stands there
    first = csv_file(tmp_path / "a.csv", ["Lê Quốc Huy", HUY, "Nam", "02/04/1990", "0912345678"], header=header)
    assert bring(first).created == 1
    again = csv_file(tmp_path / "b.csv", ["Trần Thị Lan", HA, "Nữ", "02/04/1992", "0912345679"], header=header)
    assert bring(again).created == 1
    assert [find(number=each)[0].values["phone"] for each in (HUY, HA)] == ["0912345678", "0912345679"]


def test_the_names_under_a_signature_are_no_data(node: Runtime, tmp_path: Path) -> None:
    tail = [["", "Người lập biểu", "", "", "Chủ tịch", ""], ["", "Lê Văn Tám", "", "", "Phạm Thị Chín", ""]]
    result = bring(csv_file(tmp_path / "a.csv", GOOD, *tail))
    assert (result.created, result.rejected) == (1, 0)


def test_a_cover_is_passed_over_for_the_sheet_with_the_table(node: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    people = [dict(zip(HEADER, GOOD, strict=True))]
    cover = [{"Hướng dẫn": "Trang này không có dữ liệu"}]
    rustpy_xlsxwriter.write_worksheets([("Bìa", cover), ("Danh sách", people)], str(path))
    assert bring(path).created == 1


def test_an_export_comes_back_in_and_runs_nothing(node: Runtime, tmp_path: Path, ha: dict[str, object]) -> None:
    registers.write(OFFICER, register="population", values={**ha, "home_address": "=1+1 Lê Lợi"}, grounds=GROUNDS)
    for kind in ("csv", "xlsx", "jsonl", "parquet"):
        path = tmp_path / f"out.{kind}"
        assert api.export(STEWARD, register="population", path=path, grounds=EXPORT) == 1
        again = bring(path)
        assert (again.unchanged, again.changed, again.rejected) == (1, 0, 0), told(path)[0][-1]
        assert path.stat().st_mode & 0o777 == 0o600
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1 Lê Lợi" in text
    assert HA in text
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")], "nothing beside the files is left"


def test_an_export_for_machines_keeps_the_kinds_of_values(node: Runtime, tmp_path: Path, ha: dict[str, object]) -> None:
    dead = {
        "life_status": "deceased",
        "death_date": "2024",
        "card_issued_on": "2024-02-29",
        "home_address": "=1+1 Lê Lợi",
    }
    registers.write(OFFICER, register="population", values={**ha, "birth_date": "1992", **dead}, grounds=GROUNDS)
    for kind in ("jsonl", "parquet"):
        api.export(STEWARD, register="population", path=tmp_path / f"out.{kind}", grounds=EXPORT)
    said = json.loads((tmp_path / "out.jsonl").read_text())
    assert (said["number"], said["birth_date"], said["home_address"]) == (HA, "1992", "=1+1 Lê Lợi")
    assert set(said) == set(registers.definition("population").fields)
    with duckdb.connect() as duck:
        table = duck.read_parquet(str(tmp_path / "out.parquet"))
        kinds = dict(zip(table.columns, map(str, table.types), strict=True))
        row = dict(zip(table.columns, table.fetchall()[0], strict=True))
    assert (kinds["number"], kinds["birth_date"], kinds["card_issued_on"]) == ("VARCHAR", "VARCHAR", "DATE")
    assert (row["number"], row["birth_date"], row["card_issued_on"]) == (HA, "1992", date(2024, 2, 29))
    assert row["former_number"] is None


def test_an_empty_export_still_names_its_columns(node: Runtime, tmp_path: Path) -> None:
    assert api.export(STEWARD, register="population", path=tmp_path / "out.parquet", grounds=EXPORT) == 0
    with duckdb.connect() as duck:
        assert "full_name" in duck.read_parquet(str(tmp_path / "out.parquet")).columns


def test_an_export_is_in_the_log_of_everyone_in_it_and_of_nobody_else(
    node: Runtime, tmp_path: Path, ha: dict[str, object]
) -> None:
    for values in (ha, {**ha, "number": HUY, "spouse_number": HA, "home_commune": "26740"}):
        registers.write(OFFICER.again(), register="population", values=values, grounds=GROUNDS)
    path = tmp_path / "out.csv"
    fields = ("number", "full_name")
    assert api.export(STEWARD, register="population", path=path, grounds=EXPORT, fields=fields, unit=COMMUNE) == 1
    logs = {
        number: registers.accesses(Actor(kind=Kind.CITIZEN, subject=number, level=2), subject=number)
        for number in (HA, HUY)
    }
    newest = logs[HA][0]
    assert (newest.act, newest.purpose, newest.fields, newest.people) == ("export", "export", fields, 1)
    assert [each.act for each in logs[HUY]] == ["write"]


def test_another_agency_neither_imports_nor_exports(node: Runtime, tmp_path: Path) -> None:
    stranger = system("steward", agency="G15")
    path = csv_file(tmp_path / "a.csv", GOOD)
    with pytest.raises(Denied):
        api.import_file(stranger, register="population", path=path, rejects=tmp_path / "r.csv")
    with pytest.raises(Denied):
        api.export(stranger, register="population", path=tmp_path / "out.csv", grounds=EXPORT)
    assert not (tmp_path / "out.csv").exists()
    assert find(number=HA) == []


@pytest.mark.parametrize("name", ["NGUYEN THI THU HA", "Nguyen Thi Thu Ha", "NGUYỄN THỊ THU HÀ"])
def test_a_row_that_says_less_of_somebody_takes_nothing_away(node: Runtime, tmp_path: Path, name: str) -> None:
    bring(csv_file(tmp_path / "first.csv", GOOD))
    poorer = [HA, name, "Nữ", "1992", "02", COMMUNE]
    done = bring(csv_file(tmp_path / "second.csv", poorer))
    assert (done.changed, done.rejected) == (1, 0)
    (found,) = find(number=HA)
    said = {field: found.values[field] for field in ("full_name", "birth_date", "ethnicity")}
    assert said == {"full_name": "Nguyễn Thị Thu Hà", "birth_date": "1992-03-08", "ethnicity": "02"}


def test_a_row_that_says_more_of_somebody_is_taken(node: Runtime, tmp_path: Path) -> None:
    bring(csv_file(tmp_path / "first.csv", [HA, "NGUYEN THI THU HA", "Nữ", "1992", "01", COMMUNE]))
    bring(csv_file(tmp_path / "second.csv", GOOD))
    (found,) = find(number=HA)
    assert (found.values["full_name"], found.values["birth_date"]) == ("Nguyễn Thị Thu Hà", "1992-03-08")
