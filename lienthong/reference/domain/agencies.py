"""Agencies: the tenants of the house. Those of every province and commune are made by rules from the units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from lienthong.kernel.i18n import Bilingual
from lienthong.reference.domain.units import Unit


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency.

    code: level-1 code first, dots between levels (Decision 20/2020/QĐ-TTg). unit: code of the unit it serves, "" for
    the whole country. parent: code of the agency above, "" for none. demonstration: nobody could confirm this code;
    a file of the operator replaces it. successor: code of the agency that took over its work after ``valid_to``.
    """

    code: str
    name: Bilingual
    short: Bilingual
    kind: str
    level: Literal["central", "province", "commune"]
    unit: str
    parent: str
    demonstration: bool
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class AgencyRule:
    """One agency for each unit in force of a level.

    code, parent and names are patterns over ``{province}`` and ``{commune}`` (unit codes), ``{h}`` (code of the
    province's people's committee), ``{head}``/``{tail}`` (two first and three last digits of the commune) and
    ``{name}`` (the unit said inside a sentence). roles: what these agencies are competent for, see ``competent``.
    """

    each: Literal["province", "commune"]
    kind: str
    code: str
    parent: str
    name: Bilingual
    short: Bilingual
    roles: tuple[str, ...]
    source: str

    def code_for(self, unit: Unit, level_one: str) -> str:
        """Return the code of this rule's agency for the unit; level_one: ``Hxx`` of its province."""
        return self.code.format(**_places(unit, level_one))

    def agency_for(self, unit: Unit, level_one: str, *, confirmed: bool) -> Agency:
        """Return this rule's agency for the unit. confirmed: its code is the level-one code and that one is sure."""
        places = _places(unit, level_one)
        code = self.code.format(**places)
        said = unit.said
        return Agency(
            code=code,
            name=Bilingual(self.name.vi.format(name=said.vi), self.name.en.format(name=said.en)),
            short=Bilingual(self.short.vi.format(name=said.vi), self.short.en.format(name=said.en)),
            kind=self.kind,
            level=self.each,
            unit=unit.code,
            parent=self.parent.format(**places),
            demonstration=not (confirmed and code == level_one),
            source=self.source,
        )


def _places(unit: Unit, level_one: str) -> dict[str, str]:
    return {
        "h": level_one,
        "province": unit.parent or unit.code,
        "commune": unit.code,
        "head": unit.code[:2],
        "tail": unit.code[2:],
    }
