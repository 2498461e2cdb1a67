"""Pages of objections to a roll of voters: written down, looked at, answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Invalid, LienThongError, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.stewardship import api
from lienthong.stewardship.web.rolls import HOME, faults_of, shown, unsaid
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)


@router.post("/steward/population/roll/{roll}/objections")
async def write_objection(request: Request, roll: str) -> Response:
    """Write an objection down."""
    form = await forms.read(request)
    typed = form.texts()
    try:
        api.object_to_roll(form.who, roll=roll, **_answers_of(typed))
    except (Invalid, Conflict) as refused:
        return _objecting(request, form.who, roll, typed, refused)
    return redirect(f"{HOME}/{quote(roll)}#objections")


@router.get("/steward/population/roll/{roll}/objections/new")
async def new_objection(request: Request, roll: str, area: int = 0, place: int = 0) -> Response:
    """Show the form that writes an objection down; about somebody on a line when it is named."""
    who = require(request, Kind.OFFICER, role=api.ROLL_ROLES)
    person = api.roll_person(who, roll=roll, area=area, place=place) if place else ""
    return _objecting(request, who, roll, {"person": person})


@router.get("/steward/population/roll/{roll}/objections/{objection}")
async def show_objection(request: Request, roll: str, objection: str) -> Response:
    """Show an objection with the line it is about, and the form for its answer."""
    return _deciding(request, require(request, Kind.OFFICER, role=api.ROLL_ROLES), roll, objection, {})


@router.post("/steward/population/roll/{roll}/objections/{objection}")
async def decide(request: Request, roll: str, objection: str) -> Response:
    """Answer an objection."""
    form = await forms.read(request)
    typed = form.texts()
    try:
        if typed.get("answer") not in {"accept", "reject"}:
            raise unsaid("answer")
        api.decide_objection(
            form.who,
            objection=objection,
            accept=typed["answer"] == "accept",
            reason=typed.get("reason", ""),
            ground=typed.get("ground", ""),
            to_area=_whole(typed.get("to_area", "")),
        )
    except (Invalid, Conflict) as refused:
        return _deciding(request, form.who, roll, objection, typed, refused)
    return redirect(f"{HOME}/{quote(roll)}#objections")


def _answers_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers of an objection's form as the verb takes them."""
    return {
        "about": typed.get("about", ""),
        "person": "".join(typed.get("person", "").split()),
        "said": typed.get("said", ""),
        "to_area": _whole(typed.get("to_area", "")),
    }


def _objecting(
    request: Request, who: Actor, roll: str, typed: Mapping[str, str], refused: LienThongError | None = None
) -> Response:
    found = api.roll(who, roll=roll)
    return render(
        request,
        "stewardship/roll_objection_new.html",
        status=refused.status if refused else 200,
        roll=found,
        areas=_areas_of(found),
        kinds=[(name, gettext(title)) for name, title in api.OBJECTIONS.items()],
        typed=dict(typed),
        faults=faults_of(refused, "about"),
        home=HOME,
    )


def _deciding(
    request: Request,
    who: Actor,
    roll: str,
    objection: str,
    typed: Mapping[str, str],
    refused: LienThongError | None = None,
) -> Response:
    said, line = api.roll_objection(who, objection=objection)
    if said.roll != roll:
        raise NotFound("page.none", N_("Không có trang này."))
    found = api.roll(who, roll=said.roll)
    return render(
        request,
        "stewardship/roll_objection.html",
        status=refused.status if refused else 200,
        roll=found,
        said=said,
        line=line,
        shown=shown,
        areas=_areas_of(found),
        kinds=api.OBJECTIONS,
        grounds=[(name, str(title)) for name, title in found.kind.grounds.items()],
        typed=dict(typed),
        faults=faults_of(refused, "answer"),
        home=HOME,
    )


def _areas_of(roll: api.Roll) -> list[tuple[int, str]]:
    """Return the areas of a roll as choices."""
    return [(each.number, each.area.name) for each in roll.areas if each.area]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
