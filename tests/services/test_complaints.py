"""A complaint on an access: one click, one dossier, another officer's answer, in the person's log."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from lienthong.exchange import api as exchange
from lienthong.kernel import clock
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.services import api
from tests.services.conftest import FATHER, MOTHER, citizen, officer, work
from tests.services.walking import Browse, Parent, decide

GROUNDS = exchange.Grounds(purpose="linked-birth", basis="ND-63-2024", dossier="H29.26.929-261121-0001")


def look(who: Actor) -> str:
    """Let an officer read the mother's record; answer the entry it left."""
    ask = exchange.Ask("x", "population", {"number": MOTHER}, ("full_name",))
    exchange.fetch(who, asks=[ask], grounds=GROUNDS, contract="linked-birth")
    return exchange.access_log(citizen(MOTHER), limit=1)[0].id


def said(entry: str) -> exchange.Contested:
    return exchange.contested(citizen(MOTHER), entries=[entry])[entry]


def test_said_twice_it_is_one_complaint_and_one_dossier_within_two_working_days(nation: Runtime) -> None:
    entry = look(officer("commune-officer"))
    number = exchange.complain(citizen(MOTHER), entry=entry, text="Tôi không nộp hồ sơ nào.")
    assert exchange.complain(citizen(MOTHER), entry=entry, text="Bấm lần nữa") == number
    assert said(entry).dossier == "", "its number is there before the agency has it"
    work()
    [line] = api.mine(citizen(MOTHER)).dossiers
    assert (line.code, line.state, said(entry).text) == (said(entry).dossier, "open", "Tôi không nộp hồ sơ nào.")
    due = said(entry).due_at
    assert due is not None
    assert due == api.dossier(citizen(MOTHER), code=line.code).clock.due_at
    assert (due.date() - clock.local(nation.clock.now()).date()).days >= 2
    assert "access-complaint" not in [each.id for each in api.catalogue()], "nobody fills it in"
    with pytest.raises(NotFound):
        api.begin(citizen(MOTHER), procedure="access-complaint")


def test_the_officer_complained_about_does_not_answer_the_head_does(nation: Runtime) -> None:
    own = officer("commune-officer")
    entry = look(own)
    exchange.complain(citizen(MOTHER), entry=entry, text="Ai cho xem?")
    work()
    code = said(entry).dossier
    chair = officer("commune-chair")
    [row] = api.queue(chair).rows
    assert (row.dossier, row.applicant) == (code, ""), "who complains is not needed for an answer"
    view = api.dossier(chair, code=code)
    shown = {each.name: each.text for group in view.groups for each in group.values}
    assert shown["look.dossier"] == GROUNDS.dossier
    assert shown["look.fields"] == "Họ, chữ đệm và tên"
    assert "Đặng Ngọc Trâm" in shown["look.officer"]
    assert shown["complaint.text"] == "Ai cho xem?"
    assert MOTHER not in str(view)
    assert view.steps[0].may == ("approve", "refuse"), "no extension is known for it"
    crafty = replace(own, roles=own.roles | {"data-protection-officer"})
    with pytest.raises(Denied):
        api.decide(crafty, dossier=code, step="answer", verdict="refuse", reasons=["K01"])
    assert api.dossier(crafty, code=code).steps[0].may == ()
    with pytest.raises(Invalid):
        api.decide(chair, dossier=code, step="answer", verdict="approve")
    api.decide(chair, dossier=code, step="answer", verdict="approve", reasons=["D01"], note="Xin lỗi chị.")
    work()
    answer = said(entry)
    assert answer.upheld
    assert answer.note == "Xin lỗi chị."
    assert [str(reason) for reason, _basis in answer.reasons] == ["Đã nhắc nhở hoặc xử lý cán bộ xem sai"]
    assert api.mine(citizen(MOTHER)).dossiers[0].state_text == "Xem không đúng quy định"
    told = [each.title for each in messages.inbox(citizen(MOTHER))]
    assert f"Đã có trả lời khiếu nại {code}" in told
    assert not any("từ chối" in each or "giải quyết xong" in each for each in told)


def test_a_lawful_look_is_answered_with_its_ground(nation: Runtime) -> None:
    entry = look(officer("commune-officer"))
    exchange.complain(citizen(MOTHER), entry=entry)
    work()
    api.decide(officer("commune-chair"), dossier=said(entry).dossier, step="answer", verdict="refuse", reasons=["K01"])
    work()
    assert not said(entry).upheld
    [(reason, basis)] = said(entry).reasons
    assert str(reason) == "Xem để giải quyết hồ sơ của chính người dân"
    assert str(basis) == "Luật Bảo vệ dữ liệu cá nhân"
    assert isinstance(said(entry).answered_at, datetime)


def test_where_the_one_who_looked_is_the_only_one_the_agency_above_answers(sqlite_nation: Runtime) -> None:
    entry = look(officer("police-officer"))
    exchange.complain(citizen(MOTHER), entry=entry)
    work()
    above = officer("identity-officer")
    assert [each.dossier for each in api.queue(above).rows] == [said(entry).dossier]
    with pytest.raises(NotFound):
        api.dossier(officer("commune-chair"), code=said(entry).dossier)


def test_only_ones_own_entries_and_only_looks_of_agencies(sqlite_nation: Runtime) -> None:
    entry = look(officer("commune-officer"))
    with pytest.raises(NotFound):
        exchange.complain(citizen(FATHER), entry=entry)
    exchange.own_data(citizen(MOTHER))
    [own] = exchange.access_log(citizen(MOTHER), limit=1)
    with pytest.raises(Invalid):
        exchange.complain(citizen(MOTHER), entry=own.id)
    number = exchange.complain(citizen(MOTHER), entry=entry)
    assert number.startswith("KN-")
    with pytest.raises(Denied):
        exchange.complaint(officer("commune-chair"), complaint=number)


@pytest.mark.usefixtures("demonstration")
def test_every_page_of_a_complaint_opens_and_says_its_own_words(browse: Browse) -> None:
    mother = browse().as_person("mother")
    filed = Parent(mother).filed()
    browse().as_person("commune-officer").get(f"/desk/{filed}")
    entry = re.findall(r'action="/my/access/([^/"]+)/complaint"', mother.get("/my/access").text)[0]
    exchange.complain(citizen(MOTHER), entry=entry)
    work()
    code = said(entry).dossier
    for path in (f"/dossiers/{code}", f"/dossiers/{code}/clock", f"/dossiers/{code}/receipt", "/dossiers", "/"):
        assert mother.get(path).status_code == 200, path
    assert "Khiếu nại lượt xem: CSDL" in mother.get("/dossiers").text
    chair = browse().as_person("commune-chair")
    page = chair.get(f"/desk/{code}").text
    assert "Xem không đúng quy định" in page
    assert "K01" in page
    assert chair.get(f"/desk/{code}/clock").status_code == 200
    missing = decide(chair, code, "approve", note="Xin lỗi")
    assert missing.status_code == 422
    assert '<a href="#reasons-approve">Chọn ít nhất một lý do có mã.</a>' in missing.text
