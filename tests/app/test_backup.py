"""Backups that were killed, changed or had no room, and the three commands."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nacl.pwhash import argon2id

from lienthong.app import node
from lienthong.app.backup import making, manifest, restoring, sealing, verifying
from lienthong.app.command_line import main
from lienthong.kernel.errors import Conflict, Invalid, Unavailable
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings
from lienthong.ledger import api as ledger

SECRET = b"a long enough passphrase"


@pytest.fixture(scope="module", autouse=True)
def _cheap_guesses() -> Iterator[None]:
    """These tests are not about the cost of a guess; the restore drill pays it in full."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "OPERATIONS", argon2id.OPSLIMIT_MIN)
        patch.setattr(sealing, "MEMORY", argon2id.MEMLIMIT_MIN)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One backup of a small home, which tests copy before they spoil it."""
    home = tmp_path_factory.mktemp("small") / "home"
    fill(settings_of(home))
    with running(start(settings_of(home))):
        return making.make(tmp_path_factory.mktemp("backups"), SECRET)[0]


def settings_of(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}")


def fill(settings: Settings) -> None:
    with running(start(settings)) as opened:
        node.prepare()
        opened.files.put(b"a paper" * 1000)
        ledger.append([(f"entry-{number}", bytes([number]) * 32) for number in range(40)])


def run(*arguments: str, home: Path) -> Result:
    secret = {sealing.VARIABLE: SECRET.decode()}
    return CliRunner().invoke(main, [*arguments, "--json"], env={"LIENTHONG_HOME": str(home), **secret})


def codes(folder: Path, secret: bytes | None = None) -> set[str]:
    return {each.code for each in verifying.verify(folder, secret).faults}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_the_commands_back_up_check_and_restore(tmp_path: Path) -> None:
    home, there = tmp_path / "home", tmp_path / "there"
    fill(settings_of(home))
    told = run("backup", str(tmp_path / "backups"), home=home)
    assert told.exit_code == 0, told.output
    folder = json.loads(told.output)["folder"]
    checked = run("verify-backup", folder, home=tmp_path / "nowhere")
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.output)["ledger_entries"] == 40
    assert json.loads(checked.output)["keys_opened"] == 2
    assert not (tmp_path / "nowhere").exists()
    assert run("restore", folder, home=there).exit_code == 0
    with running(start(settings_of(there))):
        assert ledger.verify_all().size == 40
    again = run("restore", folder, home=there)
    assert again.exit_code == 2
    assert json.loads(again.output)["error"]["code"] == "restore.home"
    flip(Path(folder) / "ledger.sqlite")
    assert run("verify-backup", folder, home=there).exit_code == 1
    assert run("restore", folder, home=tmp_path / "third").exit_code == 2
    assert not (tmp_path / "third").exists()


def test_every_change_to_a_backup_is_seen(made: Path, tmp_path: Path) -> None:
    for path in [each.path for each in manifest.read(made).files]:
        spoilt = tmp_path / path.replace("/", "-")
        shutil.copytree(made, spoilt)
        flip(spoilt / path)
        assert "backup.altered" in codes(spoilt)
        (spoilt / path).unlink()
        assert "backup.missing" in codes(spoilt)
    more = tmp_path / "more"
    shutil.copytree(made, more)
    (more / "home" / "planted").write_text("x")
    assert codes(more) == {"backup.unlisted"}
    for name in (manifest.NAME, manifest.SIGNATURE):
        changed = tmp_path / name
        shutil.copytree(made, changed)
        flip(changed / name)
        with pytest.raises(Invalid):
            verifying.verify(changed, None)


def test_keys_open_with_their_passphrase_only(made: Path) -> None:
    assert codes(made) == set()
    assert codes(made, b"another passphrase") == {"backup.sealed"}
    assert b"PRIVATE KEY" not in (made / making.SEALED).read_bytes()


@pytest.mark.parametrize("place", ["inside", "short"])
def test_a_backup_that_makes_no_sense_is_refused(
    sqlite_node: Runtime, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == "inside":
        with pytest.raises(Invalid, match=r"backup\.inside"):
            making.make(sqlite_node.settings.home / "backups", SECRET)
    else:
        monkeypatch.setenv(sealing.VARIABLE, "short")
        with pytest.raises(Invalid, match=r"backup\.short"):
            sealing.passphrase(None)


def in_a_process(what: Callable[..., None], *arguments: object) -> int:
    process = multiprocessing.get_context("fork").Process(target=what, args=arguments)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def die_at_file(number: int, below: Path) -> None:
    """Be killed when the n-th file below a folder is opened."""
    left = [number]

    def opened(event: str, arguments: tuple[object, ...]) -> None:
        if event in {"open", "sqlite3.connect"} and str(arguments[0]).startswith(str(below)):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), 9)

    sys.addaudithook(opened)


def back_up_and_die(home: Path, into: Path, number: int) -> None:
    die_at_file(number, into)
    with running(start(settings_of(home))):
        making.make(into, SECRET)


def restore_and_die(folder: Path, home: Path, number: int) -> None:
    die_at_file(number, home.parent)
    restoring.restore(folder, settings_of(home), SECRET)


@pytest.mark.parametrize("number", [2, 5, 9])
def test_a_killed_backup_leaves_nothing_that_looks_like_one(tmp_path: Path, number: int) -> None:
    home, into = tmp_path / "home", tmp_path / "backups"
    fill(settings_of(home))
    assert in_a_process(back_up_and_die, home, into, number) == -9
    assert [each.name for each in into.iterdir() if not each.name.startswith(".")] == []
    left = [each for each in into.glob(".lienthong-*") if each.is_dir()]
    for each in left:
        with pytest.raises(Invalid, match=r"backup\.none"):
            verifying.verify(each, None)
    with running(start(settings_of(home))):
        folder, _ = making.make(into, SECRET)
    assert codes(folder) == set()
    assert [each for each in left if each.exists()] == []


@pytest.mark.parametrize("number", [1, 4])
def test_a_killed_restore_leaves_no_home_and_the_next_one_makes_it(made: Path, tmp_path: Path, number: int) -> None:
    home = tmp_path / "place" / "home"
    assert in_a_process(restore_and_die, made, home, number) == -9
    assert not home.exists()
    restoring.restore(made, settings_of(home), SECRET)
    with running(start(settings_of(home))):
        assert ledger.verify_all().size == 40
    assert [each.name for each in home.parent.iterdir()] == ["home"]
    with pytest.raises(Conflict):
        restoring.restore(made, settings_of(home), SECRET)


def back_up_on_a_full_disk(home: Path, into: Path) -> None:
    """Leave with 7 when the sentence was the right one."""
    with running(start(settings_of(home))):
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        try:
            making.make(into, SECRET)
        except Unavailable as refused:
            sys.exit(7 if refused.code == "backup.full" else 8)


def test_a_full_disk_is_said_and_nothing_is_left_or_lost(tmp_path: Path) -> None:
    home, into = tmp_path / "home", tmp_path / "backups"
    fill(settings_of(home))
    assert in_a_process(back_up_on_a_full_disk, home, into) == 7
    assert [each.name for each in into.iterdir()] == [".lienthong-backup.lock"]
    with running(start(settings_of(home))):
        assert ledger.verify_all().faults == []
        assert codes(making.make(into, SECRET)[0]) == set()
