"""The records behind every figure, as pages and in the JSON API."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from lienthong.evidence import api as evidence
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.oversight import api, spec
from lienthong.oversight.api import Drill, Report
from lienthong.oversight.web.figures import plain
from lienthong.reference import api as reference
from lienthong.services import api as services
from lienthong.webkit.page import render
from lienthong.webkit.request import actor, require
from lienthong.webkit.show import day

router = APIRouter()
SIDES = {"of": N_("Tất cả"), "part": N_("Đạt"), "gap": N_("Chưa đạt")}
CHANNELS = {
    "online_full": N_("trực tuyến toàn trình"),
    "online_part": N_("trực tuyến một phần"),
    "counter": N_("tại quầy"),
    "post": N_("bưu điện"),
}


@router.get("/oversight/records", include_in_schema=False)
async def show_records(
    request: Request,
    indicator: str,
    unit: str = "",
    place: str = "",
    month: str = "",
    view: str = api.NOW,
    side: str = "of",
    after: str = "",
) -> Response:
    """Show exactly the records a figure counts, page by page."""
    who = require(request, Kind.OFFICER)
    opened = api.drill(who, indicator=indicator, unit=unit, place=place, month=month, view=view, side=side, after=after)

    def link(**changes: str) -> str:
        asked = {"indicator": indicator, "unit": unit, "place": place, "view": plain(view), "side": side}
        kept = asked | {"month": opened.month} | changes
        return "/oversight/records?" + urlencode({name: value for name, value in kept.items() if value})

    return render(
        request,
        "oversight/records.html",
        opened=opened,
        sides=[(gettext(text), link(side=name), name == side) for name, text in SIDES.items()],
        columns=_columns(opened),
        unit_name=unit_name,
        procedure_name=procedure_name,
        basis=", ".join(reference.basis(each).number for each in opened.indicator.basis),
        shown_day=shown_day,
        channels={name: gettext(text) for name, text in CHANNELS.items()},
        next_href=link(after=opened.after) if opened.after else "",
        first_href=link() if after else "",
        crumbs=_crumbs(opened),
        reported=_approved(who, opened),
    )


def _approved(who: Actor, opened: Drill) -> list[Report]:
    """Return the newest approved report of exactly this figure, if any."""
    if not opened.unit or opened.unit in api.OUTSIDE or opened.view != api.NOW:
        return []
    told = api.reports(who, indicator=opened.indicator.id, unit=opened.unit, month=opened.month)
    return [each for each in told if each.state == "approved"][:1]


class FigureAnswer(BaseModel):
    """One figure: numerator and denominator apart, the share (null when there is nothing to count), the unit's target.

    target: for the end of the year; path: where the way there stands at the end of the month.
    """

    indicator: str
    unit: str
    month: str
    numerator: int
    denominator: int
    share: float | None
    target: float | None
    path: float | None


@router.get("/api/oversight/figures/{indicator}", tags=["oversight"], summary="Một con số | One figure")
async def get_figure(
    request: Request, indicator: str, month: str = "", unit: str = "", view: str = api.NOW
) -> FigureAnswer:
    """Answer one indicator for the nation, a province (2 digits) or a commune (5 digits) in a month (2026-11).

    month: the newest one when none is asked.
    view: ``now`` under today's units, ``then`` under those of the month.
    """
    month = month or api.newest_month()
    figure = api.figure(actor(request), indicator=indicator, unit=unit, month=month, view=view)
    return FigureAnswer(
        indicator=indicator,
        unit=unit,
        month=month,
        numerator=figure.part,
        denominator=figure.of,
        share=figure.share,
        target=spec.indicator(indicator).target_of(month, unit),
        path=spec.indicator(indicator).path_of(month, unit),
    )


class RecordsAnswer(BaseModel):
    """A page of the records behind a figure; ``after`` asks for the next one, "" at the end."""

    records: list[dict[str, str | int | bool | None]]
    after: str


@router.get(
    "/api/oversight/records/{indicator}", tags=["oversight"], summary="Bản ghi sau con số | Records of a figure"
)
async def get_records(
    request: Request, indicator: str, month: str = "", unit: str = "", side: str = "of", after: str = ""
) -> RecordsAnswer:
    """Answer exactly the records a figure counts, within one's own units."""
    opened = api.drill(actor(request), indicator=indicator, unit=unit, month=month, side=side, after=after)
    return RecordsAnswer(records=list(opened.rows), after=opened.after)


def _crumbs(opened: Drill) -> list[tuple[str, str]]:
    """Return the way from the nation down to these records."""
    kept = {"indicator": opened.indicator.id, "month": opened.month, "view": plain(opened.view)}

    def board(place: str) -> str:
        return "/oversight?" + urlencode({name: value for name, value in (kept | {"place": place}).items() if value})

    way = [(gettext("Cả nước"), board(""))]
    if opened.place:
        way.append((opened.place_name, board(opened.place)))
    if opened.unit and opened.unit != opened.place:
        inside = "" if opened.unit in api.OUTSIDE else opened.unit
        way.append((opened.unit_name, board(opened.place or inside)))
    return [*way, (gettext("Bản ghi"), "")]


def _columns(opened: Drill) -> list[tuple[str, str]]:
    """Return (column, title) of what a record shows: codes and times, never a person."""
    titles = {
        "dossier": N_("Hồ sơ"),
        "task": N_("Nhiệm vụ"),
        "procedure": N_("Thủ tục"),
        "unit": N_("Đơn vị"),
        "channel": N_("Kênh nộp"),
        "filed_at": N_("Ngày nộp"),
        "finished_at": N_("Có kết quả"),
        "due_at": N_("Hẹn trả"),
        "on_time": N_("Đúng hạn"),
        "values_total": N_("Tổng giá trị"),
        "values_prefilled": N_("Có sẵn"),
        "values_declared": N_("Phải gõ"),
    }
    held = evidence.SETS[opened.indicator.measure.facts].columns
    return [(name, gettext(title)) for name, title in titles.items() if name in held]


def shown_day(seconds: int | None) -> str:
    """Return an evidence time (seconds since 1970) as a day of Viet Nam."""
    return day(datetime.fromtimestamp(seconds, ZONE)) if seconds else "–"


def unit_name(code: str) -> str:
    """Return a unit's short name, its code when unknown."""
    found = reference.unit(code)
    return found.name if found else code


def procedure_name(code: str) -> str:
    """Return a procedure's title, its code when it is no longer in force."""
    try:
        return str(services.procedure(procedure=code).title)
    except NotFound:
        return code
