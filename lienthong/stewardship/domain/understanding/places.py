"""Units and addresses: a commune by code or name, old or new; an address is cut into its units and the rest."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.cells import unquoted
from lienthong.stewardship.domain.understanding.shapes import (
    Candidate,
    Levels,
    Settings,
    Understood,
    asked,
    refused,
    told,
)

_MOST = 60
_LIMIT = 300
_PROVINCE_ONLY = N_("Ô chỉ có tên tỉnh, thành phố; trường này cần đến cấp xã, bổ sung tên xã, phường rồi nhập lại.")


def understand_unit(term: DataTerm, raw: Any, text: str, settings: Settings) -> Understood:
    """Understand a unit given by code, by name with those above it, by levels, or at the end of a whole address."""
    if isinstance(raw, Levels):
        found = reference.convert_unit(
            on=settings.on, commune=raw.commune, district=raw.district, province=raw.province
        )
        return _unit_from(term, found)
    return _unit_from(term, reference.convert_unit(unquoted(text), on=settings.on))


def _unit_from(term: DataTerm, found: reference.Conversion) -> Understood:
    """Return what a conversion means for a field: the unit in force, a question, or a refusal."""
    at, units = term.id, found.candidates
    if _wants_commune(term):
        units = tuple(unit for unit in units if unit.level == "commune")
        if found.candidates and not units:
            return refused(at, "unit.province", _PROVINCE_ONLY)
    if found.decision == "certain":
        new = found.candidates[0]
        if found.reason == "same" or (found.old_codes == (new.code,) and found.old[0].full_name == new.full_name):
            return told(at, new.code)
        message = N_("Đơn vị cũ đã đổi sang đơn vị hiện hành.")
        return told(at, new.code, ("unit.converted", message))
    if found.decision == "ask":
        choices = tuple(Candidate(unit.code, reference.place(unit)) for unit in units[:_MOST])
        return asked(at, f"unit.{found.reason}", found.sentence, choices)
    return refused(at, f"unit.{found.reason}", found.sentence)


def _wants_commune(term: DataTerm) -> bool:
    """Say whether a term holds communes only, as its name in the dictionary says; a home town may be a province."""
    return term.id.endswith("commune")


def understand_address(term: DataTerm, _raw: Any, text: str, settings: Settings) -> Understood:
    """Understand an address; with ``split_address`` it loses the units at its end, which another field takes."""
    if len(text) > (term.max_length or _LIMIT):
        return refused(
            term.id, "value.long", N_("Rút ngắn còn nhiều nhất %(limit)s ký tự."), limit=term.max_length or _LIMIT
        )
    if not settings.split_address:
        return told(term.id, text)
    found = reference.convert_unit(text, on=settings.on)
    if found.decision == "refuse" or not found.old:
        return told(term.id, text)
    if not found.rest:
        return Understood(None)
    return told(term.id, found.rest)
