"""Whose work it is: the owner works on a whole register, a commune on its own, who delivers on what it delivered."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register

_PROVINCE = 2
"""Digits of a province's code; a commune's is longer."""


def grounds_of(spec: Register) -> Grounds:
    """Return why a steward checks a register: to keep it right, on its own basis."""
    return Grounds(purpose="stewardship", basis=spec.basis[0])


@dataclass(frozen=True, slots=True)
class Reach:
    """What an agency works on. unit: only there ("" for everywhere); source: only what this agency delivered."""

    unit: str
    source: str = ""


def reach(who: Actor, spec: Register, unit: str, grounds: Grounds, *, source: str | None = None) -> Reach:
    """Return what the agency works on: the unit asked for, its own when none is asked, "" for all.

    The owner and those below it work on a unit whoever wrote its records, and so does a commune's own agency that
    delivers to the register. Another that delivers (a hospital, a branch) works on what it delivered itself.
    source: of the finding that is to be worked on. Raises Denied, with a denied entry, for an agency that neither owns
    the register nor delivers for a unit of its own, for a unit that is not its own, or for what another delivered.
    """
    if who.agency == spec.owner:
        return Reach(unit)
    agency = reference.agency(who.agency)
    own = agency.unit if agency else ""
    is_below = who.agency.startswith(f"{spec.owner}.")
    delivers = (
        agency is not None
        and bool(own)  # who delivers for no unit of its own would see everybody's
        and any(
            each.agency == agency.code or (each.kind == agency.kind and each.level in ("", agency.level))
            for each in spec.sources
        )
    )
    if not (is_below or delivers):
        registers.require_owner(who, register=spec.id, grounds=grounds)
    if unit and own and not reference.is_within(unit, own):
        registers.deny(who, register=spec.id, subjects=[], fields=[], grounds=grounds, reason="other-unit")
        raise Denied("quality.unit", N_("Cơ quan chỉ làm việc trên dữ liệu của địa bàn mình."))
    found = Reach(unit or own, "" if is_below or len(own) > _PROVINCE else who.agency)
    if source is not None and found.source not in ("", source):
        registers.deny(who, register=spec.id, subjects=[], fields=[], grounds=grounds, reason="other-source")
        raise Denied("quality.source", N_("Cơ quan chỉ làm việc trên dữ liệu do chính mình gửi."))
    return found
