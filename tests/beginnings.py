"""States from which many tests begin: made once on each database, then laid under the node of every such test.

Between making and the test the node is closed, as between two lives of a house: nothing of the making is in memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from tests.databases import Content, Kept

Made = TypeVar("Made")


@dataclass(frozen=True)
class Beginning:
    """How everything of a node stood: folder, content of PostgreSQL, clock; made: what its maker answered."""

    folder: Path
    moment: datetime
    made: Any
    content: Content


class Beginnings:
    """The beginnings of this process's tests."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._kept: dict[tuple[object, bool], Beginning] = {}
        self._laid: tuple[Runtime, Beginning] | None = None

    def lay(self, node: Runtime, make: Callable[[Runtime], Made]) -> Made:
        """Let a node that a test was just given stand as ``make`` leaves it; answer what ``make`` answered.

        make: a function that does the same to every such node. What it answers is shared: it must not be changed.
        """
        assert not node._parts, "a beginning is laid before anything else is done at the node"
        kept = self._kept.get((make, node.database.is_sqlite))
        if kept is None:
            made = make(node)
            kept = self._kept[make, node.database.is_sqlite] = self._keep(node, made)
        else:
            self._bring_back(node, kept)
        self._laid = (node, kept)
        return cast(Made, kept.made)

    def _keep(self, node: Runtime, made: object) -> Beginning:
        node.close()
        folder = self._room / str(len(self._kept))
        shutil.copytree(node.settings.home, folder)
        again = cast(Kept, node.database).again
        return Beginning(folder, node.clock.now(), made, again.content() if again else Content())

    def _bring_back(self, node: Runtime, kept: Beginning) -> None:
        node.close()
        shutil.rmtree(node.settings.home)
        shutil.copytree(kept.folder, node.settings.home)
        cast(SetClock, node.clock).set(kept.moment)
        if again := cast(Kept, node.database).again:
            laid = self._laid[1] if self._laid and self._laid[0] is node else kept
            again.refill(kept.content, instead_of=laid.content)
