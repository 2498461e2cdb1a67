"""Hostile input at every address is refused in words; no page breaks, nothing comes back as markup."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import cycle
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from tests.architecture.test_forms import all_routes, web_sources
from tests.browsing import HIDDEN, PAGE, Browser

PEOPLE = ("", "mother", "commune-officer", "provincial-chairman")
MARKUP = "<script>alert(1)</script>"
VALUES = (
    MARKUP,
    "'; DROP TABLE job; --",
    "\x00",
    "../../etc/passwd",
    "-1",
    "9" * 40,
    "1e309",
    "\u202e\ufeff\U0001f9ff\u0323",
    "0" * 5000,
    "{{7*7}}%(x)s{0}",
    "=cmd()|'/c calc'!A1",
    "2026-02-31",
    "NaN",
)
READERS = {"text", "all", "checked", "file"}


def field_names() -> list[str]:
    """Return every name that some form handler reads by name: ``form.text("…")`` in the rooms' web files."""
    found = {
        node.args[0].value
        for source in web_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    return sorted(str(each) for each in found)


def tried(method: str) -> Iterator[tuple[str, int]]:
    """Yield every address of a method, its parameters filled with one hostile value each time, and the turn."""
    turn = cycle(range(len(VALUES)))
    for route in all_routes():
        if method not in route.methods:
            continue
        for _ in range(3):
            first = next(turn)
            yield _filled(route, first), first


def _filled(route: APIRoute, first: int) -> str:
    path = route.path
    for n, each in enumerate(route.dependant.path_params):
        path = path.replace("{" + each.name + "}", quote(VALUES[(first + n) % len(VALUES)][:200], safe=""))
        path = path.replace("{" + each.name + ":path}", quote(VALUES[(first + n) % len(VALUES)][:200], safe=""))
    asked = [
        f"{each.alias}={quote(VALUES[(first + 3 + n) % len(VALUES)][:1000], safe='')}"
        for n, each in enumerate(route.dependant.query_params)
    ]
    return path + ("?" + "&".join(asked) if asked else "")


@pytest.mark.parametrize("key", PEOPLE)
def test_no_address_breaks_and_none_gives_markup_back(
    nation: Runtime, browse: Callable[..., Browser], key: str
) -> None:
    browser = browse()
    if key:
        browser.as_person(key)
    broken = []
    for address, _ in tried("GET"):
        if "/sign-out" in address:
            continue
        answer = browser.request("GET", address, headers=PAGE)
        if answer.status_code >= 500 or MARKUP in answer.text:
            broken.append(f"{address[:120]}: {answer.status_code}")
    assert broken == []


@pytest.mark.parametrize("key", PEOPLE)
def test_no_form_breaks_and_none_gives_markup_back(nation: Runtime, browse: Callable[..., Browser], key: str) -> None:
    """Each form is sent with every field name of the house and a value that no screen would send."""
    browser = browse()
    if key:
        browser.as_person(key)
    token = dict(HIDDEN.findall(browser.get("/account" if key else "/sign-in").text))["token"]
    names, broken = field_names(), []
    assert len(names) > 15
    for address, first in tried("POST"):
        if address.startswith(("/sign-in/demonstration", "/sign-out", "/account/s")):
            continue  # these end or change the session that asks
        fields = {name: VALUES[(first + n) % len(VALUES)] for n, name in enumerate(names)}
        fields |= {"token": token, "request_id": new_id()}
        headers = PAGE | {"x-form-token": token}
        answer = browser.request("POST", address, data=fields, headers=headers)
        if answer.status_code >= 500 or MARKUP in answer.text:
            broken.append(f"{address[:120]}: {answer.status_code}")
    assert broken == []
