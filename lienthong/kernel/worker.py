"""The background thread: delivers facts and does jobs until told to stop. The same loop is ``lienthong worker``."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from lienthong.kernel import events, jobs, runtime
from lienthong.kernel.database import Watch
from lienthong.kernel.delivery import Listener, deliver

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
IDLE_SECONDS = 2.0
"""While nothing is written: what only waits for its hour (a retry, a lease, the schedule) is looked at this often."""


class Worker:
    """Delivers facts to listeners, does jobs, and runs the schedule (``ticks``), in one thread."""

    def __init__(
        self,
        listeners: Sequence[Listener],
        handlers: Mapping[str, jobs.Handler],
        ticks: Sequence[Callable[[], None]] = (),
    ) -> None:
        self._listeners = listeners
        self._handlers = handlers
        self._ticks = ticks
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="lienthong-worker", daemon=True)

    def start(self) -> None:
        """Begin in a background thread."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """True while the background thread works."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Finish the step at hand and end."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def run(self) -> None:
        """Work until stopped; a failing step is logged by its kind and the loop goes on."""
        events.on_publish(self._wake)
        try:
            with closing(_Need()) as need:
                while not self._stop.is_set():
                    if not self._step(need):
                        self._wake.wait(POLL_SECONDS)
                        self._wake.clear()
        finally:
            events.off_publish(self._wake)

    def _step(self, need: _Need) -> bool:
        try:
            if not need.is_there():
                return False
            busy = deliver(self._listeners, limit=50) > 0
            busy = jobs.run_next(self._handlers) or busy
            for tick in self._ticks:
                tick()
        except Exception as failure:
            log.error("worker step failed: %s", type(failure).__name__)
            self._stop.wait(POLL_SECONDS)
            return False
        return busy


class _Need:
    """Tells whether a step is worth its queries: something was written a moment ago, or none was made for a while."""

    def __init__(self) -> None:
        self._watch = Watch(runtime.current().database)
        self._awake_until = 0.0
        self._last = 0.0

    def is_there(self) -> bool:
        """True when a step should be made now. What is paced (evidence, the ledger) has its turn after each change."""
        now = time.monotonic()
        if self._watch.changed():
            self._awake_until = now + IDLE_SECONDS
        if now >= self._awake_until and now < self._last + IDLE_SECONDS:
            return False
        self._last = now
        return True

    def close(self) -> None:
        """Let go of the database."""
        self._watch.close()
