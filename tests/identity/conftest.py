"""A few invented people with accounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lienthong.identity import api
from lienthong.kernel.actor import system

MOTHER = "079192990017"
FATHER = "079090990033"
OFFICER = "cb-commune-officer"
SEED = system("test")


def officer(subject: str = OFFICER, **changes: object) -> api.Staff:
    """A civil-status officer of one commune."""
    values: dict[str, object] = {
        "subject": subject,
        "name": "Đặng Ngọc Trâm",
        "position": "Công chức tư pháp – hộ tịch",
        "agency": "H29.28.5",
        "roles": frozenset({"one-stop-officer", "civil-status-officer"}),
        "units": frozenset({"26929"}),
    }
    return api.Staff(**{**values, **changes})  # pyright: ignore[reportArgumentType]


@pytest.fixture
def people() -> Callable[[], None]:
    """Open the accounts on the running node: mother and officer, each one click away."""

    def open_all() -> None:
        api.open_account(SEED, number=MOTHER, level=2, phone="0900000417", demonstration=True)
        api.open_staff(SEED, member=officer(), demonstration=True)
        api.name_demonstration_person(
            SEED, key="mother", subject=MOTHER, name="Nguyễn Thị Thu Hà", about="Mẹ có con mới sinh", place=1
        )
        api.name_demonstration_person(
            SEED, key="commune-officer", subject=OFFICER, name="Đặng Ngọc Trâm", about="Tiếp nhận hồ sơ", place=2
        )

    return open_all
