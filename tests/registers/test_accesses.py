"""No read without grounds, none without an entry; a refusal leaves one too."""

from __future__ import annotations

import pytest

from lienthong.kernel.actor import ANONYMOUS, Actor, Kind
from lienthong.kernel.errors import Denied, Invalid, SignInNeeded
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.registers import api
from lienthong.registers.api import Grounds, Query
from tests.registers.people import GROUNDS, HA, HUY, OFFICER


def citizen(number: str) -> Actor:
    return Actor(kind=Kind.CITIZEN, subject=number, level=2)


def test_a_read_is_in_the_log_of_everyone_it_was_about(node: Runtime, ha: dict[str, object]) -> None:
    api.write(OFFICER, register="population", values=ha, grounds=GROUNDS)
    api.read(
        OFFICER,
        queries=[
            Query("population", key=HA, fields=["full_name"]),
            Query("population", by={"spouse_number": HUY}, fields=["home_address"]),
        ],
        grounds=GROUNDS,
        contract="linked-birth",
    )
    read, written = api.accesses(citizen(HA), subject=HA)
    assert (read.act, read.register, read.fields) == ("read", "population", ("full_name", "home_address"))
    assert (read.agency, read.actor, read.purpose) == ("G15", "staff-1", "birth-registration")
    assert (read.dossier, read.contract, read.denied) == (GROUNDS.dossier, "linked-birth", False)
    assert written.act == "write"
    assert [each.act for each in api.accesses(citizen(HUY), subject=HUY)] == ["read"], "he was asked about"


def test_an_empty_answer_is_logged_too(node: Runtime) -> None:
    api.read(OFFICER, queries=[Query("residence", by={"number": HA})], grounds=GROUNDS)
    assert [each.register for each in api.accesses(citizen(HA), subject=HA)] == ["residence"]


def test_every_entry_is_proved_by_the_ledger(node: Runtime) -> None:
    api.read(OFFICER, queries=[Query("population", key=HA)], grounds=GROUNDS)
    ledger.sequence()
    (entry,) = api.accesses(citizen(HA), subject=HA)
    proof = ledger.proof(entry.ledger_entry)
    assert proof is not None
    committed = ledger.digest_of(entry.content(), entry.salt)
    assert ledger.verify_inclusion(proof, committed, ledger.public_key()), "the person can make the digest themselves"
    assert len(entry.salt) == 32


def test_without_grounds_or_a_name_nothing_is_read(node: Runtime) -> None:
    query = Query("population", key=HA)
    with pytest.raises(Invalid):
        api.read(OFFICER, queries=[query], grounds=Grounds(purpose="", basis="ND-63-2024"))
    with pytest.raises(Invalid):
        api.read(OFFICER, queries=[query], grounds=Grounds(purpose="curiosity", basis="L-0-0000"))
    with pytest.raises(SignInNeeded):
        api.read(ANONYMOUS, queries=[query], grounds=GROUNDS)
    assert api.accesses(citizen(HA), subject=HA) == []


def test_a_refusal_stays_although_it_rolls_the_work_back(node: Runtime) -> None:
    with pytest.raises(Denied), node.database.transaction():
        api.deny(OFFICER, register="population", subjects=[HA], fields=["religion"], grounds=GROUNDS, reason="no right")
        raise Denied("test", "test")
    (entry,) = api.accesses(citizen(HA), subject=HA)
    assert (entry.denied, entry.reason, entry.fields) == (True, "no right", ("religion",))


def test_a_log_is_shown_to_its_person_alone_page_by_page(node: Runtime) -> None:
    for _ in range(5):
        api.read(OFFICER, queries=[Query("population", key=HA)], grounds=GROUNDS)
    for other in (OFFICER, citizen(HUY), ANONYMOUS):
        with pytest.raises(Denied):
            api.accesses(other, subject=HA)
    first = api.accesses(citizen(HA), subject=HA, limit=3)
    rest = api.accesses(citizen(HA), subject=HA, limit=3, after=first[-1].id)
    assert len({each.id for each in [*first, *rest]}) == 5
    guardian = Actor(kind=Kind.CITIZEN, subject=HUY, for_person=HA)
    assert len(api.accesses(guardian, subject=HA)) == 5
