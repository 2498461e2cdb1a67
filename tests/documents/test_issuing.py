"""Issuing: asked in a transaction, done after it, once; seen by holders and the issuing agency, by nobody else."""

from __future__ import annotations

import pytest

from lienthong.documents import api, store
from lienthong.documents.api import issuing
from lienthong.documents.events import DocumentIssued
from lienthong.kernel import events
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind, system
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, Unavailable
from lienthong.kernel.runtime import Runtime
from tests.documents.conftest import (
    CHILD,
    DOSSIER,
    FATHER,
    MOTHER,
    agency_code,
    ask,
    citizen,
    officer,
    open_chair,
    run_jobs,
)

OTHER = "079188999955"
ELSEWHERE = "H29.26.944"


def facts() -> list[DocumentIssued]:
    return [
        each.event for each in events.read_after(0, types=[DocumentIssued]) if isinstance(each.event, DocumentIssued)
    ]


def test_a_certificate_lands_in_three_wallets(node: Runtime) -> None:
    open_chair(agency_code())
    document = ask()
    assert not document.ready
    assert api.wallet(citizen(MOTHER)) == []
    with pytest.raises(Unavailable):
        api.pdf(officer(agency_code()), document.id)
    assert run_jobs() == 1
    for each in (CHILD, MOTHER, FATHER):
        (held,) = api.wallet(citizen(each))
        assert held.id == document.id
        assert held.ready
    assert api.pdf(citizen(MOTHER), document.id).startswith(b"%PDF-1.7")
    (fact,) = facts()
    assert (fact.document, fact.dossier, fact.agency, fact.holders) == (document.id, DOSSIER, agency_code(), 3)


def test_each_wallet_holds_its_own_digital_document(issued: api.Document) -> None:
    held = {store.credential(issued.id, each) for each in (CHILD, MOTHER, FATHER)}
    assert len(held) == 3  # other salts: two verifiers cannot tell that they saw the same document
    assert {api.verify(each or "").state for each in held} == {"genuine"}


def test_asking_again_changes_nothing(node: Runtime) -> None:
    open_chair(agency_code())
    first = ask("birth-1")
    assert ask("birth-1", full_name="Tên Khác").id == first.id
    run_jobs()
    assert ask("birth-1").id == first.id
    assert run_jobs() == 0
    assert len(api.wallet(citizen(MOTHER))) == 1
    assert len(facts()) == 1
    assert ask("birth-2").id != first.id


def test_a_decision_that_rolls_back_issues_nothing(node: Runtime) -> None:
    open_chair(agency_code())
    with pytest.raises(ZeroDivisionError), node.database.transaction():
        ask()
        raise ZeroDivisionError
    assert run_jobs() == 0
    assert api.of_dossier(officer(agency_code()), dossier=DOSSIER) == []


def test_killed_before_the_wallets_it_is_finished_once(node: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    open_chair(agency_code())
    document = ask()

    def die(*_args: object, **_named: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:  # signed and kept, but the process ends before the row changes
        killed.setattr(store, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            issuing.finish(document.id)
    assert api.wallet(citizen(MOTHER)) == []
    issuing.finish(document.id)
    issuing.finish(document.id)
    assert len(api.wallet(citizen(MOTHER))) == 1
    assert len(facts()) == 1


def test_two_workers_finish_it_once(node: Runtime) -> None:
    open_chair(agency_code())
    document = ask()
    issuing.finish(document.id)
    assert not store.finish(document.id, pdf="0" * 64, credentials={MOTHER: "x"}, at=node.clock.now())
    assert api.pdf(citizen(MOTHER), document.id).startswith(b"%PDF")


@pytest.mark.parametrize(
    "who",
    [
        citizen(OTHER),
        officer(ELSEWHERE),
        officer(""),
        Actor(kind=Kind.OFFICER, subject=MOTHER, agency=ELSEWHERE, level=3),
        Actor(kind=Kind.CITIZEN, subject=MOTHER, for_person=OTHER, level=2),
        system("somebody"),
        ANONYMOUS,
    ],
)
def test_for_everyone_else_it_is_not_there(issued: api.Document, who: Actor) -> None:
    assert api.wallet(who) == []
    assert api.of_dossier(who, dossier=DOSSIER) == []
    for look in (
        lambda: api.document(who, issued.id),
        lambda: api.pdf(who, issued.id),
        lambda: api.present(who, issued.id, show="all"),
        lambda: api.document(who, "0" * 26),
    ):
        with pytest.raises(NotFound) as refusal:
            look()
        assert refusal.value.code == "document.missing"


def test_who_may_see_it(issued: api.Document) -> None:
    for who in (citizen(FATHER), citizen(MOTHER, for_person=CHILD), officer(agency_code(), "anyone-there")):
        assert api.document(who, issued.id) == issued
        assert [each.id for each in api.of_dossier(who, dossier=DOSSIER)] == [issued.id]


def test_only_machines_and_the_agency_issue(node: Runtime) -> None:
    open_chair(agency_code())
    for who in (citizen(MOTHER), officer(ELSEWHERE), ANONYMOUS):
        with pytest.raises(Denied):
            ask(who=who)
    assert ask(who=officer(agency_code())).agency == agency_code()


def test_the_signer_works_there(node: Runtime) -> None:
    open_chair(ELSEWHERE)
    with pytest.raises(Invalid, match=r"document\.signer"):
        ask()


def test_every_fault_is_told_at_once(node: Runtime) -> None:
    open_chair(agency_code())
    with pytest.raises(Invalid) as refusal:
        ask(full_name="", birth_date="14 tháng mười một", nickname="Tí")
    assert {each.at for each in refusal.value.faults} == {"full_name", "birth_date", "nickname"}


def test_a_paper_needs_holders(node: Runtime) -> None:
    open_chair(agency_code())
    with pytest.raises(Invalid, match=r"document\.holders"):
        ask(holders=[])


def test_a_document_no_longer_valid_is_not_shown(issued_on_sqlite: api.Document, sqlite_node: Runtime) -> None:
    with sqlite_node.database.transaction() as connection:
        connection.execute(store.documents.update().values(status=api.Status.REVOKED.value))
    with pytest.raises(Conflict):
        api.present(citizen(MOTHER), issued_on_sqlite.id, show="all")
    assert api.verify(store.credential(issued_on_sqlite.id, MOTHER) or "").state == "not_active"


def test_production_without_a_signing_service_keeps_the_ask(sqlite_node: Runtime) -> None:
    from dataclasses import replace

    from lienthong.kernel.settings import Mode

    open_chair(agency_code())
    document = ask()
    sqlite_node.settings = replace(sqlite_node.settings, mode=Mode.PRODUCTION)
    with pytest.raises(Unavailable, match=r"signers\.missing"):
        issuing.finish(document.id)
    sqlite_node.settings = replace(sqlite_node.settings, mode=Mode.DEMO)
    issuing.finish(document.id)
    assert api.wallet(citizen(MOTHER))
