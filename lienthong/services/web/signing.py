"""What another person asks somebody to sign: read, signed or declined, with one's own account or at a counter."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Fault, Invalid, NotFound, TooMany, Unavailable, fault
from lienthong.kernel.i18n import N_
from lienthong.services import api
from lienthong.services.web import attachments, shown
from lienthong.services.web.counter import word_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
SCAN = "scan"


@router.get("/to-sign/{draft}")
async def show_to_sign(request: Request, draft: str) -> Response:
    """Show the other parent what they are asked to sign, and why."""
    return _page(request, require(request, Kind.CITIZEN), draft)


@router.post("/to-sign/{draft}")
async def sign(request: Request, draft: str) -> Response:
    """Sign, or decline to sign, exactly what was shown; at a counter with the person's word and the scanned print."""
    require(request, Kind.CITIZEN)  # before a large form is read
    form = await forms.read(request, limit=attachments.ALL_FILES, files=attachments.FILES)
    agree, scan = form.text("answer") == "agree", [api.Handed(*each) for each in await form.uploads(SCAN)]
    try:
        await run_in_threadpool(api.cosign, form.who, draft=draft, agree=agree, word=word_of(form), scan=scan)
    except (Invalid, TooMany, Unavailable) as wrong:
        told = wrong.faults if isinstance(wrong, Invalid) else ()
        at = "slip" if isinstance(wrong, TooMany) else SCAN
        return _page(request, form.who, draft, told or [fault(at, wrong.code, wrong.template, **wrong.data)])
    return redirect(f"/to-sign/{draft}" if agree or form.who.assisted_by else "/")


def _page(request: Request, who: Actor, draft: str, faults: Sequence[Fault] = ()) -> Response:
    found = next((each for each in api.to_sign(who) if each.draft == draft), None)
    if found is None:
        raise NotFound("signature.unknown", N_("Không có hồ sơ nào đang chờ bạn ký ở địa chỉ này."))
    return render(
        request,
        "services/to_sign.html",
        status=422 if faults else 200,
        asked=found,
        known=shown.blocks(found.groups),
        faults=faults,
        **attachments.LIMITS,
    )
