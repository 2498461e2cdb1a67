"""Figures by unit and month: under the units of the time, or under the units in force today. Both add up to the same.

What a unit of that time became is asked of reference data; where no single successor is certain (a commune that was
divided), the figure stands under ``UNCERTAIN``, counted and said, never given to one of them by guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from lienthong.evidence import api as evidence
from lienthong.evidence.api import Cell, became, month_days
from lienthong.kernel import runtime
from lienthong.kernel.i18n import N_
from lienthong.oversight import spec
from lienthong.oversight.domain.figures import NOTHING, Figure
from lienthong.oversight.spec.indicators import Indicator
from lienthong.reference import api as reference
from lienthong.reference.api import Unit

THEN, NOW = "then", "now"
UNCERTAIN = "?"
"""Stands for what cannot be given to one unit."""
CENTRAL = "TW"
"""Stands for the nationwide agencies, which belong to no unit."""
OUTSIDE = {CENTRAL: N_("Bộ, cơ quan trung ương"), UNCERTAIN: N_("Chưa xác định đơn vị")}
"""What stands beside the units of the nation, and is ranked among none of them."""
Cube = Mapping[tuple[str, str], Figure]
"""(unit, month) → figure; the unit "" is the sum of all."""


def by_province(indicator: Indicator, view: str) -> Cube:
    """Return the figures of the provinces (63 before 01/07/2025 as they were then, or the 34 of today)."""
    return _kept((indicator.id, indicator.version, "", view), partial(_by_province, indicator, view))


def by_commune(indicator: Indicator, province: str, view: str) -> Cube:
    """Return the figures of a province's communes, with its sum under "": then, or now with what it was made from."""
    return _kept((indicator.id, indicator.version, province, view), partial(_by_commune, indicator, province, view))


def figure_of(indicator: Indicator, unit: str, month: str, view: str) -> Figure:
    """Return the figure of the nation (""), a province or a commune."""
    if len(unit) > 2:
        on = month_days(month)[1] if view == THEN else None
        return by_commune(indicator, reference.province_of(unit, on=on), view).get((unit, month), NOTHING)
    return by_province(indicator, view).get((unit, month), NOTHING)


def parts(indicator: Indicator, place: str, month: str, *, given: str, shown: str) -> dict[str, Figure]:
    """Return the records of a place in a month by the provinces (place ""), or communes, of a view.

    given: under which view the place is meant; shown: under which its units are counted. So the communes of today that
    a former province became, and the former communes of a province of today.
    """
    columns = ("province", "unit") if place else ("province",)
    cells = evidence.cells(indicator.measure, by=(*columns, "month"), where={"month": [month]})
    counted: dict[str, Figure] = {}
    for cell in cells:
        province = cell.keys[0]
        if place and _province(province, month, given) != place:
            continue
        above = _province(province, month, shown)
        unit = _commune(cell.keys[1], above, month, shown) if place else above
        counted[unit] = counted.get(unit, NOTHING) + Figure(cell.of, cell.part, cell.rows)
    return counted


def members(indicator: Indicator, *, unit: str, place: str, month: str, view: str) -> dict[str, list[str]]:
    """Return the evidence columns and values that single out the records of a unit in a month.

    unit: "" for all of the place, UNCERTAIN for what has no certain unit there. place: province, "" for the nation.
    """
    if not place:
        cells = evidence.cells(indicator.measure, by=("province", "month"), where={"month": [month]})
        codes = [each.keys[0] for each in cells if unit in {"", _province(each.keys[0], month, view)}]
        return {"month": [month]} | ({"province": codes} if unit else {})
    inside = [each.keys for each in _of_month(indicator, place, month, view)]
    if not unit:
        return {"month": [month], "province": sorted({keys[0] for keys in inside})}
    chosen = [keys for keys in inside if _commune(keys[1], place, month, view) == unit]
    return {"month": [month], "province": sorted({keys[0] for keys in chosen}), "unit": [keys[1] for keys in chosen]}


def figure_in(indicator: Indicator, *, unit: str, place: str, month: str, view: str) -> Figure:
    """Return the figure of the records that ``members`` singles out; only this month is counted for it."""
    if not place:
        return by_province(indicator, view).get((unit, month), NOTHING)
    cells = _of_month(indicator, place, month, view)
    chosen = (each for each in cells if not unit or _commune(each.keys[1], place, month, view) == unit)
    return sum((Figure(each.of, each.part, each.rows) for each in chosen), NOTHING)


