"""An enterprise tells of a guest's stay: its facts come from the register, the guest is compared and never shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lienthong.exchange import api as exchange
from lienthong.identity import api as identity
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, TooMany
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.messages import api as messages
from lienthong.registers import api as registers
from lienthong.services import api, spec, store
from lienthong.services.events import ActedForAnother, DossierFiled
from tests.browsing import Browser
from tests.identity.conftest import facts
from tests.identity.enterprises import INN, SHOP, acting, change, enter, found
from tests.services.conftest import FATHER, FATHER_2, MOTHER, SEED, WARD, citizen, decide, land, officer, person, work
from tests.services.procedures import put
from tests.services.walking import CODE, press

NOTICE = "lodging-notice"
GUEST, NAME = "079179990179", "Phan Thị Ngọc Diệp"
ANSWERS = {
    "guest.number": GUEST,
    "guest.full_name": "phan thi ngoc diep",
    "stay.arrives": "20/11/2026",
    "stay.leaves": "23/11/2026",
    "stay.reason": "Thăm người thân",
}


@pytest.fixture
def town(nation: Runtime) -> Runtime:
    """The ward with an inn of father and mother, a stranger's shop, and a guest; on each database."""
    return settle(nation)


@pytest.fixture
def sqlite_town(sqlite_nation: Runtime) -> Runtime:
    return settle(sqlite_nation)


def settle(node: Runtime) -> Runtime:
    found(FATHER, MOTHER, FATHER_2)
    land({"population": [person(GUEST, NAME, "2", birth_date="1979-10-20")]})
    for number, key in ((MOTHER, "mother"), (FATHER, "father"), (FATHER_2, "father-2"), (GUEST, "daughter")):
        identity.open_account(SEED, number=number, level=2, demonstration=True)
        identity.name_demonstration_person(SEED, key=key, subject=number, name=key, about="", place=9)
    return node


def drafted(who: Actor, **answers: str) -> str:
    """Begin a notice, fetch and answer."""
    draft = api.begin(who, procedure=NOTICE)
    api.fetch_facts(who, draft=draft)
    api.answer(who, draft=draft, values=ANSWERS | {name.replace("__", "."): text for name, text in answers.items()})
    return draft


def filed(who: Actor) -> str:
    return api.file(who.again(), draft=drafted(who))


def values(who: Actor, code: str) -> dict[str, str]:
    return {each.name: each.text for group in api.dossier(who, code=code).groups for each in group.values}


def log(number: str) -> list[tuple[str, str, bool]]:
    """Who read which purpose of the population register about somebody, and whether it was refused."""
    entries = registers.accesses(SEED, subject=number, limit=50)
    return [
        (each.for_person, each.purpose, each.denied)
        for each in entries
        if each.register == "population" and each.contract == NOTICE
    ]


def test_a_representative_files_for_the_enterprise_with_facts_of_the_register(town: Runtime) -> None:
    _, father = acting("father")
    code = filed(father)
    shown = values(father, code)
    assert shown["enterprise.name"] == "Nhà nghỉ Minh Họa"
    assert shown["enterprise.head_address"] == "5 Minh Họa"
    sources = {
        each.name: (each.source.kind, each.source.register)
        for group in api.dossier(father, code=code).groups
        for each in group.values
    }
    assert sources["enterprise.name"] == ("register", "enterprises")
    assert sources["guest.number"][0] == "declared"
    [fact] = facts(DossierFiled)
    assert (fact.procedure, fact.unit, fact.agency) == (NOTICE, WARD, officer("police-officer").agency)
    assert {each.way for each in facts(ActedForAnother)} == {"enterprise"}


def test_the_commune_police_receive_it_and_the_stay_stands_in_the_residence_register(town: Runtime) -> None:
    _, father = acting("father")
    code = filed(father)
    work()
    desk = officer("police-officer")
    seen = api.dossier(desk, code=code)
    assert seen.applicant == "Nhà nghỉ Minh Họa"
    assert not [each for each in seen.compared if each.state == "mismatch"]
    decide("police-officer", code, "receive")
    work()
    query = registers.Query("residence", by={"number": GUEST})
    [stay] = registers.read(SEED, queries=[query], grounds=registers.Grounds(purpose="lookup", basis="L-68-2020"))[0]
    assert {name: stay.values.get(name) for name in ("kind", "commune", "address", "from_date", "to_date")} == {
        "kind": "stay",
        "commune": WARD,
        "address": "5 Minh Họa",
        "from_date": "2026-11-20",
        "to_date": "2026-11-23",
    }
    assert api.dossier(father.again(), code=code).outcome == "granted"
    told = {each.template for each in messages.inbox(father.again())}
    assert {"dossier-received", "dossier-finished"} <= told
    [own] = [each for each in exchange.own_data(citizen(GUEST)) if each.id == "residence"]
    assert own.records, "the guest sees the stay in their own data"


