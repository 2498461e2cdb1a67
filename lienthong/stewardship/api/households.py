"""Households that move, split and join, by the agency that keeps the residence register."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from lienthong.kernel.actor import Actor
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Moved

REGISTER = "residence"


def move_household(
    who: Actor,
    *,
    household: str,
    on: date,
    grounds: Grounds,
    members: Collection[str] = (),
    commune: str = "",
    address: str = "",
    join: str = "",
    head: str = "",
    head_left: str = "",
    relations: Mapping[str, str] | None = None,
    reason: str = "",
) -> Moved:
    """Move a household or some of its members from a day on. Raises as ``registers.move``, Denied for others."""
    registers.require_owner(who, register=REGISTER, grounds=grounds)
    return registers.move(
        who,
        household=household,
        on=on,
        grounds=grounds,
        members=members,
        commune=commune,
        address=address,
        join=join,
        head=head,
        head_left=head_left,
        relations=relations,
        reason=reason,
    )
