"""The pages of a paper that stands in for a register: one form without script, several files, opened by who may."""

from __future__ import annotations

import re

import httpx
import pytest

from lienthong.kernel.actor import system
from lienthong.registers import api as registers
from lienthong.registers.demonstration import people
from tests.browsing import PAGE
from tests.kernel.test_uploads import pdf, photo
from tests.services.papers import many
from tests.services.test_pages import queries, weight
from tests.services.walking import CHILD, HOSPITAL, Browse, Forms, Parent, decide

pytestmark = pytest.mark.usefixtures("demonstration")
GROUNDS = registers.Grounds(purpose="lookup", basis="L-26-2023")
TYPED = {
    "birth.birth_date": "14/11/2026",
    "birth.sex": "2",
    "birth.birth_place": "Trạm y tế (minh họa)",
    "child.full_name": CHILD,
    "child.ethnicity": "01",
    "child.facility": HOSPITAL,
}
Files = list[tuple[str, tuple[str, bytes]]]


def notice_becomes(status: str, mother: str = "mother") -> None:
    query = registers.Query("birth_notices", by={"mother_number": people()[mother]})
    who = system("test", agency="G18")
    for each in registers.read(who, queries=[query], grounds=GROUNDS)[0]:
        registers.write(who, register="birth_notices", values={"status": status}, key=each.key, grounds=GROUNDS)


@pytest.fixture
def mother(browse: Browse) -> Parent:
    """A mother whose birth notice the register does not tell."""
    notice_becomes("used")
    return Parent(browse().as_person("mother"))


def send(
    parent: Parent, page: httpx.Response, files: Files | None = None, *, then: str = "upload", **more: str
) -> httpx.Response:
    """Send the questions with files, as a browser sends a form of several parts."""
    action = f"{parent.draft}/answers"
    fields = {name: each for name, each in Forms(page.text).found[action].items() if name != "then"}
    chosen = files or [("paper-birth", ("", b""))]
    data = {**fields, **({"then": then} if then else {}), **more}
    return parent.browser.request("POST", action, follow=True, data=data, files=chosen, headers=PAGE)


def picture(content: bytes = b"", name: str = "giấy chứng sinh.jpg", field: str = "paper-birth") -> Files:
    return [(field, (name, content or photo()))]


def opened(page: httpx.Response, path: str) -> list[str]:
    return re.findall(rf'<a href="({path}/papers/\w+)"', page.text)


def test_one_form_takes_the_paper_and_the_answers(mother: Parent) -> None:
    page = mother.fetch()
    assert 'enctype="multipart/form-data"' in page.text
    assert "Chưa có giấy chứng sinh điện tử nào" in page.text
    check = send(mother, page, picture(), then="check", **TYPED)
    assert check.url.path == f"{mother.draft}/check", check.text
    assert "giấy chứng sinh.jpg" in check.text
    assert "Trạm y tế (minh họa)" in check.text
    receipt = mother.file(check)
    code = receipt.url.path.split("/")[2]
    shown = mother.browser.get(f"/dossiers/{code}")
    (address,) = opened(shown, f"/dossiers/{code}")
    answer = mother.browser.get(address)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "SHA-256" in shown.text


def test_a_form_without_a_missing_answer_of_a_register_has_no_files(browse: Browse) -> None:
    page = Parent(browse().as_person("mother-2")).fetch()
    assert "multipart" not in page.text
    assert 'type="file"' not in page.text


def test_uploading_keeps_what_is_typed_and_shows_the_page_again(mother: Parent) -> None:
    page = send(mother, mother.fetch(), picture() + picture(pdf(), "trang 2.pdf"), **{"child.full_name": CHILD})
    assert f'value="{CHILD}"' in page.text
    assert 'class="errors"' not in page.text
    first, second = opened(page, mother.draft)
    small = mother.browser.get(f"{first}?small=1")
    assert small.headers["content-type"] == "image/jpeg"
    assert mother.browser.get(second).headers["content-disposition"].startswith("attachment;"), "a PDF is saved"
    assert page.text.count("<img") == 1


def test_what_is_wrong_with_a_file_is_said_at_its_field_and_nothing_is_lost(mother: Parent) -> None:
    files = picture(b"MZ\x90", "<b>giấy</b>.jpg") + picture()
    page = send(mother, mother.fetch(), files, **{"child.full_name": CHILD})
    assert page.status_code == 422
    assert 'href="#birth"' in page.text
    assert 'id="birth"' in page.text
    assert "&lt;b&gt;giấy&lt;/b&gt;.jpg: Chỉ nhận tệp" in page.text
    assert page.text.count('class="errors"') == 1
    assert f'value="{CHILD}"' in page.text
    assert len(opened(page, mother.draft)) == 1