def months() -> list[str]:
    """Return the months in which anything was counted, oldest first."""
    found = {month for each in spec.indicators().values() for (unit, month) in by_province(each, NOW) if not unit}
    return sorted(found)


def newest_month() -> str:
    """Return the last month with figures, this month when there are none."""
    known = months()
    return known[-1] if known else runtime.current().clock.now().strftime("%Y-%m")


def units_of(place: str, month: str, view: str) -> list[Unit]:
    """Return the provinces, or the communes of a province, by code: in force that month, or today."""
    on = None if view == NOW else month_days(month)[1]
    if not place:
        return reference.units(level="province", on=on)
    found = reference.units(level="commune", parent=place, on=on)
    for district in reference.units(level="district", parent=place, on=on):
        found += reference.units(level="commune", parent=district.code, on=on)
    return sorted(found, key=lambda each: each.code)


def changed_since(month: str) -> bool:
    """Say whether the provinces or communes of that month were other ones than today's."""
    on = month_days(month)[1]
    return any(
        {each.code for each in reference.units(level=level, on=on)}
        != {each.code for each in reference.units(level=level)}
        for level in ("province", "commune")
    )


def _by_province(indicator: Indicator, view: str) -> dict[tuple[str, str], Figure]:
    cells = evidence.cells(indicator.measure, by=("province", "month"))
    return _cube((_province(each.keys[0], each.keys[1], view), each.keys[1], each) for each in cells)


def _by_commune(indicator: Indicator, province: str, view: str) -> dict[tuple[str, str], Figure]:
    provinces = evidence.cells(indicator.measure, by=("province", "month"))
    sources = sorted({each.keys[0] for each in provinces if _province(each.keys[0], each.keys[1], view) == province})
    cells = evidence.cells(indicator.measure, by=("province", "unit", "month"), where={"province": sources})
    inside = [each for each in cells if _province(each.keys[0], each.keys[2], view) == province]
    return _cube((_commune(each.keys[1], province, each.keys[2], view), each.keys[2], each) for each in inside)


def _of_month(indicator: Indicator, place: str, month: str, view: str) -> list[Cell]:
    """Return the cells by province and unit of a province's records in one month."""
    provinces = evidence.cells(indicator.measure, by=("province", "month"), where={"month": [month]})
    sources = sorted({each.keys[0] for each in provinces if _province(each.keys[0], month, view) == place})
    where = {"month": [month], "province": sources}
    return evidence.cells(indicator.measure, by=("province", "unit", "month"), where=where)


def _cube(placed: Iterable[tuple[str, str, Cell]]) -> dict[tuple[str, str], Figure]:
    cube: dict[tuple[str, str], Figure] = {}
    for unit, month, cell in placed:
        figure = Figure(cell.of, cell.part, cell.rows)
        for key in {(unit, month), ("", month)}:
            cube[key] = cube[key] + figure if key in cube else figure
    return cube


def _province(code: str, month: str, view: str) -> str:
    if not code:
        return CENTRAL
    if view == NOW:
        return became(code, month) or UNCERTAIN
    return code if reference.unit(code, on=month_days(month)[1]) else UNCERTAIN


def _commune(code: str, province: str, month: str, view: str) -> str:
    """Return the commune a record counts for, the province's own code for its own agencies, or UNCERTAIN."""
    on = month_days(month)[1]
    unit = became(code, month) if view == NOW else code
    if unit == province:
        return unit
    inside = reference.province_of(unit, on=None if view == NOW else on) == province if unit else False
    return unit if inside else UNCERTAIN


class _Counts:
    """Counted cubes of one state of evidence; a newer state empties it, so that a page never counts twice."""

    def __init__(self, _node: runtime.Runtime) -> None:
        self.position = -1
        self.cubes: dict[tuple[str, int, str, str], Cube] = {}

    def at(self, position: int) -> dict[tuple[str, int, str, str], Cube]:
        """Return the cubes counted at this outbox position."""
        if position != self.position:
            self.position, self.cubes = position, {}
        return self.cubes


def _kept(key: tuple[str, int, str, str], count: partial[dict[tuple[str, str], Figure]]) -> Cube:
    position = evidence.freshness().position
    cubes = runtime.current().part("oversight.counts", _Counts).at(position)
    if key not in cubes:
        cubes[key] = count()
    return cubes[key]
