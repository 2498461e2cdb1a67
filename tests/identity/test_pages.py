"""The pages: ways in, one click on this machine only, own paths only, an account its owner controls."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lienthong.identity import api
from lienthong.identity.domain import safe_path
from lienthong.kernel.runtime import Runtime
from lienthong.webkit.request import SESSION_COOKIE
from tests.browsing import Browser
from tests.identity.conftest import MOTHER, call
from tests.identity.device import Phone

CLICK = "/sign-in/demonstration"
ANDROID = "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile"
Browse = Callable[..., Browser]


def test_one_click_signs_in_and_goes_on(browser: Browser) -> None:
    shown = browser.get("/sign-in?next=/account&level=2").text
    assert "Việc bạn muốn làm cần mức xác thực 2." in shown
    assert "Đặng Ngọc Trâm" in shown
    entered = browser.post(CLICK, seen_on="/sign-in", follow=False, person="mother", next="/account")
    assert (entered.status_code, entered.headers["location"]) == (303, "/account")
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert "SameSite=lax" in entered.headers["set-cookie"]
    account = browser.get("/account").text
    assert "079 192 •••• 17" in account
    assert MOTHER not in account


def test_who_must_sign_in_first_comes_back(browser: Browser) -> None:
    turned_away = browser.request("GET", "/account", headers={"accept": "text/html"})
    assert turned_away.headers["location"].startswith("/sign-in?next=%2Faccount")


def test_demonstration_people_are_shown_to_this_machine_only(browser: Browser, browse: Browse) -> None:
    far = browse(address="192.0.2.7")
    assert "Đặng Ngọc Trâm" not in far.get("/sign-in").text
    assert far.post(CLICK, seen_on="/sign-in", person="mother").status_code == 403
    with pytest.raises(KeyError):
        far.cookie(SESSION_COOKIE)


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
    entered = browser.post(CLICK, seen_on="/sign-in", follow=False, person="mother", next="//evil.test/x")
    assert entered.headers["location"] == "/"


def test_a_session_planted_before_sign_in_is_worth_nothing(browser: Browser) -> None:
    planted = {"cookie": f"{SESSION_COOKIE}=planted", "accept": "text/html"}
    fields = browser.hidden_fields("/sign-in") | {"person": "mother"}
    device = f"device={browser.cookie('device')}"
    entered = browser.send(CLICK, fields, **{**planted, "cookie": f"{planted['cookie']}; {device}"})
    assert entered.status_code == 303
    assert api.actor_of_session("planted", request_id="r").subject == ""
    assert api.actor_of_session(browser.cookie(SESSION_COOKIE), request_id="r").subject == MOTHER


def test_a_form_of_another_site_or_browser_does_nothing(browser: Browser, browse: Browse) -> None:
    fields = browser.hidden_fields("/sign-in") | {"person": "mother"}
    cross = browser.send(CLICK, fields, **{"sec-fetch-site": "cross-site"})
    stranger = browse().send(CLICK, fields)
    missing = browser.send(CLICK, {"person": "mother"})
    assert [cross.status_code, stranger.status_code, missing.status_code] == [403, 403, 403]


def test_the_owner_ends_sessions_and_signs_out(browser: Browser, browse: Browse) -> None:
    other = browse().as_person("mother")
    browser.as_person("mother")
    shown = browser.get("/account").text
    ids = re.findall(r'name="session" value="(\w{26})"', shown)
    own = api.actor_of_session(browser.cookie(SESSION_COOKIE), request_id="r").session
    (theirs,) = (each for each in ids if each != own)
    assert shown.count("Thiết bị này") == 1
    browser.post("/account/sessions/end", seen_on="/account", session=theirs)
    assert "Nơi đang đăng nhập" not in other.get("/account").text
    browser.post("/sign-out", seen_on="/account")
    assert "Nơi đang đăng nhập" not in browser.get("/account").text


def test_signing_out_everywhere_ends_this_session_too(browser: Browser) -> None:
    token = browser.as_person("mother").cookie(SESSION_COOKIE)
    browser.post("/account/sign-out-everywhere", seen_on="/account")
    assert api.actor_of_session(token, request_id="r").subject == ""


def test_a_passkey_is_made_and_used_through_the_pages(browser: Browser, browse: Browse, sqlite_node: Runtime) -> None:
    phone, origin = Phone(), sqlite_node.settings.origin
    browser.as_person("mother")
    asked = call(browser, "/api/identity/passkeys/options", {}, seen_on="/account").json()
    made = {"attempt": asked["attempt"], "credential": phone.create(asked["options"], origin=origin)}
    agent = {"user-agent": ANDROID}
    assert call(browser, "/api/identity/passkeys", made, seen_on="/account", **agent).status_code == 200
    shown = browser.get("/account").text
    assert "Chrome, Android" in shown
    passkey = re.findall(r'name="passkey" value="(\w{26})"', shown)[0]

    fresh = browse()
    asked = call(fresh, "/api/identity/passkey/options", {}, seen_on="/sign-in").json()
    signed = {"attempt": asked["attempt"], "credential": phone.get(asked["options"], origin=origin), "next": "/x"}
    assert call(fresh, "/api/identity/passkey", signed, seen_on="/sign-in").json() == {"next": "/x"}
    assert "bằng khóa truy cập" in fresh.get("/account").text

    fresh.post("/account/passkeys/remove", seen_on="/account", passkey=passkey)
    assert "Chưa có khóa truy cập nào." in fresh.get("/account").text


def test_json_calls_need_the_token_of_a_page(browser: Browser) -> None:
    path = "/api/identity/passkey/options"
    for headers in ({}, {"x-form-token": "0" * 16 + "." + "0" * 64}):
        assert browser.request("POST", path, headers=headers).status_code == 403
    cross = call(browser, path, {}, seen_on="/sign-in", **{"sec-fetch-site": "cross-site"})
    assert cross.status_code == 403
    refused = call(browser, "/api/identity/passkeys/options", {}, seen_on="/sign-in")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "session.needed")


def test_the_pages_speak_english(browser: Browser) -> None:
    vietnamese = re.compile(r"[ăđêôơưĂĐÊÔƠƯẠ-ỹ]")
    browser.get("/sign-in?lang=en")
    shown = [browser.get("/sign-in").text]
    browser.as_person("commune-officer")
    shown.append(browser.get("/account").text)
    own = (re.sub(r"(?s)<header.*?</header>|<footer.*?</footer>|<title>.*?</title>", "", each) for each in shown)
    words = [re.findall(r">([^<]*)<", re.sub(r"<h3.*?</form>", "", each, flags=re.DOTALL)) for each in own]
    left = {each for page in words for each in page if vietnamese.search(each)}
    assert left <= {"Tiếng Việt", "Đặng Ngọc Trâm · "}
