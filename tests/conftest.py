"""A node of its own for every test, on SQLite and on PostgreSQL, at a fixed moment."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings
from tests import templates
from tests.beginnings import Beginnings
from tests.browsing import Browser
from tests.databases import Again, Kept, drop, folder_in_memory, make_ready, recreate, settle

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=ZONE)
"""Every test begins on Saturday 21/11/2026 at 09:30."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the homes of tests in memory where there is room, unless the caller chose a place; look for garbage less.

    Libraries, rooms and tests stay to the end, a million objects: looking through them took a tenth of the time.
    """
    gc.set_threshold(20_000, 20, 50)
    room = folder_in_memory()
    if room is not None and config.option.basetemp is None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(room))


def pytest_collection_finish() -> None:
    """Take templates as they were compiled before; let the garbage collector pass over all that was collected."""
    templates.keep_compiled()
    gc.collect()
    gc.freeze()


MAY_BE_SKIPPED = {"tests/proofs/test_bad_days.py::test_a_full_disk_": "only who may mount can fill a disk of its own"}
"""Beginning of a test's name → why it may be skipped. A skip that is not listed fails the run."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped that is not listed."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    unlisted = [each.nodeid for each in skipped if not each.nodeid.startswith(tuple(MAY_BE_SKIPPED))]
    if unlisted:
        reporter.write_line(f"skipped and not listed in MAY_BE_SKIPPED: {', '.join(unlisted)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def import_rooms() -> None:
    """Import every room's tables and events, as the running house does."""
    from lienthong.app.rooms import load_tables

    load_tables()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all tables and nothing in them."""
    import_rooms()
    home = tmp_path_factory.mktemp("template") / "home"
    make_ready(home, f"sqlite:///{home / 'lienthong.sqlite'}")
    settle(home)
    return home


@pytest.fixture(scope="session")
def _postgresql_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with all tables, copied by tests; `make test` starts a server when none runs."""
    server = os.environ.get("LIENTHONG_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
    base = server.replace("postgresql://", "postgresql+psycopg://").rsplit("/", 1)[0]
    import_rooms()
    name = f"lienthong_test_{os.getpid()}"
    recreate(base, name)
    make_ready(tmp_path_factory.mktemp("template") / "home", f"{base}/{name}")
    yield f"{base}/{name}"
    drop(base, name)


@pytest.fixture(scope="session")
def _postgresql_again(_postgresql_template: str) -> Iterator[Again]:
    """The one database that every test with empty tables gets, brought back to how it was after each."""
    base, template = _postgresql_template.rsplit("/", 1)
    again = Again(base, f"{template}_empty", template)
    again.make()
    yield again
    again.close()
    drop(base, again.name)


@pytest.fixture(scope="session")
def _sqlite_kept(_sqlite_template: Path) -> Kept:
    """What every test's node on SQLite opens its database with."""
    return Kept(f"sqlite:///{_sqlite_template / 'lienthong.sqlite'}")


@pytest.fixture(scope="session")
def _postgresql_kept(_postgresql_again: Again) -> Iterator[Kept]:
    """What every test's node on PostgreSQL opens the one database with."""
    kept = Kept(_postgresql_again.url, _postgresql_again)
    yield kept
    kept.engine.dispose()


@pytest.fixture
def clock() -> SetClock:
    """The clock of the test's node; move it with ``advance``."""
    return SetClock(MOMENT)


def copy_of(template: Path, folder: Path, kept: Kept, clock: SetClock) -> Runtime:
    """Return a node on SQLite in a folder of its own that begins as the template stands."""
    home = folder / "home"
    shutil.copytree(template, home)
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}")
    return start(settings, clock=clock, database=kept.at(settings.database_url))


@pytest.fixture
def sqlite_node(tmp_path: Path, _sqlite_template: Path, _sqlite_kept: Kept, clock: SetClock) -> Iterator[Runtime]:
    """A running node on SQLite with empty tables."""
    with running(copy_of(_sqlite_template, tmp_path, _sqlite_kept, clock)) as node:
        yield node


@pytest.fixture
def postgresql_node(
    tmp_path: Path, _postgresql_again: Again, _postgresql_kept: Kept, clock: SetClock
) -> Iterator[Runtime]:
    """A running node on PostgreSQL with empty tables."""
    settings = Settings(home=tmp_path / "home", database_url=_postgresql_again.url)
    try:
        with running(start(settings, clock=clock, database=_postgresql_kept)) as node:
            yield node
    finally:
        _postgresql_again.stand_again()


@pytest.fixture(params=["sqlite", "postgresql"])
def node(request: pytest.FixtureRequest) -> Runtime:
    """A running node with empty tables: the test runs once on each database."""
    return request.getfixturevalue(f"{request.param}_node")


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    """``beginnings.lay(node, populate)``: the node stands as ``populate`` leaves it, which ran once for all tests."""
    return Beginnings(tmp_path_factory.mktemp("beginnings"))


@pytest.fixture(scope="session")
def _nation_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small demonstration nation and the accounts of its named people."""
    from lienthong.app import demonstration, node

    def make(home: Path) -> None:
        settings = Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}")
        with running(start(settings, clock=SetClock(MOMENT))):
            node.prepare()
            demonstration.seed(people=150, say=lambda _line: None)
        settle(home)

    return made_once(tmp_path_factory, "nation", make)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a home that the first of the run's processes made for all of them; each copies it and changes nothing."""
    room = factory.getbasetemp()
    room = room.parent if "PYTEST_XDIST_WORKER" in os.environ else room
    home, ready = room / f"{name}-of-all" / "home", room / f"{name}-of-all" / "ready"
    home.parent.mkdir(exist_ok=True)
    with (home.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(home, ignore_errors=True)  # of a process that died while it made one
            make(home)
            ready.touch()
    return home


@pytest.fixture
def demonstration(tmp_path: Path, _nation_template: Path, _sqlite_kept: Kept, clock: SetClock) -> Iterator[Runtime]:
    """A running node on SQLite with the demonstration nation; ``browse().as_person("mother")`` walks in."""
    with running(copy_of(_nation_template, tmp_path, _sqlite_kept, clock)) as node:
        yield node


@pytest.fixture
def nation(demonstration: Runtime) -> Runtime:
    """The demonstration nation, unless a room's tests have a nation of their own."""
    return demonstration


@pytest.fixture
def browse() -> Iterator[Callable[..., Browser]]:
    """Make browsers at the running house: ``browse()``, ``browse(address="10.0.0.9")``."""
    opened: list[Browser] = []

    def make(**how: Any) -> Browser:
        opened.append(Browser(**how))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def client(sqlite_node: Runtime, browse: Callable[..., Browser]) -> Browser:
    """A browser on this machine at a house with empty tables; ``as_person`` needs seeded accounts."""
    return browse()
