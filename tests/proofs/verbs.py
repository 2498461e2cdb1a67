"""Sees which public verbs of the rooms are come through."""

from __future__ import annotations

import inspect
import sys
from functools import cache
from types import CodeType, FrameType
from typing import Any

from lienthong.app import rooms


class Entered:
    """Notes, while the block lasts, every verb that is entered: called by hand, by a job or by another verb."""

    def __init__(self) -> None:
        self.verbs: set[str] = set()

    def __enter__(self) -> Entered:
        self._codes = _codes()
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *_failed: object) -> None:
        sys.setprofile(None)

    def _seen(self, frame: FrameType, what: str, _with: Any) -> None:
        if what == "call" and frame.f_code in self._codes:
            self.verbs.add(self._codes[frame.f_code])


@cache
def _codes() -> dict[CodeType, str]:
    found: dict[CodeType, str] = {}
    for room in rooms.ROOMS:
        api = rooms.module(room, "api")
        for name in getattr(api, "__all__", dir(api)):
            verb = getattr(api, name, None)
            if inspect.isfunction(verb):
                found[verb.__code__] = f"{room}.{name}"
    return found
