"""An agency with a signing chair, and how to issue a birth certificate there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lienthong.documents import api, spec
from lienthong.documents import jobs as room_jobs
from lienthong.identity import api as identity
from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference
from tests.beginnings import Beginnings

COMMUNE = "26929"
CHILD, MOTHER, FATHER = "079326999912", "079196999917", "079094999903"
HOLDERS = (CHILD, MOTHER, FATHER)
DOSSIER = "H29.26.929-261121-0012"
SERVICES = system("services")


def citizen(number: str, *, for_person: str = "") -> Actor:
    """A signed-in citizen."""
    return Actor(kind=Kind.CITIZEN, subject=number, level=2, for_person=for_person)


def officer(agency: str, staff: str = "chair-1") -> Actor:
    """An officer of an agency."""
    return Actor(kind=Kind.OFFICER, subject=staff, agency=agency, level=3)


def agency_code() -> str:
    """The people's committee that registers births in the commune."""
    return reference.competent(role="civil-status", unit=COMMUNE).code


def open_chair(agency: str, staff: str = "chair-1") -> None:
    """Open the account of the officer who signs."""
    member = identity.Staff(
        subject=staff,
        name="Trần Văn Khải",
        position="Chủ tịch",
        agency=agency,
        roles=frozenset({"commune-chair"}),
        units=frozenset({COMMUNE}),
    )
    identity.open_staff(system("test"), member=member)


def run_jobs() -> int:
    """Do every waiting job of the room."""
    return jobs.run_all({each.kind: each for each in room_jobs.handlers})


def ask(
    key: str = "birth-1", *, who: Actor = SERVICES, holders: Sequence[str] = HOLDERS, **changes: str
) -> api.Document:
    """Ask for the birth certificate of the sample, with other values for some fields."""
    return api.issue(
        who,
        type="birth-certificate",
        values={**spec.document_type("birth-certificate").spec.sample, **changes},
        holders=holders,
        subject=CHILD,
        dossier=DOSSIER,
        signer="chair-1",
        agency=agency_code(),
        issue_key=key,
    )


@pytest.fixture
def issued(node: Runtime, beginnings: Beginnings) -> api.Document:
    """A birth certificate, signed and in three wallets."""
    return beginnings.lay(node, _issued)


@pytest.fixture
def issued_on_sqlite(sqlite_node: Runtime, beginnings: Beginnings) -> api.Document:
    """The same, on SQLite only."""
    return beginnings.lay(sqlite_node, _issued)


def _issued(_node: Runtime) -> api.Document:
    open_chair(agency_code())
    document = ask()
    run_jobs()
    return api.document(citizen(MOTHER), document.id)
