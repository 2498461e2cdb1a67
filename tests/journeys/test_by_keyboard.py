"""A birth from the mother to the chair's signature by keyboard alone; what is typed outlives a change of language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import House, Walker, open_house

MOTHER, OTHER_MOTHER = "Nguyễn Thị Thu Hà", "Trần Thị Mai Phương"
OFFICER, CHAIR = "Đặng Ngọc Trâm", "Phạm Hoàng Long"
CHILD = "Lê Nguyễn Minh An"
STOP = """() => {
  const it = document.activeElement;
  if (!it || it === document.body || it === document.documentElement) return (window.lastStop = null);
  const how = getComputedStyle(it), box = it.getBoundingClientRect();
  const middle = [box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height, innerHeight) / 2];
  const at = document.elementFromPoint(...middle);
  const before = window.lastStop;
  window.lastStop = it;
  return {
    text: (it.innerText || it.ariaLabel || it.name || it.value || "").trim().slice(0, 80),
    what: it.outerHTML.slice(0, 160),
    href: it.getAttribute("href") || "",
    name: it.name || "",
    outlined: how.outlineStyle !== "none" && parseFloat(how.outlineWidth) >= 2,
    covered: !(at && (it === at || it.contains(at) || at.contains(it))),
    follows: !before || !before.isConnected ||
      Boolean(before.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING),
    positive: it.tabIndex > 0,
  };
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own: the same mother files the same birth elsewhere with a mouse."""
    yield from open_house(tmp_path_factory.mktemp("keyboard"))


class Keyboard:
    """Somebody who has no mouse. Every stop of the focus is looked at: seen, uncovered, in the order of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> dict[str, object] | None:
        """Go to the next stop; None at the end of the page."""
        self.page.keyboard.press("Tab")
        stop: dict[str, object] | None = self.page.evaluate(STOP)
        if stop:
            where = f"{self.page.url}: {stop['what']}"
            assert stop["outlined"], f"focus is not seen at {where}"
            assert not stop["covered"], f"focus is covered at {where}"
            assert stop["follows"], f"focus jumps back at {where}"
            assert not stop["positive"], f"an order of its own at {where}"
        return stop

    def to(self, *, text: str = "", name: str = "", href: str = "") -> Keyboard:
        """Press Tab until the focus is on this text, field or link."""
        for _ in range(300):
            stop = self.tab()
            assert stop, f"{self.page.url}: the end of the page before {text or name or href}"
            if (text and text in str(stop["text"])) or name == stop["name"] != "" or href == stop["href"] != "":
                return self
        pytest.fail(f"{self.page.url}: {text or name or href} is never reached")

    def press(self, key: str = "Enter") -> Keyboard:
        """Press a key that stays on the page."""
        self.page.keyboard.press(key)
        return self

    def enter(self) -> Keyboard:
        """Press Enter on a link or a button that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def type(self, text: str) -> Keyboard:
        """Type into what has the focus."""
        self.page.keyboard.type(text)
        return self

    def through(self) -> list[str]:
        """Go through the whole page and leave it at its end: nothing holds the focus."""
        passed: list[str] = []
        while stop := self.tab():
            passed.append(str(stop["text"]))
            assert len(passed) < 400, f"{self.page.url} holds the focus"
        return passed


@pytest.fixture
def sit(chromium: Browser, house: House) -> Iterator[Sit]:
    """Sit somebody down at a keyboard, signed in with Tab and Enter."""
    sitting = Sit(chromium, house)
    yield sitting
    sitting.leave()


class Sit:
    """Makes windows for people, with a keyboard or with both."""

    def __init__(self, chromium: Browser, house: House) -> None:
        self.chromium, self.house = chromium, house
        self.contexts: list[BrowserContext] = []

    def window(self, *, javascript: bool = True) -> Page:
        context = self.chromium.new_context(
            viewport={"width": 1280, "height": 900}, locale="vi-VN", java_script_enabled=javascript
        )
        self.contexts.append(context)
        return context.new_page()

    def __call__(self, name: str) -> Keyboard:
        page = self.window()
        page.goto(f"{self.house.address}/sign-in")
        return Keyboard(page).to(text=name).enter()

    def leave(self) -> None:
        for each in self.contexts:
            each.close()


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
