"""Mandates: given, accepted, limited to their scope, withdrawn at once; guardians on the ground of a decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from lienthong.identity import api, spec, store
from lienthong.identity.events import MandateSaid, SessionEnded
from lienthong.kernel.actor import ANONYMOUS, DATA, PAPERS, Actor, Kind
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, Invalid, NotFound, SignInNeeded, TooMany
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.messages import api as messages
from lienthong.registers import api as registers
from tests.browsing import Browser
from tests.identity.conftest import FATHER, MOTHER, SEED, facts

People = Callable[[], None]
GRANDFATHER, YOUNG = "079049990149", "079214990014"
SCOPE = api.Scope(procedures=["linked-birth"])


@pytest.fixture
def family(node: Runtime, people: People) -> None:
    """A mother and a father with accounts, an old man without one, a girl of twelve."""
    people()
    api.open_account(SEED, number=FATHER, level=2, demonstration=True)
    api.name_demonstration_person(SEED, key="father", subject=FATHER, name="Lê Quốc Huy", about="Cha", place=3)
    for number, name, born in (
        (MOTHER, "Nguyễn Thị Thu Hà", "1992-05-12"),
        (FATHER, "Lê Quốc Huy", "1990-07-25"),
        (GRANDFATHER, "Phan Văn Tư", "1949-04-30"),
        (YOUNG, "Lê Minh Châu", "2014-02-02"),
    ):
        person(number, name, born)


def person(number: str, name: str, born: str) -> None:
    values = {"number": number, "full_name": name, "sex": "1", "birth_date": born, "life_status": "living"}
    registers.write(
        SEED,
        register="population",
        values={**values, "home_commune": "26929"},
        valid_from=date(2023, 1, 1),
        grounds=api.OWN_ACCOUNT,
    )


def enter(key: str) -> api.Entry:
    return api.sign_in_demonstration(ANONYMOUS, key=key, loopback=True)


def given(mother: Actor, scope: api.Scope = SCOPE) -> str:
    return api.offer(mother.again(), representative="079 090 990 033", name="le quoc huy", scope=scope)


def officer() -> Actor:
    return replace(enter("commune-officer").actor, level=3)


def test_a_mandate_holds_when_it_is_accepted_and_both_see_it(family: None) -> None:
    mother, father = enter("mother").actor, enter("father").actor
    mandate = given(mother)
    with pytest.raises(Denied):
        api.act_for(father, mandate=mandate)
    for who in (mother, father):
        assert [(each.id, each.standing) for each in api.mandates(who)] == [(mandate, api.Standing.OFFERED)]
    api.accept(father.again(), mandate=mandate)
    api.accept(father.again(), mandate=mandate)
    entry = api.act_for(father, mandate=mandate)
    shown = api.signed_in(entry.token, request_id="r")
    assert (shown.actor.person, shown.for_name, shown.actor.under) == (MOTHER, "Nguyễn Thị Thu Hà", mandate)
    assert shown.actor.reach == {"file:linked-birth"}
    assert shown.actor.session != father.session
    assert api.actor_of_session(entry.token, request_id="r").person == MOTHER
    assert [each.word for each in facts(MandateSaid)] == ["offered", "accepted"]
    assert {each.template for each in messages.inbox(mother)} == {"mandate-offered", "mandate-accepted"}


def test_every_word_is_committed_to_the_ledger(family: None) -> None:
    mother, father = enter("mother").actor, enter("father").actor
    mandate = given(mother)
    api.accept(father.again(), mandate=mandate)
    api.withdraw(mother.again(), mandate=mandate)
    ledger.sequence()
    rows = store.mandates.words(mandate)
    assert [row.word for row in rows] == ["offered", "accepted", "withdrawn"]
    proofs = ledger.proofs([row.id for row in rows])
    for row in rows:
        content = {name: getattr(row, name) for name in row._fields if name != "salt"}
        assert ledger.verify_inclusion(proofs[row.id], ledger.digest_of(content, bytes(row.salt)), ledger.public_key())


@pytest.mark.parametrize("who_ends", ["mother", "father"])
def test_ending_it_ends_the_session_under_it_at_once(family: None, who_ends: str) -> None:
    mother, father = enter("mother").actor, enter("father").actor
    mandate = given(mother)
    api.accept(father.again(), mandate=mandate)
    entry = api.act_for(father, mandate=mandate)
    own = enter("father").actor
    api.withdraw((mother if who_ends == "mother" else own).again(), mandate=mandate)
    api.withdraw((mother if who_ends == "mother" else own).again(), mandate=mandate)
    assert api.actor_of_session(entry.token, request_id="r").kind is Kind.ANONYMOUS
    assert [each.reason for each in facts(SessionEnded)][-1] == "mandate_ended"
    with pytest.raises(Denied):
        api.act_for(own, mandate=mandate)


def test_its_last_day_ends_it(family: None, clock: SetClock) -> None:
    mother, father = enter("mother").actor, enter("father").actor
    mandate = given(mother, api.Scope(procedures=["*"], until=date(2026, 11, 21)))
    api.accept(father.again(), mandate=mandate)
    entry = api.act_for(father, mandate=mandate)
    clock.advance(timedelta(minutes=25))
    assert api.actor_of_session(entry.token, request_id="r").person == MOTHER
    late = api.act_for(api.actor_of_session(entry.token, request_id="r"), mandate=mandate)
    clock.advance(timedelta(hours=14, minutes=6))  # a minute past midnight
    assert api.actor_of_session(late.token, request_id="r").kind is Kind.ANONYMOUS
    with pytest.raises(Denied):
        api.act_for(enter("father").actor, mandate=mandate)


def test_the_term_of_the_law_when_none_was_agreed(family: None) -> None:
    mandate = given(enter("mother").actor)
    found = api.mandates(enter("mother").actor)[0]
    assert (found.id, found.since, found.until) == (mandate, date(2026, 11, 21), date(2027, 11, 20))


def test_what_is_wrong_is_said_at_once(family: None) -> None:
    mother = enter("mother").actor
    with pytest.raises(Invalid) as caught:
        api.offer(mother, representative="12", name="", scope=api.Scope(until=date(2020, 1, 1)))
    assert {each.at for each in caught.value.faults} == {"representative", "name", "scope", "until"}
    for number, name in ((YOUNG, "Lê Minh Châu"), (FATHER, "Ai Khác"), ("079111111111", "Lê Quốc Huy")):
        with pytest.raises(Invalid) as wrong:
            api.offer(mother.again(), representative=number, name=name, scope=SCOPE)
        assert [each.code for each in wrong.value.faults] == ["mandate.person"]
    with pytest.raises(TooMany):
        given(mother)


def test_nobody_else_gives_answers_or_ends_it(family: None) -> None:
    mother, father = enter("mother").actor, enter("father").actor
    mandate = given(mother)
    for verb in (api.accept, api.decline):
        with pytest.raises(NotFound):
            verb(mother, mandate=mandate)
    clerk = officer()
    with pytest.raises(NotFound):
        api.withdraw(clerk, mandate=mandate)
    with pytest.raises(SignInNeeded):
        api.mandates(clerk)
    api.accept(father.again(), mandate=mandate)
    acting = api.act_for(father, mandate=mandate).actor
    with pytest.raises(Denied):
        api.offer(acting, representative=GRANDFATHER, name="Phan Văn Tư", scope=SCOPE)
    assert [each.representative for each in api.mandates(acting)] == [FATHER]


def test_a_mandate_reads_no_log_no_notice_and_no_consent(family: None) -> None:
    mother, father = enter("mother").actor, enter("father").actor
    mandate = given(mother)
    api.accept(father.again(), mandate=mandate)
    acting = api.act_for(father, mandate=mandate).actor
    assert not acting.may(DATA, PAPERS)
    with pytest.raises(Denied):
        registers.accesses(acting, subject=MOTHER)
    assert {each.to for each in messages.inbox(acting)} == {FATHER}


def test_a_guardian_is_entered_on_the_ground_of_a_decision(family: None) -> None:
    clerk = officer()
    scope = api.Scope(procedures=["*"], data=True, papers=True, until=date(2027, 1, 1))

    def appoint(who: Actor, **changed: object) -> str:
        wanted: dict[str, object] = {
            "person": GRANDFATHER,
            "representative": FATHER,
            "name": "Lê Quốc Huy",
            "ground": "12/QĐ-UBND",
            "ground_on": date(2026, 11, 1),
            "scope": scope,
        }
        return api.appoint(who.again(), **{**wanted, **changed})  # type: ignore[arg-type]

    for wrong in ({"ground": " "}, {"ground_on": date(2030, 1, 1)}, {"scope": SCOPE}, {"person": "1"}):
        with pytest.raises(Invalid):
            appoint(clerk, **wrong)
    with pytest.raises(Invalid):
        appoint(replace(clerk, units=frozenset({"00166"})))
    with pytest.raises(Denied):
        appoint(replace(clerk, roles=frozenset({"one-stop-officer"})))
    mandate = appoint(clerk)
    assert [each.id for each in api.appointed(clerk, person=GRANDFATHER)] == [mandate]
    entry = api.act_for(enter("father").actor, mandate=mandate)
    grandfather = Actor(kind=Kind.CITIZEN, subject=GRANDFATHER, level=2, session="s")
    assert api.mandates(grandfather)[0].ground == "12/QĐ-UBND"
    with pytest.raises(Denied) as told:
        api.withdraw(grandfather, mandate=mandate)
    assert "cơ quan" in str(told.value)
    with pytest.raises(NotFound):
        api.withdraw(replace(clerk, agency="H29.1.1"), mandate=mandate)
    api.withdraw(clerk, mandate=mandate)
    assert api.actor_of_session(entry.token, request_id="r").kind is Kind.ANONYMOUS


def test_ages_and_terms_are_dated_data_with_a_source(sqlite_node: Runtime) -> None:
    found = spec.terms(date(2026, 11, 21))
    assert (found.parent_below.years, found.representative_from.years) == (14, 18)
    assert all(each.source and each.basis for each in (found.parent_below, found.longest_unless_agreed))
    assert spec.check() == []
    with pytest.raises(Invalid):
        spec.terms(date(2020, 1, 1))


def test_one_taps_through_the_pages(browser: Browser, browse: Callable[..., Browser]) -> None:
    api.open_account(SEED, number=FATHER, level=2, demonstration=True)
    api.name_demonstration_person(SEED, key="father", subject=FATHER, name="Lê Quốc Huy", about="Cha", place=3)
    person(FATHER, "Lê Quốc Huy", "1990-07-25")
    mother, father = browser.as_person("mother"), browse().as_person("father")
    wrong = mother.post("/my/mandates", representative="1", name="Lê Quốc Huy", scope="linked-birth", until="mai")
    assert wrong.status_code == 422
    assert 'value="Lê Quốc Huy"' in wrong.text
    mother.post("/my/mandates", representative=FATHER, name="Lê Quốc Huy", scope=["linked-birth"], until="31/12/2026")
    mandate = re.findall(r'name="mandate" value="(\w+)"', father.get("/my/mandates").text)[0]
    father.post("/my/mandates/answer", seen_on="/my/mandates", mandate=mandate, answer="accept")
    home = father.post("/my/mandates/answer", seen_on="/my/mandates", mandate=mandate, answer="act")
    assert "theo ủy quyền" in home.text
    for closed in ("/my/access", "/wallet", "/my/messages", "/my/acts", "/my/messages/ways"):
        assert father.get(closed).status_code == 403, closed
    for opened in ("/services", "/dossiers", "/my/mandates", "/account", "/about"):
        assert father.get(opened).status_code == 200, opened
    mother.post("/my/mandates/answer", seen_on="/my/mandates", mandate=mandate, answer="withdraw")
    assert father.get("/dossiers").url.path == "/sign-in"
