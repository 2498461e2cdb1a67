"""Consent: where the ground is consent, and only there; per contract; provable; taken back at any time."""

from __future__ import annotations

import pytest

from lienthong.exchange import api
from lienthong.exchange.api import Ask, Grounds
from lienthong.exchange.events import ConsentChanged
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from tests.exchange.people import AN, CLERK, HA, REGISTRAR, citizen
from tests.identity.conftest import facts

REMINDERS = "hospital-reminders"
GROUNDS = Grounds(purpose=REMINDERS, basis="L-91-2025")


def read(*numbers: str) -> list[str]:
    asks = [Ask("x", "population", {"number": list(numbers)})]
    facts = api.fetch(CLERK, asks=asks, grounds=GROUNDS, contract=REMINDERS).records["x"]
    return [each.values["full_name"].value for each in facts]


def test_nothing_is_read_before_after_or_about_others(family: Runtime) -> None:
    with pytest.raises(Denied, match=r"exchange\.consent"):
        read(HA)
    api.consent_given(citizen(), contract=REMINDERS)
    assert read(HA) == ["Nguyễn Thị Thu Hà"]
    with pytest.raises(Denied, match=r"exchange\.consent"):
        read(HA, AN)
    api.consent_withdrawn(citizen().again(), contract=REMINDERS)
    with pytest.raises(Denied, match=r"exchange\.consent"):
        read(HA)
    assert [each.reason for each in api.access_log(citizen(), denied=True)] == [
        "Người có dữ liệu chưa đồng ý, hoặc đã rút lại sự đồng ý."
    ] * 3


def test_the_person_sees_what_they_agree_to_and_each_word_is_provable(family: Runtime) -> None:
    [before] = api.agreements(citizen())
    assert (before.contract, before.given, before.at) == (REMINDERS, False, None)
    assert [str(each) for each in before.fields][-1] != ""
    for _ in range(2):
        api.consent_given(citizen(), contract=REMINDERS)
    [after] = api.agreements(citizen())
    assert (after.given, after.at) == (True, family.clock.now())
    told = facts(ConsentChanged)
    assert len(told) == 1, "agreeing twice changes nothing"
    ledger.sequence()
    assert ledger.proof(told[0].consent) is not None


def test_withdrawing_what_was_never_given_leaves_nothing(family: Runtime) -> None:
    api.consent_withdrawn(citizen(), contract=REMINDERS)
    assert api.agreements(citizen())[0].at is None


def test_a_no_is_kept_like_a_yes_and_opens_nothing(family: Runtime) -> None:
    for _ in range(2):
        api.consent_declined(citizen(), contract=REMINDERS)
    [said] = api.agreements(citizen())
    assert (said.given, said.at) == (False, family.clock.now())
    assert len(facts(ConsentChanged)) == 1, "saying no twice is one word"
    with pytest.raises(Denied, match=r"exchange\.consent"):
        read(HA)


def test_only_the_person_decides_and_only_where_consent_is_the_ground(family: Runtime) -> None:
    for who in (REGISTRAR, citizen(level=1)):
        with pytest.raises(Denied):
            api.consent_given(who, contract=REMINDERS)
    with pytest.raises(NotFound):
        api.consent_given(citizen(), contract="linked-birth")
