"""Forms 01 to 06 of the one-stop rules: filled from the dossier, each for those whose paper it is."""

from __future__ import annotations

import io
from datetime import datetime

import pypdf
import pytest

from lienthong.kernel.actor import Actor
from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.i18n import speaking
from lienthong.kernel.runtime import Runtime
from lienthong.services import api
from tests.beginnings import Beginnings
from tests.services.conftest import (
    FATHER,
    MOTHER,
    citizen,
    decide,
    family,
    filed,
    filed_on_monday,
    land,
    officer,
    register_birth,
    work,
)
from tests.services.walking import CHILD, Browse, Parent

FOLLOW = "http://localhost:8000/dossiers/x"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def said(pdf: bytes) -> str:
    assert pdf.startswith(b"%PDF")
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def offered(who: Actor, code: str) -> list[tuple[str, str]]:
    return [(each.form, each.step) for each in api.forms(who, dossier=code)]


@pytest.fixture
def code(sqlite_nation: Runtime, beginnings: Beginnings) -> str:
    """A dossier of the mother, filed on Monday 16/11/2026 at 09:00."""
    return beginnings.lay(sqlite_nation, filed_on_monday)


def test_a_new_dossier_has_its_receipt_and_the_desk_its_control_slip(code: str) -> None:
    assert offered(citizen(MOTHER), code) == [("receipt", "")]
    assert offered(officer("commune-officer"), code) == [("receipt", ""), ("control", "")]
    numbers = [each.number for each in api.forms(officer("commune-officer"), dossier=code)]
    assert numbers == ["01", "05"]
    text = said(api.form_pdf(officer("commune-officer"), dossier=code, form="receipt", follow=FOLLOW))
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in text
    assert "Nguyễn Thị Thu Hà" in text


def test_the_request_for_a_supplement_names_reasons_ground_and_date(code: str) -> None:
    decide("commune-officer", code, "receive", "supplement", reasons=["S01", "S03"], note="Tên đệm chưa rõ dấu.")
    for who in (citizen(MOTHER), officer("commune-officer")):
        text = said(api.form_pdf(who, dossier=code, form="supplement", follow=FOLLOW))
        assert "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ" in text
        assert code in text
        for part in (
            "Tên của bé chưa rõ",
            "Nơi khám bệnh ban đầu",
            "Luật Hộ tịch",
            "Tên đệm chưa rõ dấu.",
            "16/11/2026",
        ):
            assert part in text, part


def test_a_refusal_is_the_paper_of_the_agency_that_refused(code: str) -> None:
    register_birth(code)
    decide("police-officer", code, "residence", "refuse", reasons=["R11"])
    for who in (citizen(MOTHER), officer("commune-officer"), officer("police-officer")):
        text = said(api.form_pdf(who, dossier=code, form="refusal", step="residence", follow=FOLLOW))
        assert "PHIẾU TỪ CHỐI GIẢI QUYẾT HỒ SƠ" in text
        assert "Đăng ký thường trú" in text
        assert "Chỗ ở không đủ điều kiện" in text
        assert "Luật Cư trú" in text
        assert "CÔNG AN" in text
    assert offered(officer("police-officer"), code) == [("refusal", "residence")]
    assert offered(officer("insurance-officer"), code) == []


def test_the_apology_says_the_old_date_the_reason_and_the_new_date_and_no_head_s_name(
    code: str, clock: SetClock
) -> None:
    clock.set(at("2026-11-19T09:00"))
    api.watch()
    work()
    text = said(api.form_pdf(citizen(MOTHER), dossier=code, form="apology", follow=FOLLOW))
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in text
    assert "19/11/2026 17:00" in text
    assert "20/11/2026 17:00" in text
    assert "bước “Tiếp nhận” chưa xong" in text
    assert "Phạm Hoàng Long" not in text, "the chair has not signed"
    clock.set(at("2026-11-25T09:00"))
    assert text == said(api.form_pdf(citizen(MOTHER), dossier=code, form="apology", follow=FOLLOW)), "as it was sent"


