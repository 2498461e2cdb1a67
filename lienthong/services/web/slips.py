"""Codes that carry a draft: shown on a telephone for the counter, and the paper slip followed at home."""

from __future__ import annotations

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Invalid, NotFound, TooMany
from lienthong.services import api
from lienthong.services.web.counter import faults_of
from lienthong.webkit import forms
from lienthong.webkit.page import render
from lienthong.webkit.request import actor, device

router = APIRouter(include_in_schema=False)


@router.post("/drafts/{draft}/counter")
async def show_code(request: Request, draft: str) -> Response:
    """Show the code with which a counter opens this draft; asked again, a new one takes its place."""
    form = await forms.read(request)
    slip = api.hand_over(form.who, draft=draft)
    drawn = segno.make(slip.code, error="m").svg_inline(scale=1, border=2, omitsize=True, svgclass=None, lineclass=None)
    qr = Markup(drawn)  # noqa: S704  made by segno from a code of ours
    return render(request, "services/counter_code.html", slip=slip, qr=qr, draft=draft)


@router.get("/slip")
async def ask(request: Request) -> Response:
    """Ask for the code of a slip."""
    return render(request, "services/slip.html", found=None, own=False, faults=(), typed="")


@router.post("/slip")
async def follow(request: Request) -> Response:
    """Show how far the slip's dossier is; who signed in as its person may go on with it."""
    form = await forms.read(request)
    try:
        found = api.follow(form.who, code=form.text("code"), browser=device(request))
    except (Invalid, TooMany, NotFound) as wrong:
        faults = faults_of(wrong)
        typed = form.text("code")
        return render(
            request, "services/slip.html", status=wrong.status, found=None, own=False, faults=faults, typed=typed
        )
    own = actor(request).kind is Kind.CITIZEN and api.is_mine(form.who, draft=found.draft)
    return render(request, "services/slip.html", found=found, own=own, faults=(), typed="")
