"""What a running node is made of, at hand for every verb without passing it through every call."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeVar

from lienthong.kernel.clock import Clock, SystemClock
from lienthong.kernel.database import Database
from lienthong.kernel.files import FileStore
from lienthong.kernel.settings import Settings

Part = TypeVar("Part")


@dataclass(kw_only=True)
class Runtime:
    """One node: its settings, database, clock and files, and the parts that rooms hang on it."""

    settings: Settings
    database: Database
    clock: Clock
    files: FileStore
    _parts: dict[object, Any] = field(default_factory=dict[object, Any])
    _lock: RLock = field(default_factory=RLock)

    def part(self, key: object, make: Callable[[Runtime], Part]) -> Part:
        """Return the room's own long-lived object (the ledger's sequencer, a compiled template), made once."""
        if key in self._parts:  # every look at the reference data passes here: the lock is for making alone
            return self._parts[key]
        with self._lock:
            if key not in self._parts:
                self._parts[key] = make(self)
            return self._parts[key]

    def close(self) -> None:
        """Close every part that can be closed, last made first, then the database."""
        with self._lock:
            for each in reversed(list(self._parts.values())):
                getattr(each, "close", lambda: None)()
            self._parts.clear()
        self.database.close()


_current: list[Runtime] = []


def start(settings: Settings, *, clock: Clock | None = None, database: Database | None = None) -> Runtime:
    """Return a new node over its home folder; the caller runs it with ``running`` and closes it.

    database: the one of these settings, when it is open already.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    return Runtime(
        settings=settings,
        database=database or Database(settings.database_url),
        clock=clock or SystemClock(),
        files=FileStore(settings.home / "files"),
    )


@contextmanager
def running(runtime: Runtime) -> Generator[Runtime]:
    """Make this node the one all verbs act on, until the block ends. One process runs one node at a time."""
    _current.append(runtime)
    try:
        yield runtime
    finally:
        _current.remove(runtime)
        runtime.close()


def is_running() -> bool:
    """Say whether a node runs: facts that ship with the package can be asked without one."""
    return bool(_current)


def current() -> Runtime:
    """Return the running node. Raises RuntimeError when none runs: a programming fault, not a user's."""
    if not _current:
        message = "no node is running: call kernel.runtime.running(...) first"
        raise RuntimeError(message)
    return _current[-1]
