"""My data in every register, one version of a record, and my family."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.i18n import N_
from lienthong.webkit import page
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
KINDS = {"created": N_("Lập mới"), "changed": N_("Thay đổi"), "corrected": N_("Cải chính")}


@router.get("/my/data")
async def data(request: Request) -> Response:
    """Show what every register holds about the person; the look stands in their log."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    return page.render(request, "exchange/data.html", found=api.own_data(who), own=who.person)


@router.get("/my/data/{register}/{record}/{version}")
async def version(request: Request, register: str, record: str, version: str) -> Response:
    """Show what one version of one of the person's own records says, since when, by whom, and what proves it."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 7 else 0
    shown = api.own_version(who, register=register, record=record, version=number)
    return page.render(request, "exchange/version.html", shown=shown, kinds=KINDS, own=who.person)


@router.get("/my/family")
async def family(request: Request) -> Response:
    """Show to whom the registers tie the person; the look stands in the log of everybody shown."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    return page.render(request, "exchange/family.html", family=api.family(who), own=who.person)


def glance(request: HTTPConnection, who: Actor) -> str:
    """Show spouse, children and address on My page."""
    if who.kind is not Kind.CITIZEN or who.level < 2:
        return ""
    return page.fragment(request, "exchange/glance.html", family=api.family_glance(who))
