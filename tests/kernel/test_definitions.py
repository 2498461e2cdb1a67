"""Definition files are found in the node's home too, and a fault names its file and line."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from lienthong.kernel import definitions
from lienthong.kernel.runtime import Runtime, running, start


class Step(BaseModel):
    by: str


class Thing(BaseModel):
    thing: str
    steps: list[Step]


def put(node: Runtime, text: str) -> Path:
    path = node.settings.home / "catalogue" / "things" / "one.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_in_the_home_is_a_definition(sqlite_node: Runtime) -> None:
    put(sqlite_node, "thing: một\nsteps:\n  - {by: an}\n")
    good, faults = definitions.load("things", Thing)
    assert [each.model.thing for each in good] == ["một"]
    assert not faults
    assert good[0].place("steps", 0, "by") == "one.yaml:3"


def test_every_fault_has_file_line_and_field(sqlite_node: Runtime) -> None:
    put(sqlite_node, "thing: một\nsteps:\n  - {by: an}\n  - {off: x}\n")
    _good, faults = definitions.load("things", Thing)
    assert [each.at for each in faults] == ["one.yaml:4"]
    assert "steps.1.by" in faults[0].text


def test_a_broken_file_is_one_fault(sqlite_node: Runtime) -> None:
    put(sqlite_node, "thing: một\nsteps: [\n")
    _good, faults = definitions.load("things", Thing)
    assert [each.code for each in faults] == ["definition.yaml"]


def test_what_is_made_of_the_package_s_files_is_made_once_for_all_nodes_that_add_none(
    sqlite_node: Runtime, tmp_path: Path
) -> None:
    made = list[str]()

    def ask(node: Runtime) -> None:
        with running(start(node.settings, clock=node.clock)):
            for _ in range(2):
                definitions.once(f"test {tmp_path}", lambda: made.append(node.settings.home.name) or len(made))

    ask(sqlite_node)
    ask(sqlite_node)
    assert made == ["home"]
    put(sqlite_node, "thing: một\nsteps: []\n")
    ask(sqlite_node)
    ask(sqlite_node)
    assert len(made) == 3, "a home of its own definitions is read once for each node"
