"""A legal representative tells of a guest for the guest house; the police receive it, the guest sees who asked."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.conftest import Walker

Walk = Callable[..., Walker]
FATHER, GUEST, POLICE = "Lê Quốc Huy", "Phan Thị Ngọc Diệp", "Võ Minh Khang"
INN = "9900000001"


def test_from_the_account_to_the_stay_in_the_guest_s_log(walk: Walk) -> None:
    father = walk(FATHER).go("/account")
    father.page.get_by_role("link", name="Làm việc thay doanh nghiệp tôi đại diện").click()
    father.look("enterprises")
    father.page.locator(f"button[name=enterprise][value='{INN}']").click()
    father.look().page.get_by_role("link", name="Khách đến lưu trú").click()
    father.look().press("Bắt đầu").press("lấy dữ liệu")
    answer(father, "Phan Thị Khác")
    father.look().sees("không phải của cùng một người")
    answer(father, "phan thi ngoc diep")
    father.look("enterprise-check").page.get_by_label("Tôi cam đoan").check()
    father.press("Ký và nộp hồ sơ").look().sees("người đại diện của")
    code = father.page.url.split("/dossiers/")[1].split("/")[0]
    father.go("/my/acts").look().sees(FATHER)
    walk(POLICE).go(f"/desk/{code}").look().press("Ghi quyết định").sees("Đã ghi quyết định")
    walk(GUEST).go("/my/access").look().sees(f"Người đại diện của doanh nghiệp mã số {INN}")


def answer(father: Walker, name: str) -> None:
    """Fill in the questions and go on."""
    answers = {"guest.number": "079179990179", "guest.full_name": name, "stay.reason": "Thăm người thân"}
    for field, text in (answers | {"stay.arrives": "20/11/2026", "stay.leaves": "23/11/2026"}).items():
        father.page.locator(f"[name='{field}']").fill(text)
    father.press("Tiếp tục")
