"""Procedure files for tests: the built-in one, changed in one place."""

from __future__ import annotations

from typing import Any

import yaml

from lienthong.kernel.definitions import BUILT_IN
from lienthong.kernel.errors import Fault
from lienthong.kernel.runtime import Runtime
from lienthong.services import spec

TEXT = (BUILT_IN / "procedures" / "linked-birth.yaml").read_text(encoding="utf-8")


def put(node: Runtime, text: str, name: str = "changed") -> None:
    """Drop a procedure file into the node's home."""
    folder = node.settings.home / "catalogue" / "procedures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def changed(node: Runtime, path: str, value: Any) -> list[Fault]:
    """Drop the built-in procedure with another id and one change; answer what the check says of it.

    path: ``data.child.fields.full_name.ask``; value None takes the key out.
    """
    content = yaml.load(TEXT, Loader=yaml.CSafeLoader)
    content["procedure"] = "changed"
    *way, last = path.split(".")
    here = content
    for step in way:
        here = here[int(step) if isinstance(here, list) else step]
    if value is None:
        del here[last]
    else:
        here[int(last) if isinstance(here, list) else last] = value
    put(node, yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
    return spec.check()
