"""A browser without a screen: it keeps cookies, follows redirects and sends forms as people do."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import httpx
from sqlalchemy import event
from starlette.types import ASGIApp

from lienthong.kernel import driver
from lienthong.kernel.runtime import current

HIDDEN = re.compile(r'name="(token|request_id)" value="([^"]+)"')
PAGE = {"accept": "text/html"}
UNPACKED = {"accept-encoding": "identity"}
"""Nothing is gained by packing what is unpacked in the same process; a test of packing asks for it."""
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  httpx looks for it on the disk at every request


class Browser:
    """One browser at the whole house. address: where it sits; 127.0.0.1 is this machine."""

    def __init__(self, *, address: str = "127.0.0.1", app: ASGIApp | None = None) -> None:
        self._app = app or house()
        transport = httpx.ASGITransport(app=self._app, client=(address, 50000))
        self._http = httpx.AsyncClient(
            transport=transport, base_url="http://localhost:8000", headers=UNPACKED, trust_env=False
        )
        self._loop = asyncio.Runner()

    def request(self, method: str, path: str, *, follow: bool = False, **how: Any) -> httpx.Response:
        """Send any request; redirects are answered, not followed, unless asked."""
        return self._loop.run(self._http.request(method, path, follow_redirects=follow, **how))

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page, following redirects."""
        return self.request("GET", path, follow=True, headers={**PAGE, **headers})

    def json(self, path: str) -> Any:
        """Read an endpoint of the programming interface."""
        return self.request("GET", path, headers={"accept": "application/json"}).json()

    def post(self, path: str, *, seen_on: str = "", follow: bool = True, **fields: Any) -> httpx.Response:
        """Send a form as it stands on the page ``seen_on`` (the same address when not named)."""
        hidden = self.hidden_fields(seen_on or path)
        return self.request("POST", path, follow=follow, data={**hidden, **fields}, headers=PAGE)

    def send(self, path: str, fields: dict[str, Any], **headers: str) -> httpx.Response:
        """Send exactly these fields, without looking at a page first (a forger, a double click)."""
        return self.request("POST", path, data=fields, headers={**PAGE, **headers})

    def hidden_fields(self, path: str) -> dict[str, str]:
        """Return the token and the request id of a form on a page; sending them twice is one request."""
        return dict(HIDDEN.findall(self.get(path).text))

    def cookie(self, name: str) -> str:
        """Return a cookie the house has given."""
        return self._http.cookies[name]

    def as_person(self, key: str) -> Browser:
        """Sign in with one click as a person of the demonstration (their accounts must have been seeded)."""
        answer = self.post("/sign-in/demonstration", seen_on="/sign-in", follow=False, person=key)
        assert answer.status_code == 303, answer.text
        return self

    def moved(self, address: str) -> Browser:
        """Return a browser with the same cookies that sits elsewhere: no one-click people, no demonstration inbox."""
        other = Browser(address=address, app=self._app)
        other._http.cookies.update(self._http.cookies)
        return other

    def close(self) -> None:
        """Close the browser."""
        self._loop.run(self._http.aclose())
        self._loop.close()


@cache
def house() -> ASGIApp:
    """The house of all tests: making its 400 routes takes as long as fifty requests."""
    from lienthong.app.asgi import make_app

    return make_app()


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collect every statement that the node's database executes inside the block."""
    statements: list[str] = []

    def noted(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    def passed(sql: str) -> str:
        statements.append(sql)
        return as_written(sql)

    engine, as_written = current().database.engine, driver._placeholders
    event.listen(engine, "before_cursor_execute", noted)
    try:
        with patch.object(driver, "_placeholders", passed):  # what goes through the driver alone passes here
            yield statements
    finally:
        event.remove(engine, "before_cursor_execute", noted)
