"""A person is erased by order in every room at once: what tied them to the ledger is gone, all other proofs hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from lienthong.app import erasing
from lienthong.exchange import api as exchange
from lienthong.exchange.store.consents import consent
from lienthong.identity import api as identity
from lienthong.identity.store.tables import mandate_words
from lienthong.kernel import runtime
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.services import api
from lienthong.services.store.tables import acts
from tests.services.conftest import DAUGHTER, GRANDFATHER, MOTHER, citizen, officer
from tests.services.counter import pension, serve
from tests.services.walking import work

OPERATOR = system("cli:test")
ORDER = {"basis": "L-91-2025", "order": "QĐ 12/QĐ-TA ngày 20/11/2026"}
REMINDERS = "hospital-reminders"
HIM, HER = (replace(citizen(each), session=f"s-{each}") for each in (GRANDFATHER, DAUGHTER))


def rows(kept: Table) -> dict[str, tuple[dict[str, Any], bytes]]:
    """Content and salt of every row of a table whose rows the ledger commits to, by id."""
    with runtime.current().database.reading() as connection:
        found = [dict(each) for each in connection.execute(select(kept)).mappings()]
    return {each["id"]: (each, bytes(each.pop("salt"))) for each in found}


def proved(entry: str, content: Mapping[str, Any], salt: bytes) -> bool:
    proof = ledger.proof(entry)
    digest = ledger.digest_of(dict(content), salt)
    return proof is not None and ledger.verify_inclusion(proof, digest, ledger.public_key())


def offer(until_over: bool) -> str:
    mandate = identity.offer(HIM.again(), representative=DAUGHTER, name="Phan Thị Ngọc Diệp", scope=SCOPE)
    (identity.decline if until_over else identity.accept)(HER.again(), mandate=mandate)
    return mandate


SCOPE = identity.Scope(procedures=["social-pension"])


def complaint(code: str) -> str:
    """Let an officer look for a dossier, and complain about it; answer the entry."""
    ask = exchange.Ask("x", "population", {"number": GRANDFATHER}, ("full_name",))
    grounds = exchange.Grounds(purpose="social-pension", basis="ND-176-2025", dossier=code)
    exchange.fetch(officer("commune-officer"), asks=[ask], grounds=grounds, contract="social-pension")
    entry = exchange.access_log(HIM, limit=1)[0].id
    exchange.complain(HIM.again(), entry=entry, text="Tôi không nhờ ai xem.")
    return entry


@pytest.fixture
def known(elders: Runtime, clock: SetClock) -> SetClock:
    """An old man with consents, mandates, acts at a counter and complaints: some over, some open; and a mother."""
    who = serve()
    pension(who, identity.Word(code=identity.print_slip(who).code))
    offer(until_over=True)
    for word in (exchange.consent_given, exchange.consent_withdrawn, exchange.consent_given):
        word(HIM.again(), contract=REMINDERS)
        clock.advance(timedelta(seconds=1))
    exchange.consent_given(citizen(MOTHER).again(), contract=REMINDERS)
    complaint("X-1")
    work()
    [dossier] = [each.code for each in api.mine(HIM).dossiers if each.code]
    api.decide(
        officer("commune-chair"), dossier=dossier, step="answer", verdict="refuse", reasons=["K01"], note="Ông Tư"
    )
    complaint("X-2")
    work()
    ledger.sequence()
    clock.advance(timedelta(seconds=1))
    return clock


def test_every_room_forgets_and_what_is_open_or_holds_stays(known: SetClock) -> None:
    kept = (consent, mandate_words, acts)
    before = {each.name: rows(each) for each in kept}
    assert all(proved(entry, *row) for found in before.values() for entry, row in found.items())
    complaints = {entry: each.text for entry, each in mine().items()}
    assert len(complaints) == 2
    counts = erasing.erase(OPERATOR, subject=GRANDFATHER, **ORDER)
    assert counts["services"] == len(before["dossier_act"]) > 1
    assert counts["identity"] == len(before["mandate_word"]) == 2
    assert counts["exchange"] == 2 + 1, "two words of consent that no longer hold, one answered complaint"
    assert counts["registers"] > 3
    ledger.sequence()
    for each in kept:
        for entry, (content, salt) in rows(each).items():
            was, old = before[each.name][entry]
            assert proved(entry, was, old), "a proof taken home before still holds"
            assert proved(entry, content, salt) == (salt != b"")
            assert salt or GRANDFATHER not in str({**content, "person": "", "subject": ""}), (
                "and nothing else names him"
            )
    left = {(row["subject"], row["given"]) for row, salt in rows(consent).values() if salt}
    assert left == {(GRANDFATHER, True), (MOTHER, True)}, "a yes that is relied on stays provable"
    assert exchange.agreements(HIM)[0].given
    assert sorted(each.text for each in mine().values()) == ["", "Tôi không nhờ ai xem."], "the open complaint is whole"
    assert [each.by for each in api.acts(HIM)] == [""] * counts["services"]
    told = [each for each in exchange.access_log(HIM, limit=50) if each.purpose.startswith("Xóa dấu vết")]
    assert len(told) == 1
    mother = exchange.access_log(citizen(MOTHER), limit=50)
    assert all(each.proof.state is exchange.ProofState.PROVED for each in mother)
    assert ledger.verify_all().faults == []
    known.advance(timedelta(seconds=1))
    assert sum(erasing.erase(OPERATOR, subject=GRANDFATHER, **ORDER).values()) == 0, "asked again, nothing more"


def mine() -> dict[str, exchange.Contested]:
    entries = [each.id for each in exchange.access_log(HIM, limit=100)]
    return exchange.contested(HIM, entries=entries)


def test_a_mandate_that_holds_keeps_its_words_until_it_is_over(known: SetClock) -> None:
    mandate = offer(until_over=False)
    known.advance(timedelta(seconds=1))
    assert erasing.erase(OPERATOR, subject=DAUGHTER, **ORDER)["identity"] == 2, "the declined one"
    identity.withdraw(HIM.again(), mandate=mandate)
    known.advance(timedelta(seconds=1))
    assert erasing.erase(OPERATOR, subject=DAUGHTER, **ORDER)["identity"] == 3
    assert [each.standing.value for each in identity.mandates(HIM)] == ["ended", "declined"], "that it was, stays"


def test_all_or_nothing_and_only_by_the_operator(known: SetClock) -> None:
    before = {each.name: rows(each) for each in (consent, mandate_words, acts)}
    with pytest.raises(Invalid):
        erasing.erase(OPERATOR, subject=GRANDFATHER, basis="L-91-2025", order=" ")
    for room in (exchange, identity, api):
        with pytest.raises(Denied):
            room.erase_proofs(officer("commune-chair"), subject=GRANDFATHER, before="9")
    assert {each.name: rows(each) for each in (consent, mandate_words, acts)} == before, "without a ground nothing went"
