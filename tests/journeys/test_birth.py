"""A child is born: the mother types two or three things, four agencies do the rest, the chairman sees it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Walker

Walk = Callable[..., Walker]
MOTHER, FATHER = "Nguyễn Thị Thu Hà", "Lê Quốc Huy"
OFFICER, CHAIR = "Đặng Ngọc Trâm", "Phạm Hoàng Long"
POLICE, CARD_POLICE, INSURER = "Võ Minh Khang", "Hồ Thị Lan Anh", "Lý Thu Hằng"
LEADER, SECRETARY, STRANGER = "Phan Quốc Bảo", "Vũ Thị Hồng Minh", "Bùi Thị Hương Giang"
CHILD = "Lê Nguyễn Minh An"


def decide(walker: Walker, code: str, verdict: str = "approve") -> None:
    """Take one decision on a dossier at the desk."""
    walker.go(f"/desk/{code}")
    walker.page.locator(f"input[name=verdict][value={verdict}]").check()
    walker.press("Ghi quyết định")


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for what happens in the background."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.3)
    pytest.fail("it did not happen in time")


def test_a_child_is_born_and_nobody_declares_anything_twice(walk: Walk) -> None:
    walk().go("/").look("welcome")
    walk().go("/sign-in").look("sign-in")

    mother = walk(MOTHER).go("/").look()
    mother.go("/services").look().go("/services/linked-birth").look("procedure")
    mother.press("Bắt đầu")
    mother.look("fetch").press("Tôi đã đọc và xác nhận, lấy dữ liệu")
    mother.look("questions")
    mother.press("Tôi đã đọc và xác nhận, tiếp tục")
    mother.sees("chỗ cần sửa").look("questions-refused")
    asked = mother.page.locator("form[action$='/answers']").first
    assert asked.locator("input[type=text], select, fieldset:has(input[type=radio])").count() == 3
    mother.page.get_by_label("Họ, chữ đệm và tên của bé").fill(CHILD)
    mother.page.get_by_label(re.compile("Cha – ")).check()
    mother.page.locator("input[name='child.facility']").nth(1).check()
    mother.look().press("Tôi đã đọc và xác nhận, tiếp tục")
    mother.look("check")
    mother.page.get_by_label("Tôi cam đoan").check()
    mother.press("Ký và nộp hồ sơ")
    mother.sees("Đã nộp hồ sơ").look("receipt")
    code = mother.page.locator(".done .code").inner_text()
    assert re.fullmatch(r"[A-Z0-9.]+-\d{6}-\d{4}", code)
    pdf = mother.page.request.get(f"{mother.house.address}/dossiers/{code}/receipt.pdf")
    assert pdf.ok
    assert pdf.body().startswith(b"%PDF")

    officer = walk(OFFICER).go("/desk").sees(code).look("desk-queue")
    officer.go(f"/desk/{code}").look("desk-dossier")
    decide(officer, code)
    decide(officer, code)
    decide(walk(CHAIR), code, "sign")
    for person in (POLICE, INSURER, CARD_POLICE):
        agent = walk(person)
        wait_until(lambda agent=agent: code in agent.go("/desk").page.inner_text("body"))
        agent.go(f"/desk/{code}").look("desk-participant" if person is POLICE else "")
        decide(agent, code)

    def papers() -> bool:
        mother.go(f"/dossiers/{code}")
        return mother.page.get_by_text("Mở trong ví").count() == 2

    wait_until(papers, 60)
    mother.sees("Đã có kết quả").look("dossier")
    mother.go("/").look("home")

    mother.go("/wallet").look("wallet")
    walk(FATHER).go("/wallet").sees("Giấy khai sinh")
    mother.page.get_by_role("link", name=re.compile("Giấy khai sinh")).first.click()
    mother.look("wallet-document")
    wait_until(lambda: "đã chứng minh" in mother.go("/my/access").page.inner_text("body").lower())
    mother.look("access-log").sees(code)

    refused = walk(STRANGER).page.goto(f"{mother.house.address}/desk/{code}")
    assert refused is not None
    assert refused.status == 404

    secretary = walk(SECRETARY).go("/oversight").look("oversight")
    secretary.go("/oversight?indicator=values-prefilled-share&place=79").look("oversight-province")
    leader = walk(LEADER)
    wait_until(lambda: _opens_to(leader, code))
    leader.look("oversight-records")


def _opens_to(leader: Walker, code: str) -> bool:
    """Follow the figure of online filings in Phường Bình Thạnh to its records."""
    leader.go("/oversight/records?indicator=online-full-share&unit=26929&side=part")
    while leader.page.get_by_role("link", name="Xem thêm").count():
        if code in leader.page.inner_text("body"):
            return True
        leader.page.get_by_role("link", name="Xem thêm").click()
    return code in leader.page.inner_text("body")


def test_the_father_who_lives_elsewhere_signs_too(walk: Walk) -> None:
    mother = walk("Trần Thị Mai Phương").go("/services/linked-birth").press("Bắt đầu")
    mother.press("Tôi đã đọc và xác nhận, lấy dữ liệu")
    mother.page.get_by_label("Họ, chữ đệm và tên của bé").fill("Nguyễn Đức Minh Khôi")
    mother.page.locator("input[name='child.facility']").first.check()
    mother.press("Tôi đã đọc và xác nhận, tiếp tục")
    mother.sees("Còn chờ Nguyễn Đức Anh ký").look()
    check = mother.page.url

    father = walk("Nguyễn Đức Anh").go("/").look("home-to-sign")
    father.page.get_by_role("link", name="Xem và ký").click()
    father.sees("Nguyễn Đức Minh Khôi").look("to-sign").press("Đồng ý và ký")
    father.sees("Anh đã ký")

    mother.page.goto(check)
    mother.sees("Nguyễn Đức Anh đã ký")
    mother.page.get_by_label("Tôi cam đoan").check()
    mother.press("Ký và nộp hồ sơ").sees("Đã nộp hồ sơ")
    code = mother.page.locator(".done .code").inner_text()

    officer = walk(OFFICER).go(f"/desk/{code}")
    officer.page.locator("input[name=verdict][value=supplement]").check()
    officer.page.locator("input[name=reasons-supplement]").first.check()
    officer.press("Ghi quyết định")
    mother.go("/").sees("cần bổ sung").go(f"/dossiers/{code}").look("supplement")
    mother.page.get_by_label("Họ, chữ đệm và tên của bé").fill("Nguyễn Đức Minh Khôi Nguyên")
    mother.press("Gửi bổ sung").sees("Đang giải quyết")

    officer.go(f"/desk/{code}").sees("Nguyễn Đức Minh Khôi Nguyên")
    officer.page.locator("input[name=verdict][value=refuse]").check()
    officer.page.locator("input[name=reasons-refuse]").first.check()
    officer.press("Ghi quyết định")
    mother.go(f"/dossiers/{code}").sees("Bị từ chối").look("refused")


def test_without_script_everything_still_works(walk: Walk) -> None:
    stranger = walk(javascript=False).go("/").go("/sign-in").go("/verify")
    expect(stranger.page.get_by_role("button").first).to_be_visible()
    mother = walk(MOTHER, javascript=False).go("/").go("/services/linked-birth")
    expect(mother.page.get_by_role("button", name="Bắt đầu")).to_be_visible()


def test_an_error_page_fits_a_small_phone(walk: Walk) -> None:
    stranger = walk()
    stranger.page.set_viewport_size({"width": 360, "height": 900})
    answer = stranger.page.goto(f"{stranger.house.address}/no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert stranger.page.evaluate("document.documentElement.scrollWidth") <= 360
