"""Errors as people and machines read them: a page that says what to do, or JSON with both sentences."""

from __future__ import annotations

import logging
import traceback
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lienthong.kernel.errors import Fault, Invalid, LienThongError, NotFound, SignInNeeded
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.outages import outage
from lienthong.webkit import page

log = logging.getLogger("lienthong.app")
TITLES = {
    401: N_("Cần đăng nhập"),
    403: N_("Bạn không xem được phần này"),
    404: N_("Không có trang này"),
    405: N_("Không có trang này"),
    409: N_("Có người vừa làm việc này trước"),
    422: N_("Có chỗ chưa đúng"),
    429: N_("Bạn gửi quá nhanh"),
    500: N_("Hệ thống gặp lỗi"),
    503: N_("Tạm thời chưa làm được"),
}


class WrongMethod(NotFound):
    """The address is there, but not for this method of HTTP."""

    status = 405


def wants_json(request: HTTPConnection) -> bool:
    """True for addresses under /api/ and for callers that ask for JSON and not for a page."""
    accepted = request.headers.get("accept", "")
    path = request.url.path
    return (path.startswith("/api/") and path != "/api/docs") or (
        "application/json" in accepted and "text/html" not in accepted
    )


def answer(request: HTTPConnection, error: LienThongError) -> Response:
    """Return the error as a page or as JSON; who must sign in first is taken there and back."""
    headers: dict[str, str] = {}
    if "retry_after" in error.data:
        headers["Retry-After"] = str(error.data["retry_after"])
    if wants_json(request):
        return JSONResponse({"error": error.as_dict()}, error.status, headers)
    if isinstance(error, SignInNeeded) and request.scope["method"] in {"GET", "HEAD"}:
        return page.redirect(_sign_in(request, error))
    shown = page.render(
        Request(request.scope),
        "app/error.html",
        status=error.status,
        title=gettext(TITLES.get(error.status, TITLES[500])),
        text=error.message,
        faults=error.faults if isinstance(error, Invalid) else (),
        sign_in=_sign_in(request, error) if isinstance(error, SignInNeeded) else "",
        code=f"{error.code} · {getattr(request.state, 'request_id', '')}",
    )
    shown.headers.update(headers)
    return shown


def install(app: FastAPI) -> None:
    """Let every error of the house, of the framework and of pydantic come out in one shape."""

    async def ours(request: Request, error: Exception) -> Response:
        return answer(request, error if isinstance(error, LienThongError) else unexpected(error))

    async def framework(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status in {404, 405}:
            missing = NotFound if status == 404 else WrongMethod
            shown = answer(request, missing("page.missing", N_("Địa chỉ này không có, hoặc không dành cho bạn.")))
            shown.headers.update(getattr(error, "headers", None) or {})  # Allow: what the address does take
            return shown
        return answer(request, Invalid("request.refused", N_("Yêu cầu gửi lên không đúng cách; hãy mở lại trang.")))

    async def shape(request: Request, error: Exception) -> Response:
        faults = _shape_faults(error) if isinstance(error, RequestValidationError) else ()
        return answer(request, Invalid("request.shape", N_("Dữ liệu gửi lên chưa đúng dạng."), faults))

    app.add_exception_handler(LienThongError, ours)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, shape)


class Catch:
    """Turns an unexpected failure into a page; the log gets its kind and place, never its message or values."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as failure:
            if scope["type"] != "http":
                raise
            error = unexpected(failure)
            if not started:
                await answer(HTTPConnection(scope), error)(scope, receive, send)


def unexpected(failure: Exception) -> LienThongError:
    """Return what people are told of any failure; the log gets its kind and place, never its message or values."""
    if isinstance(failure, LienThongError):
        return failure
    places = [
        f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(failure.__traceback__)
    ]
    log.error("unexpected %s at %s", type(failure).__name__, " > ".join(places[-6:]))
    if said := outage(failure):
        return said
    return LienThongError(
        "unexpected", N_("Hệ thống gặp lỗi bất ngờ; chưa có gì mất. Hãy thử lại, hoặc báo mã bên dưới.")
    )


def _shape_faults(error: RequestValidationError) -> list[Fault]:
    return [
        Fault(".".join(str(part) for part in each["loc"]), each["type"], N_("Giá trị chưa đúng dạng."))
        for each in error.errors()
    ]


def _sign_in(request: HTTPConnection, error: LienThongError) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    back = request.url.path + query if request.scope["method"] == "GET" else "/"
    level = error.data.get("level") or 0
    return f"/sign-in?next={quote(back, safe='')}" + (f"&level={level}" if level else "")
