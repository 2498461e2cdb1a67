"""Pages of oversight: the dashboard, and the records behind every figure. The JSON API answers the same figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from lienthong.evidence import api as evidence
from lienthong.kernel import runtime
from lienthong.kernel.actor import Kind
from lienthong.kernel.i18n import N_, gettext, language
from lienthong.kernel.text import number
from lienthong.oversight import api, spec
from lienthong.oversight.api import Cover, Dashboard, Headline, UnitRow
from lienthong.oversight.domain.figures import State, bounds_of, step_of
from lienthong.reference import api as reference
from lienthong.webkit.charts import TILES, Tile
from lienthong.webkit.page import fragment, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require
from lienthong.webkit.show import percent

router = APIRouter()
LEADERS = frozenset({"provincial-leader", "committee-secretary", "commune-chair", "agency-head", "operator"})
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
    State.OK: ("ok", N_("Theo kịp chỉ tiêu")),
    State.RISK: ("risk", N_("Sát chỉ tiêu")),
    State.LATE: ("late", N_("Còn hụt")),
    State.NONE: ("wait", N_("Chưa có số liệu")),
}
MOST_DRAWN = 500
HEAD, TAIL = 12, 4
"""A long ranking shows its first and last rows; the rest is folded."""


@router.get("/oversight", include_in_schema=False)
async def show_dashboard(
    request: Request, indicator: str = "", month: str = "", place: str = "", view: str = api.NOW
) -> Response:
    """Show the headlines, the map of 34 tiles (or a province's communes), trend and ranking."""
    who = require(request, Kind.OFFICER)
    drawn = runtime.current().part("oversight.drawn", _Drawn)
    key = (indicator, month, place, view, language(), evidence.reach(who))
    board = drawn.at(evidence.freshness().position).get(key)
    if board is None:
        board = _draw(request, api.dashboard(who, chosen=indicator, month=month, place=place, view=view))
        drawn.pages[key] = board
    else:
        api.may_oversee(who)
    sentence, drawn_board, asked = board
    return render(request, "oversight/dashboard.html", board=drawn_board, sentence=sentence, asked=asked)


class _Board(NamedTuple):
    """A drawn dashboard: its headline sentence, itself, and what was asked. Nothing in it belongs to a session."""

    sentence: str
    drawn: Markup
    asked: dict[str, str]


class _Drawn:
    """Dashboards drawn from one state of evidence: many look, the figures move now and then."""

    def __init__(self, _node: runtime.Runtime) -> None:
        self._position = -1
        self.pages: dict[tuple[object, ...], _Board] = {}

    def at(self, position: int) -> dict[tuple[object, ...], _Board]:
        """Return what was drawn at this outbox position."""
        if position != self._position or len(self.pages) > MOST_DRAWN:
            self._position, self.pages = position, {}
        return self.pages


def _draw(request: Request, board: Dashboard) -> _Board:
    """Return the headline sentence and the dashboard; nothing in it depends on who looks but their reach."""
    sentence, bounds = _sentence(board), bounds_of(_shares(board.rows))
    drawn = fragment(
        request,
        "oversight/board.html",
        board=board,
        sentence=sentence,
        headlines=[_headline(board, each) for each in board.headlines],
        tiles=_tiles(board, bounds) if not board.place and board.view == api.NOW else None,
        legend=_legend(board, bounds),
        head=board.rows[:HEAD] if len(board.rows) > HEAD + TAIL else board.rows,
        middle=board.rows[HEAD:-TAIL] if len(board.rows) > HEAD + TAIL else (),
        tail=board.rows[-TAIL:] if len(board.rows) > HEAD + TAIL else (),
        units=sum(row.unit not in {*api.OUTSIDE, board.place} for row in board.rows),
        outside=api.OUTSIDE,
        own_targets=len(board.chosen.targets) > 1,
        places=_places(board),
        uncertain=sum(row.figure.records for row in board.rows if row.unit == api.UNCERTAIN),
        covered=any({row.covered, row.part_covered} != {Cover.OPEN} for row in board.rows),
        changes=lambda row: _change(row, higher_is_better=board.chosen.higher_is_better),
        published=[each for each in spec.reported_figures() if each.id in board.chosen.reported],
        link=_Links(board),
        opens=lambda unit: _opens(board, unit),
    )
    asked = {"indicator": board.chosen.id, "month": board.month, "place": board.place, "view": board.view}
    return _Board(sentence, drawn, asked)


def _places(board: Dashboard) -> dict[str, str]:
    """Return where the switch between the units leads: the same province while it has one, else the nation."""
    there = {api.NOW: board.place, api.THEN: board.place}
    if board.view == api.THEN:
        there[api.NOW] = evidence.became(board.place, board.month) if board.place else ""
    elif board.place:
        last = evidence.month_days(board.month)[1]
        there[api.THEN] = board.place if reference.unit(board.place, on=last) else ""
    return there


def _legend(board: Dashboard, bounds: Sequence[float]) -> list[tuple[str, str]]:
    """Return what each colour of the map means; no colour twice, none that does not occur."""
    steps = [(f"map-{5 - at}", gettext("từ %(low)s", low=percent(bound))) for at, bound in enumerate(bounds)]
    if any(share < min(bounds, default=0) for share in _shares(board.rows)):
        steps.append((f"map-{5 - len(bounds)}", gettext("thấp hơn")))
    return steps


class Change(NamedTuple):
    """A change as it is said: in points, good or bad by the direction of the indicator, neither when there is none."""

    text: str
    state: str


def _change(row: UnitRow, *, higher_is_better: bool) -> Change:
    if row.change is None:
        return Change("", "")
    points = round(row.change * 100, 1)
    if not points:
        return Change(number(0, 1), "")
    return Change(("+" if points > 0 else "") + number(points, 1), "ok" if (points > 0) == higher_is_better else "late")


class _Links:
    """Addresses of the dashboard that keep what is chosen."""

    def __init__(self, board: Dashboard) -> None:
        self._board = board

    def __call__(self, **changes: str) -> str:
        board = self._board
        kept = {"indicator": board.chosen.id, "month": board.month, "place": board.place, "view": plain(board.view)}
        chosen = kept | changes | ({"view": plain(changes["view"])} if "view" in changes else {})
        return "/oversight?" + urlencode({name: value for name, value in chosen.items() if value})

    def records(self, unit: str, indicator: str = "", side: str = "of") -> str:
        """Return the address of the records behind a unit's figure."""
        asked = {
            "indicator": indicator or self._board.chosen.id,
            "unit": unit,
            "place": self._board.place if unit in api.OUTSIDE else "",
            "month": self._board.month,
            "view": plain(self._board.view),
            "side": side,
        }
        return "/oversight/records?" + urlencode({name: value for name, value in asked.items() if value})


def plain(view: str) -> str:
    """Return a view as addresses carry it: nothing for the usual one."""
    return "" if view == api.NOW else view


def _sentence(board: Dashboard) -> str:
    """Return the headline: how many of the main targets are missed this month."""
    missed = sum(each.state in {State.LATE, State.RISK} for each in board.headlines)
    counted = sum(each.state is not State.NONE for each in board.headlines)
    if not counted:
        return gettext("Chưa có hồ sơ nào để tính trong tháng này")
    year = board.month[:4]
    if not missed:
        return gettext("Cả %(count)s chỉ tiêu chính đều theo kịp chỉ tiêu năm %(year)s", count=counted, year=year)
    return gettext(
        "%(missed)s trong %(count)s chỉ tiêu chính chưa theo kịp chỉ tiêu năm %(year)s",
        missed=missed,
        count=counted,
        year=year,
    )


def _headline(board: Dashboard, each: Headline) -> dict[str, Any]:
    state, text = STATES[each.state]
    if each.state is State.NONE and each.figure.share is not None:
        text = N_("Chưa đặt chỉ tiêu")
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
        "target": _target(each),
        "covered": each.covered is not Cover.OPEN,
        "labels": [month_label(point.month) for point in each.trend],
        "shares": [point.figure.share if point.figure else None for point in each.trend],
        "goal": [point.target for point in each.trend],
        "part": each.figure.part,
        "of": each.figure.of,
        "counted": str(each.indicator.counted),
    }


