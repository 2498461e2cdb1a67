"""``lienthong register`` from the shell: what it prints, its JSON, its exit codes, and that it is logged."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from tests.registers.people import COMMUNE, HA, HUY
from tests.stewardship.commands import data, run


@pytest.fixture
def people(node: Runtime, tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(
        "number,full_name,sex,birth_date,home_commune\n"
        f"{HA},Nguyễn Thị Thu Hà,Nữ,08/03/1992,{COMMUNE}\n"
        f"{HUY},Lê Quốc Huy,Nam,1990,{COMMUNE}\n",
        encoding="utf-8",
    )
    return path


def test_import_then_look_up(people: Path) -> None:
    done = run("import", "population", people)
    assert done.exit_code == 0
    assert done.output.splitlines()[0] == "2 dòng: 2 mới, 0 thay đổi, 0 không đổi, 0 bị từ chối."
    shown = run("lookup", "population", HA)
    assert shown.exit_code == 0
    assert "Giới tính: Nữ" in shown.output
    assert "Ngày, tháng, năm sinh: 08/03/1992" in shown.output
    found = data("lookup", "population", "nguyen thi thu ha", "--by", "full_name", "--field", "number")
    assert [each["values"] for each in found] == [{"number": HA}]
    assert run("lookup", "population", "079192990099").exit_code == 1


def test_rejected_rows_are_a_finding(people: Path) -> None:
    people.write_text(people.read_text(encoding="utf-8") + "12,An,Nam,1990,\n", encoding="utf-8")
    done = run("import", "population", people)
    assert done.exit_code == 1
    rejects = people.with_name("people-rejects.csv")
    assert str(rejects) in done.output
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[0].endswith("home_commune,Lý do")
    assert rejects.stat().st_mode & 0o077 == 0, "it holds personal data"


def test_as_of_and_history(people: Path) -> None:
    run("import", "population", people)
    people.write_text(f"number,home_commune\n{HA},26740\n", encoding="utf-8")
    run("import", "population", people, "--valid-from", "01/01/2026", "--reason", "Chuyển nhà")
    (then,) = data("lookup", "population", HA, "--as-of", "31/12/2025")
    (now,) = data("lookup", "population", HA)
    assert (then["values"]["home_commune"], now["values"]["home_commune"]) == (COMMUNE, "26740")
    text = run("history", "population", HA).output
    assert "Phiên bản 2 (thay đổi): từ ngày 01/01/2026" in text
    assert "Chuyển nhà" in text
    assert run("history", "population", "079192990099").exit_code == 2


def test_template_and_export(people: Path, tmp_path: Path) -> None:
    run("import", "population", people)
    assert run("template", "population", tmp_path / "t.xlsx").exit_code == 0
    assert data("export", "population", tmp_path / "out.csv", "--unit", "79")["rows"] == 2
    assert data("export", "population", tmp_path / "out.csv", "--unit", "26740")["rows"] == 0
    assert run("export", "population", tmp_path / "none" / "out.csv").exit_code == 2
    assert run("export", "population", tmp_path / "out.pdf").exit_code == 2


def test_every_command_is_logged_and_another_agency_is_refused(people: Path) -> None:
    run("import", "population", people)
    run("lookup", "population", HA)
    refused = run("lookup", "population", HA, "--as", "G15")
    assert refused.exit_code == 2
    assert "Chỉ cơ quan chủ quản" in refused.stderr
    (entry,) = api.accesses(system("test"), subject=HA)
    assert (entry.act, entry.agency, entry.purpose) == ("read", "G01", "lookup")
    assert entry.actor.startswith("cli:")


def test_registers_are_listed_and_an_unknown_one_is_said_so(node: Runtime) -> None:
    assert [each["id"] for each in data("list")["registers"]][:2] == ["birth_notices", "civil_status"]
    missing = run("lookup", "boats", "1")
    assert missing.exit_code == 2
    assert "lienthong register list" in missing.stderr
    assert run("lookup", "population", HA, "--as", "nobody").exit_code == 2


def test_somebody_is_found_with_family_life_and_neighbours(people: Path) -> None:
    run("import", "population", people)
    found = data("search", "population", "nguyen thi thu haa 1992")
    assert found["hits"][0]["record"]["key"] == HA
    assert found["hits"][0]["why"] == ["name-near", "birth"]
    assert HA in run("search", "population", "thu ha").output
    assert run("search", "population", "không có ai như vậy").exit_code == 1
    assert data("person", HA)["records"][0]["key"] == HA
    assert run("relations", "population", HA, "--steps", "2").exit_code == 0
    assert HA in run("people", "population", COMMUNE).output
