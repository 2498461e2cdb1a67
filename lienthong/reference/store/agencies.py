"""All agencies in memory: those written in the catalogue, and those its rules make for every unit in force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lienthong.reference.domain.agencies import Agency, AgencyRule
from lienthong.reference.domain.units import Unit
from lienthong.reference.spec import AgenciesSpec, AgencySpec
from lienthong.reference.store import definitions, files
from lienthong.reference.store.units import Units


@dataclass(frozen=True)
class Agencies:
    """Agencies by code. Those of communes and provinces are made on first use: most processes need a handful."""

    units: Units
    written: dict[str, Agency]
    rules: tuple[AgencyRule, ...]
    level_one: dict[str, str]
    confirmed: frozenset[str]

    @cached_property
    def by_code(self) -> dict[str, Agency]:
        """Every agency; one written out stands before one made by a rule with the same code."""
        made = (
            self._make(rule, unit) for unit in self.units.all(None) for rule in self.rules if rule.each == unit.level
        )
        return {**{agency.code: agency for agency in made}, **self.written}

    def competent(self, role: str, unit: Unit) -> Agency | None:
        """Return the agency competent for the role in the unit or, where the unit has none, in its province."""
        for place in (unit, self.units.find(unit.parent, None)):
            for rule in self.rules:
                if place is not None and role in rule.roles and rule.each == place.level:
                    code = rule.code_for(place, self._level_one(place))
                    return self.written.get(code) or self._make(rule, place)
        return None

    def _make(self, rule: AgencyRule, unit: Unit) -> Agency:
        return rule.agency_for(unit, self._level_one(unit), confirmed=self._level_one(unit) in self.confirmed)

    def _level_one(self, unit: Unit) -> str:
        return self.level_one[unit.parent or unit.code]


def load(units: Units) -> Agencies:
    """Read the catalogue's agencies and rules."""
    written: dict[str, Agency] = {}
    rules: dict[tuple[str, str], AgencyRule] = {}
    confirmed: set[str] = set()
    for spec in definitions.read("agencies", AgenciesSpec):
        confirmed.update(spec.confirmed)
        for code, each in spec.agencies.items():
            written[code] = _agency(code, each)
        for each in spec.rules:
            rules[each.kind, each.code] = AgencyRule(
                each=each.each,
                kind=each.kind,
                code=each.code,
                parent=each.parent,
                name=each.name,
                short=each.short,
                roles=tuple(each.roles),
                source=each.source,
            )
    level_one = {row["old_code"]: row["agency_code_2020"] for row in files.rows("provinces_old63.csv")}
    return Agencies(units, written, tuple(rules.values()), level_one, frozenset(confirmed))


def _agency(code: str, spec: AgencySpec) -> Agency:
    return Agency(
        code=code,
        name=spec.name,
        short=spec.short,
        kind=spec.kind,
        level=spec.level,
        unit=spec.unit,
        parent=spec.parent,
        demonstration=spec.demonstration,
        source=spec.source,
        valid_from=spec.valid[0],
        valid_to=spec.valid[1],
        successor=spec.successor,
    )
