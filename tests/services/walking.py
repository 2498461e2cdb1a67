"""People walking through the pages of services: forms are sent as a browser sends them, with what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import httpx

from lienthong.app import schedule
from lienthong.kernel import delivery, jobs
from tests.browsing import PAGE, Browser

Fields = dict[str, list[str]]
PROCEDURE = "/services/linked-birth"
CHILD = "Lê Nguyễn Minh An"
HOSPITAL = "H29.2.1"
CODE = re.compile(r"/dossiers/([A-Z0-9.]+-\d{6}-\d{4})")


class Forms(HTMLParser):
    """Every POST form of a page: address → the fields a browser would send untouched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, Fields] = {}
        self._form: Fields | None = None
        self._select = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        each = dict(attrs)
        if tag == "form" and each.get("method") == "post":
            self._form = self.found.setdefault(each["action"] or "", {})
        elif self._form is None:
            return
        elif tag == "input" and (each.get("type") not in {"radio", "checkbox"} or "checked" in each):
            self._form.setdefault(each["name"] or "", []).append(each.get("value") or "")
        elif tag == "select":
            self._select = each["name"] or ""
        elif tag == "option" and "selected" in each:
            self._form[self._select] = [each["value"] or ""]
        elif tag == "textarea":
            self._area = each["name"] or ""
            self._form[self._area] = [""]

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""


def press(browser: Browser, page: httpx.Response, action: str, **changed: str | list[str]) -> httpx.Response:
    """Send the form of a page that goes to ``action``, with some fields changed; redirects are followed."""
    fields = Forms(page.text).found[action] | {
        name: [value] if isinstance(value, str) else value for name, value in changed.items()
    }
    return browser.request("POST", action, follow=True, data=fields, headers=PAGE)


class Parent:
    """A parent with a browser of their own who prepares the linked birth dossier."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.draft = ""

    def begin(self) -> httpx.Response:
        """Begin and look at what will be fetched."""
        page = press(self.browser, self.browser.get(PROCEDURE), f"{PROCEDURE}/begin")
        self.draft = page.url.path
        return page

    def fetch(self) -> httpx.Response:
        """Agree to the fetching, unless that was done before, and look at the questions."""
        page = self.begin()
        again = f"{self.draft}/fetch" not in Forms(page.text).found
        return page if again else press(self.browser, page, f"{self.draft}/fetch")

    def answer(self, page: httpx.Response, **answers: str | list[str]) -> httpx.Response:
        """Answer the questions and go on."""
        named = {name.replace("__", "."): value for name, value in answers.items()}
        return press(self.browser, page, f"{self.draft}/answers", then="check", **named)

    def ready(self) -> httpx.Response:
        """Answer everything and look at the last check."""
        page = self.fetch()
        ethnicity = {"child__ethnicity": "01"} if 'name="child.ethnicity"' in page.text else {}
        return self.answer(page, child__full_name=CHILD, child__facility=HOSPITAL, **ethnicity)

    def file(self, page: httpx.Response) -> httpx.Response:
        """Declare it true, sign and file; look at the receipt."""
        return press(self.browser, page, f"{self.draft}/file", true="1")

    def filed(self) -> str:
        """File a whole dossier and answer its code."""
        page = self.file(self.ready())
        found = CODE.search(str(page.url))
        assert found, page.text
        return found[1]


def decide(browser: Browser, code: str, verdict: str = "approve", **more: str | list[str]) -> httpx.Response:
    """Take one decision at the desk with the form the officer sees there."""
    page = browser.get(f"/desk/{code}")
    action = next(each for each in Forms(page.text).found if each.startswith(f"/desk/{code}/steps/"))
    named = {name.replace("__", "-"): value for name, value in more.items()}
    return press(browser, page, action, verdict=verdict, **named)


def work() -> None:
    """Let the house do everything that waits: its own steps, papers, notices."""
    handlers, listeners = schedule.handlers(), schedule.listeners()
    while jobs.run_all(handlers) + delivery.deliver_all(listeners):
        pass


Browse = Callable[..., Browser]
