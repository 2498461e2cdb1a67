"""A dossier as its people follow it: co-signature, supplement, refusal, one refused part, the papers."""

from __future__ import annotations

import re

import pytest

from lienthong.registers.demonstration import people
from tests.services.walking import CHILD, HOSPITAL, Browse, Parent, decide, press, work

pytestmark = pytest.mark.usefixtures("demonstration")


@pytest.fixture
def mother(browse: Browse) -> Parent:
    return Parent(browse().as_person("mother"))


def register_birth(browse: Browse, code: str) -> None:
    officer = browse().as_person("commune-officer")
    decide(officer, code)
    decide(officer, code)
    decide(browse().as_person("commune-chair"), code, "sign")
    work()


def test_the_father_who_lives_elsewhere_signs_what_he_sees(browse: Browse) -> None:
    mother = Parent(browse().as_person("mother-2"))
    waiting = mother.ready()
    assert "Còn chờ Nguyễn Đức Anh ký" in waiting.text
    assert f"{mother.draft}/file" not in waiting.text, "there is nothing to press before he has signed"
    hidden = mother.browser.hidden_fields(f"{mother.draft}/check")
    too_early = mother.browser.send(f"{mother.draft}/file", {**hidden, "true": "1"})
    assert too_early.status_code == 422
    assert re.findall(r'href="#([^"]+)"', too_early.text.split('class="errors"')[1].split("</ul>")[0]) == [
        "signature.father"
    ]
    assert 'id="signature.father"' in too_early.text

    father = browse().as_person("father-2")
    link = mother.draft.replace("/drafts/", "/to-sign/")
    assert link in father.get("/").text
    page = father.get(link)
    assert CHILD in page.text
    assert people()["mother-2"] not in page.text
    for _ in range(2):
        signed = press(father, page, link, answer="agree")
        assert "đã ký" in signed.text
    assert link not in father.get("/").text

    check = mother.browser.get(f"{mother.draft}/check")
    assert "Nguyễn Đức Anh đã ký lúc" in check.text
    receipt = mother.file(check)
    assert receipt.url.path.endswith("/receipt")
    code = receipt.url.path.split("/")[2]
    assert CHILD in father.get(f"/dossiers/{code}").text, "who signed may follow it"
    assert father.get(f"/dossiers/{code}/receipt").status_code == 404


def test_a_changed_name_takes_the_signature_back(browse: Browse) -> None:
    mother = Parent(browse().as_person("mother-2"))
    mother.ready()
    father = browse().as_person("father-2")
    link = mother.draft.replace("/drafts/", "/to-sign/")
    press(father, father.get(link), link, answer="agree")
    page = mother.answer(mother.fetch(), child__full_name="Nguyễn Trần Bảo Ngọc")
    assert "Còn chờ Nguyễn Đức Anh ký" in page.text
    assert "Nguyễn Trần Bảo Ngọc" in father.get(link).text


def test_the_father_may_decline(browse: Browse) -> None:
    mother = Parent(browse().as_person("mother-2"))
    mother.ready()
    father = browse().as_person("father-2")
    link = mother.draft.replace("/drafts/", "/to-sign/")
    home = press(father, father.get(link), link, answer="decline")
    assert home.url.path == "/"
    assert "Nguyễn Đức Anh không đồng ý ký" in mother.browser.get(f"{mother.draft}/check").text


def test_nobody_signs_what_is_not_theirs_to_sign(browse: Browse) -> None:
    mother = Parent(browse().as_person("mother-2"))
    mother.ready()
    stranger = browse().as_person("father")
    link = mother.draft.replace("/drafts/", "/to-sign/")
    assert stranger.get(link).status_code == 404
    hidden = stranger.hidden_fields("/account")
    assert stranger.send(link, {**hidden, "answer": "agree"}).status_code == 404


def test_a_supplement_goes_round_once(mother: Parent, browse: Browse) -> None:
    code = mother.filed()
    officer = browse().as_person("commune-officer")
    decide(officer, code, "supplement", reasons__supplement=["S01", "S03"], note="Viết lại tên bé")
    work()
    address = f"/dossiers/{code}"
    assert "cần bổ sung" in mother.browser.get("/").text
    page = mother.browser.get(address)
    for told in ("Tên của bé chưa rõ", "Viết lại tên bé", "Đồng hồ đang dừng"):
        assert told in page.text
    assert set(re.findall(r'name="(child\.\w+)"', page.text)) == {"child.full_name", "child.facility"}

    wrong = press(mother.browser, page, f"{address}/supplement", **{"child.full_name": "", "child.facility": ""})
    assert wrong.status_code == 422
    assert "<title>Lỗi:" in wrong.text
    assert re.findall(r'href="#([^"]+)"', wrong.text.split('class="errors"')[1].split("</ul>")[0]) == [
        "child.full_name",
        "child.facility",
    ]
    answers = {"child.full_name": "Lê Nguyễn Minh Anh", "child.facility": HOSPITAL}
    for _ in range(2):
        done = press(mother.browser, page, f"{address}/supplement", **answers)
        assert done.url.path == address
    assert "Cần chị bổ sung" not in done.text
    assert "Lê Nguyễn Minh Anh" in done.text
    desk = officer.get(f"/desk/{code}").text
    assert "Lê Nguyễn Minh Anh" in desk
    assert 'value="supplement"' not in desk, "it may be asked only once"


def test_a_refusal_says_why_and_on_what_ground(mother: Parent, browse: Browse) -> None:
    code = mother.filed()
    decide(browse().as_person("commune-officer"), code, "refuse", reasons__refuse="R02", note="Hỏi lại bệnh viện")
    work()
    page = mother.browser.get(f"/dossiers/{code}").text
    for told in ("Bị từ chối", "Giấy chứng sinh không hợp lệ", "Luật Hộ tịch", "Hỏi lại bệnh viện"):
        assert told in page
    assert "Bị từ chối" in mother.browser.get("/").text
    assert "Bị từ chối" in mother.browser.get("/dossiers").text
    assert mother.begin().url.path != f"/dossiers/{code}", "a new dossier may be begun"


def test_one_refused_part_leaves_the_others(mother: Parent, browse: Browse) -> None:
    code = mother.filed()
    register_birth(browse, code)
    decide(browse().as_person("police-officer"), code, "refuse", reasons__refuse="R11")
    decide(browse().as_person("insurance-officer"), code)
    decide(browse().as_person("identity-officer"), code)
    work()
    page = mother.browser.get(f"/dossiers/{code}").text
    assert "Chỗ ở không đủ điều kiện đăng ký thường trú" in page
    assert page.count("Mở trong ví") == 2
    assert "Giấy khai sinh" in page


def test_a_finished_dossier_shows_its_papers_first(mother: Parent, browse: Browse) -> None:
    code = mother.filed()
    register_birth(browse, code)
    for key in ("police-officer", "insurance-officer", "identity-officer"):
        decide(browse().as_person(key), code)
    work()
    page = mother.browser.get(f"/dossiers/{code}").text
    assert page.index("Mở trong ví") < page.index("Đường đi")
    wallet = re.findall(r'href="(/wallet/[^"]+)"', page)
    assert len(wallet) == 2
    assert mother.browser.get(wallet[0]).status_code == 200
    home = mother.browser.get("/").text
    assert "Đã có kết quả" in home
    assert "Nhận kết quả" not in home
    father = browse().as_person("father")
    assert father.get(f"/dossiers/{code}").status_code == 404
