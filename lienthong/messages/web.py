"""Pages of notices: one's own inbox, its panel on My page, and the inbox of the demonstration."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.messages import api
from lienthong.webkit import forms, page
from lienthong.webkit.parts import Panel
from lienthong.webkit.request import is_demonstration, require

router = APIRouter(include_in_schema=False)
PAGE = 20
SHORT = 3


@router.get("/my/messages")
async def my_messages(request: Request, before: str = "") -> Response:
    """Show one's notices, newest first."""
    who = require(request, Kind.CITIZEN)
    found = api.inbox(who, limit=PAGE + 1, before=before)
    more = found[PAGE - 1].id if len(found) > PAGE else ""
    return page.render(request, "messages/inbox.html", messages=found[:PAGE], more=more, before=before)


@router.post("/my/messages/read")
async def read_messages(request: Request) -> Response:
    """Note that the notices of the page were read."""
    form = await forms.read(request)
    require(request, Kind.CITIZEN)
    api.mark_read(form.who, messages=form.all("message"))
    return page.redirect("/my/messages")


@router.get("/demo/inbox")
async def demonstration_inbox(request: Request) -> Response:
    """Show everybody's notices and one-time codes; in demo mode on this machine only."""
    if not is_demonstration(request):
        raise NotFound("page.missing", N_("Địa chỉ này không có, hoặc không dành cho bạn."))
    return page.render(request, "messages/demonstration.html", messages=api.demonstration_inbox(limit=50))


def newest(request: HTTPConnection, who: Actor) -> str:
    """Return the panel with one's newest notices, nothing when there is none."""
    found = api.inbox(who, limit=SHORT)
    return page.fragment(request, "messages/panel.html", messages=found, unread=api.unread(who)) if found else ""


panels: tuple[Panel, ...] = (Panel(id="messages", order=60, render=newest, place="home-side"),)
