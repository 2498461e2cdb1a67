"""The commands of matching and reconciling, as a shell meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lienthong.exchange import cli as exchange
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import cli

WHY = Grounds(purpose="lookup", basis="L-26-2023")
HA, AGAIN = "079192990017", "079192990071"


def run(*arguments: object, code: int = 0, group: Any = cli.commands[0]) -> dict[str, Any]:
    done = CliRunner().invoke(group, [*map(str, arguments), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


@pytest.fixture
def twice(sqlite_node: Runtime) -> None:
    for number, name in ((HA, "Nguyễn Thị Thu Hà"), (AGAIN, "Nguyen Thi Thu Ha")):
        values = {"number": number, "full_name": name, "sex": "2", "birth_date": "1992-03-08", "home_commune": "26929"}
        registers.write(system("seed"), register="population", values=values, grounds=WHY)


@pytest.mark.usefixtures("twice")
def test_duplicates_merge_and_back(tmp_path: Path) -> None:
    rows, pairs = tmp_path / "rows.csv", tmp_path / "pairs.csv"
    found = run("duplicates", "population", "--output", rows, "--pairs", pairs, code=1)
    assert (found["rows"], found["sure"] + found["review"]) == (2, 1)
    assert len({row["cluster_id"] for row in csv.DictReader(rows.read_text().splitlines())}) == 1
    assert "một bên thiếu dấu" in pairs.read_text()
    merged = run("merge", "population", HA, AGAIN, "--reason", "trùng", "--set", "phone=0901234567", "--as", "G01")
    assert (merged["kept_key"], merged["gone_key"]) == (HA, AGAIN)
    assert run("duplicates", "population")["rows"] == 1
    assert run("unmerge", "population", AGAIN, "--reason", "nhầm")["gone_key"] == AGAIN
    assert "error" in run("merge", "population", HA, HA, "--reason", "x", code=2)
    assert "error" in run("merge", "population", HA, AGAIN, "--reason", "x", "--set", "phone", code=2)
    assert "error" in run("duplicates", "population", "--as", "G15", code=2)
    assert "error" in run("links", "residence", "population", code=2)
    source = tmp_path / "list.csv"
    source.write_text("record_id,name,birth_date,number\nx,Lê Huy,1990-07-01,\ny,Lê Huy,1990-07-01,\n")
    assert run("duplicates", "population", "--input", source, code=1)["rows"] == 2
    assert (tmp_path / "list-duplicates.csv").exists()


@pytest.mark.usefixtures("twice")
def test_reconcile(tmp_path: Path) -> None:
    source, output = tmp_path / "list.csv", tmp_path / "out.csv"
    source.write_text(f"id,Số định danh,Họ tên,Ngày sinh\nx,{HA},Nguyễn Thị Thu Hà,08/03/1992\n")
    group = exchange.commands[1]
    how = ("--input", source, "--output", output, "--as", "DN90")
    contract = ("--contract", "subscriber-reconciliation")
    done = run("reconcile", "population", *how, *contract, group=group)
    assert (done["codes"], output.read_text()) == ({"match": 1}, "row_id,code,sheet,source_row,problem\nx,match,,2,\n")
    begun = CliRunner().invoke(group, ["reconcile", "population", *map(str, how), *contract])
    assert f"--resume {begun.stderr.split()[3].rstrip(';')}" in begun.stderr, "what a kill leaves can be gone on with"
    again = run("reconcile", "population", "--resume", done["id"], "--as", "DN90", group=group)
    assert again["result_digest"] == done["result_digest"]
    assert "error" in run("reconcile", "population", "--cancel", done["id"], "--as", "DN90", group=group, code=2)
    assert "error" in run("reconcile", "population", *how, group=group, code=2)
    assert "error" in run("reconcile", "population", "--input", source, *contract, "--as", "X", group=group, code=2)


def test_a_slip_in_the_given_name_beside_a_year_alone_is_seen(sqlite_node: Runtime, tmp_path: Path) -> None:
    path, found = tmp_path / "people.csv", tmp_path / "found.csv"
    path.write_text(
        "record_id,full_name,sex,birth_date,home_commune\n"
        "a,Phùng Khắc Khoan,1,1955-04-30,00541\nb,Phùng Khắc Khoam,1,1955,00541\nc,Lê Văn Tám,1,1955-04-30,26929\n",
        encoding="utf-8",
    )
    done = run("duplicates", "population", "--input", path, "--output", found, code=1)
    assert (done["sure"], done["review"]) == (0, 1)
    with found.open(encoding="utf-8-sig", newline="") as file:
        rows = {each["record_id"]: each["cluster_id"] for each in csv.DictReader(file)}
    assert rows["a"] == rows["b"] != rows["c"]
