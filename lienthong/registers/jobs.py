"""Lets registers follow the life events that others tell of, each in a job of its own."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.delivery import Listener
from lienthong.kernel.jobs import Handler
from lienthong.registers.api import following
from lienthong.registers.events import LifeEventTold


def _follow(payload: dict[str, Any]) -> None:
    told = LifeEventTold(**payload["told"])
    following.follow_event(
        following.machine(payload["into"]), into=payload["into"], source=payload["source"], told=told
    )


listeners = (Listener("registers.life-events", (LifeEventTold,), following.hand_on),)
handlers = (Handler(following.JOB, _follow),)
