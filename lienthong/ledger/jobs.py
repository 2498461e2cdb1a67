"""The ledger's schedule: what waits is appended within a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from lienthong.ledger import api

PACE_SECONDS = 0.5
_last = [0.0]


def sequence() -> None:
    """Append what waits, at most twice a second."""
    now = time.monotonic()
    if now - _last[0] >= PACE_SECONDS:
        _last[0] = now
        api.sequence()


urgent: tuple[Callable[[], None], ...] = (sequence,)
"""In a thread of its own: no long job may hold up a proof."""
figures = (("ledger_waiting_entries", api.waiting),)
