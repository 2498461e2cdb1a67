"""Pages of rolls of voters for the committee that draws them up: list, drawing, one roll, an area, objections."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError, NotFound
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.stewardship import api
from lienthong.webkit import forms
from lienthong.webkit.downloads import KINDS
from lienthong.webkit.page import redirect, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require

HOME = "/steward/population/roll"
KIND = "deputies"
_SHEETS = {"csv", "xlsx"}
_PAGE = 50

router = APIRouter(include_in_schema=False)
menu = (
    MenuItem(
        id="rolls",
        label=N_("Danh sách cử tri"),
        href=HOME,
        kinds=frozenset({Kind.OFFICER}),
        roles=api.ROLL_ROLES,
        order=45,
    ),
)


@router.get("/steward/population/roll")
async def show_rolls(request: Request, after: str = "") -> Response:
    """List the rolls of the agency, newest first."""
    who = require(request, Kind.OFFICER, role=api.ROLL_ROLES)
    found = api.rolls(who, limit=_PAGE, after=after)
    return render(
        request,
        "stewardship/rolls.html",
        rolls=found,
        agencies={each.agency: reference.agency(each.agency) for each in found},
        may_draw=bool(api.may_work_on_rolls(who, roll_kind=KIND)),
        home=HOME,
        next_href=f"{HOME}?after={found[-1].id}" if len(found) == _PAGE else "",
        first_href=HOME if after else "",
    )


@router.get("/steward/population/roll/new")
async def new_roll(request: Request) -> Response:
    """Show the form that draws a roll up."""
    return _drawing(request, require(request, Kind.OFFICER, role=api.ROLL_ROLES), {})


@router.post("/steward/population/roll")
async def draw(request: Request) -> Response:
    """Draw a roll up; what is wrong is shown beside what was typed."""
    form = await forms.read(request)
    typed = form.texts()
    try:
        days = {name: _day(name, typed.get(name, "")) for name in ("day", "as_of")}
        if days["day"] is None:
            raise unsaid("day")
        areas = _areas(typed.get("areas", ""), typed.get("unit", ""))
        made = await run_in_threadpool(
            api.draw_roll, form.who, roll_kind=KIND, day=days["day"], areas=areas, as_of=days["as_of"]
        )
    except (Invalid, Conflict) as refused:
        return _drawing(request, form.who, typed, refused)
    return redirect(f"{HOME}/{made}")


@router.get("/steward/population/roll/{roll}")
async def show_roll(request: Request, roll: str) -> Response:
    """Show how a roll stands, by area, with its objections."""
    return _roll(request, require(request, Kind.OFFICER, role=api.ROLL_ROLES), roll)


@router.post("/steward/population/roll/{roll}/{act}")
async def act_on_roll(request: Request, roll: str, act: str) -> Response:
    """Post a roll, close it, or draw it again from history to compare."""
    form = await forms.read(request)
    acts: dict[str, Callable[..., Any]] = {
        "post": api.post_roll,
        "close": api.close_roll,
        "check": api.reproduce_roll,
    }
    if act not in acts:
        raise NotFound("page.none", N_("Không có trang này."))
    try:
        answer = await run_in_threadpool(acts[act], form.who, roll=roll)
    except (Invalid, Conflict) as refused:
        return _roll(request, form.who, roll, refused=refused)
    if act == "check":
        return _roll(request, form.who, roll, again=answer)
    return redirect(f"{HOME}/{quote(roll)}")


@router.get("/steward/population/roll/{roll}/areas/{area}")
async def show_area(request: Request, roll: str, area: int, after: int = 0) -> Response:
    """Show a page of an area, in the order of its numbers."""
    who = require(request, Kind.OFFICER, role=api.ROLL_ROLES)
    lines = api.roll_page(who, roll=roll, area=area, after=max(after, 0), limit=_PAGE)
    here = f"{HOME}/{quote(roll)}/areas/{area}"
    return render(
        request,
        "stewardship/roll_area.html",
        roll=api.roll(who, roll=roll),
        number=area,
        lines=lines,
        home=HOME,
        shown=shown,
        next_href=f"{here}?after={lines[-1].place}" if len(lines) == _PAGE else "",
        first_href=here if after else "",
    )


@router.get("/steward/population/roll/{roll}/areas/{area}/list.pdf")
async def get_pdf(request: Request, roll: str, area: int) -> Response:
    """Answer an area as it is posted."""
    who = require(request, Kind.OFFICER, role=api.ROLL_ROLES)
    content = await run_in_threadpool(api.roll_pdf, who, roll=roll, area=area)
    return _file(content, "application/pdf", f"danh-sach-cu-tri-{area}.pdf", "inline")


@router.get("/steward/population/roll/{roll}/list.{suffix}")
async def get_sheet(request: Request, roll: str, suffix: str) -> Response:
    """Answer the whole roll as a spreadsheet or CSV file."""
    who = require(request, Kind.OFFICER, role=api.ROLL_ROLES)
    if suffix not in _SHEETS:
        raise NotFound("page.none", N_("Không có trang này."))
    content = await run_in_threadpool(_sheet, who, roll, suffix)
    return _file(content, KINDS[suffix], f"danh-sach-cu-tri.{suffix}", "attachment")


def shown(kind: Any, line: api.Line) -> list[tuple[str, str]]:
    """Return what a roll says of a person: titles and values as people read them."""
    return api.roll_values(kind=kind, line=line)


def unsaid(name: str) -> Invalid:
    sentences = {"day": N_("Ghi ngày bầu cử."), "answer": N_("Chọn chấp nhận hoặc không chấp nhận.")}
    wrong = Fault(name, f"roll.{name}", sentences[name])
    return Invalid("roll.asked", N_("Còn chỗ chưa trả lời."), [wrong])


def faults_of(refused: LienThongError | None, at: str) -> tuple[Fault, ...]:
    """Return the faults of a refusal; one that names no field stands at ``at``."""
    if refused is None:
        return ()
    own = tuple(getattr(refused, "faults", ()))
    return own or (Fault(at, refused.code, refused.template, tuple(refused.data.items())),)


def _drawing(request: Request, who: Actor, typed: Mapping[str, str], refused: LienThongError | None = None) -> Response:
    unit = api.may_work_on_rolls(who, roll_kind=KIND)
    units = [each for each in [reference.unit(unit)] if each is not None] if unit else []
    return render(
        request,
        "stewardship/roll_new.html",
        status=refused.status if refused else 200,
        kind=api.roll_kinds()[KIND],
        units=[(each.code, reference.place(each)) for each in units],
        typed=dict(typed),
        faults=faults_of(refused, "day"),
        home=HOME,
    )


def _roll(
    request: Request,
    who: Actor,
    roll: str,
    *,
    refused: LienThongError | None = None,
    again: api.Reproduced | None = None,
) -> Response:
    found, twice = api.roll(who, roll=roll), api.roll_twice(who, roll=roll)
    return render(
        request,
        "stewardship/roll.html",
        status=refused.status if refused else 200,
        roll=found,
        agency=reference.agency(found.agency),
        objections=api.roll_objections(who, roll=roll),
        kinds=api.OBJECTIONS,
        faults=faults_of(refused, "acts"),
        again=again,
        own=found.agency == who.agency,
        twice=twice,
        others={other: reference.agency(other) for *_, other in twice},
        home=HOME,
    )


def _areas(text: str, unit: str) -> list[api.Area]:
    """Return the areas of a form: a line each, ``name | words, words``."""
    areas: list[api.Area] = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        name, _, words = line.partition("|")
        places = tuple(filter(None, (each.strip() for each in words.split(","))))
        areas.append(api.Area(name.strip(), (unit,), places))
    return areas


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(str(reference.parse_value("from_date", text)))
    except (Invalid, ValueError):
        wrong = Fault(name, "roll.date", N_("Ghi ngày/tháng/năm, ví dụ 14/03/2027."))
        raise Invalid("roll.asked", N_("Chưa lập được danh sách; sửa các chỗ được nêu."), [wrong]) from None


def _sheet(who: Actor, roll: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="lienthong-roll-") as folder:
        path = Path(folder) / f"roll.{suffix}"
        api.roll_file(who, roll=roll, path=path)
        return path.read_bytes()


def _file(content: bytes, kind: str, name: str, shown: str) -> Response:
    headers = {"content-disposition": f'{shown}; filename="{name}"', "cache-control": "private, no-store"}
    return Response(content, media_type=kind, headers=headers)
