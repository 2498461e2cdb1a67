"""A phone operator has its list of subscribers checked, from the screens alone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import Walker
from tests.kernel import workbooks

Walk = Callable[..., Walker]
TITLES = ("STT", "Số CCCD", "Họ tên thuê bao", "Ngày sinh")


def test_a_list_of_subscribers_gets_a_code_for_each_row(walk: Walk, tmp_path: Path) -> None:
    rows = [
        ("1", "079049990149", "PHAN VAN TU", "30/04/1949"),
        ("2", 79049990149, "Phan Văn Tư", "1949"),  # a spreadsheet dropped the zero
        ("3", "079049990149", "Trần Văn Tư", "30/04/1949"),
        ("4", "079199999999", "Lê Thị Không Có", "01/01/1990"),
        ("5", "không nhớ", "Lê Văn Ba", "01/01/1990"),
    ]
    above = [["DANH SÁCH THUÊ BAO CẦN ĐỐI SOÁT"], []]
    workbooks.xlsx(tmp_path / "thue-bao.xlsx", {"Đợt 1": [*above, list(TITLES), *map(list, rows)]})
    clerk = walk("Hồ Thị Kim Ngân")
    clerk.page.get_by_role("link", name="Đối soát danh sách").first.click()
    clerk.page.get_by_label("Danh sách trên máy của bạn").set_input_files(tmp_path / "thue-bao.xlsx")
    clerk.press("Gửi và đối soát")
    clerk.page.locator("h1", has_not_text="Đang").wait_for()
    clerk.sees("2 trong 5 dòng khớp").sees("Sai họ tên").look("reconciliation")
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("link", name="Tải mã từng dòng (CSV)").click()
    download.value.save_as(tmp_path / "result.csv")
    with (tmp_path / "result.csv").open(encoding="utf-8-sig") as file:
        codes = [each["code"] for each in csv.DictReader(file)]
    assert codes == ["match", "match", "wrong_name", "unknown_number", "unreadable_row"]
    clerk.go("/reconciliations").sees("thue-bao.xlsx").look("reconciliations")
