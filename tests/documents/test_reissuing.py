"""Issuing anew: from the registers and from nowhere else, the former taken back in the same transaction."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import pytest

from lienthong.documents import api, spec, store
from lienthong.documents.api.issuing import statement_of
from lienthong.documents.events import DocumentReplaced
from lienthong.exchange import api as exchange
from lienthong.kernel.actor import system
from lienthong.kernel.errors import Conflict
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from tests.beginnings import Beginnings
from tests.documents.births import ENTRY, GROUNDS, correct, in_the_registers
from tests.documents.conftest import (
    CHILD,
    COMMUNE,
    DOSSIER,
    FATHER,
    HOLDERS,
    MOTHER,
    agency_code,
    citizen,
    open_chair,
    run_jobs,
)
from tests.documents.lists import chair, facts, listed

PURPOSE = "Cấp lại giấy tờ theo dữ liệu đã đính chính"


@pytest.fixture
def registered(node: Runtime, beginnings: Beginnings) -> api.Document:
    """A certificate whose birth, mother and father stand in the registers."""
    return beginnings.lay(node, _registered)


def _registered(_node: Runtime) -> api.Document:
    open_chair(agency_code())
    return in_the_registers()


def test_nothing_to_correct(registered: api.Document) -> None:
    assert api.renewal(chair(), document=registered.id).changes == ()
    with pytest.raises(Conflict, match=r"document\.same"):
        api.reissue(chair(), document=registered.id, reason="register-corrected")
    assert api.verify(statement_of(registered)).state == "genuine"


def test_issued_anew_from_the_register(registered: api.Document) -> None:
    correct(person_name="Lê Nguyễn Minh Anh")
    (change,) = api.renewal(chair(), document=registered.id).changes
    assert (change.before, change.after) == ("Lê Nguyễn Minh An", "Lê Nguyễn Minh Anh")
    newer = api.reissue(chair(), document=registered.id, reason="register-corrected")
    assert api.reissue(chair(), document=registered.id, reason="register-corrected").id == newer.id
    assert run_jobs() == 1
    former, paper = api.document(citizen(MOTHER), registered.id), statement_of(registered)
    assert (former.status, former.replaced_by, listed(former)) == (api.Status.REPLACED, newer.id, 3)
    for each in HOLDERS:
        held = api.wallet(citizen(each))
        assert [one.id for one in held] == [newer.id, registered.id]
        assert held[0].shown == {**registered.shown, "full_name": "Lê Nguyễn Minh Anh"}
        assert api.verify(store.credential(newer.id, each) or "").state == "genuine"
    assert (api.verify(paper).state, api.verify(paper).newer) == ("replaced", ENTRY)
    assert len(facts(DocumentReplaced)) == 1
    assert [each.title for each in messages.inbox(citizen(MOTHER))] == ["Giấy khai sinh được cấp lại"]
    assert newer.signatory.staff == "chair-1"


def test_the_reading_stands_in_the_log(registered: api.Document) -> None:
    correct(person_name="Lê Nguyễn Minh Anh")
    api.reissue(chair(), document=registered.id, reason="register-corrected")
    entries = [each for each in exchange.access_log(citizen(CHILD)) if each.purpose == PURPOSE]
    assert [(each.register, each.dossier) for each in entries] == [("CSDL Hộ tịch", DOSSIER)]
    assert any(each.purpose == "Mở giấy tờ đã cấp" for each in exchange.access_log(citizen(FATHER)))


def test_a_father_taken_out_leaves_nothing_of_himself(registered: api.Document) -> None:
    correct(father_name=None, father_number=None)
    newer = api.reissue(chair(), document=registered.id, reason="register-corrected")
    assert not [name for name in newer.values if name.startswith("father")]
    assert newer.values["mother_residence"] == registered.values["mother_residence"]


def test_a_card_follows_its_register(node: Runtime) -> None:
    registers.prepare()
    branch = reference.competent(role="insurance", unit=COMMUNE).code
    open_chair(branch, "branch-1")
    officer = replace(chair(branch), subject="branch-1", roles=frozenset({"insurance-officer"}))
    values = {**spec.document_type("health-insurance-card").spec.sample}
    kept = {name: each for name, each in values.items() if name != "category"}
    registers.write(system("test"), register="health_insurance", values={**values, "branch": branch}, grounds=GROUNDS)
    card = api.issue(
        system("services"),
        type="health-insurance-card",
        values=kept,
        holders=[CHILD],
        subject=CHILD,
        dossier=DOSSIER,
        signer="branch-1",
        agency=branch,
        issue_key="card",
    )
    run_jobs()
    assert api.renewal(officer, document=card.id).changes == ()  # what the card never printed is no correction
    registers.correct(
        system("test"),
        register="health_insurance",
        key=values["card_no"],
        values={"birth_date": "2026-11-15"},
        reason="sai ngày sinh",
        grounds=GROUNDS,
    )
    newer = api.reissue(officer, document=card.id, reason="wrong-information")
    assert newer.values == {**kept, "birth_date": "2026-11-15"}
    run_jobs()
    assert [each.status for each in api.wallet(citizen(CHILD))] == [api.Status.ACTIVE, api.Status.REPLACED]


def test_a_record_that_is_gone_is_said(issued: api.Document) -> None:
    registers.prepare()
    with pytest.raises(Conflict, match=r"document\.record"):
        api.renewal(chair(), document=issued.id)


def test_after_revoking_nothing_is_issued_anew(registered: api.Document) -> None:
    correct(person_name="Lê Nguyễn Minh Anh")
    api.revoke(chair(), document=registered.id, reason="issued-twice")
    with pytest.raises(Conflict, match=r"document\.ended"):
        api.reissue(chair(), document=registered.id, reason="register-corrected")
    assert len(api.wallet(citizen(MOTHER))) == 1


def test_the_former_stands_when_the_new_one_cannot_be_asked_for(
    registered: api.Document, node: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(person_name="Lê Nguyễn Minh Anh")

    def die(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(store, "keep_ending", die)
        with pytest.raises(KeyboardInterrupt):
            api.reissue(chair(), document=registered.id, reason="register-corrected")
    assert run_jobs() == 0
    assert api.verify(statement_of(registered)).state == "genuine"
    assert facts(DocumentReplaced) == []
    api.reissue(chair(), document=registered.id, reason="register-corrected")
    assert len(facts(DocumentReplaced)) == 1


def test_two_tabs_issue_one(registered: api.Document, node: Runtime) -> None:
    correct(person_name="Lê Nguyễn Minh Anh")
    made: list[str] = []

    def press() -> None:
        made.append(api.reissue(chair().again(), document=registered.id, reason="register-corrected").id)

    presses = [threading.Thread(target=press) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert len(facts(DocumentReplaced)) == 1
    assert re.fullmatch(r"[0-9a-z]{26}", made[0])
