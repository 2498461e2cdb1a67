"""What a person asks about a record: one claim, one dossier at the register's owner, its time that of the duty."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from lienthong.exchange import api as exchange
from lienthong.exchange.spec import duties
from lienthong.kernel import clock
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.reference import api as reference
from lienthong.services import api
from lienthong.services.api import procedures
from tests.services.conftest import FATHER, MOTHER, citizen, land, officer, work
from tests.services.walking import Browse, decide


def own(number: str = MOTHER, register: str = "population") -> tuple[str, int]:
    """Id and newest version of a person's own record."""
    found = next(each for each in exchange.own_data(citizen(number)) if each.id == register)
    return found.records[0].id, found.records[0].version


def ask(right: str = "correct", text: str = "Ngày sinh đúng là 09/03/1992, theo giấy khai sinh.") -> str:
    record, version = own()
    return exchange.claim(
        citizen(MOTHER),
        right=right,
        register="population",
        record=record,
        version=version,
        fields=["birth_date"],
        text=text,
    )


def test_asked_twice_it_is_one_dossier_with_the_time_of_the_duty(nation: Runtime) -> None:
    number = ask()
    assert ask(text="Bấm lần nữa") == number
    [before] = exchange.claimed(citizen(MOTHER))
    assert (before.number, before.dossier, before.text[:9]) == (number, "", "Ngày sinh")
    work()
    [said] = exchange.claimed(citizen(MOTHER))
    [line] = api.mine(citizen(MOTHER)).dossiers
    assert (line.code, line.state) == (said.dossier, "open")
    term = reference.Term.parse(duties.duties()["access_rectify_provide"].within)
    assert str(term) == "10cd"
    assert said.due_at == reference.due(received=said.at, term=term).at
    assert said.due_at == api.dossier(citizen(MOTHER), code=said.dossier).clock.due_at
    assert "data-correct" not in [each.id for each in api.catalogue()], "nobody fills it in"


def test_the_owner_s_nearest_branch_answers_and_the_answer_stands_where_it_was_asked(nation: Runtime) -> None:
    ask()
    work()
    [said] = exchange.claimed(citizen(MOTHER))
    police = officer("identity-officer")
    assert [each.dossier for each in api.queue(police).rows] == [said.dossier], "Công an thành phố keeps the register"
    view = api.dossier(police, code=said.dossier)
    shown = {each.name: each.text for group in view.groups for each in group.values}
    record, version = own()
    assert (shown["record.id"], shown["record.version"]) == (record, str(version)), "the version is named"
    assert shown["claim.fields"] == "Ngày, tháng, năm sinh"
    assert MOTHER not in str(view)
    for other in ("commune-chair", "data-steward", "police-officer"):
        with pytest.raises((NotFound, Denied)):
            api.dossier(officer(other), code=said.dossier)
    with pytest.raises(Invalid):
        api.decide(police, dossier=said.dossier, step="answer", verdict="refuse")
    api.decide(
        police, dossier=said.dossier, step="answer", verdict="refuse", reasons=["T02"], note="Mời mang khai sinh."
    )
    work()
    [said] = exchange.claimed(citizen(MOTHER))
    assert (said.granted, said.note) == (False, "Mời mang khai sinh.")
    assert isinstance(said.answered_at, datetime)
    assert [str(law) for _reason, law in said.reasons] == ["Luật Bảo vệ dữ liệu cá nhân"]
    told = [each.title for each in messages.inbox(citizen(MOTHER))]
    assert f"Đã có trả lời yêu cầu về dữ liệu {said.dossier}" in told


