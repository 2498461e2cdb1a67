"""Serving somebody at the counter: the officer stays the officer, the person's account stays shut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.identity import api, store
from lienthong.identity.domain.codes import ALPHABET, check_sign, spelled, typed
from lienthong.identity.events import CodeMade, ServiceBegan, ServiceEnded
from lienthong.kernel.actor import ANONYMOUS, MANDATES, Actor, Kind
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, SignInNeeded, TooMany
from lienthong.kernel.runtime import Runtime, current
from lienthong.messages import api as messages
from tests.identity.conftest import facts

People = Callable[[], None]
GRANDFATHER = "079049990149"


@pytest.fixture
def clerk(node: Runtime, people: People) -> Actor:
    """The one-stop officer, signed in with a passkey."""
    people()
    return replace(api.sign_in_demonstration(ANONYMOUS, key="commune-officer", loopback=True).actor, level=3)


def served(entry: api.Entry) -> Actor:
    found = api.signed_in(entry.token, request_id="r").serving
    assert found is not None
    return found


def begin(clerk: Actor) -> api.Entry:
    return api.serve(clerk, person=GRANDFATHER, name="Phan Văn Tư", sex="1", birth_date="1949-04-30")


def test_the_officer_stays_the_officer_and_the_person_is_helped(clerk: Actor) -> None:
    entry = begin(clerk)
    shown = api.signed_in(entry.token, request_id="r")
    assert (shown.actor.kind, shown.actor.subject, shown.actor.for_person) == (Kind.OFFICER, clerk.subject, "")
    assert (shown.for_name, shown.for_title) == ("Phan Văn Tư", "ông")
    person = served(entry)
    assert (person.kind, person.subject, person.assisted_by) == (Kind.CITIZEN, GRANDFATHER, clerk.subject)
    assert (person.reach, person.level) == ({MANDATES}, 2)
    assert entry.actor.session != clerk.session
    assert [each.agency for each in facts(ServiceBegan)] == [clerk.agency]
    after = api.stop_serving(shown.actor, service=person.under)
    assert api.signed_in(entry.token, request_id="r").actor.kind is Kind.ANONYMOUS
    assert api.signed_in(after.token, request_id="r").serving is None
    assert len(facts(ServiceEnded)) == 1


def test_only_a_one_stop_officer_with_a_passkey_serves(clerk: Actor) -> None:
    for who in (
        replace(clerk, level=2),
        replace(clerk, roles=frozenset({"residence-officer"})),
        replace(clerk, kind=Kind.CITIZEN),
    ):
        with pytest.raises(Denied):
            begin(who)


def test_the_person_s_own_account_stays_shut(clerk: Actor) -> None:
    person = served(begin(clerk))
    for verb in (api.sessions, api.passkeys, api.children, api.new_passkey_options, api.sign_out_everywhere):
        with pytest.raises((Denied, SignInNeeded)):
            verb(person)
    with pytest.raises(Denied):
        messages.inbox(person)
    with pytest.raises(Denied):
        messages.add_contact(person, channel="sms", address="0199000000")
    with pytest.raises(Denied):
        api.counter_code(person, thing="d")


def test_an_idle_service_ends_and_the_officer_goes_on(clerk: Actor, clock: SetClock) -> None:
    entry = begin(clerk)
    clock.advance(timedelta(minutes=14))
    assert api.signed_in(entry.token, request_id="r").serving is not None
    clock.advance(timedelta(minutes=14))
    assert api.signed_in(entry.token, request_id="r").serving is not None
    clock.advance(timedelta(minutes=16))
    left = api.signed_in(entry.token, request_id="r")
    assert (left.serving, left.for_name, left.actor.kind) == (None, "", Kind.OFFICER)


def test_the_slip_is_the_person_s_word_and_no_other_code_is(clerk: Actor) -> None:
    person = served(begin(clerk))
    first, second = api.print_slip(person), api.print_slip(person)
    assert api.take_word(person, api.Word(code=second.code.lower().replace("-", " "))).startswith("slip:")
    assert api.take_word(person, api.Word(signed=True)) == "signed"
    assert api.take_word(clerk, api.NO_WORD) == ""
    for wrong in (
        api.NO_WORD,
        api.Word(code=first.code),
        api.Word(code="AAAAA-AAAAA"),
        api.Word(code="x", signed=True),
    ):
        with pytest.raises(Invalid):
            api.take_word(person, wrong)
    with current().database.reading() as connection:
        kept = str(connection.execute(store.tables.paper_codes.select()).all())
    assert second.code not in kept
    assert second.code.replace("-", "") not in kept
    assert {each.purpose for each in facts(CodeMade)} == {"slip"}


def test_guessing_codes_brings_pauses_and_a_right_one_does_not_wipe_them(clerk: Actor) -> None:
    person = served(begin(clerk))
    slip = api.print_slip(person)
    for _ in range(2):
        with pytest.raises(Invalid):
            api.take_word(person, api.Word(code="AAAAA-AAAAA"))
        api.take_word(person, api.Word(code=slip.code))
    with pytest.raises(Invalid):
        api.take_word(person, api.Word(code="AAAAA-AAAAA"))
    with pytest.raises(TooMany):
        api.take_word(person, api.Word(code=slip.code))
    for _ in range(3):
        with pytest.raises(Invalid):
            api.open_slip(ANONYMOUS, code="AAAAA-AAAAA", browser="b")
    with pytest.raises(TooMany):
        api.open_slip(ANONYMOUS, code=slip.code, browser="b")
    assert api.open_slip(ANONYMOUS, code=slip.code, browser="other").subject == GRANDFATHER


def test_a_slip_ends_with_its_time(clerk: Actor, clock: SetClock) -> None:
    slip = api.print_slip(served(begin(clerk)))
    clock.advance(timedelta(days=89))
    assert api.open_slip(ANONYMOUS, code=slip.code, browser="b")
    clock.advance(timedelta(days=1))
    with pytest.raises(Invalid):
        api.open_slip(ANONYMOUS, code=slip.code, browser="b")


def test_the_code_of_a_telephone_opens_once_for_its_own_person(clerk: Actor, clock: SetClock) -> None:
    owner = Actor(kind=Kind.CITIZEN, subject=GRANDFATHER, level=2)
    old, code = api.counter_code(owner, thing="draft"), api.counter_code(owner, thing="draft")
    for wrong, person in ((old.code, GRANDFATHER), (code.code, "079149990999")):
        with pytest.raises(Invalid):
            api.take_counter_code(clerk, code=wrong, person=person)
    assert api.take_counter_code(clerk, code=code.code, person=GRANDFATHER).thing == "draft"
    with pytest.raises((Invalid, Conflict)):
        api.take_counter_code(clerk, code=code.code, person=GRANDFATHER)
    late = api.counter_code(owner, thing="draft")
    clock.advance(timedelta(days=1))
    with pytest.raises(Invalid):
        api.take_counter_code(clerk, code=late.code, person=GRANDFATHER)


BODY = st.text(alphabet=ALPHABET, min_size=9, max_size=9)


@given(BODY, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_noticed(body: str, place: int, other: str) -> None:
    plain = body + check_sign(body)
    assert typed(spelled(plain).lower()) == plain
    changed = plain[:place] + other + plain[place + 1 :]
    assert changed == plain or typed(changed) == ""


@given(BODY, st.integers(0, 7))
def test_two_signs_exchanged_are_noticed(body: str, place: int) -> None:
    plain = body + check_sign(body)
    changed = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert changed == plain or typed(changed) == ""


@pytest.mark.parametrize("text", ["", "K7QM2", "K7QM2-XPD9R-1", "<script>", "Đ" * 10, "0" * 10])
def test_what_can_be_no_code_is_none(text: str) -> None:
    assert typed(text) == ""
