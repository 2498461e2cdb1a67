"""Whole registers from the shell: millions from a file, a reform of units with a trial that says what it would do."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienthong.kernel.errors import Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Query
from lienthong.stewardship import api
from tests.registers.people import GROUNDS, STEWARD
from tests.registers.test_patching import MAPPING, NEW, OTHER, A, B
from tests.stewardship.commands import data, run

REASON = ("--reason", "Nghị quyết 1685")


@pytest.fixture
def people(node: Runtime, tmp_path: Path) -> Path:
    """Seven people of four communes, one of whom moved since the reform, in a file; and the mapping beside it."""
    path = tmp_path / "people.csv"
    homes = [(A, "2020-01-01"), (A, "2020-01-01"), (B, "2020-01-01"), (NEW, "2020-01-01"), (NEW, "2025-08-01")]
    homes += [(OTHER, "2020-01-01"), (A, "2025-09-01")]
    lines = [f"0791920{at:05d},Trần An,1,1980-01-01,{code},{day}" for at, (code, day) in enumerate(homes)]
    path.write_text("\n".join(["number,full_name,sex,birth_date,home_commune,_valid_from", *lines]))
    pairs = [f"{old},{new}" for old, new in MAPPING.items()]
    (tmp_path / "mapping.csv").write_text("\n".join(["mã cũ,mã mới", *pairs]), encoding="utf-8")
    return path


def homes() -> list[str]:
    keys = [f"0791920{at:05d}" for at in range(7)]
    (found,) = registers.read(STEWARD, queries=[Query("population", key=keys)], grounds=GROUNDS)
    return [each.values["home_commune"] for each in sorted(found, key=lambda each: each.key)]


def test_a_file_is_loaded_and_its_rejects_are_named(people: Path) -> None:
    with people.open("a") as file:
        file.write("\nkhong,Trần An,1,1980-01-01,26929,2020-01-01")
    loaded = run("load", "population", people)
    assert loaded.exit_code == 1
    assert loaded.output.startswith("8 dòng: 7 mới, 0 thay đổi, 0 không đổi, 1 bị từ chối.")
    assert "khong" in people.with_name("people-rejects.csv").read_text()
    assert data("load", "population", people)["unchanged"] == 7
    assert run("load", "population", people, "--as", "G15").exit_code == 2
    assert run("load", "population", people, "--as", "X").exit_code == 2


def test_a_trial_says_what_the_patch_then_does(people: Path) -> None:
    run("load", "population", people)
    before = homes()
    how = ("population", "--mapping", people.with_name("mapping.csv"), *REASON)
    tried = data("replace-units", *how, "--dry-run")
    assert homes() == before
    assert registers.version_of("population", "079192000000") == 1
    done = data("replace-units", *how)
    assert (tried["changed"], tried["left"]) == (done["changed"], done["left"]) == (4, 1)
    now = homes()
    for each in tried["units"]:
        assert (each["before"], each["after"]) == (before.count(each["unit"]), now.count(each["unit"]))
    assert tried["before"] == tried["after"] == 7
    assert data("replace-units", *how, "--dry-run")["changed"] == 0
    shown = run("replace-units", *how, "--dry-run")
    assert "Tổng các đơn vị này: trước 7, sau 7 bản ghi." in shown.output


def test_the_reform_of_2025_is_known(people: Path) -> None:
    run("load", "population", people)
    tried = data("replace-units", "population", "--dry-run", *REASON)
    assert tried["before"] == tried["after"]
    assert run("replace-units", "population", "--dry-run").exit_code == 2, "a reason is needed"


@pytest.mark.parametrize("text", ["", "mã cũ,mã mới", "26920", "26920,26929\n26920,26740", "\x00"])
def test_a_mapping_that_cannot_be_used_is_refused(sqlite_node: Runtime, tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text(text)
    with pytest.raises(Invalid):
        api.mapping_of(path)
    with pytest.raises(Invalid):
        api.mapping_of(tmp_path / "none.csv")