def test_the_guest_finds_who_compared_them_and_the_enterprise_learns_yes_or_no(town: Runtime) -> None:
    _, father = acting("father")
    drafted(father)
    assert log(GUEST) == [(INN, NOTICE, False)]
    [seen] = [each for each in exchange.access_log(citizen(GUEST)) if "lưu trú" in each.purpose]
    assert seen.who == f"Người đại diện của doanh nghiệp mã số {INN}"
    draft = api.draft(father.again(), draft=api.begin(father.again(), procedure=NOTICE))
    text = repr(draft)
    assert NAME not in text, "what the register holds never comes to the enterprise"
    assert "1979-10-20" not in text


def test_a_name_that_does_not_fit_is_said_kept_and_told_to_the_person(town: Runtime) -> None:
    _, father = acting("father")
    draft = drafted(father, guest__full_name="Phan Thị Khác")
    view = api.draft(father, draft=draft)
    assert view.state == "asking"
    assert [(each.at, each.code) for each in view.faults] == [("guest.number", "mismatch")]
    assert sorted(log(GUEST)) == [(INN, NOTICE, False), (INN, NOTICE, True)]
    with pytest.raises(Invalid):
        api.file(father.again(), draft=draft)
    api.answer(father.again(), draft=draft, values=ANSWERS)
    assert api.draft(father, draft=draft).state == "ready"


@pytest.mark.parametrize("number", ["079000000000", "079192990418"])
def test_a_number_of_nobody_sounds_like_a_wrong_name(sqlite_town: Runtime, number: str) -> None:
    _, father = acting("father")
    view = api.draft(father, draft=drafted(father, guest__number=number))
    [wrong] = view.faults
    assert (wrong.at, wrong.code) == ("guest.number", "mismatch")


def test_the_dead_do_not_stay(sqlite_town: Runtime) -> None:
    registers.write(
        SEED,
        register="population",
        key=GUEST,
        values={"life_status": "deceased"},
        grounds=registers.Grounds(purpose="lookup", basis="L-26-2023"),
    )
    _, father = acting("father")
    assert [each.code for each in api.draft(father, draft=drafted(father)).faults] == ["mismatch"]


def test_nobody_is_compared_while_answers_are_kept_for_later_or_twice(sqlite_town: Runtime) -> None:
    _, father = acting("father")
    draft = api.begin(father, procedure=NOTICE)
    api.fetch_facts(father, draft=draft)
    api.answer(father.again(), draft=draft, values=ANSWERS, confirmed=False)
    assert log(GUEST) == []
    for _ in range(3):
        api.answer(father.again(), draft=draft, values=ANSWERS)
    api.file(father.again(), draft=draft)
    assert log(GUEST) == [(INN, NOTICE, False)]


def test_guessing_names_brings_pauses_and_loses_no_answer(town: Runtime) -> None:
    _, father = acting("father")
    draft = drafted(father, guest__full_name="Sai Một")
    with pytest.raises(TooMany):
        for turn in range(10):
            api.answer(father.again(), draft=draft, values=ANSWERS | {"guest.full_name": f"Sai {'abcdefghij'[turn]}"})
    kept = {each.name: each.value for page in api.draft(father, draft=draft).pages for each in page.questions}
    assert kept["stay.reason"] == "Thăm người thân"
    with pytest.raises((Invalid, TooMany)):
        api.file(father.again(), draft=draft)


def test_only_for_an_enterprise_and_for_an_enterprise_only(town: Runtime) -> None:
    _, father = acting("father")
    with pytest.raises(Denied):
        api.begin(citizen(FATHER), procedure=NOTICE)
    with pytest.raises(Denied):
        api.begin(father, procedure="linked-birth")
    assert NOTICE in [each.id for each in api.catalogue()]


def test_the_comparison_opens_to_nobody_else(town: Runtime) -> None:
    why = exchange.Grounds(purpose=NOTICE, basis="L-68-2020", dossier="d")
    for who in (citizen(FATHER), officer("police-officer"), officer("commune-officer")):
        with pytest.raises(Denied):
            exchange.agrees(who, number=GUEST, name=NAME, grounds=why, contract=NOTICE)
    _, father = acting("father")
    bare = exchange.Grounds(purpose=NOTICE, basis="L-68-2020")
    with pytest.raises(Denied):
        exchange.agrees(father, number=GUEST, name=NAME, grounds=bare, contract=NOTICE)
    ask = exchange.Ask("guest", "population", {"number": GUEST}, ("full_name",))
    with pytest.raises(Denied):
        exchange.fetch(father, asks=[ask], grounds=why, contract=NOTICE)
    other = exchange.Ask("other", "enterprises", {"code": SHOP}, ("name",))
    with pytest.raises(Denied):
        exchange.fetch(father, asks=[other], grounds=why, contract=NOTICE)


def test_the_files_are_the_enterprise_s_and_both_representatives_see_who_did_what(town: Runtime) -> None:
    _, father = acting("father")
    code = filed(father)
    _, mother = acting("mother")
    assert [each.code for each in api.mine(mother).dossiers] == [code]
    done = {(each.act, each.by, each.way) for each in api.acts(mother)}
    assert ("Cam đoan, ký và nộp hồ sơ", "Lê Quốc Huy", "enterprise") in done
    work()
    assert {each.template for each in messages.inbox(mother)} == {"dossier-received"}
    ledger.sequence()
    rows = store.acts.of_person(INN)
    assert len(ledger.proofs([row.id for row in rows])) == len(rows), "every act stands in the log"
    assert api.mine(citizen(FATHER)).dossiers == (), "no file of his own"
    assert api.acts(citizen(FATHER)) == []


