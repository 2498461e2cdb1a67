"""Targets, figures and the dashboard: computed from evidence, and every figure opens to exactly its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienthong.evidence import api as evidence
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_
from lienthong.oversight import spec
from lienthong.oversight.domain.figures import NOTHING, Figure, State, months_back, state
from lienthong.oversight.spec.indicators import Indicator
from lienthong.reference import api as reference

TREND_MONTHS = 12
SIDES = ("of", "part", "gap")
Cube = Mapping[tuple[str, str], Figure]
"""(unit, month) → figure; the unit "" is the sum of all."""


@dataclass(frozen=True, slots=True)
class Point:
    """A month of a trend."""

    month: str
    figure: Figure
    target: float | None


@dataclass(frozen=True, slots=True)
class Headline:
    """An indicator of the dashboard: this month, the year's target, twelve months."""

    indicator: Indicator
    figure: Figure
    target: float | None
    state: State
    trend: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the ranking of one indicator. rank 0: nothing to count this month. change: points since last month."""

    unit: str
    name: str
    figure: Figure
    rank: int
    change: float | None
    state: State
    trend: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What a leader sees: headlines, one indicator by unit, how fresh it is."""

    month: str
    months: tuple[str, ...]
    place: str
    place_name: str
    headlines: tuple[Headline, ...]
    chosen: Indicator
    rows: tuple[UnitRow, ...]
    records: int
    as_of: datetime | None
    may_open: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Drill:
    """The records behind one figure. after: where the next page begins, "" at the end."""

    indicator: Indicator
    unit: str
    unit_name: str
    month: str
    side: str
    figure: Figure
    rows: tuple[dict[str, Any], ...]
    after: str


def dashboard(who: Actor, *, chosen: str = "", month: str = "", place: str = "") -> Dashboard:
    """Return the dashboard of the nation (place "") or of a province (its communes), for one month (newest by default).

    Raises Denied for those without a part in oversight, NotFound for an unknown indicator, month or province.
    """
    may_oversee(who)
    listed = list(spec.indicators().values())
    indicator = spec.indicator(chosen) if chosen else listed[0]
    months = tuple(_months())
    month = month or (months[-1] if months else _this_month())
    if months and month not in months:
        raise NotFound("oversight.month", N_("Chưa có số liệu của tháng này."))
    if (place and (found := reference.unit(place)) is not None and found.level != "province") or (
        place and not reference.unit(place)
    ):
        raise NotFound("oversight.place", N_("Không có tỉnh, thành phố này."))
    fresh = evidence.freshness()
    headlines = tuple(_headline(each, place, month) for each in listed)
    return Dashboard(
        month=month,
        months=months,
        place=place,
        place_name=_name(place),
        headlines=headlines,
        chosen=indicator,
        rows=_ranking(indicator, place, month),
        records=sum(each.figure.of for each in headlines if not each.indicator.measure.of_sum),
        as_of=fresh.at,
        may_open=evidence.reach(who),
    )


def figure(who: Actor, *, indicator: str, unit: str = "", month: str = "") -> Figure:
    """Return one figure: of the nation (unit ""), a province or a commune, in a month (newest by default)."""
    may_oversee(who)
    chosen = spec.indicator(indicator)
    month = month or _newest_month()
    return _figure_of(chosen, unit, month)


def drill(
    who: Actor, *, indicator: str, unit: str = "", month: str = "", side: str = "of", after: str = "", limit: int = 50
) -> Drill:
    """Return exactly the records a figure counts (side ``of``, ``part`` or ``gap``), oldest first.

    Raises Denied when the unit is outside the actor's reach: records open only within one's own competence.
    """
    may_oversee(who)
    chosen = spec.indicator(indicator)
    if side not in SIDES:
        raise NotFound("oversight.side", N_("Không có phần này của chỉ tiêu."))
    month = month or _newest_month()
    units = evidence.reach(who)
    if units is not None and not _inside(unit, units):
        raise Denied(
            "oversight.reach", N_("Bạn chỉ mở được bản ghi của đơn vị mình phụ trách; số liệu chung vẫn xem được.")
        )
    page = evidence.rows(who, measure=chosen.measure, side=side, where=_where(unit, month), after=after, limit=limit)
    return Drill(
        indicator=chosen,
        unit=unit,
        unit_name=_name(unit),
        month=month,
        side=side,
        figure=_figure_of(chosen, unit, month),
        rows=page.rows,
        after=page.after,
    )


def may_oversee(who: Actor) -> None:
    """Refuse those without a part in oversight. Raises Denied."""
    roles = {"provincial-leader", "committee-secretary", "commune-chair", "one-stop-officer", "operator"}
    if who.kind is not Kind.SYSTEM and not (who.kind is Kind.OFFICER and who.roles & roles):
        raise Denied(
            "oversight.role", N_("Trang này dành cho lãnh đạo và cán bộ theo dõi; tài khoản của bạn không có quyền đó.")
        )