def test_the_control_slip_tells_each_step_with_its_own_clock(code: str, clock: SetClock) -> None:
    register_birth(code)
    clock.set(at("2026-11-20T09:00"))
    decide("police-officer", code, "residence")
    text = said(api.form_pdf(officer("commune-officer"), dossier=code, form="control", follow=FOLLOW))
    assert "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ" in text
    assert "Xong, đúng hạn" in text
    assert "Xong, trễ hạn" in text
    assert "Nguyễn Thị Thu Hà" not in text, "the slip goes with the dossier and names no person"


def test_the_register_holds_the_agency_s_dossiers_of_a_period(code: str, clock: SetClock) -> None:
    land(family("079195990700", "079093990700", "GCS-9"))
    other = filed(citizen("079195990700"))
    clock.set(at("2026-11-17T09:00"))
    month = said(api.register_pdf(officer("commune-officer"), period="2026-11"))
    assert "SỔ THEO DÕI HỒ SƠ" in month
    assert "tháng 11/2026" in month
    assert "Nguyễn Thị Thu Hà" in month
    assert code in month.replace(" ", "")
    assert other in month.replace(" ", "")
    empty = said(api.register_pdf(officer("commune-officer"), period="2026-11-17"))
    assert "ngày 17/11/2026" in empty
    assert code not in empty.replace(" ", "")
    assert code not in said(api.register_pdf(officer("commune-officer-2"), period="2026-11")).replace(" ", "")
    for period in ("", "2026", "2026-13", "11/2026", "2026-11-31", "x" * 7):
        with pytest.raises(Invalid):
            api.register_pdf(officer("commune-officer"), period=period)
    with pytest.raises(Denied):
        api.register_pdf(citizen(MOTHER), period="2026-11")


def test_papers_are_vietnamese_whatever_language_is_spoken(code: str) -> None:
    with speaking("en"):
        text = said(api.form_pdf(officer("commune-officer"), dossier=code, form="control", follow=FOLLOW))
    assert "Đang xử lý" in text


def test_others_get_no_paper_by_guessing(code: str) -> None:
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    for who, form, step in (
        (officer("commune-officer-2"), "supplement", ""),
        (citizen(FATHER), "supplement", ""),
        (citizen(MOTHER), "control", ""),
        (citizen(MOTHER), "apology", ""),
        (citizen(MOTHER), "refusal", "receive"),
        (officer("commune-officer"), "nothing", ""),
        (officer("insurance-officer"), "supplement", ""),
    ):
        with pytest.raises(NotFound):
            api.form_pdf(who, dossier=code, form=form, step=step, follow=FOLLOW)


@pytest.mark.usefixtures("demonstration")
def test_the_papers_are_reached_from_the_pages(browse: Browse) -> None:
    mother = browse().as_person("mother")
    code = Parent(mother).filed()
    clerk = browse().as_person("commune-officer")
    assert f'href="/desk/{code}/forms/control.pdf"' in clerk.get(f"/desk/{code}").text
    assert f'href="/dossiers/{code}/forms/receipt.pdf"' in mother.get(f"/dossiers/{code}").text
    for page in (
        clerk.get(f"/desk/{code}/forms/control.pdf"),
        clerk.get("/desk/register.pdf"),
        mother.get(f"/dossiers/{code}/forms/receipt.pdf"),
    ):
        assert page.headers["content-type"] == "application/pdf"
        assert page.headers["cache-control"] == "private, no-store"
    assert 'href="/desk/register.pdf"' in clerk.get("/desk").text
    assert clerk.get("/desk/register.pdf?period=x").status_code == 422
    stranger = browse().as_person("commune-officer-2")
    refused = stranger.get(f"/desk/{code}/forms/control.pdf")
    assert refused.status_code == 404
    assert CHILD not in refused.text
    assert mother.get(f"/dossiers/{code}/forms/control.pdf").status_code == 404
    assert mother.get("/desk/register.pdf").status_code == 403
