"""A complaint on an access: one click, one dossier, another officer's answer, in the person's log."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from lienthong.exchange import api as exchange
from lienthong.identity import api as identity
from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.i18n import speaking
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.services import api, store
from tests.services.conftest import FATHER, MOTHER, SEED, citizen, officer, work
from tests.services.counter import enter
from tests.services.walking import Browse, Forms, Parent, decide, press

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
    for look_in in (api.dossier, api.clock_page):
        with pytest.raises(Denied, match="chính bạn"):
            look_in(crafty, code=code)
    with pytest.raises(Denied):
        api.form_pdf(crafty, dossier=code, form="control", follow="http://localhost/")
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


def test_what_was_looked_at_is_kept_in_codes_and_said_in_the_readers_language(sqlite_nation: Runtime) -> None:
    entry = look(officer("commune-officer"))
    exchange.complain(citizen(MOTHER), entry=entry)
    work()
    row = store.dossiers.by_code(said(entry).dossier)
    assert row is not None
    kept = {each.name: each.value for each in store.dossiers.values_of(row.id)}
    assert kept["look.register"] == row.name == "population"
    assert kept["look.fields"] == "population.full_name"
    assert (kept["look.purpose"], kept["look.basis"]) == ("linked-birth", "ND-63-2024")
    chair = officer("commune-chair")
    found: dict[str, dict[str, str]] = {}
    for language in ("vi", "en"):
        with speaking(language):
            view = api.dossier(chair, code=row.code)
            found[language] = {each.name: each.text for group in view.groups for each in group.values}
            [line] = api.mine(citizen(MOTHER)).dossiers
            found[language]["title"] = str(line.procedure)
            assert api.queue(chair).rows[0].about == view.about == found[language]["look.register"]
    assert found["vi"]["look.fields"] == "Họ, chữ đệm và tên"
    assert found["vi"]["title"] == "Khiếu nại lượt xem: CSDL Dân cư"
    for name in ("look.register", "look.fields", "look.purpose", "look.basis", "title"):
        assert found["vi"][name] != found["en"][name], name
    assert "Complaint about a look" in found["en"]["title"]


@pytest.mark.usefixtures("elders")
def test_a_complaint_under_a_mandate_is_the_persons_and_stands_among_the_acts() -> None:
    entry = look(officer("commune-officer"))
    scope = identity.Scope(data=True)
    mandate = identity.offer(enter("mother"), representative=FATHER, name="Lê Quốc Huy", scope=scope)
    identity.accept(enter("father"), mandate=mandate)
    acting = identity.act_for(enter("father"), mandate=mandate).actor
    exchange.complain(acting.again(), entry=entry, text="Vợ tôi nhờ hỏi")
    work()
    [line] = api.acts(citizen(MOTHER))
    assert (line.act, line.way, line.by) == ("Khiếu nại một lượt xem dữ liệu", "mandate", "Lê Quốc Huy")
    assert line.dossier == said(entry).dossier
    seen = api.dossier(citizen(MOTHER), code=line.dossier)
    assert "Lê Quốc Huy" in seen.filed_by
    assert seen.history[0].by == seen.filed_by
    exchange.complain(citizen(MOTHER), entry=look(officer("commune-officer")))
    work()
    assert len(api.acts(citizen(MOTHER))) == 1, "what one says oneself is no act of others"


def head(agency: str, *units: str) -> Actor:
    """The head of an agency, with an account of their own."""
    member = identity.Staff(
        subject=f"cb-head-{agency.lower().replace('.', '-')}",
        name="Người đứng đầu",
        position="Thủ trưởng",
        agency=agency,
        roles=frozenset({"agency-head"}),
        units=frozenset(units),
    )
    identity.open_staff(SEED, member=member, demonstration=True)
    return Actor(
        kind=Kind.OFFICER, subject=member.subject, agency=agency, roles=member.roles, units=member.units, level=3
    )


def test_without_anybody_for_data_protection_the_head_answers(nation: Runtime) -> None:
    clerk = officer("insurance-officer")
    director = head(clerk.agency, "79")
    entry = look(clerk)
    exchange.complain(citizen(MOTHER), entry=entry)
    work()
    [row] = api.queue(director).rows
    assert row.dossier == said(entry).dossier
    assert api.queue(clerk).rows == ()
    api.decide(director, dossier=row.dossier, step=row.step, verdict="approve", reasons=["D02"])
    work()
    assert said(entry).upheld


def test_a_look_of_a_ministry_is_answered_by_its_head_without_units(nation: Runtime) -> None:
    minister = head("G01")
    steward = officer("data-steward")
    ask = exchange.Ask("x", "population", {"number": MOTHER}, ("full_name",))
    grounds = exchange.Grounds(purpose="stewardship", basis="L-26-2023")
    exchange.fetch(steward, asks=[ask], grounds=grounds, contract="stewardship")
    entry = exchange.access_log(citizen(MOTHER), limit=1)[0].id
    exchange.complain(citizen(MOTHER), entry=entry)
    work()
    [row] = api.queue(minister).rows
    assert row.dossier == said(entry).dossier
    api.decide(minister, dossier=row.dossier, step=row.step, verdict="refuse", reasons=["K03"])
    work()
    assert said(entry).answered_at
    with pytest.raises(NotFound):
        api.dossier(officer("commune-chair"), code=row.dossier)


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
    assert not re.search(r'name="verdict"[^>]* checked', page), "no answer is suggested"
    action = next(each for each in Forms(page).found if each.startswith(f"/desk/{code}/steps/"))
    unsaid = press(chair, chair.get(f"/desk/{code}"), action, note="Xin lỗi")
    assert unsaid.status_code == 422
    assert '<a href="#verdict">Chọn một quyết định trước khi ghi.</a>' in unsaid.text
    assert "Xin lỗi" in unsaid.text
    own = browse().as_person("commune-officer").get(f"/desk/{code}")
    assert own.status_code == 403
    assert "lượt xem của chính bạn" in own.text
    missing = decide(chair, code, "approve", note="Xin lỗi")
    assert missing.status_code == 422
    assert '<a href="#reasons-approve">Chọn ít nhất một lý do có mã.</a>' in missing.text
