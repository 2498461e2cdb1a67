"""Pages of notices: one's own inbox, where else they go, the panel on My page, and the inbox of the demonstration."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.kernel.actor import ACTS, Actor, Kind
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_
from lienthong.messages import api
from lienthong.webkit import forms, page
from lienthong.webkit.parts import MenuItem, Panel, Place
from lienthong.webkit.request import is_demonstration, require

router = APIRouter(include_in_schema=False)
PAGE = 20
SHORT = 3


@router.get("/my/messages")
async def my_messages(request: Request, before: str = "") -> Response:
    """Show one's notices, newest first."""
    who = require(request)
    found = api.inbox(who, limit=PAGE + 1, before=before)
    more = found[PAGE - 1].id if len(found) > PAGE else ""
    return page.render(request, "messages/inbox.html", messages=found[:PAGE], more=more, before=before)


@router.post("/my/messages/read")
async def read_messages(request: Request) -> Response:
    """Note that the notices of the page were read."""
    form = await forms.read(request)
    require(request)
    api.mark_read(form.who, messages=form.all("message"))
    return page.redirect("/my/messages")


@router.get("/my/messages/ways")
async def ways(request: Request) -> Response:
    """Show where notices go besides the inbox, and offer what this node can send by."""
    return _ways(request, require(request))


@router.post("/my/messages/ways")
async def add_way(request: Request) -> Response:
    """Send a code to an address; the page asks for it."""
    form = await forms.read(request)
    who = require(request)
    channel = form.text("channel")
    try:
        api.add_contact(form.who, channel=channel, address=form.text(channel))
    except Invalid as refused:
        return _ways(request, who, refused, at=channel, typed=form.text(channel))
    return page.redirect("/my/messages/ways")


@router.post("/my/messages/ways/confirm")
async def confirm_way(request: Request) -> Response:
    """Take an address into use with the code that was sent there."""
    form = await forms.read(request)
    who = require(request)
    at = "code-" + form.text("contact")
    try:
        api.confirm_contact(form.who, contact=form.text("contact"), code=form.text(at))
    except Invalid as refused:
        return _ways(request, who, refused, at=at)
    return page.redirect("/my/messages/ways")


@router.post("/my/messages/ways/remove")
async def remove_way(request: Request) -> Response:
    """Send nothing to an address any more."""
    form = await forms.read(request)
    require(request)
    api.remove_contact(form.who, contact=form.text("contact"))
    return page.redirect("/my/messages/ways")


@router.get("/demo/inbox")
async def demonstration_inbox(request: Request) -> Response:
    """Show everybody's notices and one-time codes; in demo mode on this machine only."""
    if not is_demonstration(request):
        raise NotFound("page.missing", N_("Địa chỉ này không có, hoặc không dành cho bạn."))
    return page.render(request, "messages/demonstration.html", messages=api.demonstration_inbox(limit=50))


def _ways(request: Request, who: Actor, refused: Invalid | None = None, *, at: str = "", typed: str = "") -> Response:
    return page.render(
        request,
        "messages/ways.html",
        status=refused.status if refused else 200,
        contacts=api.contacts(who),
        channels=api.channels(),
        faults={at: refused.message} if refused else {},
        typed=typed,
        is_demonstration=is_demonstration(request),
    )


def newest(request: HTTPConnection, who: Actor) -> str:
    """Return the panel with one's newest notices, nothing when there is none."""
    found = api.inbox(who, limit=SHORT)
    return page.fragment(request, "messages/panel.html", messages=found, unread=api.unread(who)) if found else ""


panels: tuple[Panel, ...] = (Panel(id="messages", order=60, render=newest, place="home-side", needs=ACTS),)
places = (Place(path="/my/messages", needs=ACTS), Place(path="/my/messages/ways", needs=""))
menu: tuple[MenuItem, ...] = (
    MenuItem(
        id="messages",
        label=N_("Thông báo"),
        href="/my/messages",
        kinds=frozenset({Kind.OFFICER}),
        place="side",
        group=N_("Việc của tôi"),
        icon="talk",
        order=90,
    ),
)
