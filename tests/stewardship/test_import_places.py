"""Places in a file: whole addresses, the period that a column's units show, columns of one title told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lienthong.kernel.runtime import Runtime
from lienthong.stewardship import api
from tests.browsing import Browser
from tests.registers.people import HUY, STEWARD
from tests.stewardship.commands import run
from tests.stewardship.test_import_files import HEADER, bring, csv_file, find
from tests.stewardship.test_import_screens import ROWS, as_steward, begun, steward, work

__all__ = ["steward"]


@pytest.mark.parametrize("title", ["Nơi thường trú", "HKTT", "Địa chỉ thường trú"])
def test_a_whole_address_keeps_its_street_and_gives_its_commune(node: Runtime, tmp_path: Path, title: str) -> None:
    header = ["Họ và tên", "Số CCCD", "Giới tính", "Ngày sinh", title]
    place = "12 đường Lê Lợi, Phường Ba Đình, Thành phố Hà Nội"
    path = csv_file(tmp_path / "a.csv", ["Lê Quốc Huy", HUY, "Nam", "02/04/1990", place], header=header)
    assert bring(path, agree=lambda shown: shown.settings).created == 1
    values = find(number=HUY)[0].values
    assert (values["home_address"], values["home_commune"]) == ("12 đường Lê Lợi", "00004")


@pytest.mark.parametrize(
    ("place", "street", "commune", "fate"),
    [
        ("Thôn Đoài, xã Yên Thường, huyện Gia Lâm, Hà Nội", "Thôn Đoài", "00541", "created"),
        ("Tổ 3, Phường Cống Vị, quận Ba Đình, Hà Nội", "", "", "unit.split"),
        ("Thôn Đoài, xã Yên Thường, huyện Đông Anh, Hà Nội", "", "", "unit.chain"),
        ("Thôn 3, tỉnh Nghệ An", "", "", "unit.province"),
        ("Số 12 Nguyễn Trãi", "Số 12 Nguyễn Trãi", None, "created"),
        ("Số 12, Tổ 3", "Số 12, Tổ 3", None, "created"),
        ("Thôn Đoài, Phường Phúc Xá", "Thôn Đoài, Phường Phúc Xá", None, "created"),
        ("Thôn Đoài xã Yên Thường huyện Gia Lâm tỉnh Hà Nội", "Thôn Đoài", "00541", "created"),
    ],
)
def test_an_address_under_its_own_title_tells_its_commune_or_asks(
    sqlite_node: Runtime, tmp_path: Path, place: str, street: str, commune: str | None, fate: str
) -> None:
    header = ["Họ và tên", "Số CCCD", "Giới tính", "Ngày sinh", "Địa chỉ thường trú"]
    done = bring(csv_file(tmp_path / "a.csv", ["Lê Quốc Huy", HUY, "Nam", "02/04/1990", place], header=header))
    if fate == "created":
        values = find(number=HUY)[0].values
        assert (values["home_address"], values.get("home_commune")) == (street, commune)
    else:
        assert fate in {each.code for each in api.progress(STEWARD, batch=done.batch).causes}
        assert not find(number=HUY)


SINCE_2025 = ["Phường Sài Gòn, TP Hồ Chí Minh", "Phường Hoàn Kiếm, Hà Nội", "Phường Xuân Hòa, TP Hồ Chí Minh"]
OF_BOTH = "Xã Tân Tiến, Tỉnh Tuyên Quang"
"""02461 until 30/06/2025, which became 02470; another one, 01051, since."""


@pytest.mark.parametrize(
    ("others", "how", "commune", "told"),
    [
        (SINCE_2025, (), "01051", "từ 01/07/2025 vì 3 giá trị"),
        (SINCE_2025, ("--units-on", "30/06/2025"), "02470", ""),
        (SINCE_2025[:2], (), None, ""),
        (SINCE_2025[:2], ("--units-on", "01/07/2025"), "01051", ""),
        ([*SINCE_2025, "Xã Yên Thường, Huyện Gia Lâm, Hà Nội"], (), None, ""),
        (["Phường 13, Quận Bình Thạnh, TP Hồ Chí Minh", "Xã Yên Thường, Huyện Gia Lâm, Hà Nội",
          "Phường Phúc Xá, Quận Ba Đình, Hà Nội"], (), "02470", "trước 01/07/2025 vì 3 giá trị"),
    ],
)  # fmt: skip
def test_the_units_of_a_column_show_its_period_and_it_is_said(
    sqlite_node: Runtime, tmp_path: Path, others: list[str], how: tuple[str, ...], commune: str | None, told: str
) -> None:
    header = ["Họ và tên", "Số CCCD", "Giới tính", "Ngày sinh", "Nơi thường trú"]
    people = [["Lê Quốc Huy", HUY, "Nam", "02/04/1990", OF_BOTH]]
    people += [["Trần Văn An", f"07909000000{at}", "Nam", f"0{at}/04/1990", each] for at, each in enumerate(others, 1)]
    path, report = csv_file(tmp_path / "a.csv", *people, header=header), tmp_path / "report.json"
    trial = run("import", "population", path, "--yes", "--dry-run", "--report", report, *how)
    (said,) = json.loads(report.read_text(encoding="utf-8"))["assumed"] or [""]
    assert told in said
    assert bool(said) == bool(told) == ("được hiểu theo đơn vị" in trial.stderr)
    run("import", "population", path, "--yes", *how)
    assert [each.values["home_commune"] for each in find(number=HUY)] == ([commune] if commune else [])


def test_the_period_that_units_show_is_said_and_may_be_said_otherwise(steward: Browser, tmp_path: Path) -> None:
    places = ("Phường Sài Gòn, TP Hồ Chí Minh", "Phường Hoàn Kiếm, Hà Nội", "Phường Xuân Hòa, TP Hồ Chí Minh")
    rows = [[*row[:5], place] for row, place in zip(ROWS, places, strict=True)]
    batch = begun(steward, csv_file(tmp_path / "a.csv", *rows, header=HEADER))
    assumed = "được hiểu theo đơn vị từ 01/07/2025 vì 3 giá trị"
    assert assumed in steward.get(f"{batch}/columns").text
    assert assumed not in steward.post(f"{batch}/columns", then="look", units_on="30/06/2025").text
    steward.post(f"{batch}/columns", then="trial")
    work()
    assert assumed in steward.get(batch).text


def test_two_columns_of_one_title_are_told_apart_and_either_is_chosen(steward: Browser, tmp_path: Path) -> None:
    rows = [[*row[:4], "con út", nick] for row, nick in zip(ROWS, ("Tí", "Tèo", "Tũn"), strict=True)]
    batch = begun(steward, csv_file(tmp_path / "a.csv", *rows, header=[*HEADER[:4], "Ghi chú", "Ghi chú"]))
    page = steward.get(f"{batch}/columns").text
    assert "Cột Ghi chú là trường nào" in page
    assert "Cột Ghi chú (2) là trường nào" in page
    both = steward.post(f"{batch}/columns", then="trial", **{"field-4": "other_name", "field-5": "other_name"})
    assert both.status_code == 422
    assert 'href="#field-5"' in both.text
    steward.post(f"{batch}/columns", then="trial", **{"field-4": "", "field-5": "other_name"})
    work()
    (kept,) = api.source_rows(as_steward(), batch=batch.rsplit("/", 1)[1], rows=[2], trial=True)
    assert (kept.raw[4:], kept.values["other_name"]) == (["con út", "Tí"], "Tí")
    row = steward.get(f"{batch}/rows/2?trial=true").text
    assert "Ghi chú (2)" in row
