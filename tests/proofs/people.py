"""The people of a birth at their browsers: each looks at the page, does what is to be done there, and goes on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from tests.browsing import PAGE, Browser

HIDDEN = re.compile(r'name="(token|request_id)" value="([^"]+)"')
SIGN_IN = "/sign-in"
CHILD = "Lê Nguyễn Minh An"
ANSWERS = {
    "child.full_name": CHILD,
    "child.ethnicity": "01",
    "child.facility": "H29.2.1",
}
PROCEDURE = "/services/linked-birth"


class Visits(Protocol):
    """A browser: opens pages and sends forms, and shows where it was led."""

    def open(self, path: str) -> httpx.Response:
        """Open a page, following redirects."""
        ...

    def send(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """Send a form, following redirects."""
        ...


@dataclass
class Indoors:
    """A browser inside the test's own process."""

    browser: Browser

    def open(self, path: str) -> httpx.Response:
        """Open a page, following redirects."""
        return self.browser.get(path)

    def send(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """Send a form, following redirects."""
        return self.browser.request("POST", path, follow=True, data=fields, headers=PAGE)


@dataclass
class Person:
    """One person of the demonstration, by key, at a browser of their own."""

    key: str
    browser: Visits
    signed_in: bool = False

    def look(self, path: str) -> httpx.Response:
        """Open a page whatever it answers, signing in with one click before the first and when the house asks."""
        shown = self.browser.open(path if self.signed_in else SIGN_IN)
        if shown.url.path == SIGN_IN:
            self.browser.send(f"{SIGN_IN}/demonstration", {**hidden(shown), "person": self.key})
            self.signed_in = True
            shown = self.browser.open(path)
        return shown

    def open(self, path: str) -> httpx.Response:
        """Open a page that this person may see."""
        shown = self.look(path)
        assert shown.status_code == 200, f"{self.key} at {path}: {shown.status_code}"
        return shown

    def press(self, page: httpx.Response, action: str, **fields: Any) -> httpx.Response:
        """Send the form that a page offers for this address, with its hidden fields."""
        assert offers(page, action), f"{page.url.path} offers {self.key} no form for {action}"
        answer = self.browser.send(action, {**hidden(page), **fields})
        assert answer.status_code == 200, f"{self.key} sent {action}: {answer.status_code} {told(answer)}"
        return answer


OFFICERS = {
    "officer": "commune-officer",
    "chair": "commune-chair",
    "police": "police-officer",
    "insurer": "insurance-officer",
    "registrar": "identity-officer",
}


@dataclass
class Birth:
    """The journey of one birth. Every step looks first, so that doing it again after an accident does it once."""

    mother: Person
    father: Person
    officer: Person
    chair: Person
    police: Person
    insurer: Person
    registrar: Person
    patience: Callable[[], None] = lambda: time.sleep(0.05)
    draft: str = ""
    code: str = ""

    def begin(self) -> None:
        """The mother begins."""
        if not self.draft:
            page = self.mother.press(self.mother.open(PROCEDURE), f"{PROCEDURE}/begin")
            self.draft = page.url.path.split("/")[2]

    def fetch(self) -> None:
        """She lets the registers be read."""
        self._press_if_offered(self.mother, f"/drafts/{self.draft}", f"/drafts/{self.draft}/fetch")

    def answer(self) -> None:
        """She answers what no register knows."""
        page = self.mother.open(f"/drafts/{self.draft}")
        if offers(page, f"/drafts/{self.draft}/answers"):
            self.mother.press(page, f"/drafts/{self.draft}/answers", **ANSWERS, then="check")

    def cosign(self) -> None:
        """The father, who lives elsewhere, signs; a father of the same home is not asked."""
        if f"/to-sign/{self.draft}" in self.father.open("/").text:
            address = f"/to-sign/{self.draft}"
            self._press_if_offered(self.father, address, address, answer="agree")

    def file(self) -> None:
        """She signs and files; filed already, she is shown the dossier."""
        page = self.mother.open(f"/drafts/{self.draft}/check")
        if page.url.path.startswith("/drafts/"):
            page = self.mother.press(page, f"/drafts/{self.draft}/file", true="1")
        assert page.url.path.startswith("/dossiers/"), told(page)
        self.code = page.url.path.split("/")[2]

    def receive(self) -> None:
        """The commune takes the dossier in."""
        self._decide(self.officer, "receive")

    def register(self) -> None:
        """Its civil-status officer approves the registration."""
        self._decide(self.officer, "register")

    def sign(self) -> None:
        """Its chair signs; the machine then gives the number and opens the steps of the other agencies."""
        self._decide(self.chair, "register", "sign")

    def settle(self) -> None:
        """The police registers the residence, when the number is there."""
        self._decide_when_open(self.police, "residence")

    def insure(self) -> None:
        """The insurance gives the card."""
        self._decide_when_open(self.insurer, "insurance")

    def identify(self) -> None:
        """The identity police takes the order for the identity card."""
        self._decide_when_open(self.registrar, "card")

    def collect(self) -> None:
        """The mother waits until both papers lie in her wallet."""
        self._wait(lambda: self.mother.open(f"/dossiers/{self.code}").text.count('href="/wallet/') == 2)

    @classmethod
    def of(cls, mother: str, father: str, browser: Callable[[str], Visits], **how: Any) -> Birth:
        """Return the journey of a couple; every person gets a browser of their own."""
        people = {"mother": mother, "father": father, **OFFICERS}
        return cls(**{part: Person(key, browser(key)) for part, key in people.items()}, **how)

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        """The whole journey in order."""
        first = (self.begin, self.fetch, self.answer, self.cosign, self.file)
        return (*first, self.receive, self.register, self.sign, self.settle, self.insure, self.identify, self.collect)

    def walk(self, until: str = "collect") -> Birth:
        """Take every step up to the one named, in order."""
        for step in self.steps:
            step()
            if step.__name__ == until:
                break
        return self

    def _decide(self, who: Person, step: str, verdict: str = "approve") -> None:
        page = who.open(f"/desk/{self.code}")
        action = f"/desk/{self.code}/steps/{step}"
        if offers(page, action) and f'name="verdict" value="{verdict}"' in page.text:
            who.press(page, action, verdict=verdict)

    def _decide_when_open(self, who: Person, step: str) -> None:
        self._wait(lambda: who.look(f"/desk/{self.code}").status_code == 200)
        self._decide(who, step)

    def _press_if_offered(self, who: Person, address: str, action: str, **fields: Any) -> None:
        page = who.open(address)
        if offers(page, action):
            who.press(page, action, **fields)

    def _wait(self, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not met():
            assert time.monotonic() < deadline, "it did not happen in time"
            self.patience()


def hidden(page: httpx.Response) -> dict[str, str]:
    """Return the token and the request id of the forms of a page; sending them twice is one request."""
    return dict(HIDDEN.findall(page.text))


def offers(page: httpx.Response, action: str) -> bool:
    """Say whether a page has a form for this address."""
    return f'action="{action}"' in page.text


def told(page: httpx.Response) -> str:
    """Return what a page says, for messages."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())[:300]
