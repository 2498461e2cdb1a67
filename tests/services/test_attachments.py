"""A register without an answer: its paper is asked, cleaned, kept with its hash, and seen by who decides alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from lienthong.documents import api as documents
from lienthong.exchange import api as exchange
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.clock import SetClock, stamp
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.services import api, store
from tests.kernel.test_uploads import pdf, photo
from tests.services.conftest import (
    ANSWERS,
    MOTHER,
    STEPS,
    citizen,
    decide,
    family,
    land,
    officer,
    ready,
    register_birth,
)
from tests.services.papers import (
    FATHER_3,
    MOTHER_3,
    READ_OFF,
    begun,
    filed,
    hand,
    hospital_sends,
    kept,
    notices,
    pages,
    refused,
)


def test_the_paper_is_asked_only_where_the_register_has_no_answer(unknown: Actor) -> None:
    draft = begun(unknown)
    view = api.draft(unknown, draft=draft)
    (paper,) = view.papers
    assert (paper.item, paper.required, str(paper.title)) == ("birth", True, "Giấy chứng sinh bản giấy")
    assert [each.name for each in paper.questions] == list(READ_OFF)
    assert next(each for each in view.groups if each.name == "birth").state == "paper"
    told = {each.at for each in view.faults}
    assert told >= {"birth", *READ_OFF}

    other = begun(citizen(MOTHER))
    assert api.draft(citizen(MOTHER), draft=other).papers == ()
    assert refused(lambda: hand(citizen(MOTHER), other, photo())) == ["attachment.item"]
    assert refused(lambda: api.answer(citizen(MOTHER), draft=other, values=READ_OFF)) == ["unknown"] * 3
    assert kept() == [], "nothing is kept of a paper that nobody asked for"


def test_filed_with_the_paper_the_birth_is_registered_from_what_it_says(unknown: Actor) -> None:
    code = filed(unknown)
    view = api.dossier(unknown, code=code)
    (page,) = view.attachments
    found, content = api.attachment(unknown, dossier=code, attachment=page.id)
    assert found == page
    assert hashlib.sha256(content).hexdigest() == page.digest
    values = {each.name: each for group in view.groups for each in group.values}
    assert values["birth.birth_date"].text == "14/11/2026"
    assert str(values["birth.birth_date"].source.title) == "Khai theo giấy nộp kèm"
    receipt = api.receipt(unknown, dossier=code)
    assert receipt.declared == 5, "what was typed from the paper counts as typed"

    clerk = officer("commune-officer")
    seen = api.dossier(clerk, code=code)
    assert seen.attachments == view.attachments
    states = {each.declared.name: each.state for each in seen.compared}
    assert {states[name] for name in READ_OFF} == {"declared"}
    register_birth(code)
    assert notices() == [], "a notice that the register has not is not made up"
    (certificate,) = [each for each in documents.of_dossier(clerk, dossier=code) if each.type == "birth-certificate"]
    assert certificate.values["birth_place"] == "Trạm y tế (minh họa)"


def test_only_what_the_record_lacks_is_typed(nation: Runtime) -> None:
    rows = family(MOTHER_3, FATHER_3, "GCS-3")
    del rows["birth_notices"][0]["birth_place"]
    land(rows)
    who = citizen(MOTHER_3)
    draft = begun(who)
    (paper,) = api.draft(who, draft=draft).papers
    assert [each.name for each in paper.questions] == ["birth.birth_place"]
    hand(who, draft, pdf())
    assert refused(lambda: api.answer(who, draft=draft, values={"birth.sex": "1"})) == ["unknown"]
    typed = {"birth.birth_place": READ_OFF["birth.birth_place"]}
    api.answer(who, draft=draft, values={**ANSWERS, **typed}, sharing=STEPS)
    code = api.file(who, draft=draft)
    shown = {each.name: each for group in api.dossier(who, code=code).groups for each in group.values}
    assert shown["birth.sex"].source.kind == "register"
    assert shown["birth.birth_place"].source.kind == "declared"


def test_a_paper_that_may_be_left_out_is_not_in_the_way(nation: Runtime) -> None:
    rows = family(MOTHER_3, FATHER_3, "GCS-3")
    del rows["civil_status"]
    land(rows)
    who = citizen(MOTHER_3)
    draft = ready(who)
    (paper,) = api.draft(who, draft=draft).papers
    assert (paper.item, paper.required) == ("marriage", False)
    assert api.draft(who, draft=draft).state == "ready"
    hand(who, draft, pdf(), item="marriage")
    code = api.file(who, draft=draft)
    assert [each.item for each in api.dossier(who, code=code).attachments] == ["marriage"]


def test_a_record_in_work_lets_no_paper_take_its_place(nation: Runtime) -> None:
    api.file(citizen(MOTHER), draft=ready(citizen(MOTHER)))
    again = begun(citizen(MOTHER))
    assert api.draft(citizen(MOTHER), draft=again).papers == ()
    assert refused(lambda: hand(citizen(MOTHER), again, photo())) == ["attachment.item"]


def test_when_the_register_answers_the_paper_goes(unknown: Actor) -> None:
    draft = begun(unknown)
    hand(unknown, draft, photo())
    api.answer(unknown, draft=draft, values={**ANSWERS, **READ_OFF, "birth.sex": "1"}, sharing=STEPS)
    hospital_sends()
    api.fetch_facts(unknown.again(), draft=draft)
    view = api.draft(unknown, draft=draft)
    assert (view.papers, kept()) == ((), [])
    shown = {each.name: each for group in view.groups for each in group.values}
    assert (shown["birth.sex"].text, shown["birth.sex"].source.kind) == ("Nữ", "register"), "not what was typed"
    assert view.state == "ready"


def test_the_officer_sees_when_the_register_has_an_answer_by_now(unknown: Actor) -> None:
    code = filed(unknown)
    hospital_sends(sex="1")
    compared = {each.declared.name: each for each in api.dossier(officer("commune-officer"), code=code).compared}
    assert compared["birth.birth_date"].state == "match"
    sex = compared["birth.sex"]
    assert (sex.state, sex.declared.text, sex.register.text if sex.register else "") == ("mismatch", "Nữ", "Nam")


def test_who_opens_a_paper_stands_in_the_log_but_for_the_person(unknown: Actor) -> None:
    code = filed(unknown)
    (page,) = api.dossier(unknown, code=code).attachments
    before = len(exchange.access_log(unknown, limit=100))
    api.attachment(unknown, dossier=code, attachment=page.id)
    assert len(exchange.access_log(unknown, limit=100)) == before
    api.attachment(officer("commune-officer"), dossier=code, attachment=page.id)
    entry = exchange.access_log(unknown, limit=1)[0]
    assert (entry.register, entry.denied, entry.dossier) == ("Giấy tờ người dân nộp", False, code)
    assert entry.purpose == "Mở giấy tờ người dân nộp kèm hồ sơ"
    assert entry.fields == ("Ảnh chụp giấy tờ nộp kèm",)
    assert entry.actor.startswith("Đặng Ngọc Trâm")


def test_an_order_of_erasure_takes_the_papers_of_what_has_ended_and_leaves_their_digests(
    unknown: Actor, clock: SetClock
) -> None:
    def erase(subject: str = MOTHER_3) -> int:
        clock.advance(timedelta(seconds=1))
        return api.erase_proofs(system("cli:test"), subject=subject, before=stamp(clock.now()))

    code = filed(unknown)
    (page,) = api.dossier(unknown, code=code).attachments
    assert erase() == 0, "an open dossier stands on its papers"
    api.withdraw(unknown.again(), dossier=code)
    assert erase(MOTHER) == 0
    assert len(kept()) == 1
    assert (erase(), erase()) == (1, 0)
    (gone,) = api.dossier(unknown, code=code).attachments
    assert (gone.digest, gone.name, kept()) == (page.digest, "", [])
    assert gone.erased_at is not None
    with pytest.raises(NotFound, match="xóa theo lệnh ngày 21/11/2026"):
        api.attachment(unknown, dossier=code, attachment=page.id)
    store.attachments.files(view_id(unknown)).put(b"left by a crash")
    api.purge()
    assert kept() == []


def view_id(who: Actor) -> str:
    """The id of the one dossier somebody has."""
    (one,) = api.mine(who).dossiers
    row = store.dossiers.by_code(one.code)
    assert row is not None
    return row.id


def test_for_everyone_else_it_is_not_there(unknown: Actor) -> None:
    draft = begun(unknown)
    hand(unknown, draft, photo())
    (page,) = pages(unknown, draft)
    strangers = (citizen(MOTHER), officer("commune-officer"), officer("commune-officer-2"))
    for stranger in strangers:
        with pytest.raises(NotFound):
            api.attachment(stranger, dossier=draft, attachment=page.id)
    for stranger in (citizen(MOTHER), officer("commune-officer")):
        for verb in (
            lambda who: hand(who, draft, photo(turned=True)),
            lambda who: api.take_back(who, draft=draft, attachment=page.id),
        ):
            with pytest.raises(NotFound):
                verb(stranger)
    assert len(pages(unknown, draft)) == 1

    api.answer(unknown, draft=draft, values={**ANSWERS, **READ_OFF}, sharing=STEPS)
    code = api.file(unknown, draft=draft)
    register_birth(code)
    for stranger in (citizen(MOTHER), officer("commune-officer-2"), officer("police-officer")):
        with pytest.raises(NotFound):
            api.attachment(stranger, dossier=code, attachment=page.id)
    assert api.dossier(officer("police-officer"), code=code).attachments == ()
    refusals = exchange.access_log(unknown, limit=10, denied=True)
    assert [each.reason for each in refusals].count(
        "Chỉ người nộp và cơ quan giải quyết hồ sơ mới mở được giấy tờ nộp kèm."
    ) == 4
    with pytest.raises(NotFound):
        api.attachment(unknown, dossier="H29.26.929-261121-9999", attachment=page.id)
    with pytest.raises(Conflict):
        hand(unknown, draft, photo(turned=True))


def test_another_page_asks_for_the_signature_again(nation: Runtime) -> None:
    rows = family(MOTHER_3, FATHER_3, "GCS-3", his={"home": "26944", "address": "88/8 Minh Họa"})
    del rows["birth_notices"]
    land(rows)
    mother, father = citizen(MOTHER_3), citizen(FATHER_3)
    draft = begun(mother)
    hand(mother, draft, photo())
    api.answer(mother, draft=draft, values={**ANSWERS, **READ_OFF}, sharing=STEPS)
    api.cosign(father, draft=draft, agree=True)
    assert api.draft(mother, draft=draft).state == "ready"
    hand(mother, draft, photo(width=77))
    assert api.draft(mother, draft=draft).state == "signing"
    with pytest.raises(NotFound):
        api.attachment(father, dossier=draft, attachment=pages(mother, draft)[0].id)


def test_at_the_counter_the_officer_scans_for_the_person(unknown: Actor) -> None:
    who = replace(unknown, assisted_by="cb-commune-officer", under="s" * 26)
    draft = begun(unknown)
    hand(who, draft, photo())
    (page,) = pages(unknown, draft)
    assert [(each.act, each.way) for each in api.acts(unknown)] == [("Nộp ảnh giấy tờ", "counter")]
    assert exchange.access_log(unknown, limit=1)[0].register != "Giấy tờ người dân nộp"
    api.attachment(who, dossier=draft, attachment=page.id)
    assert exchange.access_log(unknown, limit=1)[0].register == "Giấy tờ người dân nộp"
    api.take_back(who.again(), draft=draft, attachment=page.id)
    assert api.acts(unknown)[0].act == "Bỏ ảnh giấy tờ"


def test_a_year_is_not_a_date_of_birth(unknown: Actor) -> None:
    draft = begun(unknown)
    hand(unknown, draft, photo())
    api.answer(unknown, draft=draft, values={**ANSWERS, **READ_OFF, "birth.birth_date": "2026"}, sharing=STEPS)
    assert "birth.birth_date" in {each.at for each in api.draft(unknown, draft=draft).faults}
    with pytest.raises(Invalid):
        api.file(unknown, draft=draft)


def asked_again(who: Actor) -> str:
    """A dossier that stands on a paper, whose officer asks for a better picture."""
    code = filed(who)
    decide("commune-officer", code, "receive", "supplement", reasons=["S04"])
    return code


def test_a_paper_that_nobody_can_read_is_asked_for_once_more(unknown: Actor) -> None:
    code = asked_again(unknown)
    asked = api.dossier(unknown, code=code).supplement
    assert asked is not None
    assert [each.item for each in asked.papers] == ["birth"]
    assert {each.name: each.value for each in asked.questions} == READ_OFF, "the date as it is typed"
    files = {"birth": [api.Handed("rõ.jpg", photo(width=60))]}

    def give(who: Actor, **how: object) -> None:
        api.give_supplement(who, dossier=code, values=READ_OFF, **how)  # type: ignore[arg-type]

    assert refused(lambda: give(unknown.again())) == ["paper"]
    same = {"birth": [api.Handed("cũ.jpg", photo())]}
    assert refused(lambda: give(unknown.again(), files=same)) == ["paper"], "the same picture is no better"
    broken = {"birth": [*files["birth"], api.Handed("x.jpg", b"MZ")]}
    assert refused(lambda: give(unknown.again(), files=broken)) == ["upload.kind"]
    assert len(kept()) == 1
    with pytest.raises(NotFound):
        give(citizen(MOTHER), files=files)
    once_more = unknown.again()
    give(once_more, files=files)
    give(once_more, files=files)
    view = api.dossier(officer("commune-officer"), code=code)
    assert view.state == "open"
    assert len(view.attachments) == len(kept()) == 2, "the first picture stays beside the new one"


def test_no_paper_is_asked_of_a_dossier_that_stands_on_none(unknown: Actor) -> None:
    code = api.file(citizen(MOTHER), draft=ready(citizen(MOTHER)))
    (step,) = [each for each in api.dossier(officer("commune-officer"), code=code).steps if each.supplements]
    assert [each.code for each in step.supplements] == ["S01", "S02", "S03"]
    assert refused(lambda: decide("commune-officer", code, "receive", "supplement", reasons=["S04"])) == ["reason"]
    other = filed(unknown)
    (step,) = [each for each in api.dossier(officer("commune-officer"), code=other).steps if each.supplements]
    assert "S04" in [each.code for each in step.supplements]
