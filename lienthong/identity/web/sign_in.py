"""Sign in and out: the ways in, and in a demonstration one click."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api
from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Invalid, LienThongError
from lienthong.webkit import forms, page
from lienthong.webkit.request import clear_session_cookie, is_demonstration, is_loopback, set_session_cookie

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def sign_in(request: Request) -> Response:
    """Show the ways in. ``next``: own path to go on to; ``level``: what it asks for."""
    return ways_in(request, next_path=api.safe_path(request.query_params.get("next", "/")))


@router.post("/sign-in/demonstration")
async def demonstration(request: Request) -> Response:
    """Become one of the demonstration's people: on this machine, in demonstration mode."""
    form = await forms.read(request)
    entry = api.sign_in_demonstration(
        form.who, key=form.text("person"), loopback=is_loopback(request), device=device_of(request)
    )
    return entered(page.redirect(api.safe_path(form.text("next"))), entry)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End this session."""
    form = await forms.read(request)
    api.sign_out(form.who)
    response = page.redirect("/")
    clear_session_cookie(response)
    return response


def ways_in(request: Request, *, next_path: str, typed: str = "", error: LienThongError | None = None) -> Response:
    """Show the sign-in page, with what was wrong when a code was asked for."""
    people = api.demonstration_people() if is_demonstration(request) else []
    level = request.query_params.get("level", "")
    return page.render(
        request,
        "identity/sign_in.html",
        status=error.status if error else 200,
        next_path=next_path,
        level=level if level in {"1", "2", "3"} else "",
        typed=typed,
        codes=api.codes_available(),
        error=error,
        faults=error.faults if isinstance(error, Invalid) else (),
        citizens=[each for each in people if each.kind is Kind.CITIZEN],
        officers=[each for each in people if each.kind is Kind.OFFICER],
        form_token=forms.form_token(request),
    )


def entered(response: Response, entry: api.Entry) -> Response:
    """Give the browser its new session."""
    set_session_cookie(response, entry.token, max_age=int(entry.lifetime.total_seconds()))
    return response


def device_of(request: Request) -> str:
    """Return what the owner will recognise this browser by, "" when it cannot be told."""
    return api.device_name(request.headers.get("user-agent", ""))
