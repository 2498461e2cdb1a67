"""What I agreed to: every sharing that rests on my consent, with my word on it and the way to take it back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.webkit import forms, page
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
WORDS = {"yes": api.consent_given, "no": api.consent_declined, "back": api.consent_withdrawn}


@router.get("/my/consents")
async def consents(request: Request) -> Response:
    """Show what may be shared only with my consent: what I agreed to first."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    found = sorted(api.agreements(who), key=lambda each: not each.given)
    return page.render(request, "exchange/consents.html", agreements=found)


@router.post("/my/consents")
async def say(request: Request) -> Response:
    """Agree to a contract, say no, or take it back."""
    form = await forms.read(request)
    word = WORDS.get(form.text("word"))
    if word is None:
        raise Invalid("consent.word", N_("Bấm một trong các nút ở trang này để trả lời."))
    word(form.who, contract=form.text("contract"))
    return page.redirect("/my/consents")
