"""A citizen's look at the rolls of voters: where my name stands, and that it is missing or wrong."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Invalid, LienThongError
from lienthong.reference import api as reference
from lienthong.stewardship import api
from lienthong.stewardship.web.rolls import faults_of
from lienthong.webkit import forms
from lienthong.webkit.page import fragment, redirect, render
from lienthong.webkit.parts import Panel
from lienthong.webkit.request import require

HOME = "/my/roll"
_OWN = ("missing", "wrong_data")

router = APIRouter(include_in_schema=False)


@router.get("/my/roll")
async def show_own(request: Request, unit: str = "") -> Response:
    """Show where a citizen stands, and what became of their objections."""
    return _own(request, require(request, Kind.CITIZEN), unit, {})


@router.post("/my/roll")
async def object_to_own(request: Request) -> Response:
    """Object: my name is missing, or wrong."""
    form = await forms.read(request)
    typed = form.texts()
    try:
        api.object_to_roll(
            form.who,
            roll=typed.get("roll", ""),
            about=typed.get("about", ""),
            person=form.who.person,
            said=typed.get("said", ""),
        )
    except (Invalid, Conflict) as refused:
        return _own(request, form.who, typed.get("unit", ""), typed, refused)
    return redirect(HOME)


def _own(
    request: Request, who: Actor, unit: str, typed: Mapping[str, str], refused: LienThongError | None = None
) -> Response:
    lines, objections = api.own_lines(who)
    found = reference.search_units(unit, limit=10) if len(unit) > 1 else []
    chosen = [each for each in found if each.level == "commune" and each.valid_to is None]
    posted = [
        (roll, reference.agency(agency), day)
        for each in chosen
        for roll, agency, day in api.posted_rolls(who, unit=each.code)
    ]
    return render(
        request,
        "stewardship/own_roll.html",
        status=refused.status if refused else 200,
        lines=lines,
        objections=objections,
        agencies={each.agency: reference.agency(each.agency) for each in lines},
        kinds=api.OBJECTIONS,
        unit=unit,
        posted=posted,
        typed=dict(typed),
        faults=faults_of(refused, "said"),
        home=HOME,
    )


def _panel(request: HTTPConnection, who: Actor) -> str:
    """Say on My page where one's name is listed while rolls are posted, or how to look for it; else nothing."""
    if who.kind is not Kind.CITIZEN or who.is_helped or who.for_enterprise:
        return ""
    if not api.is_roll_posted():  # most days no election is near
        return ""
    standing = [each for each in api.own_lines(who)[0] if each.state == "posted"]
    return fragment(request, "stewardship/own_roll_panel.html", lines=standing, home=HOME)


panels = (Panel(id="rolls", order=60, render=_panel, place="home-side"),)
