"""Every table says who may see its rows, and is declared through the one function that makes it say so."""

from __future__ import annotations

import ast
import subprocess
import sys

from lienthong.app import rooms
from lienthong.kernel.database import Scope, metadata
from tests.architecture.source import sources


def test_every_table_has_a_scope() -> None:
    rooms.load_tables()
    without = [each.name for each in metadata.sorted_tables if not isinstance(each.info.get("scope"), Scope)]
    assert len(metadata.tables) > 10
    assert without == []


def test_no_table_is_declared_past_its_scope() -> None:
    """SQLAlchemy's own ``Table`` is called in the kernel; tables made from definitions name their scope themselves."""
    direct = [
        f"{each.name}:{node.lineno}"
        for each in sources()
        if each.name != "lienthong/kernel/database.py"
        for node in ast.walk(each.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Table", "sqlalchemy.Table"}
        if not any(one.arg == "info" and "scope" in ast.unparse(one.value) for one in node.keywords)
    ]
    assert direct == []


def test_every_table_is_known_once_the_rooms_are_loaded() -> None:
    """Else a home would get some of its tables at a later start, whenever something else imports them."""
    code = (
        "from lienthong.app import node, rooms; from lienthong.kernel.database import metadata;"
        " rooms.load_tables(); from lienthong.ledger.store import log_metadata;"
        " print(*metadata.tables, *log_metadata.tables)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    declared = {
        ast.literal_eval(call.args[0])
        for each in sources()
        if each.name.startswith("lienthong/") and "/demonstration" not in each.name
        for call in ast.walk(each.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "table"
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert len(declared) > 40
    assert sorted(declared - set(answer.stdout.split())) == []
