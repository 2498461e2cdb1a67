"""Sealed entries: in the ledger at once, nowhere to be noticed before their day, then like every other, once told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from lienthong.exchange import api
from lienthong.exchange import jobs as exchange_jobs
from lienthong.exchange.spec.load import check_one
from lienthong.exchange.spec.shape import Contract
from lienthong.identity import api as identity
from lienthong.kernel import clock as clocks
from lienthong.kernel import jobs, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.definitions import BUILT_IN, read
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.events import outbox
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.messages import api as messages
from lienthong.registers import api as registers
from lienthong.registers.store import accesses as stored
from tests.browsing import Browser
from tests.exchange.conftest import put
from tests.exchange.people import CONSTABLE, HA, HUY, citizen, officer
from tests.identity.conftest import officer as staff

CONTRACT, CASE, DAYS = "police-investigation", "VA-12/2026", 60
FILE = BUILT_IN / "contracts" / f"{CONTRACT}.yaml"
INVESTIGATOR = officer("investigator", "G01.79", "79")
HANDLERS = {each.kind: each for each in exchange_jobs.handlers}


def investigate(number: str = HA) -> list[api.CaseAnswer]:
    return api.look_up(INVESTIGATOR, contract=CONTRACT, number=number, case=CASE)


def all_entries() -> list[registers.Access]:
    """Every entry of Hà as it is stored: what nobody may see before its day."""
    clock = runtime.current().clock
    assert isinstance(clock, SetClock)
    now = clock.now()
    clock.set(now + timedelta(days=400))
    found = registers.accesses(system("test"), subject=HA, limit=500)
    clock.set(now)
    return found


def later(clock: SetClock, days: int) -> None:
    clock.advance(timedelta(days=days))
    jobs.run_all(HANDLERS)


def published() -> int:
    """How many facts there are."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(func.count()).select_from(outbox)).scalar_one()


def titles() -> list[str]:
    return [each.template for each in messages.inbox(citizen())]


def test_an_investigator_reads_and_nothing_shows_it_before_its_day(family: Runtime, clock: SetClock) -> None:
    api.own_data(citizen())
    ledger.sequence()
    before = (api.access_log(citizen(), limit=500), api.access_summary(citizen(), days=30), titles())
    exported, facts = list(api.access_proofs(citizen())), published()
    answers = investigate()
    assert {each.register: len(each.records) for each in answers} == {"population": 1, "residence": 1}
    assert "ethnicity" not in [each.name for each in answers[0].records[0]], "no more than the contract names"
    ledger.sequence()
    for _ in range(2):
        assert api.access_summary(citizen(), days=30) == before[1]
        assert [each.id for each in api.access_log(citizen(), limit=500)] == [each.id for each in before[0]]
        assert titles() == before[2]
        later(clock, 20)
    assert len(list(api.access_proofs(citizen()))) == len(exported)
    assert published() == facts, "no fact tells of it: no figure can count it"
    sealed = [each for each in all_entries() if each.seal]
    assert len(sealed) == 2
    for each in sealed:
        with pytest.raises(NotFound) as hidden:
            api.access_entry(citizen(), entry=each.id)
        with pytest.raises(NotFound) as unknown:
            api.access_entry(citizen(), entry="0" * 26)
        assert str(hidden.value) == str(unknown.value), "a sealed entry looks like none"
        with pytest.raises(NotFound):
            api.complain(citizen(), entry=each.id)
        proof = ledger.proof(each.id)
        assert proof is not None
        committed = ledger.digest_of(each.content(), each.salt)
        assert ledger.verify_inclusion(proof, committed, ledger.public_key()), "it is in the ledger all the same"
        bare = {name: value for name, value in each.content().items() if not name.startswith("sealed")}
        assert ledger.digest_of(bare, each.salt) != committed, "the ledger commits to the day, too"
    assert api.sealed_now().entries == 2, "the nation's number is all that is told"


def test_on_its_day_it_opens_by_itself_and_the_person_is_told_once(family: Runtime, clock: SetClock) -> None:
    clock.set(clocks.local(clock.now()).replace(hour=23, minute=50))
    investigate()
    ledger.sequence()
    clock.set(clocks.local(clock.now()).replace(hour=23, minute=59) + timedelta(days=DAYS))
    assert [each for each in api.access_log(citizen(), limit=50) if each.sealed] == []
    clock.advance(timedelta(minutes=1))
    shown = [each for each in api.access_log(citizen(), limit=50) if each.sealed]
    assert [each.register for each in shown] == ["CSDL Cư trú", "CSDL Dân cư"], "opened by the clock alone, no job ran"
    assert {each.who for each in shown} == {"Công an thành phố Hồ Chí Minh"}
    assert {each.dossier for each in shown} == {CASE}
    assert {each.purpose for each in shown} == {"Điều tra vụ án hình sự"}
    assert all(each.proof.state is api.ProofState.PROVED and each.agency for each in shown)
    until = clock.now().strftime("%d/%m/%Y")
    assert f"Đã niêm phong đến {until} theo Bộ luật Tố tụng hình sự" in shown[0].sealed
    assert api.sealed_now().entries == 0
    assert "access-opened" not in titles()
    later(clock, 0)
    assert titles().count("access-opened") == 1, "two entries of one day are one notice"
    later(clock, 3)
    assert titles().count("access-opened") == 1
    assert api.complain(citizen(), entry=shown[0].id).startswith("KN-")


