"""The pages that belong to no room: the first page, My page, the programming interface, about, the components."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from lienthong.app.web import interface
from lienthong.app.web.gallery import SAMPLES
from lienthong.identity import api as identity
from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.webkit import page
from lienthong.webkit.parts import MenuItem, visible
from lienthong.webkit.request import actor, is_demonstration

router = APIRouter(include_in_schema=False)
menu = (MenuItem(id="home", label=N_("Trang của tôi"), href="/", kinds=frozenset({Kind.CITIZEN}), order=0),)


@router.get("/")
async def home(request: Request) -> Response:
    """Show what needs the citizen now, take an officer to their desk, and welcome everybody else."""
    who = actor(request)
    if who.kind is Kind.CITIZEN:
        top, main, side = (page.panels(request, f"home-{place}") for place in ("top", "main", "side"))
        return page.render(request, "app/home.html", top=top, main=main, side=side)
    if who.kind is Kind.OFFICER:
        places = visible(request.app.state.menu, who, "top")
        return page.redirect(places[0].href if places else "/account")
    people = identity.demonstration_people() if is_demonstration(request) else []
    return page.render(request, "app/welcome.html", people=people)


@router.get("/about")
async def about(request: Request) -> Response:
    """Say how the pages can be used by everyone, what is kept, and where the source is."""
    return page.render(request, "app/about.html")


@router.get("/api/docs")
async def documentation(request: Request) -> Response:
    """Show the programming interface, drawn from the same description as /openapi.json."""
    described: dict[str, Any] = request.app.openapi()
    return page.render(
        request, "app/api.html", operations=interface.operations(described), shapes=interface.shapes(described)
    )


@router.get("/demo/components")
async def components(request: Request) -> Response:
    """Show every component in every state, for people who build screens; in demo mode on this machine only."""
    if not is_demonstration(request):
        raise NotFound("page.missing", N_("Địa chỉ này không có, hoặc không dành cho bạn."))
    density = "desk" if request.query_params.get("density") == "desk" else "citizen"
    return page.render(request, "app/gallery.html", frame=f"webkit/{density}.html", **SAMPLES)
