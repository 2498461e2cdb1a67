"""One-time codes: for the browser that asked, once; nobody learns which numbers have an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from lienthong.identity import api
from lienthong.identity.events import SignInFailed
from lienthong.identity.jobs import handlers
from lienthong.identity.store import tables
from lienthong.kernel import jobs
from lienthong.kernel.actor import ANONYMOUS, Kind
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Invalid, LienThongError, TooMany
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.settings import Mode
from lienthong.messages import api as messages
from tests.browsing import Browser, count_queries
from tests.identity.conftest import MOTHER, OFFICER, SEED, facts
from tests.identity.device import Phone

People = Callable[[], None]
UNKNOWN = "079199990999"


def ask(subject: str = MOTHER) -> str:
    """Ask for a code and let the background send it; the secret of the attempt."""
    attempt = api.start_code(ANONYMOUS, subject=subject).attempt
    jobs.run_all({each.kind: each for each in handlers})
    return attempt


def newest_code() -> str:
    """The code in the newest message of the demonstration's inbox."""
    found = re.search(r"\b(\d{6})\b", messages.demonstration_inbox(limit=1)[0].body)
    assert found
    return found[1]


def wrong_code() -> str:
    return "000000" if newest_code() != "000000" else "000001"


def outcome(attempt: str, code: str) -> tuple[str, str, int]:
    with pytest.raises(LienThongError) as caught:
        api.finish_code(ANONYMOUS, attempt=attempt, code=code)
    return caught.value.code, caught.value.message, caught.value.status


def test_a_code_opens_the_account_once(node: Runtime, people: People) -> None:
    people()
    attempt = ask(" 079 192 990 017 ")
    entry = api.finish_code(ANONYMOUS, attempt=attempt, code=f" {newest_code()} ", device="Chrome")
    assert (entry.actor.subject, entry.actor.level) == (MOTHER, 2)
    assert [each.method for each in api.sessions(entry.actor)] == ["code"]
    assert outcome(attempt, newest_code())[0] == "code.old"


def test_a_code_does_not_let_an_officer_sign(node: Runtime, people: People) -> None:
    people()
    entry = api.finish_code(ANONYMOUS, attempt=ask(OFFICER.upper()), code=newest_code())
    assert (entry.actor.kind, entry.actor.level) == (Kind.OFFICER, 2)


def test_a_code_is_good_for_the_browser_that_asked(node: Runtime, people: People) -> None:
    people()
    thief = ask()
    mother = ask()
    assert outcome(thief, newest_code())[0] == "code.wrong"
    assert api.finish_code(ANONYMOUS, attempt=mother, code=newest_code()).actor.subject == MOTHER
    assert outcome("invented", newest_code())[0] == "code.old"


def test_a_code_lives_five_minutes(node: Runtime, people: People, clock: SetClock) -> None:
    people()
    attempt = ask()
    clock.advance(timedelta(minutes=5))
    assert outcome(attempt, newest_code())[0] == "code.old"


def test_an_unknown_number_is_answered_as_a_known_one(node: Runtime, people: People) -> None:
    people()
    known, unknown = ask(), ask(UNKNOWN)
    assert len(known) == len(unknown)
    for _ in range(3):
        assert outcome(known, wrong_code()) == outcome(unknown, wrong_code())
    first, second = outcome(known, wrong_code()), outcome(unknown, wrong_code())
    assert first == second
    assert first[0] == "sign_in.wait"


def test_asking_writes_the_same_rows_for_every_number(node: Runtime, people: People) -> None:
    """The account is looked up by a job, after the answer: how long asking takes cannot depend on it."""
    people()
    with node.database.reading() as connection:
        before = len(connection.execute(jobs.jobs.select()).all())
    for subject in (MOTHER, UNKNOWN):
        api.start_code(ANONYMOUS, subject=subject)
    with node.database.reading() as connection:
        attempts = connection.execute(tables.attempts.select()).all()
        assert len(connection.execute(jobs.jobs.select()).all()) == before + 2
    assert {each.subject for each in attempts} == {MOTHER, UNKNOWN}
    jobs.run_all({each.kind: each for each in handlers})
    assert len(messages.demonstration_inbox(limit=10)) == 1


def test_tries_bring_growing_pauses_and_the_right_code_must_wait_too(
    node: Runtime, people: People, clock: SetClock
) -> None:
    people()
    attempt = ask()
    for _ in range(3):
        assert outcome(attempt, wrong_code())[0] == "code.wrong"
    assert outcome(attempt, newest_code())[0] == "sign_in.wait"
    waits: list[int] = []
    for _ in range(9):
        with pytest.raises(TooMany) as caught:
            api.finish_code(ANONYMOUS, attempt=attempt, code=wrong_code())
        waits.append(int(str(caught.value.data["retry_after"])))
        clock.advance(timedelta(seconds=waits[-1]))
        attempt = ask()
        assert outcome(attempt, wrong_code())[0] == "code.wrong"
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert [each.failures for each in facts(SignInFailed)] == list(range(1, 13))


