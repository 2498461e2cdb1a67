"""A filed dossier is taken back while nothing is decided; whoever comes first wins, and the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest

from lienthong.evidence import api as evidence
from lienthong.identity import api as identity
from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.services import api
from lienthong.services.domain import flow
from lienthong.services.events import DossierApologised, DossierFinished, DossierLate, DossierWithdrawn, StepLate
from tests.identity.conftest import facts
from tests.services.conftest import (
    FATHER,
    FATHER_2,
    GRANDFATHER,
    MOTHER,
    MOTHER_2,
    citizen,
    decide,
    filed,
    officer,
    ready,
    work,
)
from tests.services.counter import again, enter, pension, serve
from tests.services.walking import Browse, Parent, press


def test_taken_back_its_steps_close_its_clock_stops_and_everybody_sees_it(nation: Runtime, clock: SetClock) -> None:
    code = filed(citizen(MOTHER))
    decide("commune-officer", code, "receive")
    assert api.dossier(citizen(MOTHER), code=code).kept_because == "", "to receive a dossier decides nothing"
    clock.set(datetime(2026, 11, 23, 10, 0, tzinfo=ZONE))
    api.withdraw(citizen(MOTHER), dossier=code, reason="  Ghi nhầm\ttên bé ")
    work()
    mine = api.dossier(citizen(MOTHER), code=code)
    assert (mine.state, mine.outcome, mine.clock.state) == ("withdrawn", "", "done")
    assert mine.history[-1].text == "Đã rút hồ sơ: Ghi nhầm tên bé"
    seen = api.dossier(officer("commune-officer"), code=code)
    assert (seen.state_text, seen.history[-1].by) == ("Người nộp đã rút", "Nguyễn Thị Thu Hà")
    assert [(each.state, each.may) for each in seen.steps][:2] == [("done", ()), ("closed", ())]
    assert api.queue(officer("commune-officer")).rows == api.queue(officer("commune-officer"), tab="all").rows == ()
    (told,) = facts(DossierWithdrawn)
    assert (told.dossier, told.agency) == (code, "H29.26.929")
    assert "withdrawn-to-others" in [each.template for each in messages.inbox(officer("commune-officer"))]
    assert "withdrawn-to-others" not in [each.template for each in messages.inbox(officer("commune-chair"))]
    (notice,) = [each for each in messages.inbox(citizen(MOTHER)) if each.template == "dossier-withdrawn"]
    assert "23/11/2026 10:00" in notice.body
    clock.set(datetime(2026, 12, 24, 10, 0, tzinfo=ZONE))
    api.watch()
    work()
    for kind in (DossierApologised, DossierLate, DossierFinished, StepLate):
        assert facts(kind) == []
    while evidence.ingest():
        pass
    assert evidence.reconcile() == []


def test_what_it_stood_on_can_be_used_again(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    with pytest.raises(Invalid):
        filed(citizen(MOTHER))
    api.withdraw(citizen(MOTHER), dossier=code)
    anew = api.file(citizen(MOTHER), draft=ready(citizen(MOTHER)))
    assert anew != code
    assert {line.code: line.state for line in api.mine(citizen(MOTHER)).dossiers} == {code: "withdrawn", anew: "open"}


def test_while_the_clock_stands_still_for_a_supplement(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    api.withdraw(citizen(MOTHER), dossier=code)
    seen = api.dossier(citizen(MOTHER), code=code)
    assert (seen.state, seen.supplement, seen.clock.state) == ("withdrawn", None, "done")
    page = api.clock_page(citizen(MOTHER), code=code)
    notes = [note for line in page.lines for note in line.notes]
    assert any("Đã rút hồ sơ" in note for note in notes)
    assert not any("chạy tiếp" in note for note in notes)
    with pytest.raises(Conflict):
        api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})


def test_once_it_is_signed_and_written_it_stays(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    decide("commune-officer", code, "receive")
    decide("commune-officer", code, "register")
    assert api.dossier(citizen(MOTHER), code=code).kept_because == "", "examined, but not signed"
    decide("commune-chair", code, "register", "sign")
    with pytest.raises(Conflict, match="Đã có quyết định"):
        api.withdraw(citizen(MOTHER), dossier=code)
    register = api.dossier(citizen(MOTHER), code=code)
    assert (register.state, "Đã có quyết định" in (register.kept_because or "")) == ("open", True)


def test_a_refusal_decides_too(sqlite_nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    decide("commune-officer", code, "receive", "refuse", reasons=["R02"])
    with pytest.raises(Conflict, match="giải quyết xong"):
        api.withdraw(citizen(MOTHER), dossier=code)
    assert flow.is_decided({"a": "done", "b": "refused"}, frozenset())
    assert not flow.is_decided({"a": "done", "b": "open"}, {"b"})


def test_nobody_elses(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    for who in (citizen(FATHER), officer("commune-officer")):
        with pytest.raises(NotFound):
            api.withdraw(who, dossier=code)
    assert api.dossier(officer("commune-officer"), code=code).kept_because is None


def test_two_tabs_take_it_back_once(nation: Runtime) -> None:
    code = filed(citizen(MOTHER))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: api.withdraw(citizen(MOTHER), dossier=code), range(4)))
    assert len(facts(DossierWithdrawn)) == 1
    assert [each.kind for each in api.dossier(citizen(MOTHER), code=code).history] == ["filed", "withdrawn"]


def test_who_signed_it_too_is_told(sqlite_nation: Runtime) -> None:
    draft = ready(citizen(MOTHER_2), **{"child.ethnicity": "01"})
    api.cosign(citizen(FATHER_2), draft=draft, agree=True)
    code = api.file(citizen(MOTHER_2), draft=draft)
    api.withdraw(citizen(MOTHER_2), dossier=code)
    work()
    assert [each.template for each in messages.inbox(citizen(FATHER_2))].count("withdrawn-to-others") == 1
    assert api.dossier(citizen(FATHER_2), code=code).state == "withdrawn"


@pytest.mark.parametrize("turn", range(2))
def test_an_officer_decides_at_the_same_moment_and_one_of_them_wins(nation: Runtime, turn: int) -> None:
    code = filed(citizen(MOTHER))
    decide("commune-officer", code, "receive")
    decide("commune-officer", code, "register")
    chair, start = officer("commune-chair"), Barrier(2)

    def sign() -> str:
        start.wait()
        try:
            api.decide(chair, dossier=code, step="register", verdict="sign")
        except Conflict as late:
            return late.code
        return "done"

    def back() -> str:
        start.wait()
        try:
            api.withdraw(citizen(MOTHER), dossier=code)
        except Conflict as late:
            return late.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        first, second = [pool.submit(back), pool.submit(sign)] if turn % 2 else [pool.submit(sign), pool.submit(back)]
        said = {first.result(), second.result()}
    work()
    state = api.dossier(citizen(MOTHER), code=code).state
    assert said == ({"done", "step.closed"} if state == "withdrawn" else {"done", "withdraw.decided"})
    assert len(facts(DossierWithdrawn)) == (state == "withdrawn")
    written = [each.id for each in api.dossier(citizen(MOTHER), code=code).steps if each.state == "done"]
    assert ("register" in written) == (state == "open")


@pytest.mark.usefixtures("elders")
def test_at_the_counter_it_is_the_persons_word_and_stands_among_the_acts() -> None:
    who = serve()
    word = identity.Word(code=identity.print_slip(who).code)
    who, draft = pension(who, word)
    code = api.file(who.again(), draft=draft, word=word)
    who = again(who, f"dossier:{code}")
    with pytest.raises(Invalid, match="xác nhận"):
        api.withdraw(who.again(), dossier=code)
    assert api.dossier(citizen(GRANDFATHER), code=code).state == "open"
    api.withdraw(who.again(), dossier=code, reason="Đổi ý", word=word)
    line = api.acts(citizen(GRANDFATHER))[0]
    assert (line.act, line.way, line.how) == ("Rút hồ sơ", "counter", "người dân xác nhận bằng mã trên phiếu")
    seen = api.dossier(citizen(GRANDFATHER), code=code)
    assert seen.history[-1].by == "Phan Văn Tư, có Đặng Ngọc Trâm giúp tại quầy"


@pytest.mark.usefixtures("elders")
def test_under_a_mandate_of_that_procedure_and_the_person_is_told() -> None:
    mother, father = enter("mother"), enter("father")
    code = filed(citizen(MOTHER))
    for procedure, reached in (("social-pension", False), ("linked-birth", True)):
        scope = identity.Scope(procedures=[procedure])
        mandate = identity.offer(mother.again(), representative=FATHER, name="Lê Quốc Huy", scope=scope)
        identity.accept(father.again(), mandate=mandate)
        acting = identity.act_for(father.again(), mandate=mandate).actor
        if not reached:
            with pytest.raises(NotFound):
                api.withdraw(acting.again(), dossier=code)
            father = identity.act_for(acting.again(), mandate="").actor
    api.withdraw(acting.again(), dossier=code)
    work()
    assert [(each.act, each.way, each.by) for each in api.acts(mother)][:1] == [("Rút hồ sơ", "mandate", "Lê Quốc Huy")]
    assert "dossier-withdrawn" in [each.template for each in messages.inbox(citizen(MOTHER))]


@pytest.mark.usefixtures("demonstration")
def test_the_pages_ask_first_and_say_why_not(browse: Browse) -> None:
    mother, clerk = browse().as_person("mother"), browse().as_person("commune-officer")
    code = Parent(mother).filed()
    at = f"/dossiers/{code}/withdraw"
    assert f'href="{at}"' in mother.get(f"/dossiers/{code}").text
    asked = mother.get(at)
    assert "không mở lại được" in asked.text
    first = press(mother, asked, at, reason="Nhầm <b>tên</b>")
    assert first.url.path == f"/dossiers/{code}"
    assert "Đã rút hồ sơ: Nhầm &lt;b&gt;tên&lt;/b&gt;" in first.text
    assert f'href="{at}"' not in first.text
    second = press(mother, asked, at)
    assert second.status_code == 200, "the other tab leads to the same end"
    assert mother.get(at).status_code == 409
    desk = clerk.get(f"/desk/{code}").text
    assert "Người nộp đã rút" in desk
    assert "/steps/" not in desk
    assert "đã rút ngày" in mother.get("/dossiers").text
