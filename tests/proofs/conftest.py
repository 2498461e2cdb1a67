"""A small demonstration nation, seeded once; every proof gets a home of its own that is a copy of it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lienthong.app import demonstration, node, schedule
from lienthong.evidence import api as evidence
from lienthong.kernel import delivery, jobs
from lienthong.kernel.runtime import Runtime, running
from lienthong.ledger import api as ledger
from tests.browsing import Browser
from tests.conftest import MOMENT, made_once
from tests.databases import drop, recreate, settle
from tests.proofs.house import Home
from tests.proofs.people import Birth, Indoors

PEOPLE = 150


def seed_nation(home: Home) -> None:
    """Seed the nation into an empty home, as the first `up` does."""
    with running(home.open()):
        node.prepare()
        demonstration.seed(people=PEOPLE, say=lambda _line: None)
        work()


@pytest.fixture
def seed(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> int:
    """Every run is another one, and says how to have it again."""
    chosen = int(os.environ.get("SOAK_SEED") or secrets.randbelow(1_000_000))
    request.node.add_report_section("setup", "seed", f"SOAK_SEED={chosen} repeats this run")
    with capsys.disabled():
        print(f"\n{request.node.name}: SOAK_SEED={chosen}", flush=True)  # noqa: T201
    return chosen


@pytest.fixture(scope="session")
def _quiet_nation(tmp_path_factory: pytest.TempPathFactory, _nation_template: Path) -> Path:
    """The nation on SQLite after its worker has done everything that the seed left for it."""

    def make(folder: Path) -> None:
        shutil.copytree(_nation_template, folder)
        with running(Home(folder, f"sqlite:///{folder / 'lienthong.sqlite'}", MOMENT).open()):
            work()
        settle(folder)

    return made_once(tmp_path_factory, "quiet", make)


@pytest.fixture
def sqlite_home(tmp_path: Path, _quiet_nation: Path) -> Home:
    """A home with the nation, on SQLite."""
    folder = tmp_path / "home"
    shutil.copytree(_quiet_nation, folder)
    return Home(folder, f"sqlite:///{folder / 'lienthong.sqlite'}", MOMENT)


@pytest.fixture(scope="session")
def _postgresql_nation(
    tmp_path_factory: pytest.TempPathFactory, _postgresql_template: str
) -> Iterator[tuple[Path, str]]:
    base, template = _postgresql_template.rsplit("/", 1)
    folder, name = tmp_path_factory.mktemp("nation") / "home", f"{template}_nation"
    recreate(base, name, template)
    seed_nation(Home(folder, f"{base}/{name}", MOMENT))
    yield folder, f"{base}/{name}"
    drop(base, name)


@pytest.fixture
def postgresql_home(tmp_path: Path, _postgresql_nation: tuple[Path, str]) -> Iterator[Home]:
    """A home with the nation, on PostgreSQL."""
    seeded, url = _postgresql_nation
    base, template = url.rsplit("/", 1)
    folder, name = tmp_path / "home", f"{template}_case"
    shutil.copytree(seeded, folder)
    recreate(base, name, template)
    yield Home(folder, f"{base}/{name}", MOMENT)
    drop(base, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest) -> Home:
    """A home with the nation: the proof runs once on each database."""
    return request.getfixturevalue(f"{request.param}_home")


@pytest.fixture
def house(home: Home) -> Iterator[Runtime]:
    """The node of that home, running in this process; ``work`` does what its worker would."""
    with running(home.open()) as opened:
        yield opened


@pytest.fixture
def birth(house: Runtime, browse: Callable[..., Browser]) -> Birth:
    """The first couple's journey, each person at a browser of their own in this process."""
    return Birth.of("mother", "father", lambda _key: Indoors(browse()), patience=work)


def work() -> None:
    """Do everything that waits in the background, and put what was logged into the ledger."""
    while jobs.run_all(schedule.handlers()) + delivery.deliver_all(schedule.listeners()):
        pass
    ledger.sequence()
    evidence.ingest()
