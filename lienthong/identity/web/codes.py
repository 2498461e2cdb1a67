"""One-time codes: ask for one, type it in. Nothing here needs JavaScript."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api
from lienthong.identity.web.sign_in import device_of, entered, ways_in
from lienthong.kernel.errors import Denied, Invalid, TooMany, Unavailable
from lienthong.webkit import forms, page
from lienthong.webkit.request import set_cookie

router = APIRouter(include_in_schema=False)
ATTEMPT_COOKIE = "sign_in"
NEXT_COOKIE = "sign_in_next"
KEPT = 600


@router.post("/sign-in")
async def ask_code(request: Request) -> Response:
    """Send a code, if the number has an account; the next page is the same for every number."""
    form = await forms.read(request)
    next_path = api.safe_path(form.text("next"))
    try:
        asked = api.start_code(form.who, subject=form.text("subject"))
    except (Invalid, TooMany, Unavailable) as error:
        return ways_in(request, next_path=next_path, typed=form.text("subject"), error=error)
    response = page.redirect("/sign-in/code")
    set_cookie(response, ATTEMPT_COOKIE, asked.attempt, max_age=KEPT)
    set_cookie(response, NEXT_COOKIE, next_path, max_age=KEPT)
    return response


@router.get("/sign-in/code")
async def code(request: Request) -> Response:
    """Ask for the code that was sent."""
    if not request.cookies.get(ATTEMPT_COOKIE):
        return page.redirect("/sign-in")
    return page.render(request, "identity/code.html", error=None)


@router.post("/sign-in/code")
async def check_code(request: Request) -> Response:
    """Begin the session when the code is right."""
    form = await forms.read(request)
    attempt = request.cookies.get(ATTEMPT_COOKIE, "")
    try:
        entry = api.finish_code(form.who, attempt=attempt, code=form.text("code"), device=device_of(request))
    except (Denied, TooMany) as error:
        return page.render(request, "identity/code.html", status=error.status, error=error)
    response = page.redirect(api.safe_path(request.cookies.get(NEXT_COOKIE, "/")))
    for name in (ATTEMPT_COOKIE, NEXT_COOKIE):
        set_cookie(response, name, "", max_age=0)
    return entered(response, entry)
