"""A steward who has never seen it takes three ugly files to the register, from the screens alone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Walker
from tests.kernel import ugly
from tests.stewardship import pages

Walk = Callable[..., Walker]
STEWARD = "Ngô Đức Thịnh"
SPLIT = ("Thị trấn Trâu Quỳ", "Huyện Gia Lâm", "Thành phố Hà Nội")


@pytest.fixture
def steward(walk: Walk) -> Walker:
    """The steward at the population register, found from the menu."""
    walker = walk(STEWARD)
    walker.page.get_by_role("link", name="Dữ liệu", exact=True).first.click()
    walker.look("steward-home").page.get_by_role("link", name="Cơ sở dữ liệu quốc gia về dân cư").click()
    return walker


def hand_in(steward: Walker, file: Path, source: str) -> None:
    """Choose a file and see how it is understood."""
    steward.page.get_by_role("link", name="Nhập tệp").first.click()
    steward.page.get_by_label("Tệp trên máy của bạn").set_input_files(file)
    steward.page.get_by_label("Tệp này từ đâu").fill(source)
    steward.press("Tải lên và xem cách hiểu")


def waits(steward: Walker) -> None:
    """Wait until the page that renews itself says that the worker is done."""
    steward.page.locator("h1", has_not_text="Đang").wait_for()


def try_it(steward: Walker) -> None:
    steward.press("Chạy thử, chưa ghi gì")
    waits(steward)


def bring_in(steward: Walker) -> None:
    steward.press("Nhập thật")
    waits(steward)


def save(steward: Walker, name: str, path: Path) -> Path:
    """Press what downloads and keep the file."""
    with steward.page.expect_download() as download:
        steward.page.get_by_role("link", name=name).first.click()
    download.value.save_as(path)
    return path


def test_old_letters_under_titles(steward: Walker, tmp_path: Path) -> None:
    people = ugly.tcvn3_with_titles(tmp_path / "viet-hung.csv", 30)
    steward.look("steward-register")
    hand_in(steward, tmp_path / "viet-hung.csv", "Công an xã Việt Hưng, công văn 12/2026")
    steward.sees("dòng tiêu đề: 5").sees(people[0].name).look("steward-columns")
    try_it(steward)
    steward.sees("Chạy thử: cả 30 dòng đều tốt").look()
    bring_in(steward)
    steward.sees("Đã nhập xong, không còn gì chờ").look()


def test_old_districts_and_lost_zeros_and_a_mended_file(steward: Walker, tmp_path: Path) -> None:
    people = ugly.merged_with_old_districts(tmp_path / "nhan-khau.xlsx", 30, seed=7)
    hand_in(steward, tmp_path / "nhan-khau.xlsx", "Sổ cũ năm 2025")
    steward.page.get_by_label("Tệp dùng tên đơn vị của ngày nào").fill("30/06/2025")
    steward.press("Đọc lại theo lựa chọn").sees("Đã đọc lại theo lựa chọn").look("steward-old-units")
    try_it(steward)
    steward.sees("Chạy thử: 27 trong 30 dòng sẵn sàng").sees("đã bù lại").look("steward-dry-run")
    bring_in(steward)
    rejects = save(steward, "Tải dòng lỗi", tmp_path / "loi.csv")
    hand_in_mended(steward, rejects, {at: each.number for at, each in enumerate(people, 1)})
    steward.sees("Đã nhập xong, không còn gì chờ")


def hand_in_mended(steward: Walker, rejects: Path, numbers: dict[int, str]) -> None:
    """Write the numbers that Excel has rounded away into the file of rejected rows, as a clerk does, and import it."""
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        titles, *rows = csv.reader(file)
    for row in rows:
        row[titles.index("CMND/CCCD")] = numbers[int(row[0])]
    with rejects.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([titles, *rows])
    assert len(rows) == 3
    steward.page.get_by_role("link", name="nhập lại").click()
    steward.page.get_by_label("Tệp trên máy của bạn").set_input_files(rejects)
    steward.press("Tải lên và xem cách hiểu").sees("dùng lại cách hiểu đã xác nhận")
    try_it(steward)
    steward.sees("Chạy thử: cả 3 dòng đều tốt")
    bring_in(steward)


def test_a_town_that_was_split_is_asked_once(steward: Walker, tmp_path: Path) -> None:
    file = tmp_path / "gia-lam.csv"
    rows = [
        [f"00118077000{at}", f"Trần Thị {name}", "02/03/1980", "Nữ", *SPLIT] for at, name in enumerate(("Lúa", "Mạ"))
    ]
    with file.open("w", encoding="utf-8", newline="") as out:
        titles = ["Số CCCD", "Họ và tên", "Ngày sinh", "Giới tính", "Xã", "Huyện", "Tỉnh"]
        csv.writer(out).writerows([titles, *rows])
    hand_in(steward, file, "")
    steward.sees("hỏi bạn")
    try_it(steward)
    bring_in(steward)
    steward.sees("còn 2 dòng chờ bạn quyết định").page.get_by_role("link", name="Quyết định các dòng đang chờ").click()
    steward.sees("1 câu hỏi cho 2 dòng").look().page.locator("main tbody th a").click()
    steward.look("steward-question").page.get_by_label("Xã Gia Lâm").check()
    steward.press("Nhập theo lựa chọn này").sees("Đã quyết định 2 dòng").look()
    steward.page.get_by_role("link", name="Về lần nhập").click()
    steward.sees("Đã nhập xong, không còn gì chờ")
    steward.page.get_by_role("link", name="Hoàn tác cả lô").click()
    steward.look().page.get_by_label("Lý do hoàn tác").fill("Thử xong")
    steward.press("Hoàn tác cả lô").sees("Đã hoàn tác cả lô").look()


DOUBLES = 100
"""Whoever has an hour sets a thousand."""


def test_doubles_are_told_and_merged_until_none_is_left(steward: Walker, walk: Walk, tmp_path: Path) -> None:
    ugly.with_doubles(tmp_path / "trung.xlsx", DOUBLES, DOUBLES, seed=11)
    hand_in(steward, tmp_path / "trung.xlsx", "Danh sách gộp của ba phường")
    try_it(steward)
    bring_in(steward)
    steward.sees("trùng dòng trước").look("steward-done").page.get_by_role(
        "link", name="Xem thêm dòng như vậy"
    ).first.click()
    steward.look().page.locator("main tbody th a").first.click()
    steward.look("steward-row").page.go_back()
    steward.page.go_back()
    duplicates = steward.page.get_by_role("link", name="Tìm người bị ghi hai lần")
    duplicates.click()
    merge_what_is_sure(steward)
    see_from_above(walk("Vũ Thị Hồng Minh"))


def see_from_above(secretary: Walker) -> None:
    """Look at how complete, sound, fresh and free of doubles the register is, from above."""
    secretary.go("/oversight/quality?register=population").look("oversight-quality")
    link = secretary.page.get_by_role("link", name="Không trùng với bản ghi khác")
    for _ in range(30):  # the measure after the search is the worker's, and evidence takes it in by itself
        if link.count():
            break
        secretary.page.wait_for_timeout(1_000)
        secretary.page.reload()
    link.click()
    secretary.page.get_by_role("heading", name="Theo nguồn cung cấp").wait_for()
    secretary.look().page.get_by_role("link", name="Số điện thoại").click()
    secretary.page.get_by_role("columnheader", name="Tuổi (tháng)").first.wait_for()
    secretary.look("oversight-quality-field")


def merge_what_is_sure(steward: Walker) -> None:
    """Let people be compared, look through the sure pairs and merge them, page after page."""
    page = steward.press("Tìm người trùng").page
    page.get_by_text("Lần tìm gần nhất xong lúc").wait_for(timeout=120_000)
    page.get_by_role("link", name="Chắc chắn trùng").click()
    page.get_by_role("link", name="Xem nhanh và gộp nhiều cặp").click()
    pages = 0
    while page.get_by_role("button", name="Gộp các cặp đã chọn").count():
        page.get_by_label("Vì sao").fill("trùng trong danh sách gộp của ba phường")
        steward.press("Gộp các cặp đã chọn").sees("Đã gộp")
        pages += 1
    assert pages > 0
    steward.sees("Không còn cặp chắc chắn nào").look()


def test_a_file_that_is_none_is_answered_on_the_page(steward: Walker, tmp_path: Path) -> None:
    steward.go("/steward/population/import").look("steward-upload")
    (tmp_path / "a.xls").write_text("<html><table><tr><td>An</td></tr></table>")
    steward.page.get_by_label("Tệp trên máy của bạn").set_input_files(tmp_path / "a.xls")
    steward.press("Tải lên và xem cách hiểu").look().sees("chỗ cần sửa")
    steward.go("/steward/population/export").look()


def test_all_of_it_without_script(walk: Walk, tmp_path: Path) -> None:
    ugly.tcvn3_with_titles(tmp_path / "a.csv", 5, seed=21)
    steward = walk(STEWARD, javascript=False).go("/steward/population")
    hand_in(steward, tmp_path / "a.csv", "")
    try_it(steward)
    bring_in(steward)
    steward.sees("Đã nhập xong")


def test_a_scanned_list_is_confirmed_beside_its_pictures(steward: Walker, tmp_path: Path) -> None:
    rows = [["1", "Lương Thị Quỳnh Giấy", "001190009901", "Nữ", "12/05/1990", pages.PLACE],
            ["2", "Đoàn Văn Mực", "001085009902", "Nam", "01/01/1985", pages.PLACE],
            ["3", "Lương Thị Quỳnh Giấy", "001190009919", "Nữ", "13/05/1990", pages.PLACE]]  # fmt: skip
    (tmp_path / "so-ho-khau.pdf").write_bytes(pages.pdf(pages.worn(pages.listed(rows)), pages.form([])))
    hand_in(steward, tmp_path / "so-ho-khau.pdf", "Sổ giấy của phường")
    waits(steward)
    steward.sees("Đã đọc xong bản quét").sees("Không thấy bảng có kẻ ô").look("steward-scan-pages")
    steward.page.get_by_role("link", name="Xem các cột").click()
    steward.press("Đúng các cột, đi xác nhận từng bản ghi")
    waits(steward)
    steward.sees("3 bản ghi chờ bạn xác nhận").look("steward-scan-drafts")
    steward.page.get_by_role("link", name="Xác nhận lần lượt").click()
    steward.page.get_by_label("Ngày, tháng, năm sinh").fill("32/05/1990")
    steward.press("Đúng như ảnh, nhập vào").sees("Có 1 chỗ").look("steward-scan-confirm")
    steward.page.get_by_label("Ngày, tháng, năm sinh").fill("13/05/1990")
    steward.press("Đúng như ảnh, nhập vào").sees("Đoàn Văn Mực")
    steward.press("Đúng như ảnh, nhập vào").sees("Trang 1, dòng 4")
    steward.press("Đúng như ảnh, nhập vào").sees("Chưa nhập: có thể người này đã có").look("steward-scan-person")
    steward.page.get_by_label("Cùng một người với").check()
    steward.press("Đúng như ảnh, nhập vào").sees("Mọi bản ghi đã có quyết định").look()
    steward.page.get_by_role("link", name="Lương Thị Quỳnh Giấy").first.click()
    steward.sees("Người xác nhận đã sửa").look()
