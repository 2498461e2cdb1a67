"""One door to personal data: who may call the registers, and that nobody reads their tables behind their back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2] / "lienthong"
DOORS = {"registers", "stewardship", "identity", "exchange", "app"}
TABLES = re.compile(r"\breg_[a-z_%{}]*|\baccess_person\b|\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:access|personal_number)\b")


def modules() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield every module a source imports, wherever in it: at the top, inside a function, by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\blienthong\.registers\.\w+", node.value)


def trespasses(name: str, source: str) -> list[str]:
    """Return what in a source of the room goes past the door."""
    if name in DOORS:
        return []
    tree = ast.parse(source)
    calls = [each for each in imported(tree) if re.match(r"lienthong\.registers(?!\.events\b)(\.|$)", each)]
    texts = [
        found
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for found in TABLES.findall(node.value)
    ]
    return [*calls, *texts]


def test_only_the_doors_reach_the_registers() -> None:
    found = {
        str(path.relative_to(HOUSE)): trespasses(room(path), path.read_text(encoding="utf-8")) for path in modules()
    }
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert len(found) > 300


def test_only_the_store_names_the_tables() -> None:
    """Inside the room the tables are touched by the store alone, which every entry of the access log passes."""
    for path in modules():
        if room(path) == "registers" and "store" not in path.parts:
            texts = [
                node.value
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
            assert [text for text in texts if re.search(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+reg_", text)] == [], path


@pytest.mark.parametrize(
    "source",
    [
        "from lienthong.registers import api",
        "def late():\n    import lienthong.registers.store.records",
        "from lienthong.registers.api import read",
        "import importlib\nimportlib.import_module('lienthong.registers.api')",
        "SQL = 'SELECT payload FROM reg_population'",
        "SQL = 'SELECT * FROM access WHERE subject = ?'",
    ],
)
def test_a_bypass_is_seen(source: str) -> None:
    assert trespasses("services", source)


@pytest.mark.parametrize(
    "source",
    [
        "from lienthong.registers.events import RecordWritten",
        "TITLE = 'who has access'",
        "from lienthong.exchange import api",
    ],
)
def test_what_is_allowed_is_not_refused(source: str) -> None:
    assert trespasses("services", source) == []
