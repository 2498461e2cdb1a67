"""Nobody gets anything of a case by guessing addresses: every route of the house, asked by everyone it is not for.

Two births: one filed, with a number, a paper and open steps at three agencies; one still a draft that awaits the
father's signature. The people who ask know all ids and codes. A route added later is asked too, without a line here.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import inspect

from lienthong.identity import api as identity
from lienthong.identity.demonstration import OFFICERS, staff_id
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import running
from lienthong.oversight import api as oversight
from lienthong.registers import demonstration as nation
from lienthong.services import api as services
from lienthong.services import store
from lienthong.services.api.views import DossierView
from lienthong.stewardship import api as stewardship
from tests.browsing import HIDDEN, PAGE, Browser
from tests.conftest import MOMENT
from tests.proofs.conftest import work
from tests.proofs.house import Home
from tests.proofs.people import Birth, Indoors, Person
from tests.proofs.reckoning import select
from tests.proofs.routes import CANNOT_BE_FILLED, OPEN_NAMES, Address, addresses

ELSEWHERE = "203.0.113.9"
"""Not this machine: the one-click page, which names the people of the demonstration, is not for those who sit there."""
OUTSIDERS = (
    "",  # nobody signed in
    "mother-3",  # a citizen who has nothing to do with it
    "commune-officer-2",  # the same office in another commune
    "hospital-clerk",
    "data-steward",
    "provincial-chairman",
    "committee-secretary",
)
PARTICIPANTS = {"police-officer": "residence", "insurance-officer": "insurance", "identity-officer": "card"}
LOGS = {"access", "access_person", "request", "listener", "evidence_file", "evidence_cursor"}
"""Tables that tell of what was tried; everything else about a case stays as it was."""
TRIED = {"exchange.FetchDenied"}
"""Facts that tell of a refusal."""

SAYS_DONE = {"/drafts/{draft}/discard": "what is not there, or not one's own, is thrown away already; the draft stays"}
"""Addresses that answer everyone alike, with the reason why that gives nothing."""
KEEPS = {
    "/steward/{definition}/people/{record}": "says first what the look is for: stewardship/test_find_screens",
    "/steward/{definition}/people/{record}/household": "for the purpose of a move: stewardship/test_household_screens",
    "/steward/{definition}/people/{record}/separate": "for the purpose of matching: stewardship/test_duplicate_screens",
}
"""Pages about one person whom the steward of the register may open, with an entry: there they are no outsider."""
ECHOES = {
    ("/counter/guardians", "number.number"): "the number they typed stands in its field again, beside the faults",
    (
        "/oversight/tasks",
        "number.number",
    ): "what they typed under the field person stands there again, beside the faults",
}
"""Values that a page gives back to who sent them."""


@dataclass(frozen=True)
class Cases:
    """What everybody tries to see: ids by the names that routes give them, and what stands in the cases."""

    code: str
    known: dict[str, str]
    keys: tuple[str, ...]
    view: DossierView
    drafted: tuple[str, ...]

    def values(self, *, but: frozenset[str] = frozenset()) -> dict[str, str]:
        """Return what identifies somebody: value → its name. but: names of values that may be seen."""
        shown = [each for group in self.view.groups for each in group.values if each.text]
        seen = {form for each in shown if each.name in but for form in written(each.value)}
        told = {form: each.name for each in shown for form in written(each.value) if form not in seen}
        return told | {form: f"{form} of the other draft" for form in self.drafted}


def written(value: object) -> list[str]:
    """Return how a value could stand on a page, if it is one that tells who is meant: no codes, no short words."""
    raw = str(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        return [raw, date.fromisoformat(raw).strftime("%d/%m/%Y")]
    return [raw] if len(raw) > 7 and (" " in raw or any(map(str.isdigit, raw))) else []


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory, _quiet_nation: Path) -> Iterator[Cases]:
    """The two births in a house of their own."""
    folder = tmp_path_factory.mktemp("isolation") / "home"
    shutil.copytree(_quiet_nation, folder)
    home = Home(folder, f"sqlite:///{folder / 'lienthong.sqlite'}", MOMENT)
    with ExitStack() as open_things:
        open_things.enter_context(running(home.open()))

        def browser(_key: str) -> Indoors:
            opened = Browser()
            open_things.callback(opened.close)
            return Indoors(opened)

        filed = Birth.of("mother", "father", browser, patience=work).walk(until="sign")
        work()
        draft = Birth.of("mother-2", "father-2", browser, patience=work).walk(until="answer")
        yield gathered(filed, draft)


def gathered(filed: Birth, draft: Birth) -> Cases:
    people = nation.people()
    who = Actor(kind=Kind.CITIZEN, subject=people["mother"], level=2)
    view = services.dossier(who, code=filed.code)
    child = next(str(each.value) for group in view.groups for each in group.values if each.name == "number.number")
    ((document,),) = select("SELECT id FROM document WHERE dossier = :code", code=filed.code)
    ((entry,),) = select("SELECT min(id) FROM access WHERE subject = :number", number=people["mother"])
    ((record,),) = select("SELECT id FROM reg_population WHERE by_number = :number", number=people["mother"])
    ((session,),) = select("SELECT min(id) FROM session WHERE subject = :number", number=people["mother"])
    numbers = [child, *(people[each] for each in ("mother", "father", "mother-2", "father-2"))]
    known = {
        "code": filed.code,
        "dossier": filed.code,
        "draft": draft.draft,
        "document": document,
        "entry": entry,
        "session": session,
        "person": child,
        "register": "population",
        "record": record,
        "version": "1",
        "form": "control",
        "attachment": handed_in(filed.draft),
        "batch": new_id(),  # of a steward's import
        "row": "2",
        "page": "1",
        "place": "0",
        **dict.fromkeys(("one", "other", "finding"), new_id()),  # nobody compared or measured anything here
    }
    known |= (
        of_a_roll(people["mother"]) | of_another_province() | {"report_id": new_id()}
    )  # nobody has reported a figure here
    other = Actor(kind=Kind.CITIZEN, subject=people["mother-2"], level=2)
    groups = services.draft(other, draft=draft.draft).groups
    drafted = {form for group in groups for each in group.values for form in written(each.value)}
    common = {form for group in view.groups for each in group.values for form in written(each.value)}
    return Cases(
        code=filed.code,
        known=known,
        keys=(filed.draft, filed.code, draft.draft, document, *numbers),
        view=view,
        drafted=tuple(drafted - common),
    )


def handed_in(dossier: str) -> str:
    """Return the id of a page that lies with the dossier as if a register had had no answer."""
    digest = store.attachments.files(dossier).put(b"\xff\xd8\xff a page")
    page = {"id": new_id(), "dossier": dossier, "item": "birth", "digest": digest, "name": "a.jpg"}
    store.attachments.add(page | {"kind": "image/jpeg", "size": 9, "at": "2026-11-21T00:00:00.000000Z"})
    return page["id"]


def of_a_roll(mother: str) -> dict[str, str]:
    """Return ids of the roll of voters on which the mother stands, and of her objection."""
    clerk = officer("commune-officer")
    areas = [stewardship.Area("Khu vực 1", ("26929",))]
    roll = stewardship.draw_roll(clerk.again(), roll_kind="deputies", day=date(2027, 3, 14), areas=areas)
    stewardship.post_roll(clerk.again(), roll=roll)
    said = {"about": "wrong_data", "person": mother, "said": "Sai ngày sinh"}
    objection = stewardship.object_to_roll(clerk.again(), roll=roll, **said)
    return {"roll": roll, "area": "1", "objection": objection, "act": "check", "suffix": "csv"}


def of_another_province() -> dict[str, str]:
    """Return ids of a session that a chairman elsewhere has not concluded: its conclusion, its task, a spreadsheet."""
    chairman = Actor(
        kind=Kind.OFFICER,
        subject="chairman",
        agency="H26",
        roles=frozenset({"provincial-leader"}),
        units=frozenset({"01"}),
        level=3,
    )
    meeting = oversight.open_meeting(chairman.again(), title="Phiên họp", held_on="21/11/2026")
    conclusion = oversight.add_conclusion(chairman.again(), meeting=meeting, said="Mọi phường trả kết quả đúng hẹn")
    words = dict.fromkeys(("goal", "person", "work", "responsibility", "product", "result"), "Trả kết quả đúng hẹn")
    answers = {**words, "agency": oversight.assignable(chairman)[0].code, "due_on": "15/12/2026"}
    task = oversight.give_task(chairman.again(), answers=answers, conclusion=conclusion)
    upload = oversight.stage(chairman.again(), name="a.csv", content=b"a")
    return {"meeting": meeting, "conclusion": conclusion, "task": task, "product": new_id(), "upload": upload}


@dataclass
class Curious:
    """Somebody who tries every address, at a browser far away from the server."""

    key: str
    cases: Cases
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self._sign_in()

    def _sign_in(self) -> None:
        here = Browser()
        if self.key:
            Person(self.key, Indoors(here)).look("/account")
        self.browser = here.moved(ELSEWHERE)
        here.close()

    def asks(self, address: Address, **known: str) -> httpx.Response:
        """Try an address with everything they know, and follow where it leads."""
        known = {**self.cases.known, **known}
        path, query = address.filled(known), address.asked(known)
        if address.method == "GET":
            return self.browser.request("GET", path, follow=True, params=query, headers=PAGE)
        hidden = self._hidden()
        fields = {**known, "verdict": "approve", "answer": "agree", "true": "1", **hidden}
        if path.startswith("/api/"):
            headers = {"x-form-token": hidden["token"]}
            return self.browser.request(address.method, path, json=fields, params=query, headers=headers)
        return self.browser.request(address.method, path, follow=True, data=fields, params=query, headers=PAGE)

    def _hidden(self) -> dict[str, str]:
        """Return the hidden fields of a page of their own; signs in again when their session has ended."""
        page = "/about" if self.key else "/sign-in"
        shown = self.browser.get(page)
        if self.key and "/sign-out" not in shown.text:
            self.browser.close()
            self._sign_in()
            shown = self.browser.get(page)
        return {**dict(HIDDEN.findall(shown.text)), "request_id": new_id()}


@pytest.fixture
def curious(request: pytest.FixtureRequest, cases: Cases) -> Iterator[Curious]:
    """The person the test is about."""
    person = Curious(request.param, cases)
    yield person
    person.browser.close()


def refused(address: Address, answer: httpx.Response) -> bool:
    """True for an answer that gives nothing: refused, not there, or a page that asks who it is."""
    return answer.status_code in {401, 403, 404} or answer.url.path == "/sign-in" or address.pattern in SAYS_DONE


def leaks(answer: httpx.Response, secrets: dict[str, str]) -> list[str]:
    """Return the names of values that an answer tells, also when grouped in threes or fours."""
    told = answer.text.replace("\u00a0", " ")
    together = re.sub(r"(?<=\d) (?=\d)", "", told)
    return sorted({name for value, name in secrets.items() if value in told or value in together})


def standing(cases: Cases) -> dict[str, list[str]]:
    """Return every row of every table that has to do with the cases, but for the logs of what was tried."""
    engine = runtime.current().database.engine
    found: dict[str, list[str]] = {}
    for table in inspect(engine).get_table_names():
        if table in LOGS or table.startswith("ledger"):
            continue
        rows = [repr(row) for row in select(f'SELECT * FROM "{table}"')]  # noqa: S608
        found[table] = sorted(
            row for row in rows if any(key in row for key in cases.keys) and not any(each in row for each in TRIED)
        )
    assert len(found["dossier"]) == 2
    return found


@pytest.mark.parametrize("curious", OUTSIDERS, indirect=True, ids=lambda key: key or "anonymous")
def test_an_outsider_gets_nothing_by_guessing_addresses(curious: Curious, cases: Cases) -> None:
    secrets, before = cases.values(), standing(cases)
    wrong: list[str] = []
    for address in addresses():
        for step in steps_of(address, cases):
            answer = curious.asks(address, step=step)
            if curious.key == "data-steward" and address.pattern in KEEPS:
                continue
            if address.of_case and not refused(address, answer):
                wrong.append(f"{address.method} {address.pattern} ({step}): {answer.status_code}")
            told = [name for name in leaks(answer, secrets) if (address.pattern, name) not in ECHOES]
            wrong += [f"{address.method} {address.pattern} tells {name}" for name in told]
    assert wrong == [], "\n".join(wrong)
    assert standing(cases) == before


@pytest.mark.parametrize("curious", PARTICIPANTS, indirect=True)
def test_a_participant_gets_its_step_and_what_is_shared_with_it(curious: Curious, cases: Cases) -> None:
    own = PARTICIPANTS[curious.key]
    secrets, before = cases.values(but=shared(cases, own)), standing(cases)
    wrong: list[str] = []
    for address in addresses():
        for step in steps_of(address, cases):
            its_own = address.pattern in {"/desk/{code}", "/desk/{code}/clock", "/dossiers/{code}"}
            if address.method == "POST" and address.pattern.startswith("/desk/") and step == own:
                continue  # deciding it is their work
            answer = curious.asks(address, step=step)
            if address.of_case and not its_own and not refused(address, answer):
                wrong.append(f"{address.method} {address.pattern} ({step}): {answer.status_code}")
            told = [name for name in leaks(answer, secrets) if (address.pattern, name) not in ECHOES]
            wrong += [f"{address.method} {address.pattern} tells {name}" for name in told]
    assert wrong == [], "\n".join(wrong)
    assert standing(cases) == before


@pytest.mark.parametrize(("key", "step"), PARTICIPANTS.items())
def test_the_verb_answers_exactly_the_shared_values(key: str, step: str, cases: Cases) -> None:
    seen = services.dossier(officer(key), code=cases.code)
    assert [each.id for each in seen.steps] == [step]
    known = {each.name for group in cases.view.groups for each in group.values if each.text}
    assert {each.name for group in seen.groups for each in group.values} == shared(cases, step) & known
    assert {each.kind for each in seen.history} <= {"step_opened"}
    assert (seen.papers, seen.compared, seen.supplement) == ((), (), None)


def test_every_route_can_be_asked(cases: Cases) -> None:
    asked = addresses()
    assert len(asked) > 40
    assert {each.method for each in asked} == {"GET", "POST"}, "another method needs a way to ask it here"
    unknown = [each.pattern for each in asked if set(each.names) - {*cases.known, "step", *OPEN_NAMES}]
    assert unknown == [], "say in test_isolation what these parameters are, or in routes why they cannot be asked"
    assert all(CANNOT_BE_FILLED.values())


def test_the_proof_sees_a_leak(cases: Cases) -> None:
    """The people of the case do get it: the same addresses, the same eyes."""
    mother = Curious("mother", cases)
    address = Address("GET", "/dossiers/{code}")
    answer = mother.asks(address)
    assert not refused(address, answer)
    assert {"child.full_name", "mother.full_name", "father.full_name"} <= set(leaks(answer, cases.values()))
    mother.browser.close()


def test_a_participant_is_not_told_what_the_others_decided(birth: Birth) -> None:
    birth.walk(until="sign")
    work()
    services.decide(officer("police-officer"), dossier=birth.code, step="residence", verdict="refuse", reasons=["R11"])
    birth.insure()
    birth.identify()
    who = Actor(kind=Kind.CITIZEN, subject=nation.people()["mother"], level=2)
    assert services.dossier(who, code=birth.code).outcome == "partly"
    for key in ("insurance-officer", "identity-officer"):
        seen = services.dossier(officer(key), code=birth.code)
        assert (seen.outcome, seen.state_text) == ("", seen.steps[0].state_text)
        assert "refused" not in {each.state for each in seen.steps}
        assert "step_refused" not in {each.kind for each in seen.history}


def steps_of(address: Address, cases: Cases) -> list[str]:
    """Return the steps to try on an address that takes one; one empty step for every other."""
    return [each.id for each in cases.view.steps] if "step" in address.names else [""]


def shared(cases: Cases, step: str) -> frozenset[str]:
    """Return the names of values that the definition shares with a step."""
    from lienthong.services.api import procedures

    return frozenset(procedures.current("linked-birth").flow[step].sees)


def officer(key: str) -> Actor:
    """Return an officer of the demonstration as the verbs know them."""
    office = next(each for each in OFFICERS if each.key == key)
    ((agency,),) = select("SELECT agency FROM staff WHERE subject = :subject", subject=staff_id(key))
    found = next(
        each
        for each in identity.staff(system("test"), agency=agency, role=office.roles[0])
        if each.subject == staff_id(key)
    )
    return Actor(
        kind=Kind.OFFICER, subject=found.subject, agency=found.agency, roles=found.roles, units=found.units, level=3
    )