def _headline(indicator: Indicator, place: str, month: str) -> Headline:
    cube = _by_province(indicator)
    trend = tuple(
        Point(each, cube.get((place, each), NOTHING), indicator.target_of(each))
        for each in months_back(month, TREND_MONTHS)
    )
    now, target = trend[-1].figure, indicator.target_of(month)
    return Headline(
        indicator=indicator,
        figure=now,
        target=target,
        state=state(now.share, target, higher_is_better=indicator.higher_is_better),
        trend=trend,
    )


def _ranking(indicator: Indicator, place: str, month: str) -> tuple[UnitRow, ...]:
    cube = _by_commune(indicator, place) if place else _by_province(indicator)
    units = reference.units(level="commune", parent=place) if place else reference.units(level="province")
    months = months_back(month, TREND_MONTHS)
    before = months[-2]
    target = indicator.target_of(month)
    rows: list[UnitRow] = []
    for unit in units:
        now, earlier = cube.get((unit.code, month), NOTHING), cube.get((unit.code, before), NOTHING)
        change = now.share - earlier.share if now.share is not None and earlier.share is not None else None
        rows.append(
            UnitRow(
                unit=unit.code,
                name=unit.name,
                figure=now,
                rank=0,
                change=change,
                state=state(now.share, target, higher_is_better=indicator.higher_is_better),
                trend=tuple(cube.get((unit.code, each), NOTHING).share for each in months),
            )
        )
    return _ranked(rows, higher_is_better=indicator.higher_is_better)


def _ranked(rows: list[UnitRow], *, higher_is_better: bool) -> tuple[UnitRow, ...]:
    """Order by share, best first; equal shares share a rank; units with nothing to count stand last, unranked."""
    counted = [row for row in rows if row.figure.share is not None]
    counted.sort(key=lambda row: (-(row.figure.share or 0) if higher_is_better else (row.figure.share or 0), row.name))
    ranked: list[UnitRow] = []
    for place, row in enumerate(counted, start=1):
        same = ranked and ranked[-1].figure.share == row.figure.share
        ranked.append(_with_rank(row, ranked[-1].rank if same else place))
    return (*ranked, *(row for row in rows if row.figure.share is None))


def _with_rank(row: UnitRow, rank: int) -> UnitRow:
    return UnitRow(row.unit, row.name, row.figure, rank, row.change, row.state, row.trend)


def _figure_of(indicator: Indicator, unit: str, month: str) -> Figure:
    if len(unit) > 2:
        found = _by_commune(indicator, reference.province_of(unit))
        return found.get((unit, month), NOTHING)
    return _by_province(indicator).get((unit, month), NOTHING)


def _by_province(indicator: Indicator) -> Cube:
    return _counted(indicator, "")


def _by_commune(indicator: Indicator, province: str) -> Cube:
    return _counted(indicator, province)


class _Counts:
    """Counted cubes of one state of evidence; a newer state empties it, so that a page never counts twice."""

    def __init__(self, _node: runtime.Runtime) -> None:
        self.position = -1
        self.cubes: dict[tuple[str, int, str], Cube] = {}

    def at(self, position: int) -> dict[tuple[str, int, str], Cube]:
        """Return the cubes counted at this outbox position."""
        if position != self.position:
            self.position, self.cubes = position, {}
        return self.cubes


def _counted(indicator: Indicator, province: str) -> Cube:
    position = evidence.freshness().position
    cubes = runtime.current().part("oversight.counts", _Counts).at(position)
    key = (indicator.id, indicator.version, province)
    if key not in cubes:
        by = ("unit", "month") if province else ("province", "month")
        where = {"province": [province]} if province else None
        counted = evidence.cells(indicator.measure, by=by, where=where)
        cube = {(each.keys[0], each.keys[1]): Figure(each.of, each.part) for each in counted}
        for (_unit, month), figure in list(cube.items()):
            cube["", month] = cube.get(("", month), NOTHING) + figure
        cubes[key] = cube
    return cubes[key]


def _months() -> list[str]:
    found = {month for each in spec.indicators().values() for (unit, month) in _by_province(each) if not unit}
    return sorted(found)


def _newest_month() -> str:
    months = _months()
    return months[-1] if months else _this_month()


def _this_month() -> str:
    return runtime.current().clock.now().strftime("%Y-%m")


def _where(unit: str, month: str) -> dict[str, list[str]]:
    where = {"month": [month]}
    if unit:
        where["unit" if len(unit) > 2 else "province"] = [unit]
    return where


def _inside(unit: str, units: frozenset[str]) -> bool:
    return bool(unit) and (unit in units or reference.province_of(unit) in units)


def _name(unit: str) -> str:
    if not unit:
        return ""
    found = reference.unit(unit)
    if found is None:
        raise NotFound("oversight.place", N_("Không có đơn vị hành chính này."))
    return found.full_name
