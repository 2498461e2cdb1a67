"""All agencies in memory: those written in the catalogue, and those its rules make for every unit in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
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
    _made: dict[str, Agency] = field(default_factory=dict[str, Agency])

    def find(self, code: str) -> Agency | None:
        """Return the agency with this code; one written out stands before one made by a rule."""
        if code in self.written:
            return self.written[code]
        made = self._by_rule.get(code)
        return self._make(code, *made) if made else None

    def all(self, *, kind: str, unit: str, level: str) -> Iterator[Agency]:
        """Yield the agencies of a kind, a unit and a level, where these are given."""
        for agency in self.written.values():
            if kind in {"", agency.kind} and unit in {"", agency.unit} and level in {"", agency.level}:
                yield agency
        made = self._by_rule_at(unit) if unit else self._by_rule
        for code, (rule, place) in made.items():
            wanted = kind in {"", rule.kind} and unit in {"", place.code} and level in {"", rule.each}
            if wanted and code not in self.written:
                yield self._make(code, rule, place)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Every kind that an agency can be of."""
        return frozenset({each.kind for each in self.written.values()} | {rule.kind for rule in self.rules})

    def competent(self, role: str, unit: Unit) -> Agency | None:
        """Return the agency competent for the role in the unit or, where the unit has none, in its province."""
        for place in (unit, self.units.find(unit.parent, None)):
            for rule in self.rules:
                if place is not None and role in rule.roles and rule.each == place.level:
                    code = rule.code_for(place, self._level_one(place))
                    return self.written.get(code) or self._make(code, rule, place)
        return None

    @cached_property
    def _by_rule(self) -> dict[str, tuple[AgencyRule, Unit]]:
        return {
            rule.code_for(unit, self._level_one(unit)): (rule, unit)
            for unit in self.units.all(None)
            for rule in self.rules
            if rule.each == unit.level
        }

    def _by_rule_at(self, unit: str) -> dict[str, tuple[AgencyRule, Unit]]:
        """The same for one unit: looking through every commune takes ten milliseconds."""
        place = self.units.find(unit, None)
        if place is None or place.valid_to is not None:
            return {}
        rules = [rule for rule in self.rules if rule.each == place.level]
        return {rule.code_for(place, self._level_one(place)): (rule, place) for rule in rules}

    def _make(self, code: str, rule: AgencyRule, unit: Unit) -> Agency:
        if code not in self._made:
            level_one = self._level_one(unit)
            self._made[code] = rule.agency_for(unit, level_one, confirmed=level_one in self.confirmed)
        return self._made[code]

    def _level_one(self, unit: Unit) -> str:
        province = unit.parent or unit.code
        return self.level_one.get(province, f"H.{province}")  # a province founded by a patch has no known code


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
