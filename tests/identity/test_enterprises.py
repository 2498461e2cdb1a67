"""Acting for an enterprise: only its legal representative, only while the business register says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lienthong.identity import api
from lienthong.identity.events import SessionEnded
from lienthong.kernel.actor import DATA, PAPERS, Kind
from lienthong.kernel.errors import Denied, SignInNeeded
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.registers import api as registers
from tests.browsing import Browser
from tests.identity.conftest import FATHER, MOTHER, SEED, facts
from tests.identity.enterprises import INN, SHOP, SUSPENDED, acting, change, enter, found, now

STRANGER = "079190990034"


@pytest.fixture
def town(node: Runtime, people: Callable[[], None]) -> Runtime:
    """The mother and the father with accounts, and what they represent; on each database."""
    people()
    settle()
    return node


def settle() -> None:
    api.open_account(SEED, number=FATHER, level=2, demonstration=True)
    api.name_demonstration_person(SEED, key="father", subject=FATHER, name="Lê Quốc Huy", about="Cha", place=3)
    found(FATHER, MOTHER, STRANGER)


def test_somebody_sees_the_enterprises_the_register_names_them_for(town: Runtime) -> None:
    father, mother = enter("father").actor, enter("mother").actor
    assert [(each.code, each.status) for each in api.enterprises(father.again())] == [
        (INN, "active"),
        (SUSPENDED, "suspended"),
    ]
    assert [each.code for each in api.enterprises(mother.again())] == [INN]
    seen = registers.accesses(father, subject=FATHER)
    assert {(each.actor, each.purpose) for each in seen if each.register == "enterprises"} == {
        (FATHER, "business-representation"),
        (MOTHER, "business-representation"),
    }, "both representatives find every look"


def test_an_enterprise_of_others_is_refused_and_not_read(town: Runtime) -> None:
    father = enter("father").actor
    for code in (SHOP, "9900000099", FATHER, "x' OR 1=1"):
        with pytest.raises(Denied):
            api.act_for(father.again(), enterprise=code)
    assert not [each for each in registers.accesses(SEED, subject=STRANGER) if each.actor == FATHER]


def test_officers_and_strangers_represent_nobody(town: Runtime) -> None:
    with pytest.raises(SignInNeeded):
        api.enterprises(enter("commune-officer").actor)


def test_who_acts_for_an_enterprise_reaches_its_files_and_nothing_of_their_own(town: Runtime) -> None:
    _, father = acting("father")
    assert (father.kind, father.subject, father.person, father.for_enterprise) == (Kind.CITIZEN, FATHER, INN, True)
    assert father.may("file:*")
    assert not father.may(DATA, PAPERS, "mandates")
    back = api.act_for(father.again()).actor
    assert (back.person, back.reach, back.for_enterprise) == (FATHER, None, False)


@pytest.mark.parametrize(
    "said",
    [{"representative_number": STRANGER, "representative_name": "Người khác"}, {"status": "dissolved"}],
    ids=["changed", "dissolved"],
)
def test_the_right_ends_with_the_next_request_when_the_register_says_otherwise(
    town: Runtime, said: dict[str, str]
) -> None:
    token, _ = acting("father")
    change(INN, **said)
    assert now(token).kind is Kind.ANONYMOUS
    assert [each.reason for each in facts(SessionEnded)][-1] == "representation_ended"
    father = enter("father").actor
    [told] = [each for each in messages.inbox(father) if each.template == "enterprise-right-ended"]
    assert "Nhà nghỉ Minh Họa" in told.title
    assert INN not in [each.code for each in api.enterprises(father.again())]
    with pytest.raises(Denied):
        api.act_for(father.again(), enterprise=INN)


def test_a_change_that_leaves_the_representative_ends_nothing(town: Runtime) -> None:
    token, before = acting("father")
    change(INN, name="Nhà nghỉ Minh Họa Mới", representative_number=STRANGER, other_representative_number=FATHER)
    after = now(token)
    assert (after.person, after.session, after.reach) == (INN, before.session, before.reach)
    assert after.under != before.under
    assert api.signed_in(token, request_id="r").for_name == "Nhà nghỉ Minh Họa Mới"


def test_one_end_touches_no_other_representative_and_no_other_enterprise(town: Runtime) -> None:
    (fathers, _), (mothers, _), (other, _) = acting("father"), acting("mother"), acting("father", SUSPENDED)
    change(INN, representative_number=STRANGER)
    assert now(fathers).kind is Kind.ANONYMOUS
    assert (now(mothers).person, now(other).person) == (INN, SUSPENDED)


def test_looking_at_pages_reads_nothing_of_the_register(town: Runtime) -> None:
    token, father = acting("father")
    before = len(registers.accesses(SEED, subject=FATHER))
    for _ in range(3):
        now(token)
    assert len(registers.accesses(SEED, subject=FATHER)) == before
    assert father.under == "enterprise/1"


def test_one_chooses_on_a_page_and_pages_of_one_s_own_close(browser: Browser) -> None:
    settle()
    browser.as_person("father")
    page = browser.get("/account/enterprises")
    assert INN in page.text
    assert SHOP not in page.text
    home = browser.post("/account/act-for", seen_on="/account/enterprises", enterprise=INN)
    assert "Đang làm việc thay Nhà nghỉ Minh Họa." in home.text
    for closed in ("/my/data", "/my/access", "/wallet", "/my/family", "/my/messages/ways"):
        assert browser.get(closed).status_code == 403, closed
    for opened in ("/my/acts", "/my/messages", "/services", "/account"):
        assert browser.get(opened).status_code == 200, opened
    change(INN, status="dissolved")
    assert browser.get("/my/acts").url.path == "/sign-in"
