"""What of a register a steward may see: the owner all of it, an agency below it that has a unit only its own people."""

from __future__ import annotations

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship.api.importing.standing import require_steward


def own_unit(who: Actor, spec: Register) -> str:
    """Return the unit outside which the agency sees nobody, "" for the owner and its departments."""
    agency = reference.agency(who.agency)
    return agency.unit if agency and who.agency != spec.owner else ""


def require_whole(who: Actor, *, register: str, grounds: Grounds) -> None:
    """Refuse whoever is no steward of the whole register: doubles may live anywhere. Raises Denied."""
    require_steward(who, register, grounds)
    if own_unit(who, registers.definition(register)):
        registers.deny(who, register=register, subjects=[], fields=[], grounds=grounds, reason="other-unit")
        raise Denied(
            "matching.whole", N_("Tìm và gộp người trùng là việc của cơ quan chủ quản, trên toàn cơ sở dữ liệu.")
        )


def require_both(who: Actor, *, register: str, grounds: Grounds) -> tuple[Register, Register]:
    """Return both registers of links (``one:other``), for a steward of the whole of each. Raises Denied, NotFound.

    People of a register of another agency are seen under a contract of the exchange, never beside one's own here.
    """
    first, _, second = register.partition(":")
    for each in (first, second):
        require_whole(who, register=each, grounds=grounds)
    return registers.definition(first), registers.definition(second)
