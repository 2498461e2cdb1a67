"""The desk: who sees what, who may decide what, in the order of the legal clock, one query for any number of rows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lienthong.kernel.actor import ANONYMOUS
from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.services import api
from tests.browsing import count_queries
from tests.services.conftest import (
    FATHER,
    MOTHER,
    MOTHER_2,
    SEED,
    citizen,
    decide,
    family,
    filed,
    land,
    officer,
    register_birth,
)


def codes(key: str, tab: str = "todo") -> list[str]:
    return [row.dossier for row in api.queue(officer(key), tab=tab).rows]


def test_the_queue_follows_the_legal_clock_and_pages_by_key(nation: Runtime, clock: SetClock) -> None:
    many = []
    for n in range(7):
        clock.set(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE) + timedelta(hours=7 * (6 - n)))
        mother = f"0791959906{n:02d}"
        land(family(mother, f"0790939906{n:02d}", f"GCS-Q{n}"))
        many.append(filed(citizen(mother)))
    who = officer("commune-officer")
    first = api.queue(who, limit=3)
    second = api.queue(who, limit=3, after=first.after)
    third = api.queue(who, limit=3, after=second.after)
    dues = [row.clock.due_at for page in (first, second, third) for row in page.rows]
    assert [len(page.rows) for page in (first, second, third)] == [3, 3, 1]
    assert dues == sorted(dues)
    assert {row.dossier for page in (first, second, third) for row in page.rows} == set(many)
    assert third.after == ""
    with count_queries() as seen:
        api.queue(who, limit=3)
    assert len([each for each in seen if each.startswith("SELECT")]) == 1
    assert api.counts(who) == {"todo": 7, "sign": 0, "citizen": 0, "others": 0}


def test_each_tab_holds_what_it_says(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    assert codes("commune-officer") == [code]
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    assert codes("commune-officer") == []
    assert codes("commune-officer", "citizen") == [code]
    api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})
    decide("commune-officer", code, "receive")
    decide("commune-officer", code, "register")
    assert codes("commune-officer") == []
    assert codes("commune-chair", "sign") == [code]
    decide("commune-chair", code, "register", "return", note="Sai tên")
    assert codes("commune-officer") == [code]
    register_birth_again(code)
    assert codes("commune-officer", "others") == [code] * 3
    assert codes("commune-officer", "all") == [code] * 3
    for key in ("police-officer", "insurance-officer", "identity-officer"):
        assert codes(key) == [code]
    assert codes("commune-officer-2", "all") == []
    with pytest.raises(Denied):
        api.queue(citizen(MOTHER))


def register_birth_again(code: str) -> None:
    from tests.services.conftest import work

    decide("commune-officer", code, "register")
    decide("commune-chair", code, "register", "sign")
    work()


def test_an_officer_of_another_commune_gets_nothing_by_any_verb(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    stranger = officer("commune-officer-2")
    for verb in (
        lambda: api.dossier(stranger, code=code),
        lambda: api.decide(stranger, dossier=code, step="receive", verdict="approve"),
        lambda: api.extend(stranger, dossier=code, reasons=["E02"], note="x"),
        lambda: api.receipt(stranger, dossier=code),
        lambda: api.give_supplement(stranger, dossier=code, values={}),
        lambda: api.dossier(citizen(FATHER), code=code),
        lambda: api.dossier(citizen(MOTHER_2), code=code),
        lambda: api.dossier(ANONYMOUS, code=code),
        lambda: api.dossier(officer("provincial-chairman"), code=code),
        lambda: api.dossier(officer("data-steward"), code=code),
    ):
        with pytest.raises(NotFound) as caught:
            verb()
        assert code not in str(caught.value)
    entries = registers.accesses(SEED, subject=MOTHER, limit=100)
    assert stranger.subject not in {each.actor for each in entries}


def test_a_participant_sees_its_own_step_and_what_is_shared_with_it(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    with pytest.raises(NotFound):
        api.dossier(officer("police-officer"), code=code)
    register_birth(code)
    seen = api.dossier(officer("insurance-officer"), code=code)
    assert seen.role == "participant"
    assert [step.id for step in seen.steps] == ["insurance"]
    assert {value.name for group in seen.groups for value in group.values} == {
        "child.full_name",
        "birth.birth_date",
        "birth.sex",
        "number.number",
        "child.facility",
        "home.commune",
    }
    assert seen.compared == ()
    assert {moment.text for moment in seen.history} == set()
    with pytest.raises(NotFound):
        api.decide(officer("insurance-officer"), dossier=code, step="residence", verdict="approve")


def test_the_officer_sees_what_changed_since_it_was_filed(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    registers.write(
        SEED,
        register="population",
        key=FATHER,
        values={"home_address": "10 Minh Họa"},
        grounds=Grounds(purpose="test", basis="L-26-2023"),
    )
    seen = api.dossier(officer("commune-officer"), code=code)
    first = seen.compared[0]
    assert (first.declared.name, first.state) == ("father.home_address", "mismatch")
    assert first.register is not None
    assert (first.declared.text, first.register.text) == ("9 Minh Họa", "10 Minh Họa")
    assert [each.state for each in seen.compared].count("mismatch") == 1
    (row,) = api.queue(officer("commune-officer")).rows
    assert row.mismatches == 1
    shown = {id(value) for group in seen.groups for value in group.values}
    assert all(id(each.declared) in shown for each in seen.compared), "what the page shows is built once"
    assert row.compared == sum(each.state != "declared" for each in seen.compared)


def test_who_may_decide_what(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    chair, clerk = officer("commune-chair"), officer("commune-officer")
    with pytest.raises(Denied):
        api.decide(chair, dossier=code, step="receive", verdict="approve")
    with pytest.raises(Conflict):
        api.decide(clerk, dossier=code, step="receive", verdict="sign")
    with pytest.raises(Invalid):
        api.decide(clerk.again(), dossier=code, step="receive", verdict="refuse")
    with pytest.raises(Invalid):
        api.decide(clerk.again(), dossier=code, step="receive", verdict="refuse", reasons=["R11"])
    decide("commune-officer", code, "receive")
    with pytest.raises(Conflict):
        decide("commune-officer", code, "receive")
    decide("commune-officer", code, "register")
    assert api.dossier(clerk, code=code).steps[1].may == (), "who examined it does not sign it"
    assert api.dossier(chair, code=code).steps[1].may == ("sign", "return")


def test_the_same_request_decides_once(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    clerk = officer("commune-officer")
    for _ in range(2):
        api.decide(clerk, dossier=code, step="receive", verdict="approve")
    assert [each.kind for each in api.dossier(clerk, code=code).history] == ["filed", "step_done"]


def test_a_supplement_may_be_asked_once_and_the_clock_extended_once(nation: Runtime, clock: SetClock) -> None:
    clock.set(datetime(2026, 11, 25, 9, 0, tzinfo=ZONE))
    code = filed(citizen(MOTHER))
    clerk = officer("commune-officer")
    decide("commune-officer", code, "receive", "supplement", reasons=["S01", "S03"])
    with pytest.raises(Conflict):
        decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    with pytest.raises(Conflict):
        api.extend(clerk.again(), dossier=code, reasons=["E02"], note="Chờ bổ sung")
    with pytest.raises(Invalid):
        api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": ""})
    api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})
    with pytest.raises(Conflict):
        api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})
    with pytest.raises(Conflict):
        decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    before = api.dossier(clerk, code=code)
    assert before.steps[0].may == ("approve", "refuse", "extend")
    with pytest.raises(Invalid):
        api.extend(clerk.again(), dossier=code, reasons=[], note="Máy chủ hộ tịch gián đoạn")
    api.extend(clerk.again(), dossier=code, reasons=["E02"], note="Máy chủ hộ tịch gián đoạn")
    after = api.dossier(clerk, code=code)
    assert before.clock.due_at is not None
    assert after.clock.due_at == before.clock.due_at + timedelta(days=1)
    with pytest.raises(Conflict):
        api.extend(clerk.again(), dossier=code, reasons=["E02"], note="Lần nữa")
