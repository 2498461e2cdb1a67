"""What identity does in the background: send codes, forget what is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lienthong.identity import api
from lienthong.kernel import runtime
from lienthong.kernel.jobs import Handler

EVERY = timedelta(minutes=10)


def _send_code(payload: dict[str, Any]) -> None:
    api.send_code(payload["attempt"])


class _Sweep:
    """When what is over was last forgotten."""

    def __init__(self, _node: runtime.Runtime) -> None:
        self.next_at: datetime | None = None


def forget() -> None:
    """Forget sessions, attempts and pauses whose time is over; every ten minutes."""
    node = runtime.current()
    sweep = node.part("identity-sweep", _Sweep)
    now = node.clock.now()
    if sweep.next_at is None or now >= sweep.next_at:
        sweep.next_at = now + EVERY
        api.purge()


handlers = (Handler(api.SEND_JOB, _send_code),)
ticks = (forget,)
