"""What the invented nation takes from the reference data: communes in force and the agencies that serve them."""

from __future__ import annotations

from datetime import date

from lienthong.reference import api as reference
from lienthong.registers.demonstration.people import Commune
from lienthong.registers.demonstration.places import Places
from lienthong.registers.demonstration.rows import Desk

_BEFORE = date(2025, 6, 30)
_MATERNITY = "Phụ sản"


def places() -> Places:
    """Return the communes in force, each with the province of before July 2025 that most of it lay in."""
    provinces = {each.code: each.parent for each in reference.units(level="district", on=_BEFORE)}
    former: dict[str, str] = {}
    for old in reference.units(level="commune", on=_BEFORE):
        for new in reference.successors(old.code, on=_BEFORE).candidates:
            former.setdefault(new.code, provinces[old.parent])
    return Places(
        [
            Commune(each.code, each.full_name, each.parent, former.get(each.code, each.parent), each.type == "phường")
            for each in reference.units(level="commune")
        ]
    )


class Desks:
    """The agencies of each commune, looked up once."""

    def __init__(self) -> None:
        self._known: dict[Commune, Desk] = {}
        self._hospitals: dict[str, list[reference.Agency]] = {}

    def __call__(self, commune: Commune) -> Desk:
        """Return the agencies that serve the commune."""
        desk = self._known.get(commune)
        if desk is None:
            desk = self._known[commune] = self._look_up(commune)
        return desk

    def _look_up(self, commune: Commune) -> Desk:
        if commune.province not in self._hospitals:
            self._hospitals[commune.province] = reference.agencies(kind="hospital", unit=commune.province)
        hospitals = self._hospitals[commune.province]
        maternity = next(each for each in hospitals if _MATERNITY in each.name.vi)
        return Desk(
            committee=reference.competent(role="civil-status", unit=commune.code).code,
            branch=reference.competent(role="insurance", unit=commune.code).code,
            hospital=maternity.code,
            hospital_name=maternity.name.vi,
            clinics=tuple(each.code for each in hospitals),
        )