def test_going_on_without_the_paper_lists_it_with_the_other_faults(mother: Parent) -> None:
    page = send(mother, mother.fetch(), then="check", **{"child.full_name": CHILD})
    assert page.status_code == 422
    summary = page.text.split('class="errors"')[1].split("</ul>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    expected = ["birth", "birth.birth_date", "birth.sex", "birth.birth_place", "child.ethnicity", "child.facility"]
    assert targets == expected
    for target in targets:
        assert page.text.count(f'id="{target}"') == 1


def test_a_page_is_replaced_and_taken_away(mother: Parent) -> None:
    page = send(mother, mother.fetch(), picture())
    (was,) = opened(page, mother.draft)
    page = send(mother, page, picture(photo(width=50), "rõ hơn.jpg", f"instead-{was.rpartition('/')[2]}"))
    (now,) = opened(page, mother.draft)
    assert now != was
    assert "rõ hơn.jpg" in page.text
    assert mother.browser.get(was).status_code == 404
    page = send(mother, page, then="", drop=now.rpartition("/")[2], **{"child.full_name": CHILD})
    assert opened(page, mother.draft) == []
    assert f'value="{CHILD}"' in page.text


def test_the_enter_key_goes_on_and_takes_nothing_away(mother: Parent) -> None:
    page = send(mother, mother.fetch(), picture())
    form = page.text.split(f'action="{mother.draft}/answers"')[1].split("</form>")[0]
    first = re.findall(r"<button[^>]*>", form)[0]
    assert 'name="then" value="check"' in first
    assert 'tabindex="-1"' in first


def test_the_register_asked_again_answers_and_the_paper_goes(mother: Parent) -> None:
    page = send(mother, mother.fetch(), picture(), **{"child.full_name": CHILD})
    notice_becomes("waiting")
    page = send(mother, page, then="again", **{"child.full_name": CHILD})
    assert 'type="file"' not in page.text
    assert f'value="{CHILD}"' in page.text
    assert "Giấy chứng sinh</h3>" in page.text


def test_a_form_that_is_too_large_is_refused_before_it_is_read(mother: Parent) -> None:
    page = mother.fetch()
    fields = Forms(page.text).found[f"{mother.draft}/answers"]
    length = {"content-length": str(1 << 30), "content-type": "multipart/form-data; boundary=x"}
    answer = mother.browser.request("POST", f"{mother.draft}/answers", content=b"--x", headers={**PAGE, **length})
    assert answer.status_code == 422
    words = {**fields, "child.full_name": "x" * 300_000}
    assert mother.browser.request("POST", f"{mother.draft}/answers", data=words, headers=PAGE).status_code == 422


def test_the_officer_sees_the_paper_beside_the_facts_and_others_do_not(mother: Parent, browse: Browse) -> None:
    check = send(mother, mother.fetch(), picture(), then="check", **TYPED)
    code = mother.file(check).url.path.split("/")[2]
    officer = browse().as_person("commune-officer")
    page = officer.get(f"/desk/{code}")
    assert "Giấy tờ người dân nộp, chưa có trong sổ đăng ký" in page.text
    assert "Khai theo giấy nộp kèm" in page.text
    (address,) = opened(page, f"/desk/{code}")
    assert officer.get(address).headers["content-type"] == "image/jpeg"
    assert "Giấy tờ người dân nộp" in mother.browser.get("/my/access").text
    page_id = address.rpartition("/")[2]
    for key in ("commune-officer-2", "police-officer", "mother-2", "father", "provincial-chairman"):
        other = browse().as_person(key)
        for path in (address, f"/dossiers/{code}/papers/{page_id}", f"{mother.draft}/papers/{page_id}"):
            assert other.get(path).status_code in {403, 404}, (key, path)
    assert browse().request("GET", address, headers=PAGE).status_code == 303
    decide(officer, code)
    assert officer.get(f"/desk/{code}").status_code == 200


def test_the_page_speaks_english_stays_light_and_asks_little(mother: Parent) -> None:
    page = mother.fetch()
    for content in many(4):
        page = send(mother, page, picture(content))
    assert weight(page) <= 40_000
    assert queries(mother.browser, mother.draft) <= 10
    assert "The paper birth notice" in mother.browser.get(f"{mother.draft}?lang=en").text
    assert "Giấy chứng sinh bản giấy" in mother.browser.get("/services/linked-birth?lang=vi").text


def test_a_better_picture_is_given_with_the_supplement(mother: Parent, browse: Browse) -> None:
    check = send(mother, mother.fetch(), picture(), then="check", **TYPED)
    code = mother.file(check).url.path.split("/")[2]
    decide(browse().as_person("commune-officer"), code, "supplement", reasons__supplement="S04")
    page, action = mother.browser.get(f"/dossiers/{code}"), f"/dossiers/{code}/supplement"
    assert page.text.count('type="file"') == 1
    fields = Forms(page.text).found[action] | {"birth.sex": ["2"]}
    empty = mother.browser.request("POST", action, data=fields, files=picture(b"MZ"), headers=PAGE)
    assert empty.status_code == 422
    assert "giấy chứng sinh.jpg: Chỉ nhận tệp" in empty.text
    given = mother.browser.request(
        "POST", action, follow=True, data=fields, files=picture(photo(width=60)), headers=PAGE
    )
    assert given.status_code == 200, given.text
    assert len(opened(given, f"/dossiers/{code}")) == 2
    assert 'type="file"' not in given.text
