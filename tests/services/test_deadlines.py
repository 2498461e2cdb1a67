"""Deadlines moved and missed: one extension, one apology with a new appointment, lateness marked once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lienthong.evidence import api as evidence
from lienthong.kernel.actor import system
from lienthong.kernel.clock import ZONE, SetClock, moment
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.kernel.events import Event, read_after
from lienthong.kernel.i18n import speaking
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings
from lienthong.messages import api as messages
from lienthong.services import api, store
from lienthong.services import jobs as machine
from lienthong.services.api import procedures, reasons
from lienthong.services.events import DossierApologised, DossierExtended, DossierLate, StepLate
from tests.beginnings import Beginnings
from tests.services.conftest import MOTHER, citizen, decide, filed, filed_on_monday, officer, register_birth, work


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


FILED = at("2026-11-16T09:00")
"""A Monday; three working days end on Thursday 19/11 at 17:00."""


@pytest.fixture
def code(nation: Runtime, beginnings: Beginnings) -> str:
    """A dossier of the mother, filed on Monday 16/11/2026 at 09:00."""
    return beginnings.lay(nation, filed_on_monday)


def facts(*types: type[Event]) -> list[Event]:
    return [each.event for each in read_after(0, types=types)]


def look(clock: SetClock, when: str) -> None:
    """Let the machine look at the clocks at a moment and do what it asks for."""
    clock.set(at(when))
    api.watch()
    work()


def letters() -> list[str]:
    reader = citizen(MOTHER)
    return [each.body for each in messages.inbox(reader) if each.template == "dossier-apology"]


def test_an_apology_goes_out_by_itself_one_working_day_before_the_end_once(code: str, clock: SetClock) -> None:
    look(clock, "2026-11-18T16:59")
    assert facts(DossierApologised) == []
    for when in ("2026-11-18T17:00", "2026-11-18T17:01", "2026-11-19T09:00", "2026-11-19T18:00", "2026-11-23T09:00"):
        look(clock, when)
    (told,) = facts(DossierApologised)
    assert isinstance(told, DossierApologised)
    assert (moment(told.due_at), moment(told.again_at)) == (at("2026-11-19T17:00"), at("2026-11-20T17:00"))
    (letter,) = letters()
    assert "19/11/2026 17:00" in letter
    assert "20/11/2026 17:00" in letter
    assert "Tiếp nhận" in letter, "the reason is where the dossier stands"
    seen = api.dossier(citizen(MOTHER), code=code)
    assert seen.apology is not None
    assert seen.apology.next_at == seen.clock.again_at == at("2026-11-20T17:00")
    assert seen.clock.due_at == at("2026-11-19T17:00"), "the legal end stays what it was"
    assert [each.kind for each in seen.history] == ["filed", "apology"]


def test_a_dossier_that_is_finished_or_waits_for_its_applicant_is_no_cause_for_apology(
    code: str, clock: SetClock
) -> None:
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    look(clock, "2026-11-19T16:00")
    assert facts(DossierApologised) == []
    api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})
    decide("commune-officer", code, "receive", "refuse", reasons=["R02"])
    look(clock, "2026-12-24T16:00")
    assert facts(DossierApologised, DossierLate, StepLate) == []


def test_a_machine_that_stood_still_apologises_late_with_a_day_still_to_come(code: str, clock: SetClock) -> None:
    look(clock, "2026-11-25T10:00")
    (told,) = facts(DossierApologised)
    assert isinstance(told, DossierApologised)
    assert moment(told.again_at) == at("2026-11-26T17:00")


def test_an_appointment_moves_on_when_the_clock_stood_after_the_apology(code: str, clock: SetClock) -> None:
    look(clock, "2026-11-19T09:00")
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    assert api.dossier(citizen(MOTHER), code=code).clock.again_at is None, "a clock that stands promises nothing"
    clock.set(at("2026-11-20T09:00"))
    api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})
    seen = api.dossier(citizen(MOTHER), code=code)
    assert (seen.clock.due_at, seen.clock.again_at) == (at("2026-11-23T17:00"), at("2026-11-25T17:00"))
    look(clock, "2026-11-23T16:00")
    assert len(facts(DossierApologised)) == 1


def test_lateness_is_marked_once_for_the_dossier_and_for_each_step_by_its_own_clock(code: str, clock: SetClock) -> None:
    look(clock, "2026-11-17T09:30")
    (step,) = facts(StepLate, DossierLate)
    assert isinstance(step, StepLate)
    assert (step.step, moment(step.due_at)) == ("receive", at("2026-11-17T09:00"))
    for when in ("2026-11-20T09:30", "2026-11-20T10:30", "2026-11-30T10:30"):
        look(clock, when)
    assert [each.type for each in facts(StepLate, DossierLate)] == ["services.StepLate", "services.DossierLate"]
    seen = api.dossier(officer("commune-officer"), code=code)
    assert seen.steps[0].late
    assert seen.clock.state == "late"
    assert [day.mark for day in seen.clock.days if day.date.isoformat() == "2026-11-27"] == ["over"]
    (row,) = api.queue(officer("commune-officer")).rows
    assert (row.group, row.apologised) == ("late", True)


def test_each_agency_runs_by_its_own_clock_within_the_whole(code: str, clock: SetClock) -> None:
    register_birth(code)
    opened = {step.id: step for step in api.dossier(citizen(MOTHER), code=code).steps}
    dues = {each: opened[each].clock for each in ("residence", "insurance", "card")}
    assert {name: found.due_at for name, found in dues.items() if found} == dict.fromkeys(dues, at("2026-11-18T17:00"))
    clock.set(at("2026-11-17T10:00"))
    decide("police-officer", code, "residence")
    look(clock, "2026-11-18T18:00")
    late = [each.step for each in facts(StepLate) if isinstance(each, StepLate)]
    assert sorted(late) == ["card", "insurance"]
    police, branch = (api.dossier(officer(key), code=code) for key in ("police-officer", "insurance-officer"))
    assert [(each.id, each.late) for each in police.steps] == [("residence", False)]
    assert [(each.id, each.late) for each in branch.steps] == [("insurance", True)]


def test_evidence_counts_apologies_and_lateness(code: str, clock: SetClock) -> None:
    look(clock, "2026-11-20T09:30")
    while evidence.ingest():
        pass
    counted = {
        name: sum(cell.of for cell in evidence.cells(evidence.Measure(name), by=["agency"]))
        for name in ("apologies", "late_dossiers", "late_steps")
    }
    assert counted == {"apologies": 1, "late_dossiers": 1, "late_steps": 1}
    assert evidence.reconcile() == []


def test_an_extension_moves_the_end_and_the_step_at_work_and_is_told(code: str, clock: SetClock) -> None:
    clock.set(at("2026-11-16T10:00"))
    clerk = officer("commune-officer")
    api.extend(clerk, dossier=code, reasons=["E02"], note="Máy chủ hộ tịch gián đoạn")
    work()
    seen = api.dossier(citizen(MOTHER), code=code)
    assert seen.extension is not None
    assert (seen.extension.was_at, seen.extension.next_at) == (at("2026-11-19T17:00"), at("2026-11-20T17:00"))
    assert str(seen.extension.reason) == (
        "Hệ thống hoặc đường truyền của cơ quan gián đoạn"
        " (Nghị định về thủ tục hành chính theo cơ chế một cửa, một cửa liên thông). Máy chủ hộ tịch gián đoạn"
    )
    assert seen.history[-1].text == f"Gia hạn một lần: {seen.extension.reason}"
    with speaking("en"):
        assert str(seen.extension.reason).startswith("The agency's systems or lines were down (Decree")
    assert seen.clock.due_at == at("2026-11-20T17:00")
    step = seen.steps[0].clock
    assert step is not None
    assert step.due_at == at("2026-11-18T17:00"), "8 hours to Tuesday 09:00, and a working day more"
    (told,) = [each for each in messages.inbox(citizen(MOTHER)) if each.template == "dossier-extended"]
    assert "đường truyền của cơ quan gián đoạn" in told.body
    assert "Máy chủ hộ tịch gián đoạn" in told.body
    (fact,) = facts(DossierExtended)
    assert isinstance(fact, DossierExtended)
    assert fact.reasons == ("E02",)
    look(clock, "2026-11-18T17:30")
    assert facts(DossierApologised) == [], "the apology is reckoned from the new end"


def test_what_stands_against_an_extension_is_said(code: str, clock: SetClock) -> None:
    def refused() -> str:
        with pytest.raises(Conflict) as caught:
            api.extend(officer("commune-officer"), dossier=code, reasons=["E02"], note="Máy chủ gián đoạn")
        return caught.value.code

    for wrong in ([], ["S01"]):
        with pytest.raises(Invalid) as missing:
            api.extend(officer("commune-officer"), dossier=code, reasons=wrong, note="Máy chủ gián đoạn")
        assert "reasons" in [each.at for each in missing.value.faults]
    stranger = replace(officer("commune-officer"), roles=frozenset({"data-steward"}))
    with pytest.raises(Denied):
        api.extend(stranger, dossier=code, reasons=["E02"])
    look(clock, "2026-11-19T09:00")
    assert refused() == "extend.apologised"
    clock.set(at("2026-11-19T17:01"))
    assert refused() == "extend.late"
    assert "extend" not in api.dossier(officer("commune-officer"), code=code).steps[0].may
    decide("commune-officer", code, "receive", "refuse", reasons=["R02"])
    assert refused() == "extend.finished"


def test_a_second_extension_is_refused_in_a_sentence(code: str) -> None:
    api.extend(officer("commune-officer"), dossier=code, reasons=["E02"], note="Máy chủ gián đoạn")
    with pytest.raises(Conflict, match="một lần"):
        api.extend(officer("commune-officer"), dossier=code, reasons=["E02"], note="Lần nữa")


def test_an_extended_step_that_stood_still_keeps_its_extension(code: str, clock: SetClock) -> None:
    api.extend(officer("commune-officer"), dossier=code, reasons=["E02"], note="Máy chủ gián đoạn")
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    clock.set(FILED + timedelta(days=1, hours=1))
    api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})
    step = api.dossier(citizen(MOTHER), code=code).steps[0].clock
    assert step is not None
    assert step.due_at == at("2026-11-19T17:00"), "8 hours from Tuesday 10:00, and a working day more"


@pytest.mark.usefixtures("sqlite_node")
def test_what_was_kept_before_there_were_codes_is_said_as_it_stands() -> None:
    known = procedures.current("linked-birth").reasons.extend
    assert str(reasons.told("Máy chủ gián đoạn, chờ sửa", known)) == "Máy chủ gián đoạn, chờ sửa"


def test_an_officer_apologises_early_and_the_machine_does_not_again(code: str, clock: SetClock) -> None:
    clock.set(at("2026-11-16T15:00"))
    assert api.dossier(officer("commune-chair"), code=code).may_apologise
    assert not api.dossier(citizen(MOTHER), code=code).may_apologise
    clerk = officer("commune-officer")
    for _ in range(2):  # a double click
        api.apologise_early(clerk, dossier=code, note="Cán bộ hộ tịch nghỉ ốm\n")
    with pytest.raises(Conflict, match="một lần"):
        api.apologise_early(officer("commune-chair"), dossier=code)
    for when in ("2026-11-18T17:00", "2026-11-19T09:00", "2026-11-20T09:00"):
        look(clock, when)
    (told,) = facts(DossierApologised)
    assert isinstance(told, DossierApologised)
    assert (moment(told.at), moment(told.again_at)) == (at("2026-11-16T15:00"), at("2026-11-20T17:00"))
    (letter,) = letters()
    assert "bước “Tiếp nhận” chưa xong. Cán bộ hộ tịch nghỉ ốm" in letter
    seen = api.dossier(officer("commune-officer"), code=code)
    assert [each.by for each in seen.history if each.kind == "apology"] == ["Đặng Ngọc Trâm"]
    assert not seen.may_apologise
    assert api.form_pdf(citizen(MOTHER), dossier=code, form="apology", follow="http://localhost/")


def test_who_may_not_apologise_and_when(code: str, clock: SetClock) -> None:
    strangers = [
        (officer("commune-officer-2"), NotFound),
        (officer("police-officer"), NotFound),
        (citizen(MOTHER), NotFound),
        (replace(officer("commune-officer"), roles=frozenset({"data-steward"})), Denied),
    ]
    for who, wrong in strangers:
        with pytest.raises(wrong):
            api.apologise_early(who, dossier=code)
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    with pytest.raises(Conflict):
        api.apologise_early(officer("commune-officer"), dossier=code)
    assert facts(DossierApologised) == []


def test_two_workers_write_one_letter(code: str, clock: SetClock) -> None:
    clock.set(at("2026-11-19T09:00"))
    row = store.dossiers.by_code(code)
    assert row is not None
    first, second = (api.apologise(system("services", request_id=f"worker-{n}"), dossier=row.id) for n in range(2))
    assert (first, second) == (True, False)
    for _ in range(2):
        api.watch()
        work()
    assert len(letters()) == 1


def die_apologising(settings: Settings, clock: SetClock, code: str, point: str) -> None:
    """Apologise as another process over the same home, and be killed before or after it is committed."""
    with running(start(settings, clock=clock)) as node:
        row = store.dossiers.by_code(code)
        assert row is not None
        with node.database.transaction():
            api.apologise(system("services", request_id="killed"), dossier=row.id)
            if point == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(("point", "written"), [("before", 0), ("after", 1)])
def test_a_killed_machine_neither_loses_nor_doubles_a_letter(
    nation: Runtime, clock: SetClock, point: str, written: int
) -> None:
    clock.set(FILED)
    code = filed(citizen(MOTHER))
    clock.set(at("2026-11-19T09:00"))
    nation.close()  # no connection goes along into the other process
    process = multiprocessing.get_context("fork").Process(
        target=die_apologising, args=(nation.settings, clock, code, point)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert len(facts(DossierApologised)) == written
    api.watch()
    work()
    assert len(facts(DossierApologised)) == 1
    assert len(letters()) == 1


def test_the_machine_looks_once_a_minute(sqlite_nation: Runtime, clock: SetClock) -> None:
    clock.set(FILED)
    filed(citizen(MOTHER))
    machine.watch_clocks()
    clock.set(at("2026-11-19T09:00"))
    machine.watch_clocks()
    work()
    assert len(facts(DossierApologised)) == 1
