"""The rooms the program knows are the rooms of the import contract, and the look of pages stays in web files."""

from __future__ import annotations

import tomllib

from lienthong.app.rooms import ROOMS
from tests.architecture.source import HOUSE, ROOT, imports, sources


def test_the_program_and_the_import_contract_know_the_same_rooms_in_the_same_order() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    assert ["app", *reversed(ROOMS)] == layers
    folders = {path.name for path in HOUSE.iterdir() if (path / "__init__.py").exists()}
    assert folders - {"catalogue"} == set(layers)


def test_only_web_files_and_app_import_webkit() -> None:
    strangers = [
        each.name
        for each in sources()
        if each.room not in {"webkit", "app"}
        and each.part != "web"
        and any(name.startswith("lienthong.webkit") for name in imports(each.tree))
    ]
    assert strangers == []


def test_the_layers_inside_a_room_hold() -> None:
    """web, cli, jobs > api > store > spec > events > domain: a lower file never imports a higher one of its room."""
    order = {"domain": 0, "events": 1, "spec": 2, "store": 3, "api": 4, "jobs": 5, "cli": 5, "web": 5}
    wrong: list[str] = []
    for each in sources():
        own = order.get(each.part)
        if own is None or each.room == "kernel":
            continue
        for name in imports(each.tree):
            pieces = name.split(".")
            other = order.get(pieces[2]) if pieces[:2] == ["lienthong", each.room] and len(pieces) > 2 else None
            if other is not None and pieces[2] != each.part and other >= own:
                wrong.append(f"{each.name} imports {name}")
    assert wrong == []