@pytest.mark.parametrize(
    ("register", "key"),
    [
        ("civil_status", "justice-data-officer"),
        ("birth_notices", "health-data-officer"),
        ("health_insurance", "finance-minister"),
    ],
)
def test_whatever_register_it_is_about_somebody_of_the_demonstration_answers(
    sqlite_nation: Runtime, register: str, key: str
) -> None:
    card = {"card_no": "GD4797912345678", "number": MOTHER, "full_name": "Nguyễn Thị Thu Hà", "category": "GD"}
    land({"health_insurance": [card | {"valid_from": "2026-01-01"}]})
    record, version = own(register=register)
    about = {"register": register, "record": record, "version": version}
    exchange.claim(citizen(MOTHER), right="restrict", **about, text="Đừng dùng cho việc khác.")
    work()
    [said] = exchange.claimed(citizen(MOTHER))
    who = officer(key)
    assert [each.dossier for each in api.queue(who).rows] == [said.dossier]
    api.decide(who, dossier=said.dossier, step="answer", verdict="approve", reasons=["H01"])
    work()
    assert exchange.claimed(citizen(MOTHER))[0].granted


def test_each_right_has_its_own_dossier_and_time(sqlite_nation: Runtime) -> None:
    for right in exchange.rights():
        ask(right)
    work()
    found = {each.claimed: each for each in exchange.claimed(citizen(MOTHER))}
    assert set(found) == {"correct", "restrict", "erase"}
    received = clock.local(sqlite_nation.clock.now())
    days = {name: (each.due_at - received).days for name, each in found.items() if each.due_at}
    assert days["correct"] < days["restrict"] < days["erase"]
    known = {name: procedures.in_force(f"data-{name}") for name in found}
    assert {name: each.clock.extend for name, each in known.items() if each} == {
        "correct": "",
        "restrict": "15cd",
        "erase": "",
    }


def test_only_ones_own_newest_record_only_by_oneself_only_with_words(sqlite_nation: Runtime) -> None:
    record, version = own()
    good = {"right": "correct", "register": "population", "record": record, "version": version}
    for who, wrong in (
        (citizen(FATHER), {}),
        (citizen(MOTHER), {"version": version + 1}),
        (citizen(MOTHER), {"register": "x"}),
    ):
        with pytest.raises(NotFound):
            exchange.claim(who, **{**good, **wrong}, fields=["birth_date"], text="Sai ngày sinh.")
    with pytest.raises(Invalid) as faults:
        exchange.claim(citizen(MOTHER), **{**good, "right": "sell"}, text=" x ")
    assert [each.at for each in faults.value.faults] == ["right", "text"]
    with pytest.raises(Invalid):
        exchange.claim(citizen(MOTHER), **good, fields=["salary"], text="Mục không có thật")
    with pytest.raises(Denied):
        exchange.claim_to_answer(officer("identity-officer"), claim="x")
    assert exchange.claimed(citizen(MOTHER)) == []


@pytest.mark.usefixtures("demonstration")
def test_the_pages_from_the_record_to_the_answer(browse: Browse) -> None:
    mother = browse().as_person("mother")
    page = mother.get("/my/data").text
    for said in (
        "Quyền của tôi đối với dữ liệu",
        "trong 10 ngày",
        "trong 15 ngày",
        "trong 20 ngày",
        "trong 2 ngày làm việc",
    ):
        assert said in page
    copy = mother.get("/my/data/copy")
    assert copy.headers["content-disposition"].startswith("attachment")
    assert "Nguyễn Thị Thu Hà" in copy.text
    href = re.findall(r'href="(/my/data/population/[^"]+)"', page)[0]
    bad = mother.post(f"{href}/claim", seen_on=href, right="correct", text="Sai tên đệm")
    assert bad.status_code == 422
    assert "Sai tên đệm" in bad.text, "what was typed is kept"
    sent = mother.post(f"{href}/claim", seen_on=href, right="correct", fields="full_name", text="Sai tên đệm")
    assert "Yêu cầu đã gửi" in sent.text
    work()
    [said] = exchange.claimed(citizen(MOTHER))
    assert said.dossier in mother.get(href).text
    for path in (
        f"/dossiers/{said.dossier}",
        f"/dossiers/{said.dossier}/clock",
        f"/dossiers/{said.dossier}/receipt",
        "/",
    ):
        assert mother.get(path).status_code == 200, path
    desk = browse().as_person("identity-officer")
    assert desk.get(f"/desk/{said.dossier}/clock").status_code == 200
    assert decide(desk, said.dossier, "approve", reasons__approve="S01").status_code in {200, 303}
