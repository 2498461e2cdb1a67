"""Preparing and filing: all faults at once, one dossier however often it is sent, another's signature when needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.services import api
from tests.services.conftest import (
    ANSWERS,
    FATHER,
    FATHER_2,
    MOTHER,
    MOTHER_2,
    STEPS,
    citizen,
    family,
    filed,
    land,
    officer,
    ready,
    register_birth,
)


def dossiers(person: str) -> list[str]:
    return [each.code for each in api.mine(citizen(person)).dossiers]


def test_a_low_level_or_a_stranger_cannot_begin(nation: Runtime) -> None:
    with pytest.raises(SignInNeeded):
        api.begin(citizen(MOTHER, level=1), procedure="linked-birth")
    with pytest.raises(SignInNeeded):
        api.begin(officer("commune-officer"), procedure="linked-birth")
    with pytest.raises(NotFound):
        api.begin(citizen(MOTHER), procedure="no-such-thing")


def test_every_fault_is_told_at_once_and_what_was_typed_is_kept(nation: Runtime) -> None:
    who = citizen(MOTHER)
    draft = api.begin(who, procedure="linked-birth")
    api.fetch_facts(who, draft=draft)
    api.answer(who, draft=draft, values={"child.full_name": "An 2", "child.facility": "H99"})
    wrong = api.draft(who, draft=draft)
    assert {(each.at, each.code) for each in wrong.faults} >= {("child.facility", "choice"), ("sharing", "required")}
    assert "child.full_name" in {each.at for each in wrong.faults}
    (page,) = api.draft(who, draft=draft).pages
    assert {q.name: q.value for q in page.questions} == {"child.full_name": "An 2", "child.facility": "H99"}
    assert all(q.fault for q in page.questions)
    with pytest.raises(Invalid) as caught:
        api.file(who, draft=draft)
    assert len(caught.value.faults) == 3
    with pytest.raises(Invalid):
        api.answer(who, draft=draft, values={"mother.full_name": "Người khác"})


def test_nothing_can_be_filed_before_the_registers_were_read(nation: Runtime) -> None:
    draft = api.begin(citizen(MOTHER), procedure="linked-birth")
    with pytest.raises(Invalid) as caught:
        api.file(citizen(MOTHER), draft=draft)
    assert "facts" in {each.at for each in caught.value.faults}


def test_a_double_click_two_tabs_and_a_retry_file_one_dossier(nation: Runtime) -> None:
    tab = ready(citizen(MOTHER))
    assert ready(citizen(MOTHER)) == tab, "a second tab goes on with the same draft"
    first = api.file(citizen(MOTHER), draft=tab)
    assert api.file(citizen(MOTHER), draft=tab) == first
    with pytest.raises(Conflict):
        api.answer(citizen(MOTHER), draft=tab, values=ANSWERS)
    assert dossiers(MOTHER) == [first]


def test_two_processes_at_once_file_one_dossier(nation: Runtime) -> None:
    draft = ready(citizen(MOTHER))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: api.file(citizen(MOTHER), draft=draft), range(4)))
    assert len(set(answers)) == 1
    assert dossiers(MOTHER) == answers[:1]


def test_a_birth_notice_in_work_is_not_offered_again(nation: Runtime) -> None:
    filed(citizen(MOTHER))
    again = api.begin(citizen(MOTHER), procedure="linked-birth")
    api.fetch_facts(citizen(MOTHER), draft=again)
    draft = api.draft(citizen(MOTHER), draft=again)
    assert next(group for group in draft.groups if group.name == "birth").state == "missing"
    assert draft.state == "asking"


def test_twins_are_two_dossiers_and_the_mother_chooses(nation: Runtime) -> None:
    land({"birth_notices": [{**family(MOTHER, FATHER, "GCS-1B")["birth_notices"][0], "birth_time": "06:50"}]})
    who = citizen(MOTHER)
    draft = api.begin(who, procedure="linked-birth")
    api.fetch_facts(who, draft=draft)
    shown = api.draft(who, draft=draft)
    birth = next(group for group in shown.groups if group.name == "birth")
    assert (birth.state, len(birth.choices)) == ("choose", 2)
    assert "birth" in {each.at for each in shown.faults}
    api.answer(who, draft=draft, values={"birth": birth.choices[1].record, **ANSWERS})
    assert {each.at for each in api.draft(who, draft=draft).faults} == {"sharing"}
    api.answer(who, draft=draft, values={}, sharing=STEPS)
    first = api.file(who, draft=draft)
    second = filed(who, **{"child.full_name": "Lê Nguyễn Bảo An"})
    assert len({first, second}) == 2
    times = {
        value.text
        for code in (first, second)
        for group in api.dossier(who, code=code).groups
        for value in group.values
        if value.name == "birth.birth_time"
    }
    assert times == {"06:35", "06:50"}


def test_the_father_signs_with_his_own_account_when_he_lives_elsewhere(nation: Runtime) -> None:
    mother, father = citizen(MOTHER_2), citizen(FATHER_2)
    draft = ready(mother, **{"child.ethnicity": "02"})
    shown = api.draft(mother, draft=draft)
    assert shown.state == "signing"
    assert [(each.item, each.state) for each in shown.signatures] == [("father", "needed")]
    with pytest.raises(Invalid) as caught:
        api.file(mother, draft=draft)
    assert [each.at for each in caught.value.faults] == ["signature.father"]

    (waiting,) = api.mine(father).to_sign
    assert waiting.applicant == "Nguyễn Thị Thu Hà"
    seen = {value.name: value.text for group in waiting.groups for value in group.values}
    assert seen["child.full_name"] == "Lê Nguyễn Minh An"
    assert "mother.number" not in seen, "he sees what he signs, no more"
    assert [each.template for each in messages.inbox(father)] == ["cosign-asked"]
    with pytest.raises(NotFound):
        api.cosign(citizen(FATHER), draft=draft, agree=True)
    with pytest.raises(SignInNeeded):
        api.cosign(citizen(FATHER_2, level=1), draft=draft, agree=True)
    api.cosign(father, draft=draft, agree=True)
    assert api.draft(mother, draft=draft).state == "ready"


def test_a_signature_holds_for_exactly_what_was_signed(nation: Runtime) -> None:
    mother, father = citizen(MOTHER_2), citizen(FATHER_2)
    draft = ready(mother, **{"child.ethnicity": "02"})
    api.cosign(father, draft=draft, agree=True)
    api.answer(mother, draft=draft, values={"child.full_name": "Lê Nguyễn Minh Khôi"})
    assert api.draft(mother, draft=draft).state == "signing"
    api.cosign(father.again(), draft=draft, agree=False)
    with pytest.raises(Invalid):
        api.file(mother, draft=draft)
    for _click in range(2):
        api.cosign(father.again(), draft=draft, agree=True)
    code = api.file(mother, draft=draft)
    assert api.dossier(father, code=code).role == "signer"
    told = [each.kind for each in api.dossier(mother, code=code).history]
    assert (told.count("signed"), told.count("declined")) == (2, 1), "one line a word, however often it is sent"
    register_birth(code)


def test_a_draft_is_its_owners_alone(nation: Runtime) -> None:
    draft = ready(citizen(MOTHER))
    for verb in (
        lambda who: api.draft(who, draft=draft),
        lambda who: api.fetch_facts(who, draft=draft),
        lambda who: api.answer(who, draft=draft, values={}),
        lambda who: api.file(who, draft=draft),
        lambda who: api.discard(who, draft=draft),
    ):
        for stranger in (citizen(FATHER), officer("commune-officer")):
            with pytest.raises((NotFound, Denied)):
                verb(stranger)
    mother = citizen(MOTHER).again()
    api.discard(mother, draft=draft)
    api.discard(mother, draft=draft)  # the same request, as after an answer that was lost
    for gone in (lambda: api.draft(mother, draft=draft), lambda: api.discard(mother.again(), draft=draft)):
        with pytest.raises(NotFound):
            gone()
