"""Every table says who may see its rows, and is declared through the one function that makes it say so."""

from __future__ import annotations

import ast

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
