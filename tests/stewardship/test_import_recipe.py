"""The recipe of an import works as it is written."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lienthong.kernel.runtime import Runtime
from lienthong.stewardship.domain.importing import told_apart
from tests.stewardship.commands import data, run

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "import-a-file.md"


def test_a_list_as_it_arrives(node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = RECIPE.read_text(encoding="utf-8")
    block = re.search(r"^ *```csv\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    lines = [line.removeprefix("   ") for line in block[1].splitlines(keepends=True)]
    Path("dan-cu.csv").write_text("".join(lines), encoding="utf-8")
    trial, real, listed = (each.split() for each in re.findall(r"`lienthong register ([^`]+)`", text))
    assert run(*trial).exit_code == 1
    report = json.loads(Path("thu.json").read_text(encoding="utf-8"))
    assert (report["rows"], report["landed"], report["rejected"], report["aside"]) == (3, 2, 1, 1)
    assert all(each["rows"] and each["sentence_vi"] and each["sentence_en"] for each in report["problems"])
    assert run("lookup", "population", "079192990017").exit_code == 1, "a dry run writes nothing"
    done = run(*real)
    assert "3 dòng: 2 mới" in done.output
    rows = Path("dong.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[1:3] for row in rows[1:]] == [["3", "accepted"], ["4", "accepted"], ["5", "rejected"]]
    rejects = Path("dan-cu-rejects.csv")
    mended = rejects.read_text(encoding="utf-8-sig").replace("31/02/1990", "28/02/1990")
    rejects.write_text(mended, encoding="utf-8")
    assert "1 dòng: 1 mới" in run("import", "population", rejects, "--yes").output, "mended rejects come in as they are"
    batches = data(*listed)
    assert [each["state"] for each in batches if each["landed"]] == ["done", "done"]
    undone = run("undo", "population", batches[0]["id"], "--reason", "Nhập nhầm")
    assert undone.exit_code == 0
    assert "1 bản ghi" in undone.output


def test_what_is_uncertain_is_not_imported_unasked(sqlite_node: Runtime, tmp_path: Path) -> None:
    path, mapping = tmp_path / "a.csv", tmp_path / "m.json"
    path.write_text("Mã lạ,Họ và tên,Giới tính,Ngày sinh\nTrần Văn An,Hà,Nam,1990\n", encoding="utf-8")
    mapping.write_text(json.dumps({"Mã lạ": "full_name", "Họ và tên": "other_name"}), encoding="utf-8")
    assert run("import", "population", path, "--mapping", mapping).exit_code == 0
    mapping.write_text(json.dumps({"Cột không có": "number"}), encoding="utf-8")
    wrong = run("import", "population", path, "--mapping", mapping)
    assert wrong.exit_code == 2
    assert "m.json" in wrong.stderr


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        ("Ghi chú|Ghi chú", "Ghi chú|Ghi chú (2)"),
        ("Ghi chú|ghi chu|GHI CHÚ", "Ghi chú|ghi chu (2)|GHI CHÚ (3)"),
        ("Ghi chú|Ghi chú (2)|Ghi chú", "Ghi chú|Ghi chú (2)|Ghi chú (3)"),
        ("Số|Ghi chú (2)|Ghi chú|Ghi chú", "Số|Ghi chú (2)|Ghi chú|Ghi chú (3)"),
        ("|Số|", "A|Số|C"),
        ("C|Số|", "C|Số|C (2)"),
    ],
)
def test_columns_of_one_title_are_told_apart(titles: str, names: str) -> None:
    assert told_apart(titles.split("|")) == names.split("|")


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"Ghi chú (2)": "other_name"}, "Tí"),
        ({"Ghi chú": "other_name"}, "Tèo"),
        ({"ghi chu": "other_name", "Ghi chú (2)": ""}, "Tèo"),
        ({"Ghi chú": "", "Ghi chú (2)": ["other_name"]}, "Tí"),
    ],
)
def test_a_mapping_names_either_column_of_one_title(
    sqlite_node: Runtime, tmp_path: Path, chosen: dict[str, object], told: str
) -> None:
    path, mapping = tmp_path / "a.csv", tmp_path / "m.json"
    path.write_text("Họ và tên,Giới tính,Ngày sinh,Ghi chú,Ghi chú\nTrần Văn An,Nam,1990,Tèo,Tí\n", encoding="utf-8")
    mapping.write_text(json.dumps(chosen), encoding="utf-8")
    assert run("import", "population", path, "--mapping", mapping).exit_code == 0
    (found,) = data("lookup", "population", "Trần Văn An", "--by", "full_name")
    assert found["values"]["other_name"] == told
    mapping.write_text(json.dumps(dict.fromkeys(("Ghi chú", "Ghi chú (2)"), "other_name")), encoding="utf-8")
    assert run("import", "population", path, "--mapping", mapping, "--again").exit_code == 2, (
        "one of them would be lost"
    )


def test_a_table_of_another_database(sqlite_node: Runtime, tmp_path: Path) -> None:
    source = tmp_path / "source.sqlite"
    with closing(sqlite3.connect(source)) as other:
        other.execute("CREATE TABLE people (number TEXT, full_name TEXT, sex TEXT, birth_date TEXT, secret TEXT)")
        other.execute("INSERT INTO people VALUES ('079090990021', 'Lê Quốc Huy', 'Nam', '1990', 'x')")
        other.commit()
    wanted = [part for name in ("number", "full_name", "sex", "birth_date") for part in ("--column", name)]
    table = ("--from-database", f"sqlite:///{source}", "--table", "people")
    assert run("import", "population", *table, *wanted).exit_code == 0
    for wrong in (
        ("--from-database", f"sqlite:///{source}", "--table", "nobody"),
        (*table, "--column", "none"),
        ("--from-database", "postgresql://a:secret@127.0.0.1/x", "--table", "people"),
        ("--from-database", "oracle://a@127.0.0.1/x", "--table", "people"),
        ("--from-database", "mysql://a@127.0.0.1/x", "--table", "people"),
        ("--from-database", f"sqlite:///{tmp_path}/none.sqlite", "--table", "people"),
    ):
        refused = run("import", "population", *wrong)
        assert refused.exit_code == 2, refused.output
        assert "secret" not in refused.output
