"""A verifier at a doorstep without a network: loaded once, /verify goes on checking, and refuses what was changed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lienthong.app.asgi import make_app
from lienthong.documents import api, store
from lienthong.documents.api.issuing import statement_of
from lienthong.documents.domain import codec, statement
from lienthong.kernel.clock import SystemClock
from lienthong.kernel.runtime import Runtime
from tests.documents.conftest import FATHER, MOTHER, agency_code, ask, citizen, open_chair, run_jobs


@pytest.fixture
def address(sqlite_node: Runtime) -> Iterator[str]:
    """A house with one birth certificate, served on its own port, at the time it is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sqlite_node.settings = replace(sqlite_node.settings, port=port)
    sqlite_node.clock = SystemClock()
    open_chair(agency_code())
    ask()
    run_jobs()
    server = uvicorn.Server(uvicorn.Config(make_app(), host="127.0.0.1", port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://localhost:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def offline(chromium: Browser, address: str) -> Iterator[Callable[[str], Page]]:
    """Load the page once in a language, wait until it says that it is kept, then cut the network and load it again."""
    opened: list[BrowserContext] = []

    def cut(language: str) -> Page:
        context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
        opened.append(context)
        page = context.new_page()
        page.goto(f"{address}/verify?lang={language}")
        expect(page.locator("[data-ready]")).to_be_visible()
        context.set_offline(True)
        page.goto(f"{address}/verify")
        expect(page.locator("[data-ready]")).to_be_visible()
        return page

    yield cut
    for each in opened:
        each.close()


def paper() -> str:
    (held,) = api.wallet(citizen(MOTHER))
    return statement_of(held)


def check(page: Page, text: str) -> Page:
    page.locator("#statement").fill(text)
    page.locator("form[action='/verify'] button.btn--go").click()
    return page


def test_a_paper_is_checked_without_a_network(offline: Callable[[str], Page]) -> None:
    page = check(offline("vi"), paper())
    expect(page.get_by_role("heading", name="Giấy tờ thật")).to_be_visible()
    said = page.inner_text("#live")
    for part in ("Giấy khai sinh", "Ủy ban nhân dân phường Bình Thạnh", "Lê Nguyễn Minh An", "14/11/2026"):
        assert part in said, part
    assert "Số định danh cá nhân" in page.inner_text("[data-hidden]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).response["violations"] == []


def test_a_changed_byte_is_refused(offline: Callable[[str], Page]) -> None:
    page, text = offline("vi"), paper()
    content = codec.from_text(text.removeprefix(statement.PREFIX))
    for at in range(0, len(content), 7):
        changed = bytearray(content)
        changed[at] ^= 1
        page.evaluate("document.querySelector('[data-word]').textContent = ''")
        check(page, statement.PREFIX + codec.to_text(bytes(changed)))
        expect(page.locator("[data-word]")).not_to_be_empty()
        assert page.locator("[data-look]").get_attribute("class") != "verdict verdict--ok", at


def test_what_a_holder_shows_is_checked_in_english(offline: Callable[[str], Page]) -> None:
    (held,) = api.wallet(citizen(FATHER))
    page = check(offline("en"), api.present(citizen(FATHER), held.id, show="child").text)
    expect(page.get_by_role("heading", name="Genuine document")).to_be_visible()
    assert page.locator("[data-facts] dd b").all_inner_texts() == ["Lê Nguyễn Minh An", "14/11/2026"]
    credential = store.credential(held.id, FATHER) or ""
    check(page, credential)
    expect(page.locator("[data-signer]")).to_have_text("Trần Văn Khải, Chủ tịch")
    assert page.locator("[data-facts] > div").count() == len(held.shown)
    check(page, credential.replace("~", "~WyJzIiwiYWdlbmN5IiwiWCJd~", 1))
    expect(page.locator("[data-look]")).to_have_class("verdict verdict--wait")


def test_nothing_of_who_loaded_it_is_kept(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/verify")
    expect(page.locator("[data-ready]")).to_be_visible()
    names = "caches.open('verify').then(c => c.keys()).then(all => all.map(each => new URL(each.url).pathname))"
    kept = set(page.evaluate(names))
    assert {"/verify", "/api/documents/keys"} <= kept
    assert all(each.startswith("/static/") for each in kept - {"/verify", "/api/documents/keys"})
    context.close()
