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
from lienthong.kernel import clock
from lienthong.kernel.clock import SystemClock
from lienthong.kernel.runtime import Runtime
from tests.documents.conftest import FATHER, MOTHER, agency_code, ask, citizen, open_chair, run_jobs
from tests.documents.lists import chair


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
    return statement_of(api.wallet(citizen(MOTHER))[-1])


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


def standing(page: Page) -> str:
    return page.inner_text("[data-standing]")


def test_a_valid_paper_is_valid_as_of_the_list_on_the_device(offline: Callable[[str], Page]) -> None:
    page = check(offline("vi"), paper())
    expect(page.get_by_role("heading", name="Giấy tờ thật")).to_be_visible()
    today = clock.local(SystemClock().now()).strftime("%d/%m/%Y")
    assert standing(page).startswith(f"Còn hiệu lực theo danh sách ngày {today}")
    assert (
        page.inner_text("[data-ready]").strip() == f"Dùng được khi mất mạng: khóa và danh sách thu hồi lưu ngày {today}"
    )
    (held,) = api.wallet(citizen(MOTHER))
    api.revoke(chair(), document=held.id, reason="issued-twice")  # after the device lost its network: it cannot know
    check(page, paper())
    assert standing(page).startswith(f"Còn hiệu lực theo danh sách ngày {today}")


def test_a_revoked_and_a_replaced_paper_are_refused_without_a_network(offline: Callable[[str], Page]) -> None:
    (held,) = api.wallet(citizen(MOTHER))
    revoked, credential = paper(), store.credential(held.id, MOTHER) or ""
    ask("birth-2", entry_no="26929/KS/2026/13")
    newer = ask("birth-3", entry_no="26929/KS/2026/14")
    run_jobs()
    middle = next(each for each in api.wallet(citizen(MOTHER)) if each.number.endswith("13"))
    api.revoke(chair(), document=held.id, reason="issued-twice")
    api.revoke(chair(), document=middle.id, reason="issued-twice", replaced_by=newer.id)
    page = offline("vi")
    for text in (revoked, credential):
        check(page, text)
        expect(page.get_by_role("heading", name="Đã bị thu hồi")).to_be_visible()
        assert standing(page).startswith("Đã bị thu hồi, theo danh sách ngày")
    assert page.locator("[data-look]").get_attribute("class") == "verdict verdict--no"
    check(page, statement_of(middle))
    expect(page.get_by_role("heading", name="Đã có bản khác thay thế")).to_be_visible()
    expect(page.locator("[data-newer]")).to_be_hidden()  # nobody to ask
    check(page, statement_of(newer))
    expect(page.get_by_role("heading", name="Giấy tờ thật")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).response["violations"] == []


def test_with_a_network_the_agency_says_which_one_took_its_place(chromium: Browser, address: str) -> None:
    newer = ask("birth-2", entry_no="26929/KS/2026/13")
    run_jobs()
    held = next(each for each in api.wallet(citizen(MOTHER)) if each.id != newer.id)
    api.revoke(chair(), document=held.id, reason="issued-twice", replaced_by=newer.id)
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{address}/verify")
    expect(page.locator("[data-verify='ready']")).to_be_visible()
    check(page, statement_of(held))
    page.get_by_role("button", name="Hỏi cơ quan cấp: bản nào thay thế").click()
    expect(page.locator("#verdict [data-standing]")).to_contain_text("Bản mới số 26929/KS/2026/13")
    context.close()


def test_a_device_without_the_list_says_that_it_does_not_know(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.route("**/api/documents/status/*", lambda route: route.abort())
    page.goto(f"{address}/verify?lang=vi")
    expect(page.locator("[data-verify='ready']")).to_be_visible()
    check(page, paper())
    expect(page.get_by_role("heading", name="Giấy tờ thật")).to_be_visible()
    assert standing(page) == "Không biết: thiết bị chưa tải danh sách thu hồi."
    context.close()


def test_a_list_that_is_too_old_says_nothing(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{address}/verify?lang=vi")
    expect(page.locator("[data-verify='ready']")).to_be_visible()
    page.clock.fast_forward(8 * 86_400_000)
    check(page, paper())
    expect(page.get_by_role("heading", name="Giấy tờ thật")).to_be_visible()
    assert standing(page).startswith("Không biết: danh sách trên thiết bị đã quá cũ, của ngày")
    context.close()


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
    public = {"/verify", "/api/documents/keys", "/api/documents/status/1"}
    assert public <= kept
    assert all(each.startswith("/static/") for each in kept - public)
    context.close()
