"""A node of its own for every test, on SQLite and on PostgreSQL, at a fixed moment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.database import Database
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings
from tests.browsing import Browser

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=ZONE)
"""Every test begins on Saturday 21/11/2026 at 09:30."""


def import_rooms() -> None:
    """Import every room's tables and events, as the running house does."""
    from lienthong.app.rooms import load_tables

    load_tables()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import_rooms()
    home = tmp_path_factory.mktemp("template")
    node = start(Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}"))
    node.database.create_tables()
    with node.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    node.close()
    return home / "lienthong.sqlite"


@pytest.fixture(scope="session")
def _postgresql_template() -> Iterator[str]:
    """A database with all tables, copied for every test; `make test` starts a server when none runs."""
    server = os.environ.get("LIENTHONG_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
    server = server.replace("postgresql://", "postgresql+psycopg://")
    import_rooms()
    name = f"lienthong_test_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    base = server.rsplit("/", 1)[0]
    database = Database(f"{base}/{name}")
    database.create_tables()
    database.close()
    yield f"{base}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def clock() -> SetClock:
    """The clock of the test's node; move it with ``advance``."""
    return SetClock(MOMENT)


@pytest.fixture
def sqlite_node(tmp_path: Path, _sqlite_template: Path, clock: SetClock) -> Iterator[Runtime]:
    """A running node on SQLite with empty tables."""
    path = tmp_path / "home" / "lienthong.sqlite"
    path.parent.mkdir()
    shutil.copy(_sqlite_template, path)
    settings = Settings(home=tmp_path / "home", database_url=f"sqlite:///{path}")
    with running(start(settings, clock=clock)) as node:
        yield node


@pytest.fixture
def postgresql_node(tmp_path: Path, _postgresql_template: str, clock: SetClock) -> Iterator[Runtime]:
    """A running node on PostgreSQL with empty tables."""
    base, template = _postgresql_template.rsplit("/", 1)
    admin = create_engine(f"{base}/postgres", isolation_level="AUTOCOMMIT")
    name = f"{template}_case"
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    settings = Settings(home=tmp_path / "home", database_url=f"{base}/{name}")
    with running(start(settings, clock=clock)) as node:
        yield node
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def node(request: pytest.FixtureRequest) -> Runtime:
    """A running node with empty tables: the test runs once on each database."""
    return request.getfixturevalue(f"{request.param}_node")


@pytest.fixture(scope="session")
def _nation_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small demonstration nation and the accounts of its named people."""
    from lienthong.app import demonstration, node

    home = tmp_path_factory.mktemp("nation") / "home"
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}")
    with running(start(settings, clock=SetClock(MOMENT))) as seeded:
        node.prepare()
        demonstration.seed(people=150, say=lambda _line: None)
        with seeded.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


@pytest.fixture
def demonstration(tmp_path: Path, _nation_template: Path, clock: SetClock) -> Iterator[Runtime]:
    """A running node on SQLite with the demonstration nation; ``browse().as_person("mother")`` walks in."""
    home = tmp_path / "home"
    shutil.copytree(_nation_template, home)
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}")
    with running(start(settings, clock=clock)) as node:
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
