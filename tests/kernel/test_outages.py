"""What the machine could not is said in a sentence, with exit code 2; a fault of the program itself is not hidden."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from lienthong.kernel.command import command


def run(work: Callable[[], object]) -> Result:
    """Run a command that does a piece of work."""

    @click.command()
    @command
    def one() -> tuple[Any, str]:
        work()
        return {}, ""

    return CliRunner().invoke(one, ["--json"])


def said(done: Result) -> str:
    assert done.exit_code == 2
    return json.loads(done.stdout)["error"]["code"]


def too_much() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")


def test_a_full_disk_is_said() -> None:
    assert said(run(too_much)) == "disk.full"


def test_a_database_without_room_is_said(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.sqlite") as small:
        small.execute("PRAGMA max_page_count = 2")
        small.execute("CREATE TABLE one (x)")
        assert said(run(lambda: small.execute("INSERT INTO one VALUES (zeroblob(100000))"))) == "disk.full"
    small.close()


def test_a_database_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'no-folder' / 'a.sqlite'}")
    assert said(run(engine.connect)) == "disk.fails"


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    done = run((tmp_path / "nothing.csv").read_text)
    assert said(done) == "file.unusable"
    assert "nothing.csv" in done.stdout


def test_a_fault_of_the_program_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        raise run(lambda: 1 // 0).exception or AssertionError
