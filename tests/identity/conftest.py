"""A few invented people with accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.middleware.base import RequestResponseEndpoint

from lienthong.identity import api
from lienthong.identity.web import router
from lienthong.kernel import events
from lienthong.kernel.actor import system
from lienthong.kernel.errors import LienThongError
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime, current
from lienthong.webkit.request import DEVICE_COOKIE, SESSION_COOKIE

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


Fact = TypeVar("Fact", bound=events.Event)


def facts(kind: type[Fact]) -> list[Fact]:
    """Return the facts of one type as they stand in the outbox, without waiting for other databases of the server."""
    outbox = events.outbox
    query = outbox.select().where(outbox.c.type == kind.type).order_by(outbox.c.position)
    with current().database.reading() as connection:
        told = [events.decode(row.type, row.payload) for row in connection.execute(query)]
    return [each for each in told if isinstance(each, kind)]


class Browser:
    """A browser at the pages of identity; it keeps cookies, and sends a page's form with its hidden fields."""

    def __init__(self, *, address: str = "127.0.0.1") -> None:
        transport = httpx.ASGITransport(app=_site(), client=(address, 50000))
        agent = {"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile"}
        self.http = httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", headers=agent)
        self.http.cookies.set(DEVICE_COOKIE, new_id(), domain="localhost.local")

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return await self.http.get(path)

    async def post(self, path: str, *, seen_on: str, **fields: str) -> httpx.Response:
        """Send a form of the page ``seen_on``."""
        hidden = self.token((await self.get(seen_on)).text)
        return await self.http.post(path, data={"token": hidden, "request_id": new_id(), **fields})

    async def call(self, path: str, body: dict[str, Any], *, seen_on: str, **headers: str) -> httpx.Response:
        """Call a JSON endpoint as the script of the page ``seen_on`` does."""
        token = self.token((await self.get(seen_on)).text)
        return await self.http.post(path, json=body, headers={"x-form-token": token, **headers})

    @staticmethod
    def token(text: str) -> str:
        """Return the form token of a page."""
        found = re.search(r'(?:name="token" value|data-token)="([0-9a-f.]{81})"', text)
        assert found
        return found[1]


@pytest.fixture
def browser(sqlite_node: Runtime, people: Callable[[], None]) -> Browser:
    """A browser on this machine; the people of the demonstration have accounts."""
    people()
    return Browser()


def _site() -> FastAPI:
    """Identity's pages alone, with the actor and the device that the house puts into every request."""
    site = FastAPI()
    site.include_router(router)

    @site.middleware("http")
    async def who(request: Request, call_next: RequestResponseEndpoint) -> Response:  # pyright: ignore[reportUnusedFunction]
        request.state.actor = api.actor_of_session(request.cookies.get(SESSION_COOKIE, ""), request_id=new_id())
        request.state.device = request.cookies.get(DEVICE_COOKIE, "")
        return await call_next(request)

    @site.exception_handler(LienThongError)
    async def refuse(_request: Request, error: LienThongError) -> Response:  # pyright: ignore[reportUnusedFunction]
        return JSONResponse(error.as_dict(), status_code=error.status)

    return site
