"""The citizen's pages: what is fetched and why, three questions, all errors at once, save, sign, file once."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest

from lienthong.identity.demonstration import staff_id
from lienthong.kernel.actor import system
from lienthong.registers import api as registers
from lienthong.registers.demonstration import people
from lienthong.webkit import static_files
from tests.browsing import Browser, count_queries
from tests.services.walking import CHILD, HOSPITAL, PROCEDURE, Browse, Forms, Parent, press

pytestmark = pytest.mark.usefixtures("demonstration")
STEWARD = system("test", agency="G01")
GROUNDS = registers.Grounds(purpose="lookup", basis="L-26-2023")


@pytest.fixture
def mother(browse: Browse) -> Parent:
    return Parent(browse().as_person("mother"))


def read_by_services(key: str) -> list[str]:
    """Registers read about a person under the procedure's contract so far."""
    seen = registers.accesses(STEWARD, subject=people()[key], limit=100)
    return [each.register for each in seen if each.purpose == "linked-birth"]


def test_anybody_finds_a_procedure_without_diacritics_and_reads_what_it_takes(browse: Browse) -> None:
    stranger = browse()
    assert PROCEDURE in stranger.get("/services?q=khai sinh").text
    nothing = stranger.get("/services?q=hộ chiếu").text
    assert PROCEDURE not in nothing
    assert "hộ chiếu" in nothing
    page = stranger.get(PROCEDURE).text
    assert "3 ngày làm việc" in page
    assert "<svg" in page
    assert stranger.json(f"{PROCEDURE}/schema.json")["type"] == "object"
    assert stranger.get("/services/khong-co").status_code == 404


def test_a_stranger_who_begins_signs_in_first(browse: Browse) -> None:
    stranger = browse()
    page = press(stranger, stranger.get(PROCEDURE), f"{PROCEDURE}/begin")
    assert page.status_code == 401 or page.url.path == "/sign-in"
    assert "/sign-in" in page.text


def test_a_draft_goes_on_at_another_device_and_is_said_to_be_kept_until_when(mother: Parent, browse: Browse) -> None:
    page = mother.fetch()
    press(mother.browser, page, f"{mother.draft}/answers", then="later", **{"child.full_name": CHILD})
    telephone = browse().as_person("mother")
    listed = telephone.get("/dossiers").text
    assert f'href="{mother.draft}"' in listed
    assert "giữ đến 20/01/2027" in listed, "60 days from the last save"
    assert f'value="{CHILD}"' in telephone.get(mother.draft).text
    assert browse().as_person("father").get(mother.draft).status_code == 404


def test_nothing_is_read_before_it_is_agreed_to(mother: Parent) -> None:
    page = mother.begin().text
    for told in ("CSDL Dân cư", "CSDL Hộ tịch", "CSDL Cư trú", "Giấy chứng sinh", "Bộ Công an", "Số định danh cá nhân"):
        assert told in page
    assert read_by_services("mother") == []
    press(mother.browser, mother.browser.get(mother.draft), f"{mother.draft}/fetch")
    assert sorted(set(read_by_services("mother"))) == ["birth_notices", "civil_status", "population", "residence"]


def test_three_questions_at_most_the_rest_stands_there_with_its_source(mother: Parent) -> None:
    page = mother.fetch().text
    asked = set(Forms(page).found[f"{mother.draft}/answers"]) | set(re.findall(r'name="(child\.\w+)"', page))
    assert {each for each in asked if each.startswith("child.")} == {
        "child.full_name",
        "child.ethnicity",
        "child.facility",
    }
    assert "Nguyễn Thị Thu Hà" in page
    assert people()["mother"] not in page, "a personal number is masked"
    assert page.count('class="prov"') >= 10


