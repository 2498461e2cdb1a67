"""Whatever our description of the programming interface allows, and much that it forbids, breaks nothing of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from limits import RateLimitItemPerMinute
from schemathesis.generation import GenerationMode

from lienthong.app.web import limits
from lienthong.kernel.runtime import Runtime
from tests.browsing import HIDDEN, PAGE, Browser

EACH = 100
"""So many requests are made up for every operation, allowed ones and as many forbidden ones."""
KNOWN = {"indicator": "on-time-share"}
"""What is really there: every other request asks for it, to come further than to "not found"."""


@pytest.mark.soak
@pytest.mark.parametrize("person", ["", "mother", "provincial-chairman"])
def test_no_request_is_answered_by_a_server_error(
    nation: Runtime, browse: Callable[..., Browser], person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("BY_PERSON", "BY_PERSON_CHANGES"):  # else most of it would be refused as too much
        monkeypatch.setattr(limits, limit, RateLimitItemPerMinute(10**6))
    browser = browse().as_person(person) if person else browse()
    page = browser.request("GET", "/welcome" if person else "/sign-in", follow=True, headers=PAGE)
    token = dict(HIDDEN.findall(page.text))["token"]
    schema = schemathesis.openapi.from_dict(browser.json("/openapi.json"))
    answers = Counter[int]()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            ask_many(browser, token, operation.as_strategy(generation_mode=mode), answers)
    assert answers[200] > (20 if person == "provincial-chairman" else 0)
    assert sum(answers.values()) > 1_000


def ask_many(browser: Browser, token: str, cases: SearchStrategy[Any], answers: Counter[int]) -> None:
    """Send what was made up and count the answers by status; fail at the first server error."""

    @given(case=cases)
    @settings(
        max_examples=EACH, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    def ask(case: Any) -> None:
        if answers.total() % 2:
            case.path_parameters.update({name: KNOWN[name] for name in case.path_parameters if name in KNOWN})
        how = case.as_transport_kwargs(base_url="http://localhost:8000")
        how.pop("cookies")  # the session is the one of who signed in
        how["headers"] = {**how["headers"], "x-form-token": token}
        if isinstance(how.get("data"), bytes):
            how["content"] = how.pop("data")
        try:
            answer = browser.request(how.pop("method"), how.pop("url"), **how)
        except (httpx.InvalidURL, UnicodeEncodeError):
            return  # no client could send it
        answers[answer.status_code] += 1
        assert answer.status_code < 500, answer.text

    with suppress(Unsatisfiable):  # nothing can be wrong with a request that takes nothing
        ask()
