"""What a demonstration's leaders see: invented months, then a past session and its tasks."""

from __future__ import annotations

from collections.abc import Callable

from lienthong.kernel.actor import Actor
from lienthong.oversight.demonstration import figures, sessions


def seed(who: Actor, *, scale: int, say: Callable[[str], None]) -> None:
    """Adopt the invented months and hold the past session; again it changes nothing."""
    figures.seed(who, scale=scale, say=say)
    sessions.seed(who, scale=scale, say=say)
