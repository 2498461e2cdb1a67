"""A few invented people with accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pytest

from lienthong.identity import api
from lienthong.kernel import events
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import current
from tests.browsing import Browser

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
        "agency": "H29.26.929",
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


Fact = TypeVar("Fact", bound=events.Event)


def facts(kind: type[Fact]) -> list[Fact]:
    """Return the facts of one type as they stand in the outbox, without waiting for other databases of the server."""
    outbox = events.outbox
    query = outbox.select().where(outbox.c.type == kind.type).order_by(outbox.c.position)
    with current().database.reading() as connection:
        told = [events.decode(row.type, row.payload) for row in connection.execute(query)]
    return [each for each in told if isinstance(each, kind)]


def call(browser: Browser, path: str, body: dict[str, Any], *, seen_on: str, **headers: str) -> httpx.Response:
    """Call a JSON endpoint as the script of the page ``seen_on`` does."""
    found = re.search(r'data-token="([0-9a-f.]+)"', browser.get(seen_on).text)
    assert found
    return browser.request("POST", path, json=body, headers={"x-form-token": found[1], **headers})


@pytest.fixture
def browser(client: Browser, people: Callable[[], None]) -> Browser:
    """A browser on this machine, at a house where the people of these tests have accounts."""
    people()
    return client
