"""Small counts outside of one's own units: covered, with as many others as keep them from being worked out.

What is covered is worked out against the total of the table; a table of communes of former times also against
the communes of today that they became, whose figures are shown as well. Records never open through a figure.
"""

from __future__ import annotations

from functools import cached_property

from lienthong.evidence import api as evidence
from lienthong.kernel.actor import Actor
from lienthong.kernel.i18n import gettext
from lienthong.oversight import spec
from lienthong.oversight.api import counting
from lienthong.oversight.api.counting import NOW, OUTSIDE, THEN
from lienthong.oversight.domain.figures import NOTHING, Figure
from lienthong.oversight.domain.small_cells import ENDLESS, Cover, Range, cover
from lienthong.oversight.spec.indicators import Indicator
from lienthong.reference import api as reference

OPEN = (Cover.OPEN, Cover.OPEN)


class Covers:
    """What one reader may see of the table of a place (its units by month), and of the place as a whole."""

    def __init__(self, who: Actor, indicator: Indicator, *, place: str, view: str) -> None:
        self.indicator, self.place, self.view = indicator, place, view
        self._who, self._reach = who, evidence.reach(who)
        self._of: dict[str, dict[str, tuple[Cover, Cover]]] = {}
        self._units: dict[str, dict[str, str]] = {}

    def units(self, month: str) -> list[tuple[str, str]]:
        """Return (code, name) of the table's rows: its units, and what has no unit of its own where that occurs."""
        if month not in self._units:
            self._units[month] = {each.code: each.name for each in counting.units_of(self.place, month, self.view)}
        more: list[tuple[str, str]] = []
        if self.place and (self.place, month) in self._cube:
            more.append((self.place, gettext("Cơ quan cấp tỉnh")))
        more += [(each, gettext(name)) for each, name in OUTSIDE.items() if (each, month) in self._cube]
        return [*self._units[month].items(), *more]

    def table(self, month: str) -> dict[str, Figure]:
        """Return the figures of the rows, as they are."""
        return {unit: self._cube.get((unit, month), NOTHING) for unit, _name in self.units(month)}

    def whole(self, month: str) -> Cover:
        """Return how the place's own figure is shown; the nation's always is."""
        if not self.place or self._reach is None or self._is_own(self.place, month):
            return Cover.OPEN
        of, part = self._above.of(month).get(self.place, OPEN)
        return of if of is not Cover.OPEN else part

    def of(self, month: str) -> dict[str, tuple[Cover, Cover]]:
        """Return how each row's denominator and numerator are shown; rows not named are open."""
        if self._reach is None:
            return {}
        if month not in self._of:
            self._of[month] = self._cover(month)
        return self._of[month]

    def is_same(self, unit: str, month: str, other: str) -> bool:
        """Say whether a code means the same unit in both months; under today's units it always does."""
        if self.view == NOW or not unit or unit in OUTSIDE:
            return True
        on, then = (evidence.month_days(each)[1] for each in (month, other))
        return reference.unit(unit, on=on) == reference.unit(unit, on=then)

    def _cover(self, month: str) -> dict[str, tuple[Cover, Cover]]:
        table = self.table(month)
        if self.whole(month) is not Cover.OPEN:
            own = {unit for unit in table if self._is_own(unit, month)}
            return dict.fromkeys(table.keys() - own, (Cover.WITHHELD, Cover.WITHHELD))
        least, pools = spec.least_shown(month), self._pools(month)
        own = frozenset(unit for unit in table if self._is_own(unit, month))
        counts = {unit: figure.records for unit, figure in table.items()}
        of = cover(counts, least=least, own=own, pools=pools)
        if self.indicator.measure.of_sum:  # its parts are amounts of many records, no count of any
            return {unit: (each, each) for unit, each in of.items() if each is not Cover.OPEN}
        unseen = {
            unit: Range(0, least - 1 if each is Cover.FEW else ENDLESS)
            for unit, each in of.items()
            if each is not Cover.OPEN
        }
        parts = {unit: figure.part for unit, figure in table.items()}
        part = cover(parts, least=least, own=own, pools=pools, unknown=unseen)
        both = {unit: (of[unit], of[unit] if of[unit] is not Cover.OPEN else part[unit]) for unit in table}
        return {unit: covers for unit, covers in both.items() if covers != OPEN}

    def _pools(self, month: str) -> dict[str, str] | None:
        """Return, for communes of former times, the commune of today whose shown figure they add up to."""
        if self.view != THEN or not self.place or not counting.changed_since(month):
            return None
        after = {unit: evidence.became(unit, month) for unit, _name in self.units(month)}
        today = {evidence.became(self.place, month)} - {""}
        covered: dict[str, tuple[Cover, Cover]] = {}
        for province in today:
            covered |= Covers(self._who, self.indicator, place=province, view=NOW).of(month)
        return {unit: code if covered.get(code, OPEN) == OPEN else "" for unit, code in after.items()}

    def _is_own(self, unit: str, month: str) -> bool:
        if self._reach is None:
            return True
        if self.place and self._is_own_code(self.place, month):
            return True
        return unit not in OUTSIDE and self._is_own_code(unit, month)

    def _is_own_code(self, unit: str, month: str) -> bool:
        today = unit if self.view == NOW else evidence.became(unit, month)
        return bool(self._reach and today and today in self._reach)

    @cached_property
    def _cube(self) -> counting.Cube:
        if self.place:
            return counting.by_commune(self.indicator, self.place, self.view)
        return counting.by_province(self.indicator, self.view)

    @cached_property
    def _above(self) -> Covers:
        return Covers(self._who, self.indicator, place="", view=self.view)
