"""kill -9 in the middle of a birth, again and again: nothing is lost and nothing is doubled.

The house is a process group of its own on its own home. It is killed at seeded moments: while it answers a request,
between two requests, while it works in the background. Each person does what people do when an answer does not come:
they send the same page again (the same request id), or they open the page anew and go on from what it shows.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from lienthong.kernel.runtime import running
from tests.browsing import PAGE
from tests.proofs.house import PLAIN, Home, House
from tests.proofs.people import Birth
from tests.proofs.reckoning import Reckoning, everything_stands_once, everything_was_carried_on

pytestmark = pytest.mark.xdist_group("houses")  # with another fork server than the walks
STEPS = (
    *("begin", "fetch", "answer", "cosign", "file", "receive", "register", "sign"),
    *("settle", "insure", "identify", "collect", "collect"),
)
"""Where the house may be killed; twice as often while papers are typeset and signed."""
COUPLE = ("mother-2", "father-2")
"""The father lives elsewhere, so he signs as well."""


class Lost(Exception):
    """The answer did not come, and the person looks again instead of sending the same page once more."""


@dataclass
class Fate:
    """When the house is killed and what people do then, all from one seed."""

    house: House
    chance: random.Random
    plan: list[str]
    step: str = ""
    kills: int = 0
    interrupted: int = 0
    usual: float = 0.1
    """Seconds a change took lately: a kill falls anywhere in that time, and a little later."""

    @contextmanager
    def strikes(self, *, change: bool) -> Iterator[None]:
        """Let the house be killed while something is asked of it, when the plan says so."""
        if self.step not in self.plan or (not change and self.chance.random() < 0.7 and self.step != "collect"):
            yield
            return
        self.plan.remove(self.step)
        killer = threading.Timer(self.chance.uniform(0, 1.3) * self.usual, self.house.kill)
        killer.start()
        try:
            yield
        finally:
            killer.join()
            self.kills += 1
            self.house.start()


@dataclass
class Outdoors:
    """A browser at the other end of a wire that may break."""

    fate: Fate
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=30, follow_redirects=True, headers=PAGE, verify=PLAIN)
    )

    def open(self, path: str) -> httpx.Response:
        """Open a page; when it does not come, open it again."""
        while (shown := self._ask("GET", path)) is None:
            pass
        return shown

    def send(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """Send a form; when no answer comes, send exactly the same again, or raise Lost to look first."""
        began = time.monotonic()
        while (answer := self._ask("POST", path, data=fields)) is None:
            if self.fate.chance.random() < 0.5:
                raise Lost
        self.fate.usual = (self.fate.usual + min(time.monotonic() - began, 1)) / 2
        return answer

    def close(self) -> None:
        """Close the browser."""
        self.http.close()

    def _ask(self, method: str, path: str, **how: Any) -> httpx.Response | None:
        with self.fate.strikes(change=method == "POST"):
            try:
                return self.http.request(method, self.fate.house.address + path, **how)
            except httpx.TransportError:
                self.fate.interrupted += 1
        return None


def survive(home: Home, *, kills: int, seed: int, couple: tuple[str, str] = COUPLE) -> Fate:
    """Walk a birth while the house is killed so many times; answer how it went."""
    chance = random.Random(seed)
    house = House(home)
    fate = Fate(house, chance, [chance.choice(STEPS) for _ in range(kills)])
    house.start()
    try:
        with ExitStack() as browsers:
            go_through(Birth.of(*couple, lambda _key: browsers.enter_context(closing(Outdoors(fate)))), fate)
        everything_was_carried_on(home, house.after)
    finally:
        house.stop()
    return fate


def go_through(birth: Birth, fate: Fate) -> None:
    """Take every step of the journey, and each again until it is done and no kill is left for it."""
    for step in birth.steps:
        fate.step, done = step.__name__, False
        while not done or fate.step in fate.plan:
            try:
                step()
                birth.mother.open("/")
                done = True
            except Lost:
                done = False


def prove(home: Home, *, kills: int, seed: int) -> None:
    before = Reckoning.of(home)
    fate = survive(home, kills=kills, seed=seed)
    assert fate.kills == kills
    assert fate.interrupted, "no kill fell while somebody waited for an answer"
    with running(home.open(after=fate.house.after)):
        everything_stands_once(before, mother=COUPLE[0], father=COUPLE[1])


def test_six_kills_lose_nothing_and_double_nothing(sqlite_home: Home) -> None:
    """Six in every run of the tests; ``make soak`` kills 120 times, on both databases, at other moments each time."""
    prove(sqlite_home, kills=6, seed=20261121)


@pytest.mark.soak
@pytest.mark.parametrize("place", range(2))
def test_a_hundred_and_twenty_kills_lose_nothing_and_double_nothing(home: Home, seed: int, place: int) -> None:
    prove(home, kills=30, seed=seed + place)
