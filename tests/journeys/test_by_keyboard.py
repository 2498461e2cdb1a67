"""Each journey by keyboard alone, from the page of sign-in to its last press; what is typed outlives the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from lienthong.kernel.clock import SystemClock
from lienthong.kernel.text import day
from tests.journeys.conftest import House, Walker, open_house
from tests.journeys.keyboard import Keyboard, Sit
from tests.journeys.test_session import paper

MOTHER, OTHER_MOTHER = "Nguyễn Thị Thu Hà", "Trần Thị Mai Phương"
OFFICER, CHAIR = "Đặng Ngọc Trâm", "Phạm Hoàng Long"
CHILD = "Lê Nguyễn Minh An"
FATHER, POLICE, INN = "Lê Quốc Huy", "Võ Minh Khang", "9900000001"
SECRETARY, CHAIRMAN = "Vũ Thị Hồng Minh", "Phan Quốc Bảo"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own: the same mother files the same birth elsewhere with a mouse."""
    yield from open_house(tmp_path_factory.mktemp("keyboard"))


@pytest.fixture
def sit(chromium: Browser, house: House) -> Iterator[Sit]:
    """Sit somebody down at a keyboard, signed in with Tab and Enter."""
    sitting = Sit(chromium, house)
    yield sitting
    sitting.leave()


def decide(sit: Sit, name: str, code: str, tab: str = "todo") -> None:
    """Open a dossier from the queue and take the decision that stands chosen."""
    hand = sit(name)
    hand.page.goto(f"{sit.house.address}/desk")
    if tab != "todo":
        hand.to(href=f"/desk?tab={tab}").enter()
    hand.to(href=f"/desk/{code}").enter()
    hand.to(text="Ghi quyết định").enter()
    expect(hand.page.locator("[role=status]").first).to_be_visible()


def test_a_birth_is_declared_received_and_signed_by_keyboard_alone(sit: Sit) -> None:
    hand = sit(MOTHER)
    page = hand.page
    page.wait_for_load_state()
    assert "Đến nội dung chính" in str(hand.tab())
    hand.press()
    assert page.evaluate("document.activeElement === document.body || document.activeElement.id === 'main'")
    hand.tab()
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    hand.through()
    hand.to(href="/services").enter()
    hand.through()
    hand.to(href="/services/linked-birth").enter()
    hand.to(text="Bắt đầu").enter()
    hand.to(text="Tôi đã đọc và xác nhận, lấy dữ liệu").enter()
    hand.through()
    hand.to(text="Tôi đã đọc và xác nhận, tiếp tục").enter()

    assert page.evaluate("document.activeElement.matches('.errors')"), "the summary of errors takes the focus"
    hand.tab()
    hand.press()
    assert page.evaluate("document.activeElement.name") == "child.full_name", "a link of the summary leads to its field"
    hand.type(CHILD)
    if page.locator("[name='child.ethnicity']").count():
        hand.to(name="child.ethnicity").press("Space")
    hand.to(name="child.facility").press("Space")
    hand.to(text="Tôi đã đọc và xác nhận, tiếp tục").enter()
    hand.to(name="true").press("Space")
    hand.to(text="Ký và nộp hồ sơ").enter()
    code = page.locator(".done .code").inner_text()
    hand.through()

    decide(sit, OFFICER, code)
    decide(sit, OFFICER, code)
    decide(sit, CHAIR, code, "sign")
    page.goto(f"{sit.house.address}/dossiers/{code}")
    expect(page.locator("main")).to_contain_text(CHILD)


def test_the_grandfather_is_served_at_the_counter_by_keyboard_alone(sit: Sit) -> None:
    hand = sit(OFFICER)
    page = hand.page
    hand.to(href="/counter").enter()
    hand.to(text="Bắt đầu phục vụ").enter()
    hand.through()
    hand.fill(number="079049990149", name="phan van tu").tick("seen")
    hand.to(text="Bắt đầu phục vụ").enter()
    hand.to(text="In phiếu").enter()
    slip = page.locator(".done .code").inner_text()
    hand.to(href="/counter/now").enter()
    hand.through()
    hand.to(text="Bắt đầu Trợ cấp hưu trí xã hội").enter()
    hand.to(text="Tôi đã đọc và xác nhận, lấy dữ liệu").enter()
    hand.press().fill(slip=slip.lower()).to(text="Tôi đã đọc và xác nhận, lấy dữ liệu").enter()
    hand.through()
    answer_pension(hand)
    hand.to(text="Tiếp tục").enter()
    hand.through()
    hand.tick("true").fill(slip=slip).to(text="Ký và nộp hồ sơ").enter()
    expect(page.locator(".done .code")).to_have_count(1)
    hand.through()
    hand.to(text="Kết thúc phục vụ").enter()


def answer_pension(hand: Keyboard) -> None:
    """Answer what a pension asks: nothing else is drawn, paid in cash."""
    for name, value in (("request.other_pension", "0"), ("request.pay_by", "cash")):
        hand.choose(name, value)


