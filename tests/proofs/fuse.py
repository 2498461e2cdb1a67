"""Kills this process with SIGKILL at a chosen point of what it does, the same one every time.

A point is a statement that reaches a database (a commit is one), a file of the home that is opened to be written,
renamed or removed. Nothing of the house is changed: SQLite tells its statements itself, psycopg is given a cursor that
counts, Python's own audit tells of files.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

AT_THE_END = 0
"""Die when the act is done and nobody was told: the answer is lost."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
MOVES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link"}


@dataclass
class Fuse:
    """Counts the points of an act. at: the point to die at, AT_THE_END, None to live on."""

    folder: Path
    points: int = 0
    at: int | None = None
    opened: list[Any] = field(default_factory=list[Any])

    def begin(self, at: int | None) -> None:
        """Begin an act."""
        self.points, self.at = 0, at

    def end(self) -> None:
        """End an act: who was to die and still lives dies now."""
        if self.at is not None:
            os.killpg(os.getpid(), signal.SIGKILL)

    def touch(self, *_seen: Any) -> None:
        """Come to a point."""
        self.points += 1
        if self.at is not None and self.points == self.at:
            os.killpg(os.getpid(), signal.SIGKILL)

    def lay(self) -> None:
        """Count from now on, in every database that is opened and in every file below the folder."""
        sys.addaudithook(self._audited)
        event.listen(Pool, "connect", self._connected)
        event.listen(Engine, "commit", self.touch)

    def _connected(self, connection: Any, _record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(self.touch)
        else:
            connection.cursor_factory = _counting(self)

    def _audited(self, name: str, told: tuple[Any, ...]) -> None:
        writes = name == "open" and isinstance(told[2], int) and told[2] & WRITES
        if (writes or name in MOVES) and str(told[0]).startswith(str(self.folder)):
            self.touch()


def _counting(fuse: Fuse) -> type[psycopg.Cursor[Any]]:
    class Counting(psycopg.Cursor[Any]):
        def execute(self, *query: Any, **how: Any) -> Any:
            fuse.touch()
            return super().execute(*query, **how)

        def executemany(self, *query: Any, **how: Any) -> Any:
            fuse.touch()
            return super().executemany(*query, **how)

        def copy(self, *query: Any, **how: Any) -> Any:
            fuse.touch()
            return super().copy(*query, **how)

    return Counting
