"""The desk's pages: the queue by the legal clock, a dossier beside the registers, decisions with coded reasons."""

from __future__ import annotations

import re

import pytest

from lienthong.kernel.runtime import Runtime
from tests.beginnings import Beginnings
from tests.browsing import Browser, count_queries
from tests.services.walking import CHILD, Browse, Forms, Parent, decide, press, work

pytestmark = pytest.mark.usefixtures("demonstration")


@pytest.fixture
def code(demonstration: Runtime, beginnings: Beginnings) -> str:
    """The code of a dossier just filed by the mother; stands before browsers in a test, whose sessions come later."""
    return beginnings.lay(demonstration, file_by_mother)


def file_by_mother(_node: Runtime) -> str:
    mother = Browser().as_person("mother")
    code = Parent(mother).filed()
    mother.close()
    return code


@pytest.fixture
def officer(browse: Browse) -> Browser:
    return browse().as_person("commune-officer")


def test_an_empty_desk_says_so(officer: Browser) -> None:
    page = officer.get("/desk?tab=sign")
    assert "Không còn hồ sơ nào" in page.text
    assert page.text.count("/desk?tab=") >= 4


def test_the_queue_shows_the_dossier_and_leads_to_it(code: str, officer: Browser) -> None:
    page = officer.get("/desk").text
    assert f'href="/desk/{code}"' in page
    assert CHILD in page
    assert "Tiếp nhận" in page
    assert officer.get(f"/desk/find?code={code.lower()}").url.path == f"/desk/{code}"
    assert officer.get("/desk/find?code=").url.path == "/desk"
    assert officer.get("/desk?tab=nothing").status_code == 422


def test_an_unknown_code_is_said_on_the_desk(officer: Browser) -> None:
    assert officer.get("/desk/find?code=H29-x").status_code == 404


def test_the_dossier_stands_beside_the_registers(code: str, officer: Browser) -> None:
    page = officer.get(f"/desk/{code}").text
    assert page.count("Khớp") >= 10
    assert "CSDL Dân cư" in page
    for verdict in ("approve", "supplement", "refuse"):
        assert f'name="verdict" value="{verdict}"' in page
    assert 'name="verdict" value="sign"' not in page


def test_a_refusal_without_a_reason_is_sent_back_with_what_was_typed(code: str, officer: Browser) -> None:
    page = decide(officer, code, "refuse", note="Hỏi bệnh viện")
    assert page.status_code == 422
    assert 'class="errors"' in page.text
    assert "Hỏi bệnh viện" in page.text
    assert re.search(r'value="refuse"[^>]* checked', page.text)


def test_each_verdict_has_its_reasons_under_it_and_a_fault_leads_to_them(code: str, officer: Browser) -> None:
    page = officer.get(f"/desk/{code}").text
    places = [page.index(f'value="{each}"') for each in ("approve", "supplement", "S01", "refuse", "R01")]
    assert places == sorted(places)
    assert "Luật Hộ tịch" in page[places[-1] :], "with its legal ground"
    wrong = decide(officer, code, "supplement", note="Hỏi lại").text
    assert '<a href="#reasons-supplement">Chọn ít nhất một lý do có mã.</a>' in wrong
    assert re.search(r'name="reasons-supplement" value="S01" id="reasons-supplement"', wrong)
    assert 'aria-describedby="reasons-supplement-error"' in wrong


def test_what_matches_is_folded_and_each_row_says_whose_it_is(code: str, officer: Browser) -> None:
    page = officer.get(f"/desk/{code}").text
    folded = page[page.index("giá trị khớp</summary>") :]
    assert page.count('class="same"') == folded.count('class="same"') >= 10
    assert 'scope="rowgroup">Mẹ</th>' in folded
    assert 'scope="rowgroup">Cha</th>' in folded
    assert re.search(r"<small>Bé</small>", page[: page.index("giá trị khớp</summary>")])


def test_a_decision_is_confirmed_on_the_next_page_to_who_took_it(code: str, officer: Browser, browse: Browse) -> None:
    page = decide(officer, code)
    assert f"done={code}" in str(page.url)
    assert "Đã ghi quyết định lúc" in page.text
    assert "Tiếp nhận: xong" in page.text
    assert "Đã ghi quyết định" not in officer.get("/desk?done=H29-x").text
    stranger = browse().as_person("commune-officer-2")
    assert "Đã ghi quyết định" not in stranger.get(f"/desk?done={code}").text


def test_the_tab_at_hand_is_marked_in_the_side_menu(officer: Browser) -> None:
    assert 'href="/desk?tab=todo" aria-current="page"' in officer.get("/desk").text
    citizen = officer.get("/desk?tab=citizen").text
    assert 'href="/desk?tab=citizen" aria-current="page"' in citizen
    assert 'href="/desk?tab=todo" aria-current="page"' not in citizen


def test_reasons_of_another_verdict_do_not_count(code: str, officer: Browser) -> None:
    decide(officer, code, "approve", reasons__refuse="R01")
    assert "Đăng ký khai sinh" in officer.get("/desk").text
    page = decide(officer, code, "refuse", reasons__supplement="S01")
    assert page.status_code == 422