def _target(each: Headline) -> str:
    """Return the year's target, and the point of the path that this month should have reached where that is another."""
    if each.target is None or each.path is None:
        return ""
    target, path = percent(each.target, 0), percent(each.path, 1)
    if abs(each.target - each.path) < 0.0005:
        return gettext("chỉ tiêu %(target)s", target=target)
    return gettext("chỉ tiêu %(target)s cuối năm, tháng này %(path)s", target=target, path=path)


def _opens(board: Dashboard, unit: str) -> bool:
    """True when the actor may open the records of this unit."""
    if board.may_open is None:
        return True
    codes = {unit, board.place} - {"", *api.OUTSIDE}
    today = codes if board.view == api.NOW else {evidence.became(code, board.month) for code in codes}
    return bool(today & board.may_open)


def _tiles(board: Dashboard, bounds: Sequence[float]) -> dict[str, Tile]:
    tiles: dict[str, Tile] = {}
    for row in board.rows:
        share = row.trend[-1]
        if row.unit in TILES and share is not None:
            tiles[row.unit] = Tile(step_of(share, bounds), percent(share), _Links(board)(place=row.unit))
    return tiles


def _shares(rows: Iterable[UnitRow]) -> list[float]:
    return [row.trend[-1] for row in rows if row.trend[-1] is not None and row.unit not in api.OUTSIDE]


def month_label(month: str) -> str:
    """Return ``2026-11`` as T11, and the first month of a year with the year."""
    return gettext("T%(month)s", month=int(month[5:]))
