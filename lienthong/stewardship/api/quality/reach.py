"""Whose work it is: the owner works on a whole register, a commune on its own, who delivers on what it delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register, Source
from lienthong.stewardship.api.importing.standing import ROLE

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
    the register nor delivers for a unit of its own, an officer without the role, a unit or a delivery of somebody else.
    """
    agency = reference.agency(who.agency)
    own = agency.unit if agency else ""
    mine = [
        each
        for each in spec.sources
        if agency and (each.agency == agency.code or (each.kind == agency.kind and each.level in ("", agency.level)))
    ]
    _require_role(who, spec, mine, grounds)
    if who.agency == spec.owner:
        return Reach(unit)
    is_below = who.agency.startswith(f"{spec.owner}.")
    if not (is_below or (mine and own)):  # who delivers for no unit of its own would see everybody's
        registers.require_owner(who, register=spec.id, grounds=grounds)
    if not is_below and len(own) <= _PROVINCE:
        if source not in (None, who.agency):
            registers.deny(who, register=spec.id, subjects=[], fields=[], grounds=grounds, reason="other-source")
            raise Denied("quality.source", N_("Cơ quan chỉ làm việc trên dữ liệu do chính mình gửi."))
        return Reach(unit, who.agency)
    is_own = bool(unit) and reference.is_within(unit, own)
    if own and not is_own and (unit or source is not None):  # a record of no unit at all is the owner's work
        registers.deny(who, register=spec.id, subjects=[], fields=[], grounds=grounds, reason="other-unit")
        raise Denied("quality.unit", N_("Cơ quan chỉ làm việc trên dữ liệu của địa bàn mình."))
    return Reach(unit or own)


def _require_role(who: Actor, spec: Register, mine: Sequence[Source], grounds: Grounds) -> None:
    """Refuse an officer who neither keeps data nor has a role of those who work off what their agency delivers."""
    if who.kind is not Kind.SYSTEM and not who.roles & {ROLE, *(role for each in mine for role in each.roles)}:
        registers.deny(who, register=spec.id, subjects=[], fields=[], grounds=grounds, reason="role")
        raise Denied("quality.role", N_("Danh sách việc dành cho cán bộ quản trị dữ liệu và người trực tiếp ghi sổ."))