def test_a_decision_sent_twice_is_one(code: str, officer: Browser) -> None:
    page = officer.get(f"/desk/{code}")
    action = next(each for each in Forms(page.text).found if "/steps/" in each)
    for _ in range(2):
        sent = press(officer, page, action, verdict="approve")
        assert sent.url.path == "/desk"
        assert sent.status_code == 200
    assert officer.get(f"/desk/{code}").text.count("Tiếp nhận: xong") == 1


def test_a_step_decided_meanwhile_is_explained(code: str, officer: Browser, browse: Browse) -> None:
    page = officer.get(f"/desk/{code}")
    action = next(each for each in Forms(page.text).found if "/steps/" in each)
    decide(browse().as_person("commune-officer"), code)
    late = press(officer, page, action, verdict="approve")
    assert late.status_code in {409, 422}
    assert "Bước này đã được xử lý" in late.text


def test_the_chair_signs_or_sends_back(code: str, officer: Browser, browse: Browse) -> None:
    decide(officer, code)
    decide(officer, code)
    chair = browse().as_person("commune-chair")
    assert code in chair.get("/desk?tab=sign").text
    assert 'value="sign"' not in officer.get(f"/desk/{code}").text, "who examined it does not sign it"
    decide(chair, code, "return", note="Xem lại tên")
    assert "Xem lại tên" in officer.get(f"/desk/{code}").text
    decide(officer, code)
    decide(chair, code, "sign")
    work()
    for key in ("police-officer", "insurance-officer", "identity-officer"):
        assert code in browse().as_person(key).get("/desk").text


def test_the_clock_is_extended_once_with_a_reason(code: str, officer: Browser, browse: Browse) -> None:
    page = officer.get(f"/desk/{code}")
    action = next(each for each in Forms(page.text).found if "/steps/" in each)
    fields = {**officer.hidden_fields(f"/desk/{code}"), "verdict": "extend"}
    missing = officer.send(action, {**fields, "extend-note": "Máy chủ gián đoạn"})
    assert missing.status_code == 422
    assert '<a href="#reasons-extend">Chọn ít nhất một lý do có mã.</a>' in missing.text
    assert "Máy chủ gián đoạn" in missing.text
    fields = {**officer.hidden_fields(f"/desk/{code}"), "verdict": "extend", "reasons-extend": "E02"}
    fields["extend-note"] = "Máy chủ gián đoạn"
    for _ in range(2):
        assert officer.send(action, fields).headers["location"] == f"/desk/{code}?done=1"
    shown = browse().as_person("mother").get(f"/dossiers/{code}").text
    assert "Máy chủ gián đoạn" in shown
    assert "30/11/2026" in shown


def test_an_apology_is_sent_early_from_the_desk_once(code: str, officer: Browser, browse: Browse) -> None:
    page = officer.get(f"/desk/{code}")
    sent = press(officer, page, f"/desk/{code}/apology", **{"apology-note": "Mất điện cả tuần"})
    assert "Đã ghi quyết định" in sent.text
    assert f"/desk/{code}/apology" not in Forms(sent.text).found
    again = press(officer, page, f"/desk/{code}/apology")
    assert "Đã ghi quyết định" in again.text or "chỉ hẹn lại một lần" in again.text
    assert "Mất điện cả tuần" in browse().as_person("mother").get(f"/dossiers/{code}").text


def test_a_participant_sees_its_own_step_only(code: str, officer: Browser, browse: Browse) -> None:
    decide(officer, code)
    decide(officer, code)
    police = browse().as_person("police-officer")
    assert police.get(f"/desk/{code}").status_code == 404
    decide(browse().as_person("commune-chair"), code, "sign")
    work()
    page = police.get(f"/desk/{code}").text
    assert "Đăng ký thường trú" in page
    assert "Nơi khám bệnh" not in page
    assert "Cấp thẻ BHYT" not in page


@pytest.mark.parametrize("key", ["commune-officer-2", "provincial-chairman", "data-steward", "hospital-clerk"])
def test_others_find_nothing_by_guessing(code: str, browse: Browse, key: str) -> None:
    other = browse().as_person(key)
    hidden = other.hidden_fields("/account")
    assert other.get(f"/desk/{code}").status_code in {403, 404}
    sent = other.send(f"/desk/{code}/steps/receive", {**hidden, "verdict": "approve"})
    assert sent.status_code in {403, 404}
    assert CHILD not in sent.text
    assert code not in other.get("/desk").text


def test_a_citizen_has_no_desk(code: str, browse: Browse) -> None:
    mother = browse().as_person("mother")
    assert mother.get("/desk").status_code == 403
    assert mother.get(f"/desk/{code}").status_code == 403
    hidden = mother.hidden_fields("/account")
    assert mother.send(f"/desk/{code}/steps/receive", {**hidden, "verdict": "approve"}).status_code in {403, 404}


def test_the_desk_speaks_english(code: str, officer: Browser) -> None:
    officer.get("/desk?lang=en")
    assert "To do" in officer.get("/desk").text
    assert "Record the decision" in officer.get(f"/desk/{code}").text


def queries(browser: Browser, path: str) -> int:
    browser.get(path)
    with count_queries() as statements:
        assert browser.get(path).status_code == 200
    return len(statements)


def test_desk_pages_ask_the_database_a_bounded_number_of_times(code: str, officer: Browser) -> None:
    counted = {"queue": queries(officer, "/desk"), "dossier": queries(officer, f"/desk/{code}")}
    assert counted["queue"] <= 6, counted
    assert counted["dossier"] <= 60, counted
