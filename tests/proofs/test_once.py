"""A double click, two tabs, a retry after a lost answer, ten threads at once: one dossier, one decision, one child."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from lienthong.app import schedule
from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict
from lienthong.registers import demonstration as nation
from lienthong.services import api as services
from tests.proofs.conftest import work
from tests.proofs.people import ANSWERS, PROCEDURE, Birth, hidden
from tests.proofs.reckoning import Reckoning, everything_stands_once, select

Answer = TypeVar("Answer")
THREADS = 8


def at_once(what: Callable[[], Answer]) -> list[Answer | Exception]:
    """Do the same in many threads that begin together; answer what each of them got."""
    gate = Barrier(THREADS)

    def one(_place: int) -> Answer | Exception:
        gate.wait()
        try:
            return what()
        except Exception as refused:
            return refused

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def mother() -> Actor:
    return Actor(kind=Kind.CITIZEN, subject=nation.people()["mother"], level=2)


def codes() -> list[str]:
    """Return the codes of the mother's dossiers, None for a draft."""
    return [row[0] for row in select("SELECT code FROM dossier WHERE applicant = :mother", mother=mother().subject)]


def facts(kind: str) -> int:
    """Return how often this was told of the mother's dossier."""
    told = select("SELECT payload FROM outbox WHERE type = :kind", kind=f"services.{kind}")
    return sum(f'"{codes()[0]}"' in payload for (payload,) in told)


def filed() -> dict[str, int]:
    return {"dossiers": len(codes()), "facts": facts("DossierFiled")}


def test_a_double_click_on_begin_makes_one_draft(birth: Birth) -> None:
    page = birth.mother.open(PROCEDURE)
    led = {birth.mother.browser.send(f"{PROCEDURE}/begin", hidden(page)).url.path for _click in range(2)}
    assert len(led) == 1
    assert len(codes()) == 1


def test_two_tabs_begin_the_same_draft(birth: Birth) -> None:
    pages = [birth.mother.open(PROCEDURE) for _tab in range(2)]
    led = {birth.mother.press(page, f"{PROCEDURE}/begin").url.path for page in pages}
    assert len(led) == 1
    assert len(codes()) == 1


def test_a_double_click_on_filing_files_once(birth: Birth) -> None:
    birth.walk(until="cosign")
    address = f"/drafts/{birth.draft}/file"
    fields = {**hidden(birth.mother.open(f"/drafts/{birth.draft}/check")), "true": "1"}
    led = {birth.mother.browser.send(address, fields).url.path for _click in range(2)}
    assert led == {f"/dossiers/{codes()[0]}/receipt"}
    assert filed() == {"dossiers": 1, "facts": 1}


def test_two_tabs_file_once(birth: Birth) -> None:
    birth.walk(until="cosign")
    tabs = [birth.mother.open(f"/drafts/{birth.draft}/check") for _tab in range(2)]
    assert hidden(tabs[0])["request_id"] != hidden(tabs[1])["request_id"]
    led = {birth.mother.press(tab, f"/drafts/{birth.draft}/file", true="1").url.path for tab in tabs}
    assert led == {f"/dossiers/{codes()[0]}/receipt"}
    assert filed() == {"dossiers": 1, "facts": 1}


def test_an_old_tab_cannot_change_what_was_filed(birth: Birth) -> None:
    birth.walk(until="fetch")
    old = birth.mother.open(f"/drafts/{birth.draft}")
    birth.walk(until="file")
    answer = birth.mother.browser.send(
        f"/drafts/{birth.draft}/answers", {**hidden(old), **ANSWERS, "child.full_name": "Lê Văn Khác"}
    )
    assert answer.status_code == 409
    assert services.dossier(mother(), code=birth.code).about == ANSWERS["child.full_name"]
    assert filed() == {"dossiers": 1, "facts": 1}


def test_a_retry_after_a_lost_answer_gets_the_code_of_the_first(birth: Birth) -> None:
    birth.walk(until="cosign")
    who = mother()
    first = services.file(who, draft=birth.draft)
    assert services.file(who, draft=birth.draft) == first
    assert services.file(who.again(), draft=birth.draft) == first
    assert filed() == {"dossiers": 1, "facts": 1}


def test_many_threads_begin_one_draft(birth: Birth) -> None:
    begun = at_once(lambda: services.begin(mother(), procedure="linked-birth"))
    assert {begun[0]} == set(begun)
    assert len(codes()) == 1


def test_many_threads_file_one_dossier(birth: Birth) -> None:
    birth.walk(until="cosign")
    got = at_once(lambda: services.file(mother(), draft=birth.draft))
    assert set(got) == set(codes())
    assert filed() == {"dossiers": 1, "facts": 1}


def test_the_same_decision_sent_many_times_is_taken_once(birth: Birth) -> None:
    before = Reckoning.here()
    birth.walk(until="register")
    page = birth.chair.open(f"/desk/{birth.code}")
    address, fields = f"/desk/{birth.code}/steps/register", {**hidden(page), "verdict": "sign"}
    assert {birth.chair.browser.send(address, fields).status_code for _click in range(3)} == {200}
    work()
    birth.walk()
    work()
    everything_stands_once(before, mother="mother", father="father")


def test_two_tabs_of_one_officer_decide_once(birth: Birth) -> None:
    birth.walk(until="file")
    tabs = [birth.officer.open(f"/desk/{birth.code}") for _tab in range(2)]
    address = f"/desk/{birth.code}/steps/receive"
    birth.officer.press(tabs[0], address, verdict="approve")
    told = birth.officer.browser.send(address, {**hidden(tabs[1]), "verdict": "approve"})
    assert (told.status_code, "Chưa ghi được quyết định" in told.text) == (422, True)
    assert facts("StepDecided") == 1


def test_many_threads_sign_one_birth_and_the_machine_gives_one_number(birth: Birth, chair: Actor) -> None:
    before = Reckoning.here()
    birth.walk(until="register")
    got = at_once(lambda: services.decide(chair.again(), dossier=birth.code, step="register", verdict="sign"))
    assert got.count(None) == 1
    assert {type(each) for each in got if each is not None} == {Conflict}
    at_once(lambda: jobs.run_all(schedule.handlers()))
    birth.walk()
    at_once(lambda: jobs.run_all(schedule.handlers()))
    work()
    everything_stands_once(before, mother="mother", father="father")


@pytest.fixture
def chair(birth: Birth) -> Actor:
    """The officer who signs, as the verbs know them."""
    from lienthong.identity import api as identity
    from lienthong.identity.demonstration import staff_id
    from lienthong.kernel.actor import system

    wanted = staff_id("commune-chair")
    (found,) = [each for each in identity.staff(system("test"), agency="H29.26.929") if each.subject == wanted]
    return Actor(
        kind=Kind.OFFICER,
        subject=found.subject,
        agency=found.agency,
        roles=found.roles,
        units=found.units,
        level=3,
    )
