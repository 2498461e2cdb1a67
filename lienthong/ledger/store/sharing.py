"""One commit for everybody who waits: callers of several threads whose work is written together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Work = TypeVar("Work")


@dataclass(slots=True)
class _Waiting(Generic[Work]):
    """One caller. gate: held until the work is done, or until this caller shall write for all who wait."""

    work: Work
    gate: threading.Lock = field(default_factory=threading.Lock)
    done: bool = False
    failure: BaseException | None = None


class SharedCommit(Generic[Work]):
    """The first caller writes for everybody who waits by then, wakes them, and appoints the next to write."""

    def __init__(self, write: Callable[[Sequence[Work]], None]) -> None:
        self._write = write
        self._queue: list[_Waiting[Work]] = []
        self._lock = threading.Lock()
        self._is_led = False

    def run(self, work: Work) -> None:
        """Have the work written together with that of others; return once it is, or raise what the writing raised."""
        waiting = _Waiting(work)
        waiting.gate.acquire()
        with self._lock:
            self._queue.append(waiting)
            leads, self._is_led = not self._is_led, True
        if not leads:
            waiting.gate.acquire()
        if not waiting.done:
            self._lead()
        if waiting.failure is not None:
            raise waiting.failure

    def _lead(self) -> None:
        with self._lock:
            batch, self._queue = self._queue, []
        failure: BaseException | None = None
        try:
            self._write([each.work for each in batch])
        except BaseException as raised:
            failure = raised
        for each in batch:
            each.done, each.failure = True, failure
            if each.gate.locked():
                each.gate.release()
        with self._lock:
            self._is_led = bool(self._queue)
            if self._is_led:
                self._queue[0].gate.release()
