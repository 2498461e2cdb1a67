"""The recipe in the documentation works as it is written."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api, spec
from tests.stewardship.commands import run

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "add-a-register.md"


def block(language: str) -> str:
    found = re.search(rf"^( *)```{language}\n(.*?)^ *```", RECIPE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    return "".join(line.removeprefix(found[1]) for line in found[2].splitlines(keepends=True))


def test_a_register_is_one_file(node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = node.settings.home / "catalogue" / "registers"
    folder.mkdir(parents=True)
    (folder / "guardians.yaml").write_text(block("yaml"), encoding="utf-8")
    assert [each.text for each in spec.check()] == []

    commands = re.findall(r"`lienthong register ([^`]+)`", RECIPE.read_text(encoding="utf-8"))
    template, bring, find, tell, describe, judge = (command.split() for command in commands)
    assert run(*template).exit_code == 0
    Path("guardians.csv").write_text(block("csv"), encoding="utf-8")
    done = run(*bring)
    assert (done.exit_code, done.output.splitlines()[0]) == (1, "2 dòng: 1 mới, 0 thay đổi, 0 không đổi, 1 bị từ chối.")
    with Path("guardians-rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        (_, reject) = csv.reader(file)
    assert "31/02/2026" in reject
    assert "Từ ngày" in reject[-1]
    assert "0 mới, 0 thay đổi, 1 không đổi" in run(*bring).output

    shown = run(*find)
    assert shown.exit_code == 0
    assert "Nguyễn Minh Khôi" in shown.output
    assert run(*tell).exit_code == 0
    for number in ("079315990105", "079060990003"):
        log = api.accesses(Actor(kind=Kind.CITIZEN, subject=number, level=2), subject=number)
        assert "guardians" in {each.register for each in log}
    documented = run(*describe)
    assert "Hết giám hộ trước khi bắt đầu" in documented.output
    judged = run(*judge)
    assert (judged.exit_code, "guardian_exists" in judged.output) == (1, True), judged.output
