"""The first page: welcome, My page, or the officer's own place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from markupsafe import Markup
from starlette.requests import HTTPConnection

from lienthong.app import rooms
from lienthong.app.asgi import make_app
from lienthong.kernel.actor import Actor
from lienthong.kernel.runtime import Runtime
from lienthong.webkit.parts import Panel
from tests.browsing import Browser, count_queries

Browse = Callable[..., Browser]


def test_a_citizen_is_greeted_and_sees_my_page(nation: Runtime, browse: Browse) -> None:
    page = browse().as_person("mother").get("/")
    assert "Chào chị Hà" in page.text
    assert "Thứ Bảy, 21/11/2026" in page.text
    assert '<a href="/" aria-current="page">Trang của tôi</a>' in page.text


def test_an_officer_is_taken_to_the_first_place_of_their_menu(nation: Runtime, browse: Browse) -> None:
    browser = browse().as_person("provincial-chairman")
    answer = browser.request("GET", "/", headers={"accept": "text/html"})
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert browser.get(place).status_code == 200
    assert f'<a href="{place}" aria-current="page">' in browser.get(place).text


def test_panels_of_the_rooms_stand_in_their_order_and_empty_ones_are_left_out(
    nation: Runtime, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panel(name: str, order: int) -> Panel:
        def render(_request: HTTPConnection, who: Actor) -> str:
            return Markup("<section>{} {}</section>").format(name, who.subject) if name else ""

        return Panel(id=name or "empty", order=order, render=render)

    offered = rooms.offered
    extra = [panel("second", 902), panel("", 901), panel("first <b>", 900)]
    monkeypatch.setattr(
        rooms, "offered", lambda part, name: [*offered(part, name), *(extra if name == "panels" else [])]
    )
    text = browse(app=make_app()).as_person("mother").get("/").text
    assert text.index("first &lt;b&gt;") < text.index("second")


def test_my_page_asks_the_database_a_bounded_number_of_times(nation: Runtime, browse: Browse) -> None:
    browser = browse().as_person("mother")
    browser.get("/")
    with count_queries() as statements:
        browser.get("/")
    assert len(statements) <= 30, statements
