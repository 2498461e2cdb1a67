"""Facts go up: each one that a room declares becomes evidence, and none carries a name or a value."""

from __future__ import annotations

import ast
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lienthong.app import rooms
from lienthong.evidence import api as evidence
from lienthong.kernel import clock, events
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from tests.architecture.source import sources

PERSONAL = {"name", "full_name", "value", "values", "text", "note", "address", "phone", "number", "subject"}


def declared() -> list[type[events.Event]]:
    rooms.load_tables()
    return [kind for kind in events.declared().values() if kind.__module__.startswith("lienthong.")]


def example(kind: type[events.Event], now: str) -> events.Event:
    """Return a fact of the type with some value in every field."""
    hints = get_type_hints(kind)
    return kind(**{each.name: some_value(each.name, hints[each.name], now) for each in fields(kind)})


def some_value(name: str, hint: Any, now: str) -> Any:
    """Return a value that the field takes."""
    if name == "at" or name.endswith("_at"):
        return now
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if get_origin(hint) is tuple:
        return ()
    return {int: 1, bool: True, float: 1.0}.get(hint, "x")


def test_every_fact_of_every_room_becomes_evidence(sqlite_node: Runtime) -> None:
    now = clock.stamp(sqlite_node.clock.now())
    kinds = declared()
    with sqlite_node.database.transaction():
        for kind in kinds:
            events.publish(system("test"), example(kind, now))
    while evidence.ingest():
        pass
    assert len(kinds) > 20
    assert evidence.freshness().position >= len(kinds)
    assert evidence.reconcile() == []


def test_facts_carry_ids_codes_units_and_times_only() -> None:
    wrong: list[str] = []
    for each in sources():
        if each.part != "events" or each.room == "kernel":
            continue
        for node in ast.walk(each.tree):
            if isinstance(node, ast.ClassDef):
                named = [one.target for one in node.body if isinstance(one, ast.AnnAssign)]
                found = {one.id for one in named if isinstance(one, ast.Name)} & PERSONAL
                wrong += [f"{each.room}.{node.name}.{field}" for field in sorted(found)]
    assert wrong == []
