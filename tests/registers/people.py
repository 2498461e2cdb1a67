"""People and grounds that the tests of registers share."""

from __future__ import annotations

from lienthong.kernel.actor import Actor, Kind, system
from lienthong.registers.api import Grounds

GROUNDS = Grounds(purpose="birth-registration", basis="ND-63-2024", dossier="H29.1-261121-0001")
OFFICER = Actor(kind=Kind.OFFICER, subject="staff-1", agency="G15", roles=frozenset({"civil-status-officer"}), level=3)
STEWARD = system("steward", agency="G01")
HA = "079192990017"
HUY = "079090990021"
COMMUNE = "26929"
