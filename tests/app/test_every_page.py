"""Every page of the house, opened by every sort of person: it stands, obeys the policy, and stays light."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute

from lienthong.kernel.runtime import Runtime
from lienthong.webkit import static_files
from tests.architecture.test_forms import all_routes
from tests.browsing import Browser

PEOPLE = ("mother", "commune-officer", "police-officer", "provincial-chairman", "committee-secretary", "data-steward")
LINKED = re.compile(r'(?:<link rel="stylesheet" href|<script src)="/static/[^/]+/([^"]+)"')
LIGHT = 40_000


def plain_pages() -> list[str]:
    """Return the address of every page without parameters in its path."""
    routes: list[APIRoute] = [each for each in all_routes() if "GET" in each.methods]
    return sorted({each.path for each in routes if "{" not in each.path and not each.path.startswith("/api/")})


@pytest.mark.parametrize("key", ["", *PEOPLE])
def test_every_page_stands_for_everybody(nation: Runtime, browse: Callable[..., Browser], key: str) -> None:
    browser = browse()
    if key:
        browser.as_person(key)
    broken = []
    for path in plain_pages():
        for language in ("vi", "en"):
            answer = browser.get(f"{path}?lang={language}")
            page = answer.text if "text/html" in answer.headers.get("content-type", "") else ""
            if answer.status_code >= 500 or (page and (" style=" in page or "<script>" in page)):
                broken.append(f"{path} {language}: {answer.status_code}")
            if page and (page.count("<h1") != 1 or f'<html lang="{language}"' not in page or "<main" not in page):
                broken.append(f"{path} {language}: one h1, one main, its language")
    assert len(plain_pages()) > 10
    assert broken == []


def test_a_citizens_pages_weigh_little(nation: Runtime, browse: Callable[..., Browser]) -> None:
    """HTML, style sheet and script of a citizen's page together: 40 kB compressed at most."""
    browser = browse().as_person("mother")
    files = static_files.files()
    heavy, weighed = [], 0
    for path in plain_pages():
        text = browser.get(path).text
        if 'data-density="citizen"' in text:
            linked = sum(len(files[name].compressed or files[name].content) for name in LINKED.findall(text))
            weight = linked + len(gzip.compress(text.encode(), 5))
            weighed += 1
            if weight > LIGHT:
                heavy.append(f"{path}: {weight}")
    assert weighed > 5
    assert heavy == []
