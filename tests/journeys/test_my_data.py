"""A person looks at what the state holds about them, from My page to the version of a record and its proof."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.journeys.conftest import Walker

Walk = Callable[..., Walker]
MOTHER, CHILD = "Nguyễn Thị Thu Hà", "Lê Gia Khang"


def test_from_my_page_to_the_version_of_a_record(walk: Walk) -> None:
    mother = walk(MOTHER).go("/").sees(CHILD)
    mother.page.get_by_role("link", name="Xem mọi dữ liệu").click()
    mother.look("my-data").sees("Quyền của tôi đối với dữ liệu")
    mother.page.locator("a.prov", has_text=re.compile("CSDL Dân cư")).first.click()
    mother.look("record-version").sees("Bản này ghi")


def test_the_family_leads_to_acting_for_a_child_and_back(walk: Walk) -> None:
    mother = walk(MOTHER).go("/my/family").look("family")
    mother.press(f"Làm thay con {CHILD}")
    mother.sees(f"Đang làm thay {CHILD}").go("/my/data").look().sees("Dữ liệu của con")
    mother.go("/my/family").look().sees(MOTHER)


def test_a_consent_is_given_and_taken_back_without_javascript(walk: Walk) -> None:
    mother = walk(MOTHER, javascript=False).go("/my/consents")
    mother.press("Tôi đồng ý")
    mother.sees("Đang đồng ý").press("Rút lại")
    mother.sees("Không chia sẻ")
    walk(MOTHER).go("/my/consents").look().go("/my/access").look()
