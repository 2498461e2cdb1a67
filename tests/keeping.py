"""What only time does to files of a node's store."""

from __future__ import annotations

import os

from lienthong.kernel.runtime import Runtime


def an_hour_passes(node: Runtime) -> None:
    """Let files look as if nobody had put them lately: the machine's clock dates them, not the node's."""
    for path in (node.settings.home / "files").rglob("*"):
        os.utime(path, (0, 0))
