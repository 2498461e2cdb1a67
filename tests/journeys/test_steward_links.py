"""A steward and people of two registers: a driver linked to the population, and a row about somebody who stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lienthong.app.rooms import load_tables
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import running, start
from lienthong.kernel.settings import Settings
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from tests.journeys.conftest import House, Walker
from tests.journeys.test_steward import bring_in, hand_in, try_it

STEWARD = "Ngô Đức Thịnh"
LINKS = "/steward/driving_licences/links"
WHY = Grounds(purpose="import", basis="L-26-2023")
LUA, OTHER = "079188990013", "079188990091"
PERSON = {"number": LUA, "full_name": "Đoàn Thị Lụa Đào", "sex": "2", "birth_date": "1988-04-17"}
HOME = {"home_commune": "26929", "phone": "0901237788"}
LICENCE = {
    "licence_no": "790000990013",
    "number": LUA,
    "full_name": "Đoàn Thị Lụa Đào",
    "birth_date": "1988-04-17",
    "licence_class": "B",
    "status": "valid",
    "licence_issued_on": "2024-05-05",
}
Walk = Callable[..., Walker]


@pytest.fixture(scope="module", autouse=True)
def people(house: House) -> None:
    """Write a woman into the population, and a licence of hers, while the house is closed."""
    house.stop()
    load_tables()
    settings = Settings(home=house.home, database_url=f"sqlite:///{house.home / 'lienthong.sqlite'}")
    with running(start(settings)):
        who = system("seed", agency="G01")
        registers.write(who, register="population", values=PERSON | HOME, grounds=WHY)
        registers.write(who, register="driving_licences", values=LICENCE, grounds=WHY)
    house.start()


def test_a_driver_is_linked_to_the_population(walk: Walk) -> None:
    steward = walk(STEWARD).go(LINKS).look()
    page = steward.page
    page.get_by_role("link", name=re.compile("dân cư", re.IGNORECASE)).first.click()
    steward.press("Tìm liên kết")
    page.get_by_role("button", name="Tìm lại").wait_for(timeout=60_000)
    steward.go(f"{LINKS}/population?verdict=sure").look()
    page.locator("tr[data-row] a").first.click()
    steward.sees("hai bản ghi không đổi").look()
    page.get_by_label("Vì sao").first.fill("cùng số định danh")
    steward.press("Cùng một người")
    page.wait_for_load_state()
    steward.sees("Đã ghi kết luận").go(f"{LINKS}/population?verdict=decided")
    assert page.locator("tr[data-row]").count() == 1
    steward.sees("Cùng một người").look()


def test_a_row_about_somebody_who_stands_under_another_number_is_asked(walk: Walk, tmp_path: Path) -> None:
    file = tmp_path / "doan.csv"
    titles = "Số CCCD,Họ và tên,Giới tính,Ngày sinh,Số điện thoại"
    file.write_text(f"{titles}\n{OTHER},Đoàn Thị Lụa Đào,Nữ,17/04/1988,0901237788\n", encoding="utf-8")
    steward = walk(STEWARD).go("/steward/population")
    page = steward.page
    hand_in(steward, file, "Công an phường, danh sách 4/2026")
    try_it(steward)
    steward.sees("1 dòng")
    bring_in(steward)
    page.locator("a[href*='/reviews']").first.click()
    if not re.search(r"/reviews/\d+", page.url):
        page.locator("main a[href*='/reviews/']").first.click()
    steward.sees("so hai bên rồi quyết định").look()
    page.get_by_label("Cùng một người với Đoàn Thị Lụa Đào").check()
    steward.press("Nhập theo lựa chọn này")
    page.wait_for_load_state()
    steward.look().go(page.url.partition("/reviews")[0].removeprefix(steward.house.address))
    steward.sees("Đã nhập xong, không còn gì chờ").look()
