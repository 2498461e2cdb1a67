"""At the counter and under a mandate: the person's choices are the person's, whoever helps shows everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from lienthong.documents import api as documents
from lienthong.exchange import api as exchange
from lienthong.identity import api as identity
from lienthong.kernel.actor import ANONYMOUS
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded, TooMany
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.services import api, store
from lienthong.services.events import ActedForAnother
from tests.identity.conftest import facts
from tests.services.conftest import (
    ANSWERS,
    DAUGHTER,
    FAR,
    FATHER,
    GRANDFATHER,
    MOTHER,
    STEPS,
    citizen,
    decide,
    ready,
    register_birth,
    settle,
)
from tests.services.counter import PENSION, again, enter, pension, serve
from tests.services.walking import press, work


def test_the_grandfather_is_served_and_everything_is_his(elders: Runtime) -> None:
    who = serve()
    word = identity.Word(code=identity.print_slip(who).code)
    draft = api.begin_at_counter(who, procedure="social-pension")
    who = again(who, f"dossier:{draft}")
    with pytest.raises(Invalid) as missing:
        api.fetch_facts(who.again(), draft=draft)
    assert [each.code for each in missing.value.faults] == ["slip.needed"]
    api.fetch_facts(who.again(), draft=draft, word=word)
    api.answer(who.again(), draft=draft, values=PENSION)
    with pytest.raises(Invalid):
        api.file(who.again(), draft=draft)
    code = api.file(who.again(), draft=draft, word=identity.Word(signed=True))
    assert api.file(who.again(), draft=draft) == code

    himself = citizen(GRANDFATHER)
    view = api.dossier(himself, code=code)
    assert (view.channel, view.applicant) == ("counter", "Phan Văn Tư")
    assert view.filed_by == "Phan Văn Tư, có Đặng Ngọc Trâm giúp tại quầy"
    assert view.history[0].by == view.filed_by
    assert api.receipt(himself, dossier=code).filed_by == view.filed_by
    assert api.receipt_pdf(himself, dossier=code, follow="http://localhost/")
    lines = api.acts(himself)
    assert [each.act for each in reversed(lines)] == [
        "Bắt đầu hồ sơ",
        "Đồng ý lấy dữ liệu",
        "Trả lời các câu hỏi",
        "Cam đoan, ký và nộp hồ sơ",
    ]
    assert {(each.way, each.by) for each in lines} == {("counter", "Đặng Ngọc Trâm")}
    assert [each.how for each in reversed(lines)] == [
        "",
        "người dân xác nhận bằng mã trên phiếu",
        "",
        "người dân ký bản in, cán bộ ghi nhận",
    ]
    log = exchange.access_log(himself)
    helped = [each for each in log if each.dossier == draft]
    assert helped
    assert {each.own for each in helped} == {False}
    assert all("Đặng Ngọc Trâm" in each.actor and "giúp tại quầy" in each.who for each in helped)
    told = facts(ActedForAnother)
    assert {(each.way, each.agency) for each in told} == {("counter", "H29.26.929")}
    decide("commune-officer", code, "receive")
    decide("commune-officer", code, "decide")
    decide("commune-chair", code, "decide", "sign")
    assert api.dossier(himself, code=code).outcome == "granted"


def test_acts_are_committed_to_the_ledger_with_what_was_confirmed(elders: Runtime) -> None:
    who = serve()
    who, draft = pension(who, identity.Word(signed=True))
    api.file(who.again(), draft=draft, word=identity.Word(signed=True))
    ledger.sequence()
    rows = store.acts.of_dossiers([draft])
    proofs = ledger.proofs([row.id for row in rows])
    for row in rows:
        content = {name: getattr(row, name) for name in row._fields if name != "salt"}
        assert ledger.verify_inclusion(proofs[row.id], ledger.digest_of(content, bytes(row.salt)), ledger.public_key())
    assert len(rows[-1].digest) == 64


def test_a_card_that_does_not_fit_is_an_entry_and_guessing_is_paused(elders: Runtime) -> None:
    clerk = enter("commune-officer")
    for typed in ({"name": "Phan Văn Sáu"}, {"name": "", "birth_date": "01/01/1950"}):
        with pytest.raises(Invalid) as wrong:
            serve(who=clerk, **typed)
        assert [each.code for each in wrong.value.faults] == ["counter.mismatch"]
        assert "Phan" not in str(wrong.value)
    with pytest.raises(Invalid):
        serve(FAR, who=clerk, name="Hoàng Thị Bích", birth_date="")  # lives in another province
    with pytest.raises(TooMany):
        serve(who=clerk)
    log = exchange.access_log(citizen(GRANDFATHER))
    refused = [each for each in log if each.denied]
    assert len(refused) == 2
    assert {each.reason for each in refused} == {"Họ tên hoặc ngày sinh được nhập không khớp với số định danh này."}
    assert exchange.access_log(citizen(FAR))[0].actor.startswith("Đặng Ngọc Trâm")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"number": "12"}, "number"),
        ({"name": ""}, "name"),
        ({"birth_date": "mai"}, "birth_date"),
        ({"seen": False}, "seen"),
    ],
)
def test_what_is_missing_at_the_counter_is_said(elders: Runtime, typed: dict[str, object], at: str) -> None:
    asked: dict[str, object] = {"number": GRANDFATHER, "name": "Phan Văn Tư", "birth_date": "", "seen": True}
    with pytest.raises(Invalid) as wrong:
        api.serve(enter("commune-officer"), **{**asked, **typed})  # type: ignore[arg-type]
    assert [each.at for each in wrong.value.faults] == [at]


def test_nothing_else_of_the_person_is_in_reach(elders: Runtime) -> None:
    mother = citizen(MOTHER)
    other = ready(mother)
    code = api.file(mother.again(), draft=other)
    who = serve(MOTHER)
    assert api.mine(who).dossiers == api.mine(who).drafts == ()
    for verb in (
        lambda: api.draft(who, draft=other),
        lambda: api.dossier(who, code=code),
        lambda: api.receipt(who, dossier=code),
        lambda: api.hand_over(who, draft=other),
    ):
        with pytest.raises(NotFound):
            verb()
    with pytest.raises(Denied):
        exchange.own_record(who, "population")
    with pytest.raises(Denied):
        exchange.access_log(who)
    with pytest.raises(Denied):
        exchange.consent_given(who, contract="hospital-reminders")
    with pytest.raises(Denied):
        api.begin(who, procedure="social-pension")  # only through the counter, which binds the service to it
    with pytest.raises(SignInNeeded):
        api.acts(who)
    assert documents.wallet(who) == []
    assert exchange.access_log(mother)[0].denied


def test_a_draft_of_home_opens_with_its_code_or_the_person_s_word_only(elders: Runtime) -> None:
    mother = citizen(MOTHER)
    draft = ready(mother)
    code = api.hand_over(mother, draft=draft).code
    with pytest.raises(Invalid):
        serve(GRANDFATHER, code=code)
    who = serve(MOTHER, code=code)
    assert who.reach is not None
    assert f"dossier:{draft}" in who.reach
    assert api.service(who).brought is not None
    assert api.draft(who, draft=draft).state == "ready"
    with pytest.raises(Conflict):
        api.begin_at_counter(who.again(), procedure="social-pension")

    fresh = serve(MOTHER)
    with pytest.raises(Invalid):
        api.begin_at_counter(fresh.again(), procedure="linked-birth")
    slip = identity.print_slip(fresh)
    assert api.begin_at_counter(fresh.again(), procedure="linked-birth", word=identity.Word(code=slip.code)) == draft
    assert [each.act for each in api.acts(mother)] == ["Mở hồ sơ ở quầy bằng mã"] * 2


def test_the_slip_follows_the_dossier_and_goes_on_at_home(elders: Runtime, clock: SetClock) -> None:
    who = serve()
    slip = identity.print_slip(who)
    with pytest.raises(NotFound):
        api.follow(ANONYMOUS, code=slip.code, browser="b")
    who, draft = pension(who, identity.Word(code=slip.code))
    found = api.follow(ANONYMOUS, code=slip.code, browser="b")
    assert (found.draft, found.code, found.kept_until) == (draft, "", date(2027, 1, 20))
    assert not api.is_mine(ANONYMOUS, draft=draft)
    assert api.is_mine(citizen(GRANDFATHER), draft=draft)
    code = api.file(citizen(GRANDFATHER), draft=draft)
    told = api.follow(ANONYMOUS, code=slip.code, browser="b")
    assert (told.code, str(told.agency)) == (code, "Ủy ban nhân dân phường Bình Thạnh")
    later = serve(code=slip.code)
    assert api.dossier(later, code=code).code == code
    clock.advance(timedelta(days=91))
    with pytest.raises(Invalid):
        api.follow(ANONYMOUS, code=slip.code, browser="b")


def test_the_mother_helped_at_the_counter_completes_the_birth_and_gets_paper(elders: Runtime) -> None:
    who = serve(MOTHER)
    word = identity.Word(code=identity.print_slip(who).code)
    draft = api.begin_at_counter(who, procedure="linked-birth")
    who = again(who, f"dossier:{draft}")
    api.fetch_facts(who.again(), draft=draft, word=word)
    api.answer(who.again(), draft=draft, values=ANSWERS, sharing=STEPS)
    code = api.file(who.again(), draft=draft, word=word)
    register_birth(code)
    work()
    [certificate] = [each for each in documents.wallet(citizen(MOTHER)) if each.type == "birth-certificate"]
    who = again(who, f"dossier:{code}")
    shown = api.service(who)
    assert [each[0] for each in shown.papers] == [certificate.id]
    before = len(exchange.access_log(citizen(MOTHER), limit=200))
    assert api.paper_at_counter(who.again(), document=certificate.id).startswith(b"%PDF")
    log = exchange.access_log(citizen(MOTHER), limit=200)
    assert len(log) == before + 1
    assert "Đặng Ngọc Trâm" in log[0].actor
    assert api.acts(citizen(MOTHER))[0].act == "In giấy tờ ở quầy"
    with pytest.raises(NotFound):
        api.paper_at_counter(serve(), document=certificate.id)


def test_a_representative_files_for_the_mother_and_signs_as_such(elders: Runtime) -> None:
    mother, father = enter("mother"), enter("father")
    scope = identity.Scope(procedures=["linked-birth"])
    mandate = identity.offer(mother, representative=FATHER, name="Lê Quốc Huy", scope=scope)
    identity.accept(father, mandate=mandate)
    acting = identity.act_for(father.again(), mandate=mandate).actor
    with pytest.raises(Denied):
        api.begin(acting.again(), procedure="social-pension")
    draft = ready(acting.again())
    code = api.file(acting.again(), draft=draft)
    said = "Lê Quốc Huy thay cho Nguyễn Thị Thu Hà, theo ủy quyền"
    assert api.dossier(citizen(MOTHER), code=code).filed_by == said
    assert api.receipt(acting, dossier=code).filed_by == said
    log = exchange.access_log(citizen(MOTHER), limit=100)
    assert "Lê Quốc Huy làm thay theo ủy quyền" in {each.who for each in log}
    assert {each.by for each in api.acts(citizen(MOTHER))} == {"Lê Quốc Huy"}
    register_birth(code)
    work()
    assert [each.type for each in documents.wallet(citizen(MOTHER))] == ["birth-certificate"]
    assert documents.wallet(acting) == []
    with pytest.raises(NotFound):
        documents.document(acting, documents.wallet(citizen(MOTHER))[0].id)
    with pytest.raises(Denied):
        exchange.own_record(acting, "population")
    identity.withdraw(mother.again(), mandate=mandate)
    assert {each.act for each in api.acts(citizen(MOTHER))} >= {"Cam đoan, ký và nộp hồ sơ"}


def test_only_a_birth_of_the_procedures_in_the_mandate_shows(elders: Runtime) -> None:
    who = serve()
    pension(who, identity.Word(signed=True))
    grandfather = citizen(GRANDFATHER)
    assert len(api.mine(grandfather).drafts) == 1
    acting = replace(
        citizen(DAUGHTER), for_person=GRANDFATHER, under="m", reach=frozenset({"file:linked-birth", "data", "papers"})
    )
    assert api.mine(acting).drafts == ()
    assert len(api.mine(replace(acting, reach=frozenset({"file:*"}))).drafts) == 1


def test_the_old_man_gives_his_daughter_a_mandate_at_the_counter(elders: Runtime) -> None:
    who = serve()
    scope = identity.Scope(procedures=["social-pension"])

    def offer(word: identity.Word = identity.NO_WORD) -> str:
        return identity.offer(who.again(), representative=DAUGHTER, name="phan thi ngoc diep", scope=scope, word=word)

    with pytest.raises(Invalid):
        offer()
    slip = identity.Word(code=identity.print_slip(who).code)
    mandate = offer(slip)
    daughter = enter("daughter")
    identity.accept(daughter, mandate=mandate)
    found = identity.mandates(citizen(GRANDFATHER))[0]
    assert (found.made_by, found.agency) == ("cb-commune-officer", "H29.26.929")
    acting = identity.act_for(daughter.again(), mandate=mandate).actor
    draft = api.begin(acting.again(), procedure="social-pension")
    with pytest.raises(Invalid):
        identity.withdraw(who.again(), mandate=mandate)
    identity.withdraw(who.again(), mandate=mandate, word=slip)
    assert identity.mandates(citizen(GRANDFATHER))[0].standing is identity.Standing.ENDED
    assert api.draft(citizen(GRANDFATHER), draft=draft).state == "begun"


def test_who_is_too_young_for_the_pension_is_told(elders: Runtime) -> None:
    mother = citizen(MOTHER)
    draft = api.begin(mother, procedure="social-pension")
    api.fetch_facts(mother, draft=draft)
    api.answer(mother, draft=draft, values=PENSION)
    assert "75" in " ".join(each.text for each in api.draft(mother, draft=draft).faults)


def test_the_pages_of_the_counter(sqlite_nation: Runtime, browse: Callable[..., object]) -> None:
    settle(sqlite_nation)
    clerk = browse().as_person("commune-officer")  # type: ignore[attr-defined]
    page = clerk.get("/counter")
    before = clerk.cookie("session")
    wrong = press(clerk, page, "/counter", number=GRANDFATHER, name="Ai Khác", seen="1")
    assert wrong.status_code == 422
    assert "không khớp" in wrong.text
    page = press(clerk, wrong, "/counter", number="079 049 990 149", name="phan van tu", seen="1")
    assert page.url.path == "/counter/now"
    assert clerk.cookie("session") != before
    paper = press(clerk, page, "/counter/slip")
    code = paper.text.split('class="code">')[1].split("<")[0]
    assert len(code) == 11
    page = press(clerk, clerk.get("/counter/now"), "/counter/begin", procedure="social-pension")
    draft = page.url.path
    assert "Đang phục vụ ông Phan Văn Tư" in page.text
    assert "Ông xác nhận" in page.text or "ông xác nhận" in page.text
    refused = press(clerk, page, f"{draft}/fetch")
    assert refused.status_code == 422
    page = press(clerk, refused, f"{draft}/fetch", slip=code)
    answers = {"request.other_pension": "0", "request.pay_by": "cash"}
    page = press(clerk, page, f"{draft}/answers", then="check", **answers)
    assert page.url.path == f"{draft}/check"
    page = press(clerk, page, f"{draft}/file", true="1", slip=code)
    assert page.url.path.endswith("/receipt")
    assert "có Đặng Ngọc Trâm giúp tại quầy" in page.text
    assert "Đang phục vụ ông Phan Văn Tư" in clerk.get("/desk").text
    for shut in ("/wallet", "/my/access", "/my/mandates", "/my/acts"):
        assert clerk.get(shut).status_code == 403, shut
    assert "Nguyễn" not in clerk.get("/account").text
    stranger = browse()
    followed = press(stranger, stranger.get("/slip"), "/slip", code=code)  # type: ignore[arg-type,attr-defined]
    assert "Hẹn trả" in followed.text
    assert "Phan" not in followed.text
    gone = press(clerk, clerk.get("/desk"), "/counter/end")
    assert "Đang phục vụ" not in gone.text
    assert clerk.get(draft).status_code == 403


def test_a_page_shows_the_code_for_the_counter(sqlite_nation: Runtime, browse: Callable[..., object]) -> None:
    settle(sqlite_nation)
    mother = browse().as_person("mother")
    assert mother is not None
    page = press(mother, mother.get("/services/linked-birth"), "/services/linked-birth/begin")
    draft = page.url.path
    page = press(mother, page, f"{draft}/fetch")
    shown = press(mother, page, f"{draft}/counter")
    assert "Mã dùng một lần" in shown.text
