"""Pages of oversight: the dashboard, and the records behind every figure. The JSON API answers the same figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from pydantic import BaseModel
from starlette.responses import Response

from lienthong.evidence import api as evidence
from lienthong.kernel import runtime
from lienthong.kernel.actor import Kind
from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_, gettext, language
from lienthong.oversight import api, spec
from lienthong.oversight.api import Dashboard, Drill, Headline, UnitRow
from lienthong.oversight.domain.figures import State, quintiles, step_of
from lienthong.reference import api as reference
from lienthong.services import api as services
from lienthong.webkit.charts import TILES, Tile
from lienthong.webkit.page import fragment, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import actor, require
from lienthong.webkit.show import day, percent

router = APIRouter()
LEADERS = frozenset({"provincial-leader", "committee-secretary", "commune-chair", "operator"})
menu = (
    MenuItem(
        id="oversight",
        label=N_("Toàn cảnh"),
        href="/oversight",
        kinds=frozenset({Kind.OFFICER}),
        roles=LEADERS,
        order=30,
    ),
)
STATES = {
    State.OK: ("ok", N_("Đạt chỉ tiêu")),
    State.RISK: ("risk", N_("Sát chỉ tiêu")),
    State.LATE: ("late", N_("Còn hụt")),
    State.NONE: ("wait", N_("Chưa có số liệu")),
}
SIDES = {"of": N_("Tất cả"), "part": N_("Đạt"), "gap": N_("Chưa đạt")}
CHANNELS = {
    "online_full": N_("trực tuyến toàn trình"),
    "online_part": N_("trực tuyến một phần"),
    "counter": N_("tại quầy"),
    "post": N_("bưu điện"),
}
MOST_DRAWN = 500
HEAD, TAIL = 12, 4
"""A long ranking shows its first and last rows; the rest is folded."""


@router.get("/oversight", include_in_schema=False)
async def show_dashboard(request: Request, indicator: str = "", month: str = "", place: str = "") -> Response:
    """Show the headlines, the map of 34 tiles (or a province's communes), trend and ranking."""
    who = require(request, Kind.OFFICER)
    drawn = runtime.current().part("oversight.drawn", _Drawn)
    key = (indicator, month, place, language(), evidence.reach(who))
    board = drawn.at(evidence.freshness().position).get(key)
    if board is None:
        board = _draw(request, api.dashboard(who, chosen=indicator, month=month, place=place))
        drawn.pages[key] = board
    else:
        api.may_oversee(who)
    return render(request, "oversight/dashboard.html", board=board[1], sentence=board[0])


class _Drawn:
    """Dashboards drawn from one state of evidence: many look, the figures move now and then."""

    def __init__(self, _node: runtime.Runtime) -> None:
        self._position = -1
        self.pages: dict[tuple[object, ...], tuple[str, Markup]] = {}

    def at(self, position: int) -> dict[tuple[object, ...], tuple[str, Markup]]:
        """Return what was drawn at this outbox position."""
        if position != self._position or len(self.pages) > MOST_DRAWN:
            self._position, self.pages = position, {}
        return self.pages


def _draw(request: Request, board: Dashboard) -> tuple[str, Markup]:
    """Return the headline sentence and the dashboard; nothing in it depends on who looks but their reach."""
    sentence = _sentence(board)
    return sentence, fragment(
        request,
        "oversight/board.html",
        board=board,
        sentence=sentence,
        headlines=[_headline(board, each) for each in board.headlines],
        tiles=_tiles(board) if not board.place else {},
        bounds=quintiles(_shares(board.rows)),
        head=board.rows[:HEAD] if len(board.rows) > HEAD + TAIL else board.rows,
        middle=board.rows[HEAD:-TAIL] if len(board.rows) > HEAD + TAIL else (),
        tail=board.rows[-TAIL:] if len(board.rows) > HEAD + TAIL else (),
        states=STATES,
        link=_Links(board),
        opens=lambda unit: _opens(board, unit),
    )


@router.get("/oversight/records", include_in_schema=False)
async def show_records(
    request: Request, indicator: str, unit: str = "", month: str = "", side: str = "of", after: str = ""
) -> Response:
    """Show exactly the records a figure counts, page by page."""
    who = require(request, Kind.OFFICER)
    opened = api.drill(who, indicator=indicator, unit=unit, month=month, side=side, after=after)

    def link(**changes: str) -> str:
        kept = {"indicator": indicator, "unit": unit, "month": opened.month, "side": side} | changes
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
        back_href="/oversight?" + urlencode({"indicator": indicator, "month": opened.month}),
    )


class FigureAnswer(BaseModel):
    """One figure: numerator and denominator apart, the share (null when there is nothing to count), and its target."""

    indicator: str
    unit: str
    month: str
    numerator: int
    denominator: int
    share: float | None
    target: float | None


