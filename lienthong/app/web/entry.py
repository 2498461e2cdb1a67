"""The entry of every request: right address, request id, language, browser, who asks; no post from another site."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lienthong.app import rooms
from lienthong.app.web.errors import answer, unexpected
from lienthong.identity import api as identity
from lienthong.kernel import i18n, runtime
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.reference import api as reference
from lienthong.webkit.parts import Place, Visitor, may_open
from lienthong.webkit.request import DEVICE_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE, same_origin, set_cookie

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
MACHINE_PATHS = ("/healthz", "/metrics")
OPEN = tuple(
    Place(path=each, needs="open")
    for each in (
        "/about",
        "/registers",
        "/account",
        "/sign-in",
        "/sign-out",
        "/api/documents/keys",
        "/openapi.json",
        "/api/docs",
    )
)
"""Pages of the house, and of one's own account, that a mandate does not close."""
YEAR = 365 * 24 * 3600


class Address:
    """Sends people who typed 127.0.0.1 to localhost (passkeys exist only there) and refuses names that are not ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in MACHINE_PATHS:
            await self.app(scope, receive, send)
            return
        origin = runtime.current().settings.origin
        own = origin.partition("://")[2]
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        if host == own:
            await self.app(scope, receive, send)
        elif host in _numeric(own):
            query = scope["query_string"].decode("latin-1")
            target = origin + scope.get("raw_path", scope["path"].encode()).decode("latin-1")
            await RedirectResponse(target + ("?" + query if query else ""), 307)(scope, receive, send)
        else:  # another name that points here: a rebinding attack, or LIENTHONG_ORIGIN is not set
            await PlainTextResponse(f"{host}: {origin}\n", 421)(scope, receive, send)


@cache
def _numeric(own: str) -> frozenset[str]:
    name, _, port = own.partition(":")
    return frozenset({f"127.0.0.1:{port}", f"[::1]:{port}"} if name == "localhost" else ())


class Entry:
    """Finds out the language, the browser and who asks, and puts them where ``webkit.request`` reads them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        state = scope.setdefault("state", {})
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
        language = asked or request.cookies.get(LANGUAGE_COOKIE, "")
        i18n.set_language(language)
        state["request_id"] = new_id()
        known_device = request.cookies.get(DEVICE_COOKIE, "")
        state["device"] = known_device if len(known_device) == 26 and known_device.isalnum() else new_id()
        state["actor"], state["visitor"] = replace(ANONYMOUS, request_id=state["request_id"]), None
        try:
            allowed = _enter(state, request.cookies.get(SESSION_COOKIE, ""), scope["path"])
        except Exception as failure:  # the database does not answer: nobody is known, and people are told in words
            await answer(request, unexpected(failure))(scope, receive, send)
            return

        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if state["device"] != known_device and "text/html" in headers.get("content-type", ""):
                    headers.append("set-cookie", _cookie(DEVICE_COOKIE, state["device"]))
                if asked in i18n.LANGUAGES:
                    headers.append("set-cookie", _cookie(LANGUAGE_COOKIE, asked))
                headers["content-language"] = i18n.language()
                headers["x-request-id"] = state["request_id"]
            await send(message)

        if scope["method"] not in SAFE_METHODS and not same_origin(request):
            refusal = Denied("request.origin", N_("Yêu cầu này được gửi từ một trang khác nên không được nhận."))
            await answer(request, refusal)(scope, receive, with_cookies)
            return
        if not allowed:
            refusal = Denied("reach.page", N_("Trang này nằm ngoài phạm vi ủy quyền; hãy trở lại làm cho mình để mở."))
            await answer(request, refusal)(scope, receive, with_cookies)
            return
        await self.app(scope, receive, with_cookies)


def _cookie(name: str, value: str) -> str:
    carrier = Response()
    set_cookie(carrier, name, value, max_age=YEAR)
    return carrier.headers["set-cookie"]


@cache
def places() -> tuple[Place, ...]:
    """Return the places of every room, the longest address first."""
    return tuple(sorted((*OPEN, *rooms.offered("web", "places")), key=lambda each: -len(each.path)))


def _enter(state: dict[str, Any], token: str, path: str) -> bool:
    """Put who asks where pages read it; False when a mandate does not open this address.

    state: own, account: who signed in; actor, visitor: who acts on this page, which at a counter is the person served.
    """
    found = identity.signed_in(token, request_id=state["request_id"]) if token else None
    if found is None or found.actor.kind is Kind.ANONYMOUS:
        state["own"] = state["actor"] = replace(ANONYMOUS, request_id=state["request_id"])
        state["account"] = state["visitor"] = None
        return True
    for_name = "" if found.serving else found.for_name
    state["own"] = state["actor"] = found.actor
    state["account"] = state["visitor"] = Visitor(found.name, found.title, _place(found.actor), for_name)
    place = next((each for each in places() if each.holds(path)), None)
    if found.serving is not None:
        state["serving"] = found.serving
        state["served"] = Visitor(found.for_name, found.for_title)
        if place is not None and place.at_counter:
            state["actor"], state["visitor"] = found.serving, state["served"]
    return may_open(places(), found.actor, path)


def _place(who: Actor) -> str:
    """Return the short name of the officer's agency."""
    agency = reference.agency(who.agency) if who.agency else None
    return str(agency.short) if agency else ""
