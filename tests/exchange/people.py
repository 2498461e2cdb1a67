"""A family, its officers and grounds that the tests of the exchange share."""

from __future__ import annotations

from lienthong.exchange.api import Grounds
from lienthong.kernel.actor import Actor, Kind, system

HA = "079192990017"
HUY = "079090990021"
AN = "079196990033"
WARD, OTHER_WARD = "26929", "00166"
DOSSIER = "H29.26.929-261121-0001"
BIRTH = Grounds(purpose="linked-birth", basis="ND-63-2024", dossier=DOSSIER)
COMMITTEE, POLICE, INSURANCE, HOSPITAL = "H29.26.929", "G01.79.26929", "G24.79", "H29.2.2"


def citizen(number: str = HA, *, level: int = 2, for_person: str = "") -> Actor:
    return Actor(kind=Kind.CITIZEN, subject=number, level=level, for_person=for_person)


def officer(role: str, agency: str, *units: str) -> Actor:
    return Actor(
        kind=Kind.OFFICER,
        subject=f"staff-{role}",
        agency=agency,
        roles=frozenset({role}),
        units=frozenset(units),
        level=3,
    )


REGISTRAR = officer("civil-status-officer", COMMITTEE, WARD)
CONSTABLE = officer("residence-officer", POLICE, WARD)
INSURER = officer("insurance-officer", INSURANCE, "79")
CLERK = officer("hospital-clerk", HOSPITAL, "79")
STEWARD = officer("data-steward", "G01")
SERVICES = system("services")
