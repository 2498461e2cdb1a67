"""Whose work it is: the owner of a register works on all of it, an agency that delivers to it on its own unit."""

from __future__ import annotations

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register


def grounds_of(spec: Register) -> Grounds:
    """Return why a steward checks a register: to keep it right, on its own basis."""
    return Grounds(purpose="stewardship", basis=spec.basis[0])


def reach(who: Actor, spec: Register, unit: str, grounds: Grounds) -> str:
    """Return the unit that the agency works on: the one asked for, its own when none is asked, "" for all.

    Raises Denied, with a denied entry, for an agency that neither owns the register nor delivers for a unit of
    its own, or a unit that is not its own.
    """
    if who.agency == spec.owner:
        return unit
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
    return unit or own
