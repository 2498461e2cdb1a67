"""Erasing a person's salts: their entries say nothing any more, every proof and the whole ledger stay valid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.kernel import clock as clocks
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.ledger.domain import tree
from lienthong.registers import api
from lienthong.registers.api import Query
from tests.registers.people import GROUNDS, HA, HUY, OFFICER

OPERATOR = system("cli:test")
ORDER = {"basis": "L-91-2025", "order": "QĐ 12/QĐ-TA ngày 20/11/2026"}


def citizen(number: str) -> Actor:
    return Actor(kind=Kind.CITIZEN, subject=number, level=2)


def look(number: str) -> None:
    api.read(OFFICER, queries=[Query("population", key=number)], grounds=GROUNDS)


def log(number: str) -> list[api.Access]:
    return api.accesses(citizen(number), subject=number, limit=500)


def proved(entry: api.Access) -> bool:
    proof = ledger.proof(entry.id)
    committed = ledger.digest_of(entry.content(), entry.salt)
    return proof is not None and ledger.verify_inclusion(proof, committed, ledger.public_key())


def test_what_is_erased_ties_nothing_to_the_ledger_and_says_why(node: Runtime, clock: SetClock) -> None:
    look(HA)
    look(HUY)
    ledger.sequence()
    [before] = log(HA)
    clock.advance(timedelta(seconds=1))
    assert api.erase_proofs(OPERATOR, subject=HA, **ORDER) == 1
    ledger.sequence()
    told, gone = log(HA)
    assert (told.register, told.purpose, told.basis) == ("access-log", "erasure", "L-91-2025"), (
        "the erasure is an entry"
    )
    assert gone.erased is not None
    assert gone.erased.order == ORDER["order"]
    assert (gone.salt, gone.fields, gone.actor, gone.dossier) == (b"", (), "", "")
    assert (gone.id, gone.agency, gone.act) == (before.id, before.agency, before.act), "that it was, stays"
    still = ledger.proof(before.id)
    assert still is not None
    committed = ledger.digest_of(before.content(), before.salt)
    assert ledger.verify_inclusion(still, committed, ledger.public_key()), "a proof taken home before still holds"
    assert not ledger.verify_inclusion(still, ledger.digest_of(gone.content(), gone.salt), ledger.public_key())
    assert all(proved(each) for each in (told, *log(HUY)))
    assert ledger.verify_all().faults == []
    clock.advance(timedelta(seconds=1))
    assert api.erase_proofs(OPERATOR, subject=HA, **ORDER) == 0, "what tells of the erasure stays"


def test_only_the_operator_only_by_law_only_what_is_old(node: Runtime, clock: SetClock) -> None:
    look(HA)
    clock.advance(timedelta(days=1))
    edge = clocks.stamp(node.clock.now())
    look(HA)
    with pytest.raises(Denied):
        api.erase_proofs(OFFICER, subject=HA, **ORDER)
    with pytest.raises(Invalid):
        api.erase_proofs(OPERATOR, subject=HA, basis="L-0-0000", order="QĐ 1")
    with pytest.raises(Invalid):
        api.erase_proofs(OPERATOR, subject=HA, basis="L-91-2025", order=" ")
    assert api.erase_proofs(OPERATOR, subject=HA, before=edge, **ORDER) == 1
    assert [each.erased is None for each in log(HA)] == [True, True, False]


STEPS = st.lists(st.sampled_from(["look-ha", "look-huy", "erase-ha", "sequence"]), min_size=3, max_size=14)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_whatever_is_appended_and_erased_every_other_proof_stays_valid(
    sqlite_node: Runtime, clock: SetClock, steps: list[str]
) -> None:
    points = [ledger.checkpoint()]
    for step in [*steps, "erase-ha", "sequence"]:
        clock.advance(timedelta(seconds=1))
        if step.startswith("look"):
            look({"look-ha": HA, "look-huy": HUY}[step])
        elif step == "erase-ha":
            api.erase_proofs(OPERATOR, subject=HA, **ORDER)
        else:
            ledger.sequence()
            points.append(ledger.checkpoint())
    newest = points[-1]
    assert ledger.verify_all().faults == []
    assert all(proved(each) for each in (*log(HUY), *log(HA)) if each.erased is None)
    for old in points:
        path = ledger.consistency(old=old.size, new=newest.size)
        assert tree.consistent(old.size, old.root, newest.size, newest.root, path)
    for gone in (each for each in log(HA) if each.erased):
        proof = ledger.proof(gone.id)
        assert proof is not None
        digest = ledger.digest_of(gone.content(), gone.salt)
        assert not ledger.verify_inclusion(proof, digest, ledger.public_key())
