"""Targets, figures and the dashboard: computed from evidence, and every figure opens to exactly its records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lienthong.evidence import api as evidence
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.oversight import spec
from lienthong.oversight.api import counting, covering
from lienthong.oversight.api.counting import NOW, OUTSIDE, THEN, newest_month
from lienthong.oversight.domain.figures import NOTHING, Figure, State, months_back, state, total
from lienthong.oversight.domain.small_cells import Cover
from lienthong.oversight.spec.indicators import Indicator
from lienthong.reference import api as reference

__all__ = ["SIDES", "VIEWS", "dashboard", "drill", "figure", "may_oversee", "newest_month", "sums"]
TREND_MONTHS = 12
SIDES = ("of", "part", "gap")
VIEWS = (NOW, THEN)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_PLACE = re.compile(r"-?\d{1,18}|")


@dataclass(frozen=True, slots=True)
class Point:
    """A month of a trend. figure: None when it is covered or the unit was another one then."""

    month: str
    figure: Figure | None
    target: float | None


@dataclass(frozen=True, slots=True)
class Headline:
    """An indicator of the dashboard: this month, the target of the year's end and of the month, twelve months."""

    indicator: Indicator
    figure: Figure
    covered: Cover
    target: float | None
    path: float | None
    state: State
    trend: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the ranking of one indicator. rank 0: nothing to count this month, or not to be shown.

    figure: as this reader may see it: nothing where it is ``covered``; only its denominator where ``part_covered``.
    change: share gained since last month. target: the unit's own, at the end of the year; state: against its path.
    unit: one of OUTSIDE for what belongs to no single unit.
    """

    unit: str
    name: str
    figure: Figure
    covered: Cover
    part_covered: Cover
    rank: int
    change: float | None
    target: float | None
    state: State
    trend: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The same records under the units of the time and under those of today: how many units, and the two sums."""

    then_units: int
    then: Figure
    now_units: int
    now: Figure


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What a leader sees: headlines, one indicator by unit, how fresh it is."""

    month: str
    months: tuple[str, ...]
    place: str
    place_name: str
    view: str
    changed: bool
    sums: Sums | None
    headlines: tuple[Headline, ...]
    chosen: Indicator
    rows: tuple[UnitRow, ...]
    records: int
    as_of: datetime | None
    least: int
    may_open: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Drill:
    """The records behind one figure. after: where the next page begins, "" at the end."""

    indicator: Indicator
    place: str
    place_name: str
    unit: str
    unit_name: str
    month: str
    view: str
    side: str
    figure: Figure
    rows: tuple[dict[str, Any], ...]
    after: str


def dashboard(who: Actor, *, chosen: str = "", month: str = "", place: str = "", view: str = NOW) -> Dashboard:
    """Return the dashboard of the nation (place "") or of a province (its communes), for one month (newest by default).

    view: ``now`` counts under today's units, ``then`` under those of the month. Raises Denied for those without a part
    in oversight, NotFound for an unknown indicator, month, view or province.
    """
    may_oversee(who)
    listed = list(spec.indicators().values())
    indicator = spec.indicator(chosen) if chosen else listed[0]
    months = tuple(counting.months())
    month = _month(month, view)
    if months and month not in months:
        raise NotFound("oversight.month", N_("Chưa có số liệu của tháng này."))
    if place:
        _province(place, month, view)
    changed = counting.changed_since(month)
    covers = {each.id: covering.Covers(who, each, place=place, view=view) for each in listed}
    headlines = tuple(each for one in listed if _stands(each := _headline(covers[one.id], month), indicator))
    return Dashboard(
        month=month,
        months=months,
        place=place,
        place_name=_name(place, month, view),
        view=view,
        changed=changed,
        sums=sums(who, indicator=indicator.id, month=month, place=place, view=view) if changed else None,
        headlines=headlines,
        chosen=indicator,
        rows=_ranking(covers[indicator.id], month),
        records=sum(each.figure.records for each in headlines if not each.indicator.measure.of_sum),
        as_of=evidence.freshness().at,
        least=spec.least_shown(month),
        may_open=evidence.reach(who),
    )


def sums(who: Actor, *, indicator: str, month: str, place: str = "", view: str = NOW) -> Sums | None:
    """Return the sums of a place's units then and of its units now, each added up from its own rows.

    None when they are not to be shown to this reader.
    """
    may_oversee(who)
    chosen, month = spec.indicator(indicator), _month(month, view)
    if covering.Covers(who, chosen, place=place, view=view).whole(month) is not Cover.OPEN:
        return None
    cubes = {each: counting.parts(chosen, place, month, given=view, shown=each) for each in VIEWS}
    counts = {
        each: len(set(cubes[each]) - OUTSIDE.keys()) if place else len(counting.units_of("", month, each))
        for each in VIEWS
    }
    return Sums(counts[THEN], total(list(cubes[THEN].values())), counts[NOW], total(list(cubes[NOW].values())))


def figure(who: Actor, *, indicator: str, unit: str = "", month: str = "", view: str = NOW) -> Figure:
    """Return one figure: of the nation (unit ""), a province or a commune, in a month (newest by default).

    Raises Denied when the figure is so small that only the unit itself and those above it see it.
    """
    may_oversee(who)
    chosen = spec.indicator(indicator)
    month = _month(month, view)
    found = counting.figure_of(chosen, unit, month, view)
    if unit and evidence.reach(who) is not None:
        place = reference.province_of(unit, on=_on(month, view)) if len(unit) > 2 else ""
        covers = covering.Covers(who, chosen, place=place, view=view).of(month)
        if covers.get(unit, (Cover.OPEN, Cover.OPEN)) != (Cover.OPEN, Cover.OPEN):
            message = N_("Con số này nhỏ (dưới %(least)s) hoặc làm lộ một con số nhỏ, nên chỉ đơn vị đó xem được.")
            raise Denied("oversight.small", message, least=spec.least_shown(month))
    return found


def drill(
    who: Actor,
    *,
    indicator: str,
    unit: str = "",
    place: str = "",
    month: str = "",
    view: str = NOW,
    side: str = "of",
    after: str = "",
    limit: int = 50,
) -> Drill:
    """Return exactly the records a figure counts (side ``of``, ``part`` or ``gap``), oldest first.

    unit: commune, province, "" for all, or one of OUTSIDE for what has no unit in ``place`` (a province, "" for the
    nation). Raises Denied when it is outside the actor's reach: records open only within one's own competence.
    """
    may_oversee(who)
    chosen = spec.indicator(indicator)
    if side not in SIDES or not _PLACE.fullmatch(after):
        raise NotFound("oversight.side", N_("Không có phần này của chỉ tiêu."))
    month = _month(month, view)
    if len(unit) > 2:
        place = reference.province_of(unit, on=_on(month, view))
    units = evidence.reach(who)
    if units is not None and not _inside(unit, place, month, view, units):
        raise Denied(
            "oversight.reach", N_("Bạn chỉ mở được bản ghi của đơn vị mình phụ trách; số liệu chung vẫn xem được.")
        )
    within = "" if len(unit) == 2 else place
    where = counting.members(chosen, unit=unit, place=within, month=month, view=view)
    page = evidence.rows(who, measure=chosen.measure, side=side, where=where, after=after, limit=limit)
    return Drill(
        indicator=chosen,
        place=place,
        place_name=_name(place, month, view),
        unit=unit,
        unit_name=_name(unit, month, view),
        month=month,
        view=view,
        side=side,
        figure=counting.figure_in(chosen, unit=unit, place=within, month=month, view=view),
        rows=page.rows,
        after=page.after,
    )


def may_oversee(who: Actor) -> None:
    """Refuse those without a part in oversight. Raises Denied."""
    roles = {"provincial-leader", "committee-secretary", "commune-chair", "agency-head", "one-stop-officer", "operator"}
    if who.kind is not Kind.SYSTEM and not (who.kind is Kind.OFFICER and who.roles & roles):
        raise Denied(
            "oversight.role", N_("Trang này dành cho lãnh đạo và cán bộ theo dõi; tài khoản của bạn không có quyền đó.")
        )


def _headline(covers: covering.Covers, month: str) -> Headline:
    indicator, place = covers.indicator, covers.place
    cube = counting.by_province(indicator, covers.view)
    trend = tuple(
        Point(
            each,
            cube.get((place, each), NOTHING) if _is_open(covers, month, each) else None,
            indicator.path_of(each, place),
        )
        for each in months_back(month, TREND_MONTHS)
    )
    now, way = trend[-1].figure, indicator.path_of(month, place)
    return Headline(
        indicator=indicator,
        figure=now or NOTHING,
        covered=covers.whole(month),
        target=indicator.target_of(month, place),
        path=way,
        state=state(now.share if now else None, way, higher_is_better=indicator.higher_is_better),
        trend=trend,
    )


def _stands(headline: Headline, chosen: Indicator) -> bool:
    """Say whether a headline has a target or anything to tell: what nobody ever counted is no figure of the nation."""
    told = headline.covered is not Cover.OPEN or any(each.figure and each.figure.of for each in headline.trend)
    return told or headline.target is not None or headline.indicator.id == chosen.id


def _is_open(covers: covering.Covers, now: str, month: str) -> bool:
    return covers.whole(month) is Cover.OPEN and covers.is_same(covers.place, now, month)


def _ranking(covers: covering.Covers, month: str) -> tuple[UnitRow, ...]:
    indicator, place = covers.indicator, covers.place
    months = months_back(month, TREND_MONTHS)
    tables = {each: covers.table(each) for each in months}
    held, shown = tables[month], covers.of(month)
    rows: list[UnitRow] = []
    for unit, name in covers.units(month):
        of, part = shown.get(unit, (Cover.OPEN, Cover.OPEN))
        figure = held.get(unit, NOTHING) if of is Cover.OPEN else NOTHING
        trend = [_share(covers, tables, unit, each, month) for each in months]
        way = indicator.path_of(month, place if unit in OUTSIDE else unit)
        rows.append(
            UnitRow(
                unit=unit,
                name=name,
                figure=figure if part is Cover.OPEN else replace(figure, part=0),
                covered=of,
                part_covered=part,
                rank=0,
                change=trend[-1] - trend[-2] if trend[-1] is not None and trend[-2] is not None else None,
                target=indicator.target_of(month, unit) if unit not in OUTSIDE else None,
                state=state(trend[-1], way, higher_is_better=indicator.higher_is_better),
                trend=tuple(trend),
            )
        )
    return _ranked(rows, higher_is_better=indicator.higher_is_better)


def _share(
    covers: covering.Covers, tables: Mapping[str, Mapping[str, Figure]], unit: str, month: str, now: str
) -> float | None:
    """Return a unit's share in a month, None when there is none, it is covered, or the code meant another unit then."""
    if covers.of(month).get(unit, (Cover.OPEN, Cover.OPEN)) != (Cover.OPEN, Cover.OPEN):
        return None
    return tables[month].get(unit, NOTHING).share if covers.is_same(unit, now, month) else None