def test_a_representative_tells_of_a_guest_by_keyboard_alone(sit: Sit) -> None:
    hand = sit(FATHER)
    page = hand.page
    hand.to(href="/account").enter()
    hand.to(href="/account/enterprises").enter()
    while hand.to(name="enterprise") and hand.now()["value"] != INN:
        pass
    hand.enter()
    hand.through()
    hand.to(href="/services/lodging-notice").enter()
    hand.to(text="Bắt đầu").enter()
    hand.to(text="lấy dữ liệu").enter()
    hand.through()
    hand.fill(guest__number="079179990179", guest__full_name="phan thi ngoc diep")
    hand.fill(stay__arrives="20/11/2026", stay__leaves="23/11/2026", stay__reason="Thăm người thân")
    hand.to(text="Tiếp tục").enter()
    hand.tick("true").to(text="Ký và nộp hồ sơ").enter()
    code = page.locator(".done .code").inner_text()
    decide(sit, POLICE, code)


def test_a_session_s_conclusion_is_a_task_and_the_chairman_answers_it_by_keyboard_alone(sit: Sit) -> None:
    hand = sit(SECRETARY)
    today = SystemClock().now().date()
    hand.to(href="/oversight/sessions").enter()
    hand.to(href="/oversight/sessions/new").enter()
    hand.fill(title="Phiên họp bằng bàn phím", held_on=day(today)).to(text="Mở phiên").enter()
    hand.through()
    hand.fill(said="Thành phố bỏ giấy ở bốn dịch vụ").to(text="Ghi kết luận và lập nhiệm vụ").enter()
    hand.choose("agency", "H29")
    hand.fill(goal="25 trong 25", person=CHAIRMAN, due_on=day(today + timedelta(days=30)))
    hand.to(text="Lưu nhiệm vụ").enter()
    assert hand.page.evaluate("document.activeElement.matches('.errors')"), "what is unclear is said first"
    hand.fill(responsibility="Sở Khoa học và Công nghệ tham mưu", product="Bốn quy trình đã công bố")
    hand.fill(result="Không còn hồ sơ giấy trong 10 ngày liền").to(text="Lưu nhiệm vụ").enter()
    hand.through()
    hand.to(text="Ký kết luận, giao nhiệm vụ").enter()
    code = hand.page.get_by_role("link", name=re.compile(r"^NV-")).last.inner_text()

    chairman = sit(CHAIRMAN)
    chairman.to(href="/oversight/tasks").enter()
    chairman.to(href=f"/oversight/tasks/{code}").enter()
    chairman.through()
    chairman.to(name="file")
    with chairman.page.expect_file_chooser() as chosen:
        chairman.press("Space")
    chosen.value.set_files({"name": "Quyết định.pdf", "mimeType": "application/pdf", "buffer": paper()})
    chairman.fill(note="Đã công bố đủ").to(text="Nộp trả lời").enter()
    expect(chairman.page.locator("main")).to_contain_text("Chờ xem kết quả")

    hand.page.goto(f"{sit.house.address}/oversight/tasks/{code}")
    hand.to(text="Chấp nhận").enter()
    expect(hand.page.locator("main")).to_contain_text("Xong đúng hạn")


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_what_is_typed_outlives_a_change_of_language(sit: Sit, javascript: bool) -> None:
    page = sit.window(javascript=javascript)
    walker = Walker(page, sit.house).sign_in(OTHER_MOTHER).go("/services/linked-birth").press("Bắt đầu")
    if page.get_by_role("button", name="Tôi đã đọc và xác nhận, lấy dữ liệu").count():
        walker.press("Tôi đã đọc và xác nhận, lấy dữ liệu")
    child, facility = page.locator("[name='child.full_name']"), page.locator("[name='child.facility']")
    child.fill("Nguyễn Đức Minh")
    facility.last.check()
    switch(page, javascript=javascript)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(child).to_have_value("Nguyễn Đức Minh")
    expect(facility.last).to_be_checked()
    child.fill("Nguyễn Đức Minh 1")
    page.locator("button[value=check]").click()
    child.fill("Nguyễn Đức Minh Khôi")
    switch(page, javascript=javascript)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(child).to_have_value("Nguyễn Đức Minh Khôi")

    desk = sit.window(javascript=javascript)
    Walker(desk, sit.house).sign_in(OFFICER).go("/desk")
    desk.locator("a[href^='/desk/H']").first.click()
    desk.locator("[name=verdict][value=supplement]").check()
    desk.locator("[name=reasons-supplement]").first.check()
    desk.locator("#note").fill("Xin bổ sung\nhai điều")
    switch(desk, javascript=javascript)
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    expect(desk.locator("#note")).to_have_value("Xin bổ sung\nhai điều")
    expect(desk.locator("[name=verdict][value=supplement]")).to_be_checked()
    expect(desk.locator("[name=reasons-supplement]").first).to_be_checked()


def switch(page: Page, *, javascript: bool) -> None:
    """Change the language with what the page offers in the form, or else at its foot."""
    if javascript:
        page.locator("footer [data-switch]").click()
    else:
        page.locator("form button[value=language]").first.click()
    page.wait_for_load_state()


def test_a_code_is_not_kept_over_a_change_of_language(sit: Sit) -> None:
    page = sit.window()
    page.goto(f"{sit.house.address}/sign-in/opening-code")
    page.locator("[name=code]").fill("ABCDEFGH")
    switch(page, javascript=True)
    expect(page.locator("[name=code]")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0
    assert re.search(r"lang=en", page.url)
