"""The pages: ways in, one click on this machine only, own paths only, an account its owner controls."""

from __future__ import annotations

import asyncio
import re

import pytest

from lienthong.identity import api
from lienthong.identity.domain import safe_path
from lienthong.kernel import i18n
from lienthong.kernel.runtime import Runtime
from lienthong.webkit.request import SESSION_COOKIE
from tests.identity.conftest import MOTHER, Browser
from tests.identity.device import Phone


def test_one_click_signs_in_and_goes_on(browser: Browser) -> None:
    async def walk() -> None:
        shown = (await browser.get("/sign-in?next=/procedures/linked-birth&level=2")).text
        assert "Việc bạn muốn làm cần mức xác thực 2." in shown
        assert "Đặng Ngọc Trâm" in shown
        entered = await browser.post(
            "/sign-in/demonstration", seen_on="/sign-in", person="mother", next="/procedures/linked-birth"
        )
        assert (entered.status_code, entered.headers["location"]) == (303, "/procedures/linked-birth")
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        account = (await browser.get("/account")).text
        assert "079 192 •••• 17" in account
        assert MOTHER not in account
        assert "Chrome, Android" in account

    asyncio.run(walk())


def test_demonstration_people_are_shown_to_this_machine_only(browser: Browser) -> None:
    async def walk() -> None:
        far = Browser(address="192.0.2.7")
        assert "Đặng Ngọc Trâm" not in (await far.get("/sign-in")).text
        refused = await far.post("/sign-in/demonstration", seen_on="/sign-in", person="mother")
        assert refused.status_code == 403
        assert SESSION_COOKIE not in far.http.cookies

    asyncio.run(walk())


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        "evil",
        "",
        "/a\r\nSet-Cookie: x=1",
        "/" + "a" * 600,
    ],
)
def test_sign_in_never_leads_elsewhere(target: str) -> None:
    assert safe_path(target) == "/"


def test_sign_in_leads_to_own_paths() -> None:
    assert safe_path("/my/dossiers?after=3#now") == "/my/dossiers?after=3#now"


def test_a_redirect_of_the_form_is_checked_too(browser: Browser) -> None:
    async def walk() -> None:
        entered = await browser.post(
            "/sign-in/demonstration", seen_on="/sign-in", person="mother", next="//evil.test/x"
        )
        assert entered.headers["location"] == "/"

    asyncio.run(walk())


def test_a_session_planted_before_sign_in_is_worth_nothing(browser: Browser) -> None:
    async def walk() -> None:
        browser.http.cookies.set(SESSION_COOKIE, "planted", domain="localhost.local")
        await browser.post("/sign-in/demonstration", seen_on="/sign-in", person="mother")
        assert api.actor_of_session("planted", request_id="r").subject == ""
        first = [each.value for each in browser.http.cookies.jar if each.name == SESSION_COOKIE][-1]
        assert first is not None
        assert api.actor_of_session(first, request_id="r").subject == MOTHER

    asyncio.run(walk())


def test_a_form_of_another_site_or_browser_does_nothing(browser: Browser) -> None:
    async def walk() -> None:
        token = Browser.token((await browser.get("/sign-in")).text)
        fields = {"token": token, "person": "mother"}
        address = "/sign-in/demonstration"
        cross = await browser.http.post(address, data=fields, headers={"sec-fetch-site": "cross-site"})
        stranger = await Browser().http.post(address, data=fields)
        missing = await browser.http.post(address, data={"person": "mother"})
        assert [cross.status_code, stranger.status_code, missing.status_code] == [403, 403, 403]
        assert (await browser.http.get("/sign-out")).status_code == 405

    asyncio.run(walk())


def test_the_owner_ends_sessions_and_signs_out(browser: Browser) -> None:
    async def walk() -> None:
        other = Browser()
        for each in (browser, other):
            await each.post("/sign-in/demonstration", seen_on="/sign-in", person="mother")
        shown = (await browser.get("/account")).text
        ids = re.findall(r'name="session" value="(\w{26})"', shown)
        assert len(ids) == 2
        assert shown.count("Thiết bị này") == 1
        theirs = next(each for each in ids if each != _session_id(browser))
        ended = await browser.post("/account/sessions/end", seen_on="/account", session=theirs)
        assert ended.headers["location"] == "/account#sessions"
        assert (await other.get("/account")).status_code == 401
        assert (await browser.post("/sign-out", seen_on="/account")).headers["location"] == "/"
        assert (await browser.get("/account")).status_code == 401

    asyncio.run(walk())


def test_signing_out_everywhere_ends_this_session_too(browser: Browser) -> None:
    async def walk() -> None:
        await browser.post("/sign-in/demonstration", seen_on="/sign-in", person="mother")
        token = next(each.value for each in browser.http.cookies.jar if each.name == SESSION_COOKIE)
        await browser.post("/account/sign-out-everywhere", seen_on="/account")
        assert api.actor_of_session(token or "", request_id="r").subject == ""

    asyncio.run(walk())


def test_a_passkey_is_made_and_used_through_the_pages(browser: Browser, sqlite_node: Runtime) -> None:
    async def walk() -> None:
        phone, origin = Phone(), sqlite_node.settings.origin
        await browser.post("/sign-in/demonstration", seen_on="/sign-in", person="mother")
        asked = (await browser.call("/api/identity/passkeys/options", {}, seen_on="/account")).json()
        made = {"attempt": asked["attempt"], "credential": phone.create(asked["options"], origin=origin)}
        assert (await browser.call("/api/identity/passkeys", made, seen_on="/account")).status_code == 200
        shown = (await browser.get("/account")).text
        passkey = re.findall(r'name="passkey" value="(\w{26})"', shown)[0]

        fresh = Browser()
        asked = (await fresh.call("/api/identity/passkey/options", {}, seen_on="/sign-in")).json()
        signed = {"attempt": asked["attempt"], "credential": phone.get(asked["options"], origin=origin), "next": "/x"}
        done = await fresh.call("/api/identity/passkey", signed, seen_on="/sign-in")
        assert done.json() == {"next": "/x"}
        assert "bằng khóa truy cập" in (await fresh.get("/account")).text

        await fresh.post("/account/passkeys/remove", seen_on="/account", passkey=passkey)
        assert "Chưa có khóa truy cập nào." in (await fresh.get("/account")).text

    asyncio.run(walk())


def test_json_calls_need_the_token_of_a_page(browser: Browser) -> None:
    async def walk() -> None:
        for headers in ({}, {"x-form-token": "0" * 64}):
            assert (await browser.http.post("/api/identity/passkey/options", headers=headers)).status_code == 403
        cross = await browser.call(
            "/api/identity/passkey/options", {}, seen_on="/sign-in", **{"sec-fetch-site": "cross-site"}
        )
        assert cross.status_code == 403
        assert (await browser.call("/api/identity/passkeys/options", {}, seen_on="/sign-in")).status_code == 401

    asyncio.run(walk())


def test_the_pages_speak_english(browser: Browser) -> None:
    async def walk() -> None:
        with i18n.speaking("en"):
            shown = (await browser.get("/sign-in")).text
        assert "Sign in" in shown
        assert "Đăng nhập" not in shown

    asyncio.run(walk())


def _session_id(browser: Browser) -> str:
    token = next(each.value for each in browser.http.cookies.jar if each.name == SESSION_COOKIE)
    return api.actor_of_session(token or "", request_id="r").session