def test_tries_sent_together_are_counted_one_by_one(node: Runtime, people: People) -> None:
    people()
    attempt, wrong = ask(), wrong_code()
    with ThreadPoolExecutor(8) as pool:
        told = sorted(code for code, _, _ in pool.map(lambda _: outcome(attempt, wrong), range(8)))
    assert told == ["code.wrong"] * 3 + ["sign_in.wait"] * 5


def test_a_passkey_opens_an_account_whose_codes_rest(node: Runtime, people: People) -> None:
    people()
    phone, origin = Phone(), node.settings.origin
    who = api.sign_in_demonstration(ANONYMOUS, key="mother", loopback=True).actor
    new = api.new_passkey_options(who)
    api.add_passkey(who, attempt=new.attempt, credential=phone.create(new.options, origin=origin))
    attempt = ask()
    while outcome(attempt, wrong_code())[0] != "sign_in.wait":
        pass
    asked = api.passkey_options(ANONYMOUS)
    signed = phone.get(asked.options, origin=origin)
    assert api.finish_passkey(ANONYMOUS, attempt=asked.attempt, credential=signed).actor.subject == MOTHER


def test_the_right_code_clears_the_count(node: Runtime, people: People) -> None:
    people()
    for _ in range(3):
        attempt = ask()
        for _ in range(2):
            assert outcome(attempt, wrong_code())[0] == "code.wrong"
        api.finish_code(ANONYMOUS, attempt=attempt, code=newest_code())


def test_asking_again_and_again_has_to_wait(node: Runtime, people: People, clock: SetClock) -> None:
    people()
    for subject in (MOTHER, UNKNOWN):
        for _ in range(3):
            api.start_code(ANONYMOUS, subject=subject)
        with pytest.raises(TooMany) as caught:
            api.start_code(ANONYMOUS, subject=subject)
        assert caught.value.data["retry_after"] == 30
    clock.advance(timedelta(hours=1))
    api.start_code(ANONYMOUS, subject=MOTHER)


def test_what_can_be_nobody_is_said_at_once(node: Runtime) -> None:
    for typed in ("", "12345", "079 192 990 01x", "' OR 1=1 --"):
        with pytest.raises(Invalid) as caught:
            api.start_code(ANONYMOUS, subject=typed)
        assert caught.value.faults[0].at == "subject"


def test_a_closed_account_gets_no_code(node: Runtime, people: People) -> None:
    people()
    api.close_account(SEED, subject=MOTHER)
    ask()
    assert messages.demonstration_inbox(limit=10) == []


def test_a_node_without_a_gateway_says_so(browser: Browser, sqlite_node: Runtime) -> None:
    fields = browser.hidden_fields("/sign-in")
    sqlite_node.settings = replace(sqlite_node.settings, mode=Mode.PRODUCTION)
    shown = browser.get("/sign-in").text
    assert "chưa nối cổng gửi mã" in shown
    assert 'name="subject"' not in shown
    assert browser.send("/sign-in", {**fields, "subject": MOTHER}).status_code == 503


def test_a_wrong_code_costs_the_same_statements_for_known_and_unknown(node: Runtime, people: People) -> None:
    people()
    ran: list[list[str]] = []
    for attempt in (ask(), ask(UNKNOWN)):
        with count_queries() as statements:
            outcome(attempt, wrong_code())
        ran.append(list(statements))
    assert ran[0] == ran[1]


def test_a_code_through_the_pages(browser: Browser) -> None:
    asked = browser.post("/sign-in", follow=False, subject=MOTHER, next="/account")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/code")
    jobs.run_all({each.kind: each for each in handlers})
    assert MOTHER not in browser.get("/sign-in/code").text
    wrong = browser.post("/sign-in/code", code=wrong_code())
    assert wrong.status_code == 403
    assert 'href="#code"' in wrong.text
    done = browser.post("/sign-in/code", follow=False, code=newest_code())
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert "bằng mã dùng một lần" in browser.get("/account").text
    assert browser.get("/sign-in/code").url.path == "/sign-in"


def test_pages_tell_nobody_who_has_an_account(browser: Browser, browse: Callable[..., Browser]) -> None:
    told: list[list[object]] = []
    for subject in (MOTHER, UNKNOWN):
        mine = browse()
        seen: list[object] = []
        asked = mine.post("/sign-in", follow=False, subject=subject)
        seen += [asked.status_code, asked.headers["location"]]
        jobs.run_all({each.kind: each for each in handlers})
        for _ in range(4):
            answer = mine.post("/sign-in/code", code=wrong_code())
            seen += [answer.status_code, _without_tokens(answer.text)]
        told.append(seen)
    assert told[0] == told[1]


def test_a_number_that_cannot_be_one_keeps_what_was_typed(browser: Browser) -> None:
    refused = browser.post("/sign-in", subject="0791")
    assert refused.status_code == 422
    assert 'href="#subject"' in refused.text
    assert 'value="0791"' in refused.text


def _without_tokens(text: str) -> str:
    return re.sub(r'value="[0-9a-z.]{26,81}"', "", text)
