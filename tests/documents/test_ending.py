"""Taking a document back: by who may sign, for a coded reason, seen by everyone who checks it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from lienthong.documents import api, jobs, store
from lienthong.documents.api.es256 import key_id, public_key
from lienthong.documents.api.issuing import statement_of
from lienthong.documents.api.signers import signers
from lienthong.documents.domain import codec, statement, status_list
from lienthong.documents.events import DocumentReplaced, DocumentRevoked
from lienthong.documents.store import statuses
from lienthong.kernel.actor import ANONYMOUS, Actor, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, LienThongError, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from tests.documents.conftest import HOLDERS, MOTHER, agency_code, ask, citizen, officer, open_chair, run_jobs
from tests.documents.lists import chair, facts, listed, lists


def test_every_document_has_a_place_of_its_own(node: Runtime) -> None:
    open_chair(agency_code())
    places = [ask(f"birth-{each}").place for each in range(12)]
    assert len(set(places)) == 12
    assert {status_list.place_of(each).number for each in places} == {1}
    assert places != sorted(places)  # the order of issue does not show
    assert [ask(f"birth-{each}").place for each in range(12)] == places
    assert set(lists()) == {1}
    assert len(api.status_list_of(1)) < 1000


def test_a_revoked_document_is_in_the_signed_list(issued: api.Document, node: Runtime) -> None:
    assert listed(issued) == 0
    assert api.revoke(chair(), document=issued.id, reason="issued-twice").status is api.Status.REVOKED
    assert listed(issued) == 1
    said = lists()[1]
    assert sum(each.bit_count() for each in said["bits"]) == 1  # of nobody else a word
    assert said["iat"] == int(node.clock.now().timestamp())
    assert (said["exp"] - said["iat"], said["ttl"]) == (7 * 86400, 300)
    assert issued.number not in json.dumps({each: said[each] for each in ("sub", "iat", "exp", "ttl")})
    (fact,) = facts(DocumentRevoked)
    assert (fact.document, fact.reason, fact.basis) == (issued.id, "issued-twice", "L-60-2014")


def test_whoever_checks_a_revoked_paper_is_told(issued: api.Document) -> None:
    paper, digital = statement_of(issued), store.credential(issued.id, MOTHER) or ""
    assert (api.verify(paper).state, api.verify(paper).listed) == ("genuine", True)
    api.revoke(chair(), document=issued.id, reason="issued-twice")
    for text in (paper, digital):
        assert (api.verify(text).state, api.verify(text).ended) == ("not_active", "21/11/2026")
    with pytest.raises(Conflict):
        api.present(citizen(MOTHER), issued.id, show="all")
    (held,) = api.wallet(citizen(MOTHER))
    assert held.status is api.Status.REVOKED
    how = api.ended(held)
    assert how is not None
    assert how.reason.vi == "Một việc khai sinh đã được cấp hai lần"
    assert "Luật Hộ tịch" in how.basis
    for each in HOLDERS:
        (told,) = messages.inbox(citizen(each))
        assert told.title == "Giấy khai sinh đã bị thu hồi"


def test_revoking_twice_is_once(issued: api.Document) -> None:
    first = api.revoke(chair(), document=issued.id, reason="issued-twice")
    assert api.revoke(chair(), document=issued.id, reason="issued-twice") == first
    assert len(facts(DocumentRevoked)) == 1
    assert len(messages.inbox(citizen(MOTHER))) == 1
    with pytest.raises(Conflict):
        api.revoke(chair(), document=issued.id, reason="issued-against-law")


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (citizen(MOTHER), Denied),
        (officer("H29.26.929"), Denied),  # works there, does not sign
        (chair("H29.26.944"), NotFound),
        (system("services"), NotFound),
        (ANONYMOUS, NotFound),
    ],
)
def test_only_who_may_sign_there(issued: api.Document, who: Actor, refusal: type[LienThongError]) -> None:
    for verb in (api.revoke, api.reissue):
        with pytest.raises(refusal):
            verb(who, document=issued.id, reason="issued-twice")
    with pytest.raises(refusal):
        api.renewal(who, document=issued.id)
    assert api.verify(statement_of(issued)).state == "genuine"


def test_a_code_by_telephone_signs_nothing(issued: api.Document) -> None:
    with pytest.raises(LienThongError, match=r"document\.level"):
        api.revoke(replace(chair(), level=2), document=issued.id, reason="issued-twice")


def test_a_reason_of_the_type_s_file_is_needed(issued: api.Document) -> None:
    for reason in ("", "because", "register-corrected"):  # the last one is for issuing anew
        with pytest.raises(Invalid, match=r"document\.reason"):
            api.revoke(chair(), document=issued.id, reason=reason)


def test_replaced_by_another_document(issued: api.Document) -> None:
    newer = ask("birth-2", entry_no="26929/KS/2026/13")
    run_jobs()
    paper = statement_of(issued)
    for wrong in ("0" * 26, issued.id):
        with pytest.raises(NotFound):
            api.revoke(chair(), document=issued.id, reason="issued-twice", replaced_by=wrong)
    former = api.revoke(chair(), document=issued.id, reason="issued-twice", replaced_by=newer.id)
    assert (former.status, former.replaced_by) == (api.Status.REPLACED, newer.id)
    assert listed(former) == 3
    (fact,) = facts(DocumentReplaced)
    assert (fact.document, fact.replaced_by) == (issued.id, newer.id)
    said = api.verify(paper)
    assert (said.state, said.newer, said.newer_issued) == ("replaced", "26929/KS/2026/13", "21/11/2026")
    with pytest.raises(Invalid, match=r"document\.replacement"):  # what has ended takes nobody's place
        api.revoke(chair(), document=newer.id, reason="issued-twice", replaced_by=former.id)


def test_the_new_number_is_told_only_to_who_shows_the_former(issued: api.Document) -> None:
    part = api.present(citizen(MOTHER), issued.id, show="child")
    newer = ask("birth-2", entry_no="26929/KS/2026/13")
    api.revoke(chair(), document=issued.id, reason="issued-twice", replaced_by=newer.id)
    said = api.verify(part.credential)
    assert (said.state, said.newer, said.newer_issued) == ("replaced", "", "21/11/2026")


def test_documents_from_before_the_lists_get_a_place(issued: api.Document, node: Runtime) -> None:
    digital = store.credential(issued.id, MOTHER) or ""
    old = statement.PaperStatement(
        code="KS",
        agency="x",
        agency_name="x",
        number="1",
        name="An",
        born="",
        issued="2026-11-25",
        serial=issued.serial,
    )
    issuer = signers().issuer()
    paper = statement.write(old, key_id=key_id(public_key(issuer.chain[0])), sign=issuer.sign)
    assert api.verify(paper).listed
    with node.database.transaction() as connection:
        connection.execute(delete(statuses.places))
    assert api.document(citizen(MOTHER), issued.id).place == 0
    tick = jobs.Places()
    tick()
    assert api.give_places() == 0
    again = api.document(citizen(MOTHER), issued.id)
    assert again.place
    api.revoke(chair(), document=issued.id, reason="issued-twice")
    assert listed(again) == 1
    assert api.verify(paper).state == "not_active"
    assert digital


def test_a_list_is_made_anew_within_a_minute(issued: api.Document, clock: SetClock) -> None:
    kept = api.status_list_of(1)
    assert api.status_list_of(1) == kept
    clock.advance(timedelta(seconds=61))
    assert api.status_list_of(1) != kept
    for number in (0, 2, -1, 1 << 40):
        with pytest.raises(NotFound):
            api.status_list_of(number)


def test_a_full_corner_of_the_list_is_tried_past(node: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    open_chair(agency_code())
    taken = ask("birth-1").place % (1 << 20)
    draws = iter([taken, taken, 7])
    monkeypatch.setattr(statuses.secrets, "randbelow", lambda _size: next(draws))
    assert ask("birth-2").place == (1 << 20) + 7


def test_the_code_on_paper_stays_small(issued: api.Document) -> None:
    assert len(statement_of(issued)) <= statement.PAPER_LIMIT
    far = statement.PaperStatement(
        code="KS",
        agency="H29.26.929",
        agency_name="Ủy ban nhân dân phường Bình Thạnh",
        number="26929/KS/2026/12",
        name="Lê Nguyễn Minh An",
        born="2026-11-14",
        issued="2026-11-25",
        place=(1 << 20) * 100_000,  # fifty thousand million documents later
    )
    text = statement.write_on_paper(far, key_id=b"12345678", sign=lambda _message: bytes(64))
    assert len(text) <= 340
    assert statement.read(text).statement == far
    with pytest.raises(codec.Malformed):
        statement.read(statement.write(replace(far, place=-1), key_id=b"12345678", sign=lambda _message: bytes(64)))