def test_a_refusal_of_a_party_is_sealed_that_of_a_stranger_is_not(family: Runtime, clock: SetClock) -> None:
    grounds = api.Grounds(purpose=CONTRACT, basis="L-101-2015", dossier=CASE)
    wide = api.Ask("x", "population", {"number": HA}, ("religion",))
    for who, shown in ((INVESTIGATOR, 0), (CONSTABLE, 1)):
        facts = published()
        with pytest.raises(Denied):
            api.fetch(who, asks=[wide], grounds=grounds, contract=CONTRACT)
        with pytest.raises(Denied):
            api.history(who, register="population", key=HA, grounds=grounds, contract=CONTRACT)
        seen = api.access_log(citizen(), limit=50, denied=True)
        assert len(seen) == 2 * shown
        assert (published() > facts) == bool(shown)
    clock.advance(timedelta(days=DAYS + 1))
    assert len(api.access_log(citizen(), limit=50, denied=True)) == 4


def test_only_for_a_case_about_one_number(family: Runtime) -> None:
    with pytest.raises(Invalid) as wrong:
        api.look_up(INVESTIGATOR, contract=CONTRACT, number="079", case=" ")
    assert [each.at for each in wrong.value.faults] == ["number", "case"]
    for who, contract in ((CONSTABLE, CONTRACT), (INVESTIGATOR, "commune-desk"), (citizen(HUY), CONTRACT)):
        with pytest.raises(Denied):
            api.look_up(who, contract=contract, number=HA, case=CASE)
    assert api.case_contracts(CONSTABLE) == []
    assert api.sealed_now().entries == 0


def test_what_is_sealed_is_not_erased_before_it_opened(family: Runtime, clock: SetClock) -> None:
    investigate()
    clock.advance(timedelta(seconds=1))
    order = {"subject": HA, "basis": "L-91-2025", "order": "QĐ 1"}
    registers.erase_proofs(system("cli:test"), **order)
    assert [each.erased for each in all_entries() if each.seal] == [None, None]
    clock.advance(timedelta(days=DAYS + 1))
    assert registers.erase_proofs(system("cli:test"), **order) == 2
    with family.database.reading() as connection:
        assert connection.execute(select(stored.access.c.salt).where(stored.access.c.dossier == CASE)).all() == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("sealed: {basis: L-101-2015", "sealed: {basis: L-68-2020", "contract.seal-basis", "sealed:"),
        ("days: 60}", "days: 121}", "contract.seal-days", "sealed:"),
        ("level: 3, ", "", "contract.seal-party", "who:"),
        ("roles: [investigator], ", "", "contract.seal-party", "who:"),
        ("of: dossier", "of: unit", "contract.seal-party", "who:"),
        ("residence: {by: [number],", "residence: {by: [number], history: true,", "contract.seal-party", "who:"),
    ],
)
def test_a_seal_without_law_limit_or_narrow_party_is_refused(
    sqlite_node: Runtime, tmp_path: Path, old: str, new: str, code: str, line: str
) -> None:
    source = FILE.read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "contract.yaml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    one, wrong = read(path, Contract)
    assert one is not None, wrong
    _, number = next(each.at for each in check_one(one) if each.code == code).split(":")
    assert line in path.read_text(encoding="utf-8").splitlines()[int(number) - 1]


@pytest.mark.parametrize("missing", ["basis", "days"])
def test_a_seal_names_law_and_days(sqlite_node: Runtime, tmp_path: Path, missing: str) -> None:
    made = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    del made["sealed"][missing]
    path = tmp_path / "contract.yaml"
    path.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    one, wrong = read(path, Contract)
    assert one is None
    assert any(missing in each.text for each in wrong)


def test_the_law_file_says_that_sealing_is_recalled_not_read(sqlite_node: Runtime) -> None:
    law = (BUILT_IN / "bases" / "laws.yaml").read_text(encoding="utf-8")
    assert re.search(r"seals:.*\n\s+days: 120\n\s+source: recall.*\n\s+confidence: low", law)


def test_the_investigator_s_page_and_what_everybody_may_read(
    client: Browser, browse: Callable[[], Browser], clock: SetClock, people: Callable[[], None]
) -> None:
    people()
    put("population", number=HA, full_name="Nguyễn Thị Thu Hà", sex="2", birth_date="1992-03-08", home_address="A 1")
    member = staff("cb-investigator", agency="G01.79", roles=frozenset({"investigator"}), name="Đinh Quang Vinh")
    identity.open_staff(system("test"), member=member, demonstration=True)
    identity.name_demonstration_person(
        system("test"), key="investigator", subject=member.subject, name=member.name, about="", place=3
    )
    office = client.as_person("investigator")
    wrong = office.post("/lookup", contract=CONTRACT, number="12", case="VA")
    assert wrong.status_code == 422
    assert 'value="VA"' in wrong.text, "what was typed is kept"
    found = office.post("/lookup", contract=CONTRACT, number="079 192 990 017", case=CASE)
    assert "A 1" in found.text
    assert "21/01/2027" in found.text, "it says until when the person does not see it"
    assert HA not in str(found.url)
    public = browse().get("/my/access/how").text
    assert "Cả nước hiện có <b>2</b> lượt xem đang niêm phong" in public
    assert "Công an" not in public, "not who looked"
    mother = browse().as_person("mother")
    assert "Điều tra" not in mother.get("/my/access").text
    assert mother.get("/lookup").status_code == 403
    hidden = next(each.id for each in all_entries() if each.seal)
    bare = [re.sub(r"[0-9a-z.]{20,}", "", mother.get(f"/my/access/{each}").text) for each in (hidden, "0" * 26)]
    assert bare[0] == bare[1], "the page of a sealed entry is that of none"
    clock.advance(timedelta(days=DAYS + 1))
    opened = client.as_person("mother").get(f"/my/access/{hidden}").text
    assert "Hết niêm phong" in opened
    assert "Đinh Quang Vinh" in opened
    assert "Khiếu nại lượt xem này" in opened
