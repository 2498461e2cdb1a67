"""Sessions: a secret nobody keeps, lifetimes, rotation, and an end that holds at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lienthong.identity import api
from lienthong.identity.domain import form_of_address
from lienthong.identity.events import SessionEnded, SignedIn
from lienthong.identity.store import tables
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, NotFound, SignInNeeded
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.settings import Mode
from lienthong.registers import api as registers
from tests.identity.conftest import MOTHER, OFFICER, SEED, facts, officer

People = Callable[[], None]


def enter(key: str = "mother", who: Actor = ANONYMOUS) -> api.Entry:
    return api.sign_in_demonstration(who, key=key, loopback=True, device="Chrome, Android")


def test_a_session_gives_the_actor_with_office(node: Runtime, people: People) -> None:
    people()
    mother = api.actor_of_session(enter().token, request_id="r1")
    assert (mother.kind, mother.subject, mother.level, mother.request_id) == (Kind.CITIZEN, MOTHER, 2, "r1")
    clerk = api.signed_in(enter("commune-officer").token, request_id="r2")
    assert clerk.name == "Đặng Ngọc Trâm"
    assert (clerk.actor.agency, clerk.actor.units, clerk.actor.level) == ("H29.26.929", {"26929"}, 3)
    assert clerk.actor.has("civil-status-officer")


def test_no_table_keeps_the_secret(node: Runtime, people: People) -> None:
    people()
    token = enter().token
    with node.database.reading() as connection:
        kept = [str(value) for row in connection.execute(select(tables.sessions)) for value in row]
    assert not any(token in value for value in kept)
    assert api.actor_of_session(token[:-1], request_id="r").kind is Kind.ANONYMOUS
    assert api.actor_of_session("", request_id="r").kind is Kind.ANONYMOUS


def test_idle_and_absolute_time(node: Runtime, people: People, clock: SetClock) -> None:
    people()
    token = enter().token
    clock.advance(timedelta(minutes=29))
    assert api.actor_of_session(token, request_id="r").subject == MOTHER
    clock.advance(timedelta(minutes=29))
    assert api.actor_of_session(token, request_id="r").subject == MOTHER
    clock.advance(timedelta(minutes=30))
    assert api.actor_of_session(token, request_id="r").kind is Kind.ANONYMOUS

    token = enter().token
    for _ in range(12 * 60 // 20 - 1):
        clock.advance(timedelta(minutes=20))
        assert api.actor_of_session(token, request_id="r").subject == MOTHER
    clock.advance(timedelta(minutes=20))
    assert api.actor_of_session(token, request_id="r").kind is Kind.ANONYMOUS


def test_signing_in_replaces_the_browser_s_session(node: Runtime, people: People) -> None:
    people()
    first = enter()
    second = enter("commune-officer", first.actor)
    assert second.token != first.token
    assert api.actor_of_session(first.token, request_id="r").kind is Kind.ANONYMOUS
    assert [each.reason for each in facts(SessionEnded)] == ["replaced"]


def test_an_end_holds_at_once(node: Runtime, people: People) -> None:
    people()
    phone, library, home = enter(), enter(), enter()
    assert len(api.sessions(home.actor)) == 3
    api.end_session(home.actor, session=library.actor.session)
    assert api.actor_of_session(library.token, request_id="r").kind is Kind.ANONYMOUS
    api.sign_out(phone.actor)
    api.sign_out(phone.actor)
    assert api.actor_of_session(phone.token, request_id="r").kind is Kind.ANONYMOUS
    again = enter()
    assert api.sign_out_everywhere(home.actor) == 2
    for each in (home, again):
        assert api.actor_of_session(each.token, request_id="r").kind is Kind.ANONYMOUS


def test_nobody_ends_or_lists_another_s_session(node: Runtime, people: People) -> None:
    people()
    mother, clerk = enter(), enter("commune-officer")
    with pytest.raises(NotFound):
        api.end_session(clerk.actor, session=mother.actor.session)
    assert api.actor_of_session(mother.token, request_id="r").subject == MOTHER
    assert [each.id for each in api.sessions(clerk.actor)] == [clerk.actor.session]
    with pytest.raises(SignInNeeded):
        api.sessions(ANONYMOUS)


def test_an_officer_s_office_and_account_count_from_the_next_page_on(node: Runtime, people: People) -> None:
    people()
    token = enter("commune-officer").token
    api.open_staff(SEED, member=officer(roles=frozenset({"one-stop-officer"})), demonstration=True)
    assert not api.actor_of_session(token, request_id="r").has("civil-status-officer")
    api.close_account(SEED, subject=OFFICER)
    assert api.actor_of_session(token, request_id="r").kind is Kind.ANONYMOUS
    with pytest.raises(NotFound):
        enter("commune-officer")


def test_facts_carry_ids_only(node: Runtime, people: People) -> None:
    people()
    entry = enter()
    (fact,) = facts(SignedIn)
    assert (fact.session, fact.method, fact.level) == (entry.actor.session, "demonstration", 2)
    assert MOTHER not in repr(fact)


def test_one_click_is_for_this_machine_in_demonstration_only(sqlite_node: Runtime, people: People) -> None:
    people()
    token = enter().token
    with pytest.raises(Denied):
        api.sign_in_demonstration(ANONYMOUS, key="mother", loopback=False)
    sqlite_node.settings = replace(sqlite_node.settings, mode=Mode.PRODUCTION)
    with pytest.raises(Denied):
        enter()
    assert api.demonstration_people() == []
    assert api.actor_of_session(token, request_id="r").kind is Kind.ANONYMOUS
    with pytest.raises(Denied):
        api.open_account(SEED, number="079192990018", level=2, demonstration=True)


def test_a_session_s_old_times_are_forgotten(node: Runtime, people: People, clock: SetClock) -> None:
    people()
    enter()
    assert api.purge() == 0
    clock.advance(timedelta(days=2))
    assert api.purge() == 1


def test_a_citizen_is_greeted_by_name_and_finds_the_read_in_the_log(node: Runtime, people: People) -> None:
    people()
    person = {"number": MOTHER, "full_name": "Nguyễn Thị Thu Hà", "sex": "2", "birth_date": "1992-05-12"}
    registers.write(SEED, register="population", values=person, valid_from=date(1992, 5, 12), grounds=api.OWN_ACCOUNT)
    entry = enter()
    for _ in range(3):
        shown = api.signed_in(entry.token, request_id="r")
        assert (shown.name, shown.title) == ("Nguyễn Thị Thu Hà", "chị")
    reads = [each for each in registers.accesses(entry.actor, subject=MOTHER) if each.act == "read"]
    assert [(each.purpose, set(each.fields)) for each in reads] == [("own-account", {"full_name", "sex", "birth_date"})]


@pytest.mark.parametrize(
    ("sex", "born", "said"),
    [
        ("2", "1992-05-12", "chị"),
        ("1", "1990", "anh"),
        ("2", "1955", "bà"),
        ("1", "1976-12-31", "ông"),
        ("", "1990", ""),
    ],
)
def test_forms_of_address(sex: str, born: str, said: str) -> None:
    assert form_of_address(sex, born, date(2026, 11, 21)) == said
