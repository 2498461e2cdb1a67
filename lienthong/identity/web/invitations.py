"""The first way into an account: an opening code on paper."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api
from lienthong.identity.web.sign_in import device_of, entered
from lienthong.kernel.errors import Denied
from lienthong.webkit import forms, page

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/opening-code")
async def opening_code(request: Request) -> Response:
    """Ask for the code on the paper."""
    return page.render(request, "identity/opening_code.html", error=None)


@router.post("/sign-in/opening-code")
async def accept(request: Request) -> Response:
    """Begin the session and go on to the account, where a passkey can be made."""
    form = await forms.read(request)
    try:
        entry = api.accept_invitation(form.who, code=form.text("code"), device=device_of(request))
    except Denied as error:
        return page.render(request, "identity/opening_code.html", status=error.status, error=error)
    return entered(page.redirect("/account#passkeys"), entry)