def test_all_errors_stand_at_once_and_lead_to_their_fields(mother: Parent) -> None:
    page = mother.answer(mother.fetch(), child__full_name="")
    assert page.status_code == 422
    assert "<title>Lỗi:" in page.text
    summary = page.text.split('class="errors"')[1].split("</ul>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["child.full_name", "child.ethnicity", "child.facility"]
    for target in targets:
        assert f'id="{target}"' in page.text
    assert page.text.count('aria-invalid="true"') + page.text.count("field--bad") >= 3
    assert "?." not in summary


def test_a_wrong_answer_is_kept_beside_what_is_wrong(mother: Parent) -> None:
    page = mother.answer(mother.fetch(), child__full_name="An 1", child__ethnicity="01", child__facility=HOSPITAL)
    assert page.status_code == 422
    assert 'value="An 1"' in page.text
    assert re.findall(r'href="#(child[^"]+)"', page.text.split('class="errors"')[1].split("</ul>")[0]) == [
        "child.full_name"
    ]


def test_a_page_that_was_never_sent_shows_no_error(mother: Parent) -> None:
    page = mother.fetch()
    assert 'class="errors"' not in page.text
    assert "field--bad" not in page.text


def test_saved_for_later_it_goes_on_from_my_page(mother: Parent) -> None:
    page = mother.fetch()
    saved = press(mother.browser, page, f"{mother.draft}/answers", then="later", **{"child.full_name": CHILD})
    assert "Đã lưu lúc" in saved.text
    assert 'class="errors"' not in saved.text
    assert f'href="{mother.draft}"' in mother.browser.get("/").text
    assert f'href="{mother.draft}"' in mother.browser.get("/dossiers").text
    assert f'value="{CHILD}"' in mother.browser.get(mother.draft).text
    assert mother.begin().url.path == mother.draft, "beginning again goes on with the draft"


def test_a_draft_is_thrown_away_once_or_twice(mother: Parent) -> None:
    page = mother.fetch()
    assert press(mother.browser, page, f"{mother.draft}/discard").url.path == "/"
    assert press(mother.browser, page, f"{mother.draft}/discard").url.path == "/"
    assert mother.draft not in mother.browser.get("/").text
    assert mother.browser.get(mother.draft).status_code == 404


def test_the_last_check_shows_what_was_typed_what_was_fetched_and_what_is_shared(mother: Parent) -> None:
    page = mother.ready()
    assert page.url.path == f"{mother.draft}/check"
    for told in (CHILD, "CSDL Cư trú", "Miễn phí", "27/11/2026", "Công an phường Bình Thạnh"):
        assert told in page.text
    assert f'href="{mother.draft}#child.full_name"' in page.text
    assert people()["mother"] not in page.text


def test_what_is_not_shared_is_said_and_not_done(mother: Parent) -> None:
    page = mother.answer(
        mother.fetch(),
        child__full_name=CHILD,
        child__ethnicity="01",
        child__facility=HOSPITAL,
        skip=["residence", "card"],
    )
    assert page.text.count("chia sẻ với") == 1
    code = str(mother.file(page).url.path).split("/")[2]
    shown = mother.browser.get(f"/dossiers/{code}").text
    assert "Cấp thẻ BHYT" in shown


def test_no_box_starts_ticked_and_to_go_on_is_to_confirm(mother: Parent) -> None:
    page = mother.fetch()
    assert not re.search(r"<input type=.checkbox.[^>]*checked", page.text)
    shown = page.text.split('id="sharing"')[1].split("</section>")[0]
    for told in ("Công an phường Bình Thạnh", "Bảo hiểm xã hội thành phố Hồ Chí Minh", "Cơ quan nào cũng nhận:"):
        assert shown.count(told) >= 1
    assert "Tôi đã đọc và xác nhận, tiếp tục" in page.text
    answers = {"child.full_name": CHILD, "child.ethnicity": "01", "child.facility": HOSPITAL}
    later = press(mother.browser, page, f"{mother.draft}/answers", then="later", skip="card", **answers)
    assert re.search(r'value="card" checked', later.text), "what was chosen is kept"
    assert mother.browser.get(f"{mother.draft}/check").url.path == mother.draft, "saving for later confirms nothing"
    check = mother.answer(later)
    assert check.url.path == f"{mother.draft}/check"
    assert "xác nhận lúc 21/11/2026 09:30" in check.text
    assert check.text.count("không làm luôn") == 1


def test_what_is_wrong_with_fetched_data_is_said_where_it_stands(mother: Parent) -> None:
    [notice] = registers.read(
        STEWARD, queries=[registers.Query("birth_notices", by={"mother_number": people()["mother"]})], grounds=GROUNDS
    )[0]
    registers.write(
        STEWARD, register="birth_notices", values={"birth_date": "2019-01-02"}, key=notice.key, grounds=GROUNDS
    )
    page = mother.ready()
    summary = page.text.split('class="errors"')[1].split("</ul>")[0]
    [target] = re.findall(r'href="#([^"]+)"', summary)
    assert target == "birth.birth_date"
    assert page.text.count(f'id="{target}"') == 1


def test_chips_of_ones_own_records_lead_to_their_version(mother: Parent) -> None:
    page = mother.fetch().text
    links = set(re.findall(r'class="prov" href="(/my/data/[^"]+)"', page))
    assert {each.split("/")[3] for each in links} == {"population", "residence", "civil_status", "birth_notices"}
    for link in links:
        assert mother.browser.get(link).status_code == 200, link
    father = page.split("<h3>Cha</h3>")[1].split("<h3>")[0]
    assert "CSDL Dân cư" in father
    assert "/my/data/" not in father, "another person's record is theirs to open"


def test_consent_is_offered_beside_the_dossier_and_nothing_hangs_on_it(mother: Parent) -> None:
    receipt = mother.file(mother.ready())
    offered = receipt.text.split('action="/my/consents"')[1].split("</form>")[0]
    assert re.findall(r'name="word" value="(\w+)"', offered) == ["yes", "no"]
    press(mother.browser, receipt, "/my/consents", word="no")
    again = mother.browser.get(receipt.url.path).text
    assert "/my/consents" not in again.split("<main")[1], "answered once, it is not asked again"
    assert "Bạn đã nói không" in mother.browser.get("/my/consents").text


def test_nothing_is_filed_without_the_declaration(mother: Parent) -> None:
    page = press(mother.browser, mother.ready(), f"{mother.draft}/file")
    assert page.status_code == 422
    assert "<title>Lỗi:" in page.text
    assert 'href="#true"' in page.text
    assert 'id="true"' in page.text
    assert mother.browser.get("/dossiers").text.count("H29") == 0


def test_filed_twice_it_is_one_dossier_with_one_receipt(mother: Parent) -> None:
    page = mother.ready()
    first = mother.file(page)
    again = mother.file(page)
    assert first.url.path == again.url.path
    assert first.url.path.endswith("/receipt")
    code = first.url.path.split("/")[2]
    assert code == "H29.26.929-261121-0001"
    for told in (code, "27/11/2026", "<svg", "Ủy ban nhân dân phường Bình Thạnh"):
        assert told in first.text
    assert "code small" in first.text, "the newest head of the ledger stands on the receipt"
    assert mother.browser.get(mother.draft).url.path == f"/dossiers/{code}"
    assert mother.browser.get(f"{mother.draft}/check").url.path == f"/dossiers/{code}"
    pdf = mother.browser.get(f"/dossiers/{code}/receipt.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["cache-control"] == "private, no-store"


def test_two_tabs_go_on_with_the_same_draft(mother: Parent) -> None:
    page = mother.browser.get(PROCEDURE)
    one, two = (press(mother.browser, page, f"{PROCEDURE}/begin") for _ in range(2))
    assert one.url.path == two.url.path
    for _ in range(2):
        fetched = press(mother.browser, one, f"{one.url.path}/fetch")
    assert fetched.status_code == 200


def test_nobody_else_opens_a_draft_or_a_dossier(mother: Parent, browse: Browse) -> None:
    code = mother.filed()
    another = Parent(browse().as_person("mother-2"))
    another.begin()
    for path in (another.draft, f"{another.draft}/check"):
        assert mother.browser.get(path).status_code == 404
    for path in (f"/dossiers/{code}", f"/dossiers/{code}/receipt", f"/dossiers/{code}/receipt.pdf"):
        page = another.browser.get(path)
        assert page.status_code == 404
        assert CHILD not in page.text


def test_an_officer_has_no_citizen_pages(mother: Parent, browse: Browse) -> None:
    code = mother.filed()
    officer = browse().as_person("commune-officer")
    for path in ("/dossiers", mother.draft, f"/dossiers/{code}/receipt"):
        assert officer.get(path).status_code == 403
    assert officer.get(f"/dossiers/{code}").url.path == f"/desk/{code}"
    assert staff_id("commune-officer") not in mother.browser.get(f"/dossiers/{code}").text


@pytest.mark.parametrize("path", ["/dossiers", "/drafts/x", "/desk", "/to-sign/x", "/dossiers/H29.26.929-261121-0001"])
def test_who_is_not_signed_in_is_asked_to(browse: Browse, path: str) -> None:
    answer = browse().request("GET", path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


def test_the_pages_speak_english(mother: Parent) -> None:
    mother.browser.get("/?lang=en")
    assert "What do you need to do?" in mother.browser.get("/services").text
    page = mother.fetch()
    assert "The child&#39;s full name" in page.text
    page = mother.answer(page, child__full_name="")
    assert "There are 3 things to correct" in page.text
    page = mother.answer(page, child__full_name=CHILD, child__ethnicity="01", child__facility=HOSPITAL)
    assert "What you entered" in page.text
    page = mother.file(page)
    assert "Dossier filed" in page.text
    assert "3 working days" in page.text or "working days left" in page.text


def weight(page: httpx.Response) -> int:
    """Bytes over the line: the page with its style sheet and script, compressed."""
    linked = re.findall(r'(?:href|src)="/static/\w+/([\w./-]+\.(?:css|js))"', page.text)
    assert linked
    return len(gzip.compress(page.content, 6)) + sum(len(static_files.files()[each].compressed) for each in linked)


def test_every_citizen_page_weighs_forty_kilobytes_at_most(mother: Parent) -> None:
    pages = [mother.browser.get("/services"), mother.browser.get(PROCEDURE), mother.begin()]
    pages += [mother.fetch(), mother.ready()]
    pages += [mother.file(pages[-1]), mother.browser.get("/"), mother.browser.get("/dossiers")]
    code = pages[5].url.path.split("/")[2]
    pages.append(mother.browser.get(f"/dossiers/{code}"))
    weights = {page.url.path: weight(page) for page in pages}
    assert max(weights.values()) <= 40_000, weights


def queries(browser: Browser, path: str) -> int:
    browser.get(path)
    with count_queries() as statements:
        assert browser.get(path).status_code == 200
    return len(statements)


def test_pages_ask_the_database_a_bounded_number_of_times(mother: Parent) -> None:
    mother.fetch()
    counted = {"questions": queries(mother.browser, mother.draft)}
    mother.ready()
    counted["check"] = queries(mother.browser, f"{mother.draft}/check")
    code = mother.filed()
    counted["home"] = queries(mother.browser, "/")
    counted["dossier"] = queries(mother.browser, f"/dossiers/{code}")
    counted["dossiers"] = queries(mother.browser, "/dossiers")
    counted["receipt"] = queries(mother.browser, f"/dossiers/{code}/receipt")
    most = {"questions": 5, "check": 5, "home": 13, "dossier": 14, "dossiers": 8, "receipt": 11}
    assert {name: n for name, n in counted.items() if n > most[name]} == {}, counted
