"""The background work of a node: deliver facts, do jobs, run what is periodic, forget what may be forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from lienthong.app import rooms
from lienthong.kernel import clock, jobs, requests, runtime
from lienthong.kernel.delivery import Listener
from lienthong.kernel.worker import Worker

log = logging.getLogger("lienthong.app")
REQUESTS_KEPT = timedelta(days=30)


class Background:
    """All background work of a node: one thread for facts, jobs and what is periodic, one for what is urgent."""

    def __init__(self) -> None:
        periodic = (*rooms.offered("jobs", "ticks"), DailyPurge())
        self._workers = (Worker(listeners(), handlers(), periodic), Worker((), {}, rooms.offered("jobs", "urgent")))

    def start(self) -> None:
        """Begin in the background; what a killed process of this machine was doing need not wait for its lease."""
        jobs.release_of_the_dead()
        for each in self._workers:
            each.start()

    def stop(self) -> None:
        """Finish the steps at hand and end."""
        for each in self._workers:
            each.stop()

    @property
    def is_alive(self) -> bool:
        """True while every thread works."""
        return all(each.is_alive for each in self._workers)


def listeners() -> list[Listener]:
    """Return every room's listeners."""
    return rooms.offered("jobs", "listeners")


def handlers() -> dict[str, jobs.Handler]:
    """Return every room's job handlers by kind."""
    return {each.kind: each for each in rooms.offered("jobs", "handlers")}


def purge() -> dict[str, int]:
    """Let every room forget what its retention allows; answer how many rows went, by room."""
    now = runtime.current().clock.now()
    gone: dict[str, int] = {"kernel": requests.purge(before=clock.stamp(now - REQUESTS_KEPT))}
    for room, forget in rooms.verbs("api", "purge"):
        gone[room] = _count(forget())
    return gone


class DailyPurge:
    """A tick that purges once a day: at the first step after midnight, or after a start."""

    def __init__(self) -> None:
        self._done = ""

    def __call__(self) -> None:
        today = clock.today(runtime.current().clock).isoformat()
        if self._done != today:
            self._done = today
            gone = {room: rows for room, rows in purge().items() if rows}
            if gone:
                log.info("purged %s", gone)


def _count(answer: Any) -> int:
    return answer if isinstance(answer, int) else 0
