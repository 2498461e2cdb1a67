"""What a page needs to know of its request: who asks, from where, and what they may do."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.kernel import runtime
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind
from lienthong.kernel.errors import Denied, SignInNeeded
from lienthong.kernel.i18n import N_, gettext
from lienthong.webkit import parts

SESSION_COOKIE = "session"
DEVICE_COOKIE = "device"
LANGUAGE_COOKIE = "lang"
_LOOPBACK = {"127.0.0.1", "::1"}


def actor(request: HTTPConnection) -> Actor:
    """Return who asks; anonymous without a session. Each request has its own request id."""
    return getattr(request.state, "actor", ANONYMOUS)


def require(
    request: HTTPConnection, kind: Kind | None = None, *, role: str | Collection[str] = "", level: int = 0
) -> Actor:
    """Return who asks when they are signed in, of this kind, with one of the roles, at this level.

    Raises SignInNeeded (nobody signed in, or the level is too low) or Denied.
    """
    who = actor(request)
    if who.kind is Kind.ANONYMOUS:
        raise SignInNeeded("sign_in.needed", N_("Bạn cần đăng nhập để tiếp tục."), level=level)
    roles = {role} if isinstance(role, str) else set(role)
    if (kind is not None and who.kind is not kind) or (roles - {""} and not roles & who.roles):
        raise Denied("page.denied", N_("Trang này không dành cho vai trò bạn đang dùng."))
    if who.level < level:
        raise SignInNeeded("sign_in.level", N_("Việc này cần mức xác thực %(level)s; hãy xác thực thêm."), level=level)
    return who


def may_open(request: HTTPConnection, path: str) -> bool:
    """Say whether who acts on this page may open another address, so that no link leads to a closed page."""
    return parts.may_open(getattr(request.app.state, "places", ()), actor(request), path)


def served(request: HTTPConnection) -> Actor:
    """Return the person whom the signed-in officer serves at the counter, in this request. Raises Denied for nobody."""
    serving = getattr(request.state, "serving", None)
    if serving is None:
        raise Denied("counter.nobody", N_("Không có ai đang được phục vụ; hãy bắt đầu ở trang Phục vụ tại quầy."))
    return serving


def you(request: HTTPConnection) -> str:
    """Return how a sentence addresses who reads it: anh, chị, ông or bà; bạn while that is not known."""
    visitor = getattr(request.state, "visitor", None)
    return gettext(visitor.title if visitor and visitor.title else N_("bạn"))


def device(request: HTTPConnection) -> str:
    """Return the random id of the browser (a cookie), for limits and for forms before sign-in."""
    return getattr(request.state, "device", "")


def is_loopback(request: HTTPConnection) -> bool:
    """True when the peer is this machine itself, not somebody behind a proxy on it."""
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return request.client is not None and request.client.host in _LOOPBACK and not forwarded


def is_demonstration(request: HTTPConnection) -> bool:
    """True when one-click people, the demonstration inbox and the gallery may be shown: demo mode, this machine."""
    return runtime.current().settings.is_demo and is_loopback(request)


def same_origin(request: HTTPConnection) -> bool:
    """True unless the browser says that another site sends this request (Sec-Fetch-Site, else Origin)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "")


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None) -> None:
    """Set a cookie: HttpOnly, SameSite=Lax, Secure when people come over TLS.

    max_age: seconds; None ends with the browser.
    """
    secure = runtime.current().settings.origin.startswith("https://")
    response.set_cookie(name, value, max_age=max_age, path="/", httponly=True, samesite="lax", secure=secure)


def set_session_cookie(response: Response, token: str, *, max_age: int) -> None:
    """Give the browser its session; the token is never stored on our side, only its hash."""
    set_cookie(response, SESSION_COOKIE, token, max_age=max_age)


def clear_session_cookie(response: Response) -> None:
    """Take the session away from the browser."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
