"""The whole journey through the verbs: filed once, decided by four agencies, written back, proved by as-of reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.errors import NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query
from lienthong.services import api
from tests.services.conftest import (
    FATHER,
    MOTHER,
    SEED,
    WARD,
    citizen,
    decide,
    filed,
    officer,
    register_birth,
    work,
)

GROUNDS = Grounds(purpose="test", basis="L-26-2023")


def read(register: str, **by: str) -> list[dict[str, object]]:
    (found,) = registers.read(SEED, queries=[Query(register, by=by)], grounds=GROUNDS)
    return [record.values for record in found]


def child() -> dict[str, object]:
    (found,) = read("population", mother_number=MOTHER)
    return found


def test_the_mother_types_two_things_and_everything_else_is_known(nation: Runtime) -> None:
    who = citizen(MOTHER)
    begun = api.draft(who, draft=api.begin(who, procedure="linked-birth"))
    assert begun.state == "begun"
    assert not begun.groups, "nothing is read before she has seen what will be read"
    assert [each.item for each in begun.fetching] == ["birth", "mother", "father", "home", "marriage"]
    api.fetch_facts(who, draft=begun.id)
    draft = api.draft(who, draft=begun.id)
    assert [q.name for page in draft.pages for q in page.questions] == ["child.full_name", "child.facility"]
    assert draft.asked == 2
    mother = next(group for group in draft.groups if group.name == "mother")
    name = next(each for each in mother.values if each.name == "mother.full_name")
    assert name.text == "Nguyễn Thị Thu Hà"
    assert (name.source.kind, name.source.register, name.source.version) == ("register", "population", 1)
    assert {each.at for each in draft.faults} == {"child.full_name", "child.facility", "sharing"}
    assert draft.fee is not None
    assert draft.fee.amount == 0


def test_a_granted_dossier_writes_the_state_before_and_after(nation: Runtime, clock: SetClock) -> None:
    clock.set(datetime(2026, 11, 21, 20, 16, tzinfo=ZONE))
    before = clock.now()
    receipt = api.receipt(citizen(MOTHER), dossier=filed(citizen(MOTHER)))
    assert receipt.dossier == "H29.26.929-261121-0001"
    assert receipt.received_at == datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
    assert receipt.clock.due_at == datetime(2026, 11, 27, 17, 0, tzinfo=ZONE), "Tuesday 24/11 is a holiday"
    assert receipt.reply_by == datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
    assert receipt.declared == 2

    clock.set(datetime(2026, 11, 23, 9, 40, tzinfo=ZONE))
    register_birth(receipt.dossier)
    number = str(child()["number"])
    assert number.startswith("079326"), "Hồ Chí Minh, a girl of this century, 2026"
    (entry,) = read("civil_status", mother_number=MOTHER)
    assert entry["number"] == number
    assert entry["signer"] == "Phạm Hoàng Long"
    assert [each["status"] for each in read("birth_notices", mother_number=MOTHER)] == ["used"]
    steps = {each.id: each.state for each in api.dossier(citizen(MOTHER), code=receipt.dossier).steps}
    assert steps == {
        "receive": "done",
        "register": "done",
        "number": "done",
        "residence": "open",
        "insurance": "open",
        "card": "open",
    }
    assert "home_commune" not in child()

    clock.advance(timedelta(hours=1))
    decide("police-officer", receipt.dossier, "residence")
    decide("insurance-officer", receipt.dossier, "insurance")
    decide("identity-officer", receipt.dossier, "card")
    work()
    seen = api.dossier(citizen(MOTHER), code=receipt.dossier)
    assert (seen.state, seen.outcome) == ("finished", "granted")
    assert child()["home_commune"] == WARD
    (residence,) = read("residence", number=number)
    assert (residence["relation"], residence["household"]) == ("21", f"{WARD}{MOTHER[-6:]}")
    (card,) = read("health_insurance", number=number)
    assert (card["valid_from"], card["valid_to"]) == ("2026-11-14", "2032-11-14")

    ask = Query("population", by={"mother_number": MOTHER}, as_of=date(2026, 11, 13))
    assert registers.read(SEED, queries=[ask], grounds=GROUNDS) == [[]], "the day before she was born"
    ask = Query("population", by={"mother_number": MOTHER}, as_of=date(2026, 11, 20), known_at=before)
    assert registers.read(SEED, queries=[ask], grounds=GROUNDS) == [[]], "born, but the state did not know yet"
    ask = Query("population", by={"mother_number": MOTHER}, as_of=date(2026, 11, 20))
    ((now_known,),) = registers.read(SEED, queries=[ask], grounds=GROUNDS)
    assert "home_commune" not in now_known.values, "her residence holds from the decision on"


def test_papers_are_asked_for_after_the_decision_and_told_of_when_ready(nation: Runtime) -> None:
    from lienthong.documents import jobs as documents
    from lienthong.kernel import delivery, jobs
    from lienthong.messages import api as messages
    from lienthong.services import jobs as machine

    code = filed(citizen(MOTHER))
    register_birth(code)
    (paper,) = api.dossier(citizen(MOTHER), code=code).papers
    assert (paper.type, paper.id) == ("birth-certificate", "")
    jobs.run_all({each.kind: each for each in documents.handlers})
    delivery.deliver_all(machine.listeners)
    delivery.deliver_all(machine.listeners)
    (paper,) = api.dossier(citizen(MOTHER), code=code).papers
    assert paper.id
    assert paper.ready_at is not None
    told = [each.template for each in messages.inbox(citizen(MOTHER))]
    assert told == ["result-ready", "dossier-received"]


def test_a_refusal_before_the_birth_ends_the_dossier_with_its_reason(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    decide("commune-officer", code, "receive", "refuse", reasons=["R02"], note="Đã hỏi lại bệnh viện")
    seen = api.dossier(citizen(MOTHER), code=code)
    assert (seen.state, seen.outcome) == ("finished", "refused")
    assert [reason.code for reason in seen.steps[0].reasons] == ["R02"]
    assert seen.steps[0].reasons[0].basis is not None
    assert {each.state for each in seen.steps[1:]} == {"closed"}
    assert read("population", mother_number=MOTHER) == []


def test_a_refusal_in_a_branch_does_not_undo_the_birth(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    register_birth(code)
    decide("police-officer", code, "residence", "refuse", reasons=["R11"])
    assert api.dossier(citizen(MOTHER), code=code).state == "open", "the other agencies go on"
    decide("insurance-officer", code, "insurance")
    decide("identity-officer", code, "card")
    seen = api.dossier(citizen(MOTHER), code=code)
    card = next(each for each in seen.steps if each.id == "card")
    [official] = api.dossier(officer("identity-officer"), code=code).steps
    assert card.note.startswith("Cơ quan công an xét và làm thẻ"), "the family is told what to do"
    assert official.note.startswith("Chưa có sổ thẻ căn cước trên nền tảng này"), "the officer what the system does"
    assert (seen.state, seen.outcome) == ("finished", "partly")
    assert child()["number"]
    assert "home_commune" not in child()


def test_a_step_the_mother_does_not_want_is_not_done(nation: Runtime) -> None:
    who = citizen(MOTHER)
    code = filed(who, steps=["residence"])
    register_birth(code)
    steps = {each.id: each.state for each in api.dossier(who, code=code).steps}
    assert (steps["residence"], steps["insurance"], steps["card"]) == ("open", "declined", "declined")
    decide("police-officer", code, "residence")
    assert api.dossier(who, code=code).outcome == "granted"
    with pytest.raises(NotFound):
        api.dossier(officer("insurance-officer"), code=code)


def test_the_clock_stops_for_a_supplement_and_goes_on(nation: Runtime, clock: SetClock) -> None:
    clock.set(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))
    code = filed(citizen(MOTHER))
    due = api.dossier(citizen(MOTHER), code=code).clock.due_at
    assert due == datetime(2026, 11, 30, 17, 0, tzinfo=ZONE)
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"], note="Tên có dấu chưa rõ")
    seen = api.dossier(citizen(MOTHER), code=code)
    assert seen.clock.state == "paused"
    assert seen.supplement is not None
    assert [each.name for each in seen.supplement.questions] == ["child.full_name"]
    clock.set(datetime(2026, 12, 1, 9, 0, tzinfo=ZONE))
    api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh Ân"})
    seen = api.dossier(citizen(MOTHER), code=code)
    assert seen.about == "Lê Nguyễn Minh Ân"
    assert seen.clock.due_at == datetime(2026, 12, 4, 17, 0, tzinfo=ZONE), "three whole working days after the stop"
    register_birth(code)
    assert child()["full_name"] == "Lê Nguyễn Minh Ân"


def test_everything_of_the_journey_stands_in_the_mothers_access_log(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    register_birth(code)
    entries = registers.accesses(SEED, subject=FATHER, limit=100)
    mine = [each for each in entries if each.act == "read" and each.actor == MOTHER]
    assert {each.register for each in mine} == {"population", "civil_status"}
