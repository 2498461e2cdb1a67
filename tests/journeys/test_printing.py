"""What comes out of a printer: nothing cut off, what is folded on the screen unfolded, no buttons."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Walker

A4_PX = 605
"""Width of A4 between the margins of an official document (Decree 30/2020: 30 mm left, 20 mm right), CSS pixels."""


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Nguyễn Thị Thu Hà", "/"),
        ("Nguyễn Thị Thu Hà", "/my/data"),
        ("Nguyễn Thị Thu Hà", "/my/access"),
        ("Đặng Ngọc Trâm", "/desk"),
        ("Vũ Thị Hồng Minh", "/oversight"),
        ("Vũ Thị Hồng Minh", "/oversight/tasks"),
    ],
)
def test_a_page_fits_a_sheet_and_hides_nothing(walk: Callable[..., Walker], name: str, path: str) -> None:
    page = walk(name).go(path).page
    page.set_viewport_size({"width": A4_PX, "height": 980})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_PX
    assert page.locator("button:visible, .btn:visible, nav.nav:visible").count() == 0
    cut = page.locator(".tabl").evaluate_all(
        "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    )
    assert cut == 0, f"{cut} tables are cut off on paper"
    closed = page.locator("details:not([open]):not(.screen-only):not(.noprint)")
    hidden = closed.evaluate_all(
        "all => all.filter((each) => each.checkVisibility() && each.lastElementChild !== each.firstElementChild"
        " && !each.lastElementChild.checkVisibility({contentVisibilityAuto: true})).length"
    )
    assert hidden == 0
