"""Somebody who has no mouse: moves by Tab alone; every stop of the focus is looked at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import House

STOP = """() => {
  const it = document.activeElement;
  if (!it || it === document.body || it === document.documentElement) return (window.lastStop = null);
  const how = getComputedStyle(it), box = it.getBoundingClientRect();
  const middle = [box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height, innerHeight) / 2];
  const at = document.elementFromPoint(...middle);
  const before = window.lastStop;
  window.lastStop = it;
  const stops = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']");
  if (before && before === [...stops].filter((each) => each.checkVisibility()).at(-1) && it === stops[0]) return null;
  return {
    text: (it.innerText || it.ariaLabel || it.name || it.value || "").replace(/\\s+/g, " ").trim().slice(0, 80),
    what: it.outerHTML.slice(0, 160),
    href: it.getAttribute("href") || "",
    name: it.name || "",
    value: it.value || "",
    checked: Boolean(it.checked),
    outlined: how.outlineStyle !== "none" && parseFloat(how.outlineWidth) >= 2,
    covered: !(at && (it === at || it.contains(at) || at.contains(it))),
    follows: !before || !before.isConnected ||
      Boolean(before.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING),
    positive: it.tabIndex > 0,
  };
}"""


class Keyboard:
    """Somebody who has no mouse. Every stop of the focus is looked at: seen, uncovered, in the order of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> dict[str, object] | None:
        """Go to the next stop; None at the end of the page, where the focus leaves it or begins anew."""
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

    def fill(self, **texts: str) -> Keyboard:
        """Type into fields, in the order of the page; ``guest__number`` is the field guest.number."""
        for name, text in texts.items():
            self.to(name=name.replace("__", ".")).type(text)
        return self

    def tick(self, name: str, value: str = "") -> Keyboard:
        """Go to a box, or to the box of a group with this value, and tick it."""
        while self.to(name=name) and value and self.now()["value"] != value:
            pass
        assert not self.now()["checked"]
        return self.press("Space")

    def choose(self, name: str, value: str) -> Keyboard:
        """Go to radio buttons or a list, and through their choices with the arrow until this one is chosen."""
        self.to(name=name)
        if self.page.evaluate("document.activeElement.type") == "radio":
            self.press("Space")
        for _ in range(200):
            if self.now()["value"] == value:
                return self
            self.press("ArrowDown")
        pytest.fail(f"{self.page.url}: {name} has no {value}")

    def now(self) -> dict[str, object]:
        """Return what has the focus."""
        return self.page.evaluate("(({name, value, checked}) => ({name, value, checked}))(document.activeElement)")

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