def _ranked(rows: list[UnitRow], *, higher_is_better: bool) -> tuple[UnitRow, ...]:
    """Order by share, best first; equal shares share a rank; what has no share or no unit stands last, unranked."""
    counted = [row for row in rows if row.trend[-1] is not None and row.unit not in OUTSIDE]
    counted.sort(key=lambda row: (-(row.trend[-1] or 0) if higher_is_better else (row.trend[-1] or 0), row.name))
    ranked: list[UnitRow] = []
    for place, row in enumerate(counted, start=1):
        same = ranked and ranked[-1].trend[-1] == row.trend[-1]
        ranked.append(replace(row, rank=ranked[-1].rank if same else place))
    return (*ranked, *(row for row in rows if row.trend[-1] is None or row.unit in OUTSIDE))


def _inside(unit: str, place: str, month: str, view: str, units: frozenset[str]) -> bool:
    """Say whether a unit lies within the actor's units of today, under whichever name it had."""
    for each in (unit, place):
        today = each if view == NOW else evidence.became(each, month)
        if today and {today, reference.province_of(today)} & units:
            return True
    return False


def _month(month: str, view: str) -> str:
    """Return the month asked for, the newest when none is. Raises NotFound for what is no month or no view."""
    if (month and not _MONTH.fullmatch(month)) or view not in VIEWS:
        raise NotFound("oversight.month", N_("Chưa có số liệu của tháng này."))
    return month or newest_month()


def _province(place: str, month: str, view: str) -> None:
    found = reference.unit(place, on=_on(month, view))
    if found is None or found.level != "province" or (view == NOW and found.valid_to is not None):
        raise NotFound("oversight.place", N_("Không có tỉnh, thành phố này."))


def _on(month: str, view: str) -> Any:
    return evidence.month_days(month)[1] if view == THEN else None


def _name(unit: str, month: str, view: str) -> str:
    if not unit or unit in OUTSIDE:
        return gettext(OUTSIDE[unit]) if unit else ""
    found = reference.unit(unit, on=_on(month, view)) or reference.unit(unit)
    if found is None:
        raise NotFound("oversight.place", N_("Không có đơn vị hành chính này."))
    return found.full_name