def test_other_enterprises_other_people_and_former_representatives_see_nothing(town: Runtime) -> None:
    token, father = acting("father")
    code, draft = filed(father), drafted(father.again())
    _, stranger = acting("father-2", SHOP)
    for who in (stranger, citizen(FATHER), citizen(FATHER_2), citizen(GUEST), officer("police-officer")):
        with pytest.raises(NotFound):
            api.draft(who, draft=draft)
    for who in (stranger, citizen(FATHER), citizen(MOTHER), officer("commune-officer"), officer("commune-officer-2")):
        with pytest.raises(NotFound):
            api.dossier(who, code=code)
    change(INN, representative_number=FATHER_2, representative_name="Nguyễn Đức Anh")
    assert identity.actor_of_session(token, request_id="r").person == ""
    with pytest.raises(Denied):
        identity.act_for(enter("father").actor.again(), enterprise=INN)
    _, successor = acting("father-2")
    assert [each.code for each in api.mine(successor).dossiers] == [code], "the files went on with the enterprise"
    assert "Lê Quốc Huy" in {each.by for each in api.acts(successor)}


def test_an_enterprise_that_rests_files_nothing(sqlite_town: Runtime) -> None:
    _, father = acting("father", "9900000003")
    draft = drafted(father)
    assert [each.at for each in api.draft(father, draft=draft).faults] == ["enterprise.status"]
    with pytest.raises(Invalid):
        api.file(father.again(), draft=draft)


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({"stay.arrives": "25/11/2026", "stay.leaves": "26/11/2026"}, "stay.arrives"),
        ({"stay.leaves": "19/11/2026"}, "stay.leaves"),
        ({"stay.leaves": "20/12/2026"}, "stay.leaves"),
    ],
    ids=["future", "backwards", "thirty-days"],
)
def test_a_stay_that_is_none_is_refused_in_words(sqlite_town: Runtime, answers: dict[str, str], at: str) -> None:
    _, father = acting("father")
    draft = drafted(father, **{name.replace(".", "__"): text for name, text in answers.items()})
    assert [each.at for each in api.draft(father, draft=draft).faults] == [at]


def test_filed_twice_it_is_one_dossier(town: Runtime) -> None:
    _, father = acting("father")
    draft = drafted(father)
    code = api.file(father.again(), draft=draft)
    assert api.file(father.again(), draft=draft) == code
    with pytest.raises(Conflict):
        api.answer(father.again(), draft=draft, values=ANSWERS)


def test_a_matched_person_must_be_asked_for_and_not_again(sqlite_node: Runtime) -> None:
    from lienthong.kernel.definitions import BUILT_IN

    text = (BUILT_IN / "procedures" / "lodging-notice.yaml").read_text(encoding="utf-8")
    asked_again = (
        "reasons:\n  supplement:\n    S01: {say: {vi: Sai, en: Wrong}, basis: L-68-2020, asks: [guest.number]}\n"
    )
    put(sqlite_node, text.replace("procedure: lodging-notice", "procedure: changed").replace("reasons:\n", asked_again))
    assert [each.code for each in spec.check()] == ["item.match"]


def test_pages_lead_a_representative_from_their_own_page_to_the_receipt(
    demonstration: Runtime, browse: Callable[..., Browser]
) -> None:
    browser = browse().as_person("father")
    page = browser.get(f"/services/{NOTICE}")
    assert f"/services/{NOTICE}/begin" not in page.text
    assert "/account/enterprises" in page.text
    browser.post("/account/act-for", seen_on="/account/enterprises", enterprise=INN)
    page = press(browser, browser.get(f"/services/{NOTICE}"), f"/services/{NOTICE}/begin")
    draft = page.url.path
    page = press(browser, page, f"{draft}/fetch")
    assert "Minh Họa 01" in page.text
    wrong = ANSWERS | {"guest.full_name": "Phan Thị Khác"}
    page = press(browser, page, f"{draft}/answers", then="check", **wrong)
    assert page.status_code == 422
    assert "không phải của cùng một người" in page.text
    page = press(browser, page, f"{draft}/answers", then="check", **ANSWERS)
    page = press(browser, page, f"{draft}/file", true="1")
    code = CODE.search(str(page.url))
    assert code, page.text
    assert "người đại diện của" in page.text
    assert "Lê Quốc Huy" in browser.get("/my/acts").text
    assert code[1] in browser.get("/").text
    desk = browse().as_person("police-officer").get(f"/desk/{code[1]}")
    assert desk.status_code == 200
    assert "đã đối chiếu lúc khai, không đọc giá trị" in desk.text
    guest = browse().as_person("daughter").get("/my/access")
    assert f"doanh nghiệp mã số {INN}" in guest.text
