"""Every page of every person at WCAG 2.2 AA, on a desk and on a phone, in both languages without sideways scrolling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from starlette.routing import compile_path

from tests.app.test_every_page import plain_pages
from tests.architecture.test_forms import all_routes
from tests.journeys.conftest import STANDARD, House

SHAPE = re.compile(r"<(\w+)((?:\s[^<>]*)?)>")
LASTING = re.compile(r'(class|role|type|data-s|data-density|scope)="[^"]*"|(?<=\s)[\w-]+(?==")')


@pytest.fixture(scope="module")
def page(chromium: Browser, house: House) -> Iterator[Page]:
    """One window for everybody: who looks is a matter of cookies."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    yield context.new_page()
    context.close()


def people(page: Page, house: House) -> list[str]:
    """Return the key of everybody the demonstration offers, "" for a stranger."""
    page.goto(f"{house.address}/sign-in")
    keys = page.locator("[name=person]").evaluate_all("all => all.map((each) => each.value)")
    return ["", *dict.fromkeys(str(each) for each in keys)]


def sign_in(page: Page, house: House, key: str) -> None:
    page.context.clear_cookies()
    if key:
        page.goto(f"{house.address}/sign-in")
        page.locator(f"[name=person][value={key}]").first.evaluate(
            "it => it.form.requestSubmit(it.type === 'submit' ? it : undefined)"
        )
        page.wait_for_url(lambda url: "/sign-in" not in url)


def shape(html: str) -> frozenset[str]:
    """Return the sorts of elements a page is made of; pages made of the same ones are looked at once."""
    return frozenset(
        name + " ".join(sorted(m.group() for m in LASTING.finditer(rest))) for name, rest in SHAPE.findall(html)
    )


class Inspector:
    """Looks at pages as an inspector of accessibility would, and notes what is wrong."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.house = page, house
        self.axe = Axe()
        self.wrong: list[str] = []
        self.known: dict[str, set[frozenset[str]]] = {}
        self.patterns = [
            (each.path, compile_path(each.path)[0])
            for each in all_routes()
            if "GET" in each.methods and "{" in each.path
        ]
        self.deep: dict[str, tuple[str, str]] = {}
        self.looked = 0

    def kind(self, address: str) -> str:
        """Return the route of an address and the names in its query: one of each kind is opened."""
        parts = urlsplit(address)
        route = next((path for path, pattern in self.patterns if pattern.match(parts.path)), parts.path)
        return " ".join([route, *sorted(parse_qs(parts.query))])

    def open(self, who: str, path: str) -> None:
        """Open a page, look at it in the sizes and languages that matter, remember the links on it."""
        answer = self.page.request.get(self.house.address + path, headers={"accept": "text/html"}, max_redirects=0)
        if "text/html" not in answer.headers.get("content-type", ""):
            return
        seen = self.known.setdefault(self.kind(path) if answer.ok else str(answer.status), set())
        own = shape(answer.text())
        if any(own <= each for each in seen):
            return
        seen.add(own)
        self.looked += 1
        self.page.goto(self.house.address + path)
        for href in self.page.locator("a[href^='/']").evaluate_all(
            "all => all.map((each) => each.getAttribute('href'))"
        ):
            self.deep.setdefault(self.kind(href), (who, href))
        self.page.evaluate(self.axe.axe_script)
        for width in (1280, 390) if len(seen) == 1 else (390,):
            self.page.set_viewport_size({"width": width, "height": 900})
            self._axe(f"{who or 'stranger'} {path} at {width}")
        self._width(f"{who} {path}")
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def _axe(self, where: str) -> None:
        result: dict[str, Any] = self.page.evaluate("rules => axe.run(rules)", STANDARD)
        self.wrong += [
            f"{where}: {each['id']} × {len(each['nodes'])}: {each['nodes'][0]['html'][:200]}"
            for each in result["violations"]
        ]

    def _width(self, where: str) -> None:
        self.page.set_viewport_size({"width": 360, "height": 900})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > 360:
            self.wrong.append(f"{where}: {wide} px wide on a phone of 360")


def test_every_page_of_everybody_is_accessible(page: Page, house: House) -> None:
    inspector = Inspector(page, house)
    plain = plain_pages()
    opened = {inspector.kind(each) for each in plain}
    for who in people(page, house):
        sign_in(page, house, who)
        for path in plain:
            inspector.open(who, path)
    for who in sorted({who for who, _ in inspector.deep.values()}):
        sign_in(page, house, who)
        for kind, (whose, path) in list(inspector.deep.items()):
            if whose == who and kind not in opened and not kind.startswith(("/static", "/api")) and "lang" not in kind:
                opened.add(kind)
                inspector.open(who, path)
    assert inspector.looked > 50
    assert len(opened) > 30
    assert inspector.wrong == [], "\n".join(inspector.wrong)
