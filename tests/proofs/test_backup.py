"""A restore drill: a backup made while a birth goes on; put back elsewhere the birth goes on and happens once."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
from nacl.pwhash import argon2id

from lienthong.app import node
from lienthong.app.backup import making, postgresql, restoring, sealing, verifying
from lienthong.kernel import jobs
from lienthong.kernel.errors import Conflict
from lienthong.kernel.runtime import running
from lienthong.ledger import api as ledger
from lienthong.registers import demonstration as nation
from tests.databases import drop, recreate
from tests.proofs.house import Home, House
from tests.proofs.people import Birth
from tests.proofs.reckoning import Reckoning, everything_stands_once, everything_was_carried_on, select
from tests.proofs.test_killed import COUPLE, Fate, Outdoors

SECRET = "một mật khẩu đủ dài".encode()


@pytest.fixture(autouse=True)
def _cheap_guesses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drill on SQLite pays the cost of a guess in full; the others are not about it."""
    if "[sqlite]" not in request.node.name:
        monkeypatch.setattr(sealing, "OPERATIONS", argon2id.OPSLIMIT_MIN)
        monkeypatch.setattr(sealing, "MEMORY", argon2id.MEMLIMIT_MIN)


@pytest.fixture
def elsewhere(home: Home, tmp_path: Path) -> Iterator[Home]:
    """An empty place for the same kind of node: no folder yet, and a database without tables."""
    folder = tmp_path / "elsewhere"
    if home.database_url.startswith("sqlite"):
        yield replace(home, folder=folder, database_url=f"sqlite:///{folder / 'lienthong.sqlite'}")
        return
    base, name = home.database_url.rsplit("/", 1)
    recreate(base, f"{name}_elsewhere")
    yield replace(home, folder=folder, database_url=f"{base}/{name}_elsewhere")
    drop(base, f"{name}_elsewhere")


def people_at(house: House, browsers: ExitStack, draft: str = "") -> Birth:
    """Return the couple at browsers of their own, far from the house."""
    fate = Fate(house, random.Random(1), [])
    return Birth.of(*COUPLE, lambda _key: browsers.enter_context(closing(Outdoors(fate))), draft=draft)


def backed_up_while_people_work(home: Home, into: Path) -> Path:
    """Walk a birth, and make the backup when it is somewhere in the middle; answer the backup's folder."""
    house = House(home)
    house.start()
    try:
        with ExitStack() as browsers, running(home.open()):
            birth = people_at(house, browsers)
            walking = threading.Thread(target=birth.walk)
            birth.walk(until="fetch")
            walking.start()
            backup, _made = making.make(into, SECRET)
            walking.join()
    finally:
        house.stop()
    return backup


@pytest.mark.parametrize("home", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_a_backup_made_in_the_middle_of_a_birth_is_one_point_and_goes_on_elsewhere(
    home: Home, elsewhere: Home, tmp_path: Path
) -> None:
    before = Reckoning.of(home)
    backup = backed_up_while_people_work(home, tmp_path / "backups")
    found = verifying.verify(backup, SECRET)
    assert found.faults == []
    restoring.restore(backup, elsewhere.settings(), SECRET)
    with running(elsewhere.open()):
        was, rows = found.manifest.rows, Reckoning.here().rows
        changed = {name: rows[name] - was[name] for name in rows if rows[name] != was[name]}
        anew = {"feed_restart": 1, "request": 1}
        assert changed == {"session": -was["session"], "outbox": was["session"], "node_fact": 1, **anew}
        assert jobs.states().get("claimed", 0) == 0
        assert ledger.verify_all().faults == []
        logged = [row[0] for row in select("SELECT id FROM access")]
        waiting = {row[0] for row in select("SELECT entry_id FROM ledger_pending")}
        assert set(logged) == set(ledger.proofs(logged)) | (waiting & set(logged))
        drafts = select("SELECT id FROM dossier WHERE applicant = :who", who=nation.people()[COUPLE[0]])
    house = House(elsewhere)
    house.start()
    try:
        with ExitStack() as browsers:
            people_at(house, browsers, *drafts[0]).walk()
        everything_was_carried_on(elsewhere, house.after)
    finally:
        house.stop()
    with running(elsewhere.open()):
        everything_stands_once(before, mother=COUPLE[0], father=COUPLE[1])


def test_a_restore_killed_after_its_database_goes_on_and_takes_no_other_database(
    postgresql_home: Home, tmp_path: Path
) -> None:
    base, name = postgresql_home.database_url.rsplit("/", 1)
    recreate(base, f"{name}_elsewhere")
    elsewhere = replace(postgresql_home, folder=tmp_path / "there", database_url=f"{base}/{name}_elsewhere")
    try:
        with running(postgresql_home.open()):
            backup, made = making.make(tmp_path / "backups", SECRET)
        with pytest.raises(Conflict, match=r"restore\.database"):
            restoring.restore(backup, replace(elsewhere, database_url=postgresql_home.database_url).settings(), SECRET)
        assert not elsewhere.folder.exists()
        postgresql.restore(elsewhere.database_url, backup, (restoring.MARK, made.id))
        restoring.restore(backup, elsewhere.settings(), SECRET)
        with running(elsewhere.open()):
            node.prepare()
            assert node.fact(restoring.MARK) == made.id
            assert ledger.verify_all().faults == []
    finally:
        drop(base, f"{name}_elsewhere")
