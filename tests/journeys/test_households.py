"""Somebody leaves their household for another commune, on a steward's screens, and the population register follows."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.conftest import Walker

Walk = Callable[..., Walker]
STEWARD = "Ngô Đức Thịnh"
NEW = "12 Xuân Thủy"


def open_somebody(steward: Walker) -> str:
    """Open the household of somebody who does not live alone, from the people of a commune; answer who can leave it."""
    steward.go("/steward/population/units/12511?purpose=stewardship")
    people = [each.get_attribute("href") or "" for each in steward.page.locator("th[scope=row] a").all()]
    for href in people[:20]:
        steward.go(href)
        steward.page.get_by_role("link", name="Chuyển, tách, nhập hộ của người này").click()
        members = steward.page.locator("table tbody tr")
        if members.count() > 1:
            return members.last.locator("th").inner_text()
    raise AssertionError("nobody of the commune lives with somebody else")


def test_somebody_leaves_their_household_and_the_population_follows(walk: Walk) -> None:
    steward = walk(STEWARD)
    name, page = open_somebody(steward), steward.page
    steward.look("household")
    for box in page.locator("input[name=members]").all():
        box.uncheck()
    steward.press("Xem trước").sees("Chọn ít nhất một người").look()
    page.locator("label.opt", has_text=name).first.click()
    page.get_by_label("Xã, phường nơi ở mới").fill("phuong cau giay, ha noi")
    page.get_by_label("Địa chỉ nơi ở mới").fill(NEW)
    page.get_by_label("Lý do", exact=True).fill("Giấy đề nghị ngày 20/11/2026")
    steward.press("Xem trước").sees("Chưa có gì được ghi").sees("mã mới, cấp khi ghi").look("household-move")
    steward.press("Sửa lại, chưa ghi")
    assert page.get_by_label("Địa chỉ nơi ở mới").input_value() == NEW, "what was typed stays"
    steward.press("Xem trước").press("Ghi việc này").sees("Đã ghi: 1 người nay thuộc hộ này").look()
    page.get_by_role("link", name="Cuộc đời").first.click()
    steward.sees("Giấy đề nghị ngày 20/11/2026").look()
    page.get_by_role("link", name="Gia đình").click()
    page.get_by_role("link", name=name).first.click()
    for _ in range(40):
        if page.get_by_text(NEW).count():
            break
        page.wait_for_timeout(500)
        page.reload()
    steward.sees(NEW).look()