@router.get("/api/oversight/figures/{indicator}", tags=["oversight"], summary="Một con số | One figure")
async def get_figure(request: Request, indicator: str, month: str, unit: str = "") -> FigureAnswer:
    """Answer one indicator for the nation, a province (2 digits) or a commune (5 digits) in a month (2026-11)."""
    figure = api.figure(actor(request), indicator=indicator, unit=unit, month=month)
    return FigureAnswer(
        indicator=indicator,
        unit=unit,
        month=month,
        numerator=figure.part,
        denominator=figure.of,
        share=figure.share,
        target=spec.indicator(indicator).target_of(month),
    )


class RecordsAnswer(BaseModel):
    """A page of the records behind a figure; ``after`` asks for the next one, "" at the end."""

    records: list[dict[str, str | int | bool | None]]
    after: str


@router.get(
    "/api/oversight/records/{indicator}", tags=["oversight"], summary="Bản ghi sau con số | Records of a figure"
)
async def get_records(
    request: Request, indicator: str, month: str, unit: str = "", side: str = "of", after: str = ""
) -> RecordsAnswer:
    """Answer exactly the records a figure counts, within one's own units."""
    opened = api.drill(actor(request), indicator=indicator, unit=unit, month=month, side=side, after=after)
    return RecordsAnswer(records=list(opened.rows), after=opened.after)


class _Links:
    """Addresses of the dashboard that keep what is chosen."""

    def __init__(self, board: Dashboard) -> None:
        self._board = board

    def __call__(self, **changes: str) -> str:
        chosen = {"indicator": self._board.chosen.id, "month": self._board.month, "place": self._board.place} | changes
        return "/oversight?" + urlencode({name: value for name, value in chosen.items() if value})

    def records(self, unit: str, indicator: str = "", side: str = "of") -> str:
        """Return the address of the records behind a unit's figure."""
        asked = {
            "indicator": indicator or self._board.chosen.id,
            "unit": unit,
            "month": self._board.month,
            "side": side,
        }
        return "/oversight/records?" + urlencode({name: value for name, value in asked.items() if value})


def _sentence(board: Dashboard) -> str:
    """Return the headline: how many of the main targets are missed this month."""
    missed = sum(each.state in {State.LATE, State.RISK} for each in board.headlines)
    counted = sum(each.state is not State.NONE for each in board.headlines)
    if not counted:
        return gettext("Chưa có hồ sơ nào để tính trong tháng này")
    year = board.month[:4]
    if not missed:
        return gettext("Cả %(count)s chỉ tiêu chính đều đạt mức năm %(year)s", count=counted, year=year)
    return gettext(
        "%(missed)s trong %(count)s chỉ tiêu chính chưa đạt mức năm %(year)s", missed=missed, count=counted, year=year
    )


def _headline(board: Dashboard, each: Headline) -> dict[str, Any]:
    state, text = STATES[each.state]
    unit = board.place
    return {
        "id": each.indicator.id,
        "title": str(each.indicator.title),
        "figure": percent(each.figure.share),
        "href": _Links(board).records(unit, each.indicator.id)
        if _opens(board, unit)
        else _Links(board)(indicator=each.indicator.id),
        "state": state,
        "state_text": gettext(text),
        "target": gettext("chỉ tiêu %(target)s", target=percent(each.target, 0)) if each.target is not None else "",
        "labels": [month_label(point.month) for point in each.trend],
        "shares": [point.figure.share for point in each.trend],
        "goal": [point.target for point in each.trend],
        "part": each.figure.part,
        "of": each.figure.of,
        "records": str(each.indicator.records),
        "sums": bool(each.indicator.measure.of_sum),
    }


def _opens(board: Dashboard, unit: str) -> bool:
    """True when the actor may open the records of this unit."""
    return board.may_open is None or bool({unit, board.place} & board.may_open)


def _tiles(board: Dashboard) -> dict[str, Tile]:
    bounds = quintiles(_shares(board.rows))
    tiles: dict[str, Tile] = {}
    for row in board.rows:
        share = row.figure.share
        if row.unit in TILES and share is not None:
            tiles[row.unit] = Tile(step_of(share, bounds), percent(share), _Links(board)(place=row.unit))
    return tiles


def _shares(rows: Iterable[UnitRow]) -> list[float]:
    return [row.figure.share for row in rows if row.figure.share is not None]


def month_label(month: str) -> str:
    """Return ``2026-11`` as T11, and the first month of a year with the year."""
    return gettext("T%(month)s", month=int(month[5:]))


def _columns(opened: Drill) -> list[tuple[str, str]]:
    """Return (column, title) of what a record shows: codes and times, never a person."""
    titles = {
        "dossier": N_("Hồ sơ"),
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
