"""One's own account: where it is signed in, its passkeys, its language."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api
from lienthong.identity.web.sign_in import entered
from lienthong.kernel.actor import Kind
from lienthong.reference import api as reference
from lienthong.webkit import forms, page
from lienthong.webkit.request import clear_session_cookie, require

router = APIRouter(include_in_schema=False)


@router.get("/account")
async def account(request: Request) -> Response:
    """Show the account."""
    who = require(request)
    return page.render(
        request,
        "identity/account.html",
        sessions=api.sessions(who),
        passkeys=api.passkeys(who),
        form_token=forms.form_token(request),
    )


@router.get("/account/children")
async def children(request: Request) -> Response:
    """Show the children one may act for; the look into the register is in their log."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    return page.render(request, "identity/children.html", children=api.children(who), below=api.parent_acts_below())


@router.get("/account/enterprises")
async def enterprises(request: Request) -> Response:
    """Show the enterprises one represents by law; the look into the register is in the log."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    found = [(each, reference.show_value("commune", each.commune)) for each in api.enterprises(who)]
    return page.render(request, "identity/enterprises.html", enterprises=found)


@router.post("/account/act-for")
async def act_for(request: Request) -> Response:
    """Go on for a child or an enterprise, or for oneself again (both empty)."""
    form = await forms.read(request)
    entry = api.act_for(form.who, person=form.text("person"), enterprise=form.text("enterprise"))
    return entered(page.redirect("/"), entry)


@router.post("/account/sessions/end")
async def end_session(request: Request) -> Response:
    """End one of one's own sessions."""
    form = await forms.read(request)
    api.end_session(form.who, session=form.text("session"))
    response = page.redirect("/account#sessions")
    if form.text("session") == form.who.session:
        response = page.redirect("/")
        clear_session_cookie(response)
    return response


@router.post("/account/passkeys/remove")
async def remove_passkey(request: Request) -> Response:
    """Remove one of one's own passkeys."""
    form = await forms.read(request)
    api.remove_passkey(form.who, passkey=form.text("passkey"))
    return page.redirect("/account#passkeys")


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(request: Request) -> Response:
    """End every session of one's own."""
    form = await forms.read(request)
    api.sign_out_everywhere(form.who)
    response = page.redirect("/")
    clear_session_cookie(response)
    return response
