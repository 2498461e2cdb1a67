"""A steward and single people: doubles merged and separated, somebody found with a mistake, one thing put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from lienthong.app.rooms import load_tables
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.runtime import running, start
from lienthong.kernel.settings import Settings
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api
from tests.journeys.conftest import House, Walker, open_house

STEWARD = "Ngô Đức Thịnh"
DESK = "/steward/population"
WHY = Grounds(purpose="import", basis="L-26-2023")
HANH, AGAIN, GIOI = "079192990017", "079192990071", "079192990555"
HOME = {"home_commune": "26929", "phone": "0901234567", "mother_name": "Trần Thị Hoa"}
PEOPLE = (
    {"number": HANH, "full_name": "Nguyễn Thị Mỹ Hạnh", "sex": "2", "birth_date": "1992-03-08", **HOME},
    {"number": AGAIN, "full_name": "Nguyen Thi My Hanh", "sex": "2", "birth_date": "1992-03-08", **HOME},
    {"number": GIOI, "full_name": "Phạm Thị Giới", "sex": "1", "birth_date": "1992-03-08", "home_commune": "26929"},
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own, in which one woman stands twice and another as a man."""
    for opened in open_house(tmp_path_factory.mktemp("steward")):
        opened.stop()
        load_tables()
        settings = Settings(home=opened.home, database_url=f"sqlite:///{opened.home / 'lienthong.sqlite'}")
        with running(start(settings)):
            write_people()
        opened.start()
        yield opened


def machine() -> Actor:
    return system("seed", agency="G01")


def write_people() -> None:
    """Write the three, and let one of them move in March."""
    for each in PEOPLE:
        registers.write(machine(), register="population", values=each, grounds=WHY)
    move = {"home_address": "15 Nơ Trang Long"}
    day, how = date(2026, 3, 1), {"register": "population", "key": HANH, "grounds": WHY}
    registers.write(machine(), **how, values={"home_address": "12 Lê Quang Định"}, valid_from=date(2020, 1, 1))
    registers.write(machine(), **how, values=move, valid_from=day, reason="chuyển nhà")
    api.measure_quality(machine(), register="population")


Walk = Callable[..., Walker]


def search(steward: Walker) -> None:
    """Let people be compared, unless another chapter came first; the page looks again by itself."""
    if steward.page.get_by_text("Chưa tìm lần nào").count():
        steward.press("Tìm người trùng")
    steward.page.get_by_text("Lần tìm gần nhất xong lúc").wait_for(timeout=60_000)


def test_a_double_is_found_looked_at_merged_and_separated(walk: Walk) -> None:
    steward = walk(STEWARD).go(f"{DESK}/duplicates").look()
    page = steward.page
    search(steward)
    page.get_by_role("link", name="Chắc chắn trùng").click()
    steward.look("steward-duplicates")
    page.get_by_role("link", name="Xem nhanh và gộp nhiều cặp").click()
    steward.sees("Nguyen Thi My Hanh").press("Gộp các cặp đã chọn").sees("nêu lý do gộp").look("steward-together")
    steward.go(f"{DESK}/duplicates?verdict=sure")
    page.locator("tbody a").filter(has_text="một bên thiếu dấu").first.click()
    steward.sees("Nguyen Thi My Hanh").look("steward-pair")
    kept = page.locator("table.pairs tbody tr").first.locator("td").nth(0).inner_text()
    page.get_by_label("Vì sao").first.fill("cùng số CMND trên tàng thư")
    steward.press("Cùng một người, giữ bản ghi A")
    steward.sees("Chưa có gì thay đổi").look("steward-merge")
    steward.press("Gộp hai bản ghi")
    page.wait_for_load_state()
    steward.go(f"{DESK}/duplicates?verdict=decided").sees("đã gộp")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Mở bản ghi được giữ").click()
    steward.sees("Bản ghi đã gộp vào đây").sees(kept)
    page.get_by_text("Gộp nhầm?").click()
    page.get_by_label("Vì sao tách").fill("hai chị em")
    steward.look()
    steward.press("Tách lại")
    steward.sees("hai bản ghi trở lại như trước").look()


def test_pairs_are_decided_on_by_keyboard_alone(walk: Walk) -> None:
    steward = walk(STEWARD).go(f"{DESK}/duplicates")
    page = steward.page
    search(steward)
    page.locator("main tbody a").first.wait_for()
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/duplicates/*/*")
    page.keyboard.press("r")
    page.keyboard.type("chờ tàng thư")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("4")
    steward.sees("Đã ghi kết luận cho cặp trước: chưa rõ").look()


def test_somebody_is_found_with_a_wrong_letter_and_opened_as_of_a_day(walk: Walk) -> None:
    steward = walk(STEWARD).go(f"{DESK}/find")
    page = steward.page
    page.get_by_label("Tìm ai").fill("nguyen thi mi hanh, 1992, binh thanh")
    steward.press("Tìm").sees("Chọn mục đích của lần xem")
    page.get_by_label("Xem để làm gì").select_option(label="Tra cứu theo yêu cầu công việc của cơ quan")
    steward.press("Tìm").sees("họ tên gần giống").look("steward-find")
    page.get_by_role("link", name="Nguyễn Thị Mỹ Hạnh").first.click()
    steward.sees("15 Nơ Trang Long")
    page.get_by_label("Sự thật vào ngày nào").fill("01/01/2026")
    steward.press("Xem ở thời điểm đó").sees("12 Lê Quang Định").sees("nay khác").look("steward-person")
    for tab, said in (
        ("Các lần sửa", "chuyển nhà"),
        ("Cuộc đời", "CSDL Dân cư"),
        ("Gia đình, tài sản", "Xem xa mấy bước"),
    ):
        page.get_by_role("link", name=tab).click()
        steward.sees(said).look()
    steward.go(f"{DESK}/units?province=79").look()
    steward.go(f"{DESK}/units/26929?purpose=lookup").sees("Phường Bình Thạnh").look()


def test_one_thing_of_the_work_list_is_put_right(walk: Walk) -> None:
    steward = walk(STEWARD).go(f"{DESK}/work-list").look("steward-work")
    page = steward.page
    page.get_by_role("link", name="Phạm Thị Giới").click()
    page.get_by_label("Giới tính").select_option(label="Nữ")
    steward.press("Ghi cải chính").sees("Nêu lý do cải chính").look("steward-finding")
    assert page.get_by_label("Giới tính").input_value() == "2", "what was chosen stays"
    page.get_by_label("Vì sao trước đây ghi sai").fill("gõ nhầm khi nhập sổ cũ")
    page.get_by_label("Giấy tờ làm căn cứ").fill("Giấy khai sinh số 12/1992, UBND phường Bình Thạnh")
    steward.press("Ghi cải chính").sees("Cơ quan bạn được ghi công")
    assert not page.get_by_role("link", name="Phạm Thị Giới").count()
    page.get_by_text("Dữ liệu đầy đủ và mới đến đâu").click()
    steward.look()
    assert re.search(r"Bộ Công an\s+1", page.inner_text("main"))


def test_the_desk_works_without_script(walk: Walk) -> None:
    steward = walk(STEWARD, javascript=False).go(f"{DESK}/find")
    steward.page.get_by_label("Tìm ai").fill("pham thi gioi")
    steward.page.get_by_label("Xem để làm gì").select_option("lookup")
    steward.press("Tìm").sees("Phạm Thị Giới")
