"""Days when the disk is full, the clock jumps, the worker rests or the database server restarts: what waits is visible,
and in the end nothing is lost and nothing is doubled. ``SOAK_SEED=N make soak`` repeats a run that says N.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lienthong.app.waiting import waiting
from lienthong.kernel.runtime import running
from tests.conftest import MOMENT
from tests.proofs.conftest import seed_nation
from tests.proofs.disks import a_disk
from tests.proofs.house import Home, House, free_port
from tests.proofs.people import Birth, told
from tests.proofs.reckoning import Reckoning, everything_stands_once, everything_was_carried_on
from tests.proofs.test_killed import COUPLE, Fate, Outdoors

pytestmark = pytest.mark.xdist_group("houses")  # with another fork server than the walks
ROOM = "96m"
PATIENCE = 120.0
"""Seconds after which people give up on one page."""


@dataclass
class Patient(Outdoors):
    """A browser whose person reads "try again later" and does. refused: what the house answered, by status."""

    refused: list[str] = field(default_factory=list[str])

    def send(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """Send a form until it is taken, always the same one."""
        return self._until_answered("POST", path, data=fields)

    def open(self, path: str) -> httpx.Response:
        """Open a page until it is shown."""
        return self._until_answered("GET", path)

    def _until_answered(self, method: str, path: str, **how: Any) -> httpx.Response:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._ask(method, path, **how)
            if answer is not None and answer.status_code < 500:
                return answer
            if answer is not None:
                self.refused.append(f"{answer.status_code} {told(answer)}")
            time.sleep(0.05)
        raise TimeoutError(path)


@dataclass
class Day:
    """A birth at a house, with people who try again."""

    house: House
    birth: Birth
    people: list[Patient]

    @property
    def refusals(self) -> set[str]:
        """What people were told when the house could not."""
        return {each for person in self.people for each in person.refused}


@contextmanager
def day_at(home: Home) -> Iterator[Day]:
    """Run the house for a day."""
    house, people = House(home), list[Patient]()
    with ExitStack() as browsers:

        def browser(_key: str) -> Patient:
            people.append(browsers.enter_context(closing(Patient(Fate(house, random.Random(0), [])))))
            return people[-1]

        house.start()
        try:
            yield Day(house, Birth.of(*COUPLE, browser), people)
        finally:
            house.stop()


@contextmanager
def meanwhile(happens: Callable[[threading.Event], None]) -> Iterator[None]:
    """Let something happen again and again beside the people, until they are done."""
    done = threading.Event()
    thread = threading.Thread(target=happens, args=(done,))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def came_once(home: Home, before: Reckoning, after: timedelta) -> None:
    with running(home.open(after=after)):
        everything_stands_once(before, mother=COUPLE[0], father=COUPLE[1])


@pytest.fixture
def small_disk(sqlite_home: Home, tmp_path: Path) -> Iterator[Home]:
    """The home on a disk of its own that can be filled."""
    with a_disk(tmp_path / "disk", ROOM) as disk:
        shutil.copytree(sqlite_home.folder, disk / "home")
        yield replace(sqlite_home, folder=disk / "home", database_url=f"sqlite:///{disk / 'home' / 'lienthong.sqlite'}")


@pytest.mark.soak
def test_a_full_disk_is_said_and_loses_nothing(small_disk: Home, seed: int) -> None:
    before, chance = Reckoning.of(small_disk), random.Random(seed)
    filler = small_disk.folder.parent / "filler"

    def fill_and_clear(done: threading.Event) -> None:
        while not done.is_set():
            try:
                with filler.open("wb", buffering=0) as file:
                    while not done.is_set():
                        file.write(b"x" * 4096)
            except OSError:
                time.sleep(chance.uniform(0.2, 1.5))
            filler.unlink()
            time.sleep(chance.uniform(0.1, 0.6))

    with day_at(small_disk) as day:
        with meanwhile(fill_and_clear):
            day.birth.walk()
        everything_was_carried_on(small_disk, day.house.after)
    assert day.refusals, "the disk was never full when somebody wanted something"
    assert {each[:3] for each in day.refusals} == {"503"}, day.refusals
    came_once(small_disk, before, day.house.after)


@pytest.mark.soak
def test_a_clock_that_jumps_back_and_forth_loses_nothing(home: Home, seed: int) -> None:
    before, chance = Reckoning.of(home), random.Random(seed)
    furthest, polls = timedelta(), 0

    def waits_until_the_clock_is_right() -> None:
        """What is dated in the future is refused, as the law wants it: it is done when the clock is put right."""
        nonlocal polls
        polls += 1
        time.sleep(0.05)
        if polls == 100 and day.house.shift < furthest:
            day.house.stop()
            day.house.shift = furthest
            day.house.start()

    with day_at(home) as day:
        day.birth.patience = waits_until_the_clock_is_right
        for step in day.birth.steps:
            day.house.stop()
            day.house.shift = timedelta(minutes=chance.uniform(-2000, 2000))
            furthest, polls = max(furthest, day.house.shift), 0
            day.house.start()
            step()
        everything_was_carried_on(home, day.house.after)
    assert day.refusals == set()
    came_once(home, before, day.house.after)


@pytest.mark.soak
def test_a_worker_that_rests_for_an_hour_is_seen_and_makes_up_for_it(sqlite_home: Home) -> None:
    before = Reckoning.of(sqlite_home)
    with day_at(sqlite_home) as day:
        day.house.stop()
        day.house.worker = False
        day.house.start()
        day.birth.walk(until="sign")
        with running(sqlite_home.open(after=day.house.after)):
            waits = waiting()
        assert {each.kind for each in waits.jobs} > {"services.give-number"} or waits.facts
        assert waits.figures["ledger_waiting_entries"] > 0
        assert not waits.in_trouble
        measured = httpx.get(f"{day.house.address}/metrics").text
        assert 'lienthong_jobs{state="ready"}' in measured
        day.house.stop()
        day.house.worker, day.house.shift = True, timedelta(hours=1)
        day.house.start()
        day.birth.walk()
        everything_was_carried_on(sqlite_home, day.house.after)
    came_once(sqlite_home, before, day.house.after)


@dataclass
class Server:
    """A PostgreSQL server of one's own, which may be restarted."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def control(self, *arguments: str) -> None:
        """Give it an order and wait until it is done."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, *arguments
        )

    def make(self) -> None:
        """Make its files."""
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8")

    def _run(self, program: str, *arguments: str) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))[-1]
        other = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*other, str(found), *arguments], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server of one's own; its disk is really waited for."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    own = Server(folder, free_port())
    try:
        own.make()
        own.control("start")
        yield own
    finally:
        own.control("-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.soak
def test_a_database_server_restarted_under_load_loses_nothing(server: Server, tmp_path: Path, seed: int) -> None:
    home = Home(tmp_path / "home", server.url, MOMENT)
    seed_nation(home)
    before, chance = Reckoning.of(home), random.Random(seed)
    restarts: list[str] = []

    def restart(done: threading.Event) -> None:
        while not done.is_set() or len(restarts) < 3:
            restarts.append(chance.choice(["fast", "immediate"]))
            server.control("-m", restarts[-1], "restart")
            done.wait(chance.uniform(0.3, 2.0))

    with day_at(home) as day:
        with meanwhile(restart):
            day.birth.walk()
        everything_was_carried_on(home, day.house.after)
    assert {each[:3] for each in day.refusals} <= {"503"}, day.refusals
    came_once(home, before, day.house.after)
