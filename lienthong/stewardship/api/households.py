"""Households that move, split and join, by the agency that keeps the residence register."""

from __future__ import annotations

from datetime import date
from typing import Unpack

from lienthong.kernel.actor import Actor
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Move, Moved

REGISTER = "residence"


def move_household(who: Actor, *, household: str, on: date, grounds: Grounds, **how: Unpack[Move]) -> Moved:
    """Move a household or some of its members from a day on. Raises as ``registers.move``, Denied for others."""
    registers.require_owner(who, register=REGISTER, grounds=grounds)
    return registers.move(who, household=household, on=on, grounds=grounds, **how)
