"""Sends reminders by itself, and signs the papers of sessions."""

from __future__ import annotations

import time
from typing import Any

from lienthong.kernel.jobs import Handler
from lienthong.oversight import api
from lienthong.oversight.api.papers import JOB

_EVERY = 60.0


class _Reminders:
    """A tick that looks for reminders at the first step after a start and then once a minute: each goes out once."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def __call__(self) -> None:
        if time.monotonic() - self._last >= _EVERY:
            api.remind()
            self._last = time.monotonic()


def _sign(payload: dict[str, Any]) -> None:
    api.finish_paper(payload["paper"])


ticks = (_Reminders(),)
handlers = (Handler(JOB, _sign),)
