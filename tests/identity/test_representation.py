"""Acting for somebody: one's own child under 14, in another session, with a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from lienthong.identity import api
from lienthong.identity.domain import ages, is_of_age, is_younger
from lienthong.identity.events import PersonChanged
from lienthong.kernel.actor import ANONYMOUS
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, SignInNeeded
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from tests.browsing import Browser
from tests.identity.conftest import FATHER, MOTHER, SEED, facts

People = Callable[[], None]
KHANG, GROWN, STRANGER, DEAD = "079221990031", "079203990001", "079222990009", "079220990003"


def family() -> None:
    """A mother with a small son, a son of fourteen and a dead daughter; and somebody else's child."""
    for number, name, born, mother, status in (
        (MOTHER, "Nguyễn Thị Thu Hà", "1992-05-12", None, "living"),
        (KHANG, "Lê Gia Khang", "2021-03-18", MOTHER, "living"),
        (GROWN, "Lê Gia Bảo", "2012-11-21", MOTHER, "living"),
        (DEAD, "Lê Gia An", "2020-01-02", MOTHER, "deceased"),
        (STRANGER, "Trần Minh Anh", "2022-01-02", FATHER, "living"),
    ):
        values = {"number": number, "full_name": name, "sex": "1", "birth_date": born, "life_status": status}
        registers.write(
            SEED,
            register="population",
            values={**values, "mother_number": mother},
            valid_from=date(2023, 1, 1),
            grounds=api.OWN_ACCOUNT,
        )


def enter(key: str = "mother") -> api.Entry:
    return api.sign_in_demonstration(ANONYMOUS, key=key, loopback=True)


def test_a_mother_acts_for_her_minor_child_and_the_child_s_log_tells(node: Runtime, people: People) -> None:
    people()
    family()
    own = enter()
    assert [each.name for each in api.children(own.actor)] == ["Lê Gia Khang"]
    acting = api.act_for(own.actor, person=KHANG)
    shown = api.signed_in(acting.token, request_id="r")
    assert (shown.actor.subject, shown.actor.person, shown.for_name) == (MOTHER, KHANG, "Lê Gia Khang")
    assert api.actor_of_session(own.token, request_id="r").subject == ""
    assert shown.actor.session != own.actor.session
    log = registers.accesses(shown.actor, subject=KHANG)
    assert "representation" in {each.purpose for each in log}
    assert [each.before for each in facts(PersonChanged)] == [own.actor.session]

    back = api.act_for(shown.actor, person="")
    assert api.actor_of_session(back.token, request_id="r").person == MOTHER


def test_nobody_else_can_be_acted_for(node: Runtime, people: People) -> None:
    people()
    family()
    mother, clerk = enter().actor, enter("commune-officer").actor
    for person in (STRANGER, GROWN, DEAD, MOTHER, "1"):
        with pytest.raises(Denied):
            api.act_for(mother, person=person)
    for who in (clerk, ANONYMOUS):
        with pytest.raises(SignInNeeded):
            api.act_for(who, person=KHANG)


def test_acting_for_a_child_does_not_lengthen_a_session(node: Runtime, people: People, clock: SetClock) -> None:
    people()
    family()
    entry = enter()
    for _ in range(12 * 60 // 20 - 1):
        clock.advance(timedelta(minutes=20))
        entry = api.act_for(api.actor_of_session(entry.token, request_id="r"), person=KHANG)
    clock.advance(timedelta(minutes=20))
    assert api.actor_of_session(entry.token, request_id="r").subject == ""


def test_a_form_opened_before_is_not_taken_for_the_child(browser: Browser) -> None:
    family()
    browser.as_person("mother")
    before = browser.hidden_fields("/account")
    browser.post("/account/act-for", seen_on="/account/children", person=KHANG)
    assert "Bạn đang làm thay con." in browser.get("/account").text
    assert browser.send("/account/sign-out-everywhere", before).status_code == 403


@pytest.mark.parametrize(
    ("born", "least", "most"),
    [
        ("2012-11-21", 14, 14),
        ("2012-11-22", 13, 13),
        ("2013", 12, 13),
        ("2012", 13, 14),
        ("2012-11", 13, 14),
        ("2012-12", 13, 13),
        ("", None, None),
    ],
)
def test_how_old_somebody_is_for_sure(born: str, least: int | None, most: int | None) -> None:
    today = date(2026, 11, 21)
    assert ages(born, today) == (least, most)
    assert is_younger(born, 14, today) is (most is not None and most < 14)
    assert is_of_age(born, 14, today) is (least is not None and least >= 14)
