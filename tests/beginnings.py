"""States from which many tests begin: made once on each database, then laid under the node of every such test.

Between making and the test the node is closed, as between two lives of a house: nothing of the making is in memory.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from psycopg import Connection

from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from tests.databases import SEQUENCES, filled, tables

Made = TypeVar("Made")
POSITIONS = "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value > 0"


@dataclass(frozen=True)
class Beginning:
    """How everything of a node stood: folder, rows (on PostgreSQL), clock; made: what its maker answered."""

    folder: Path
    moment: datetime
    made: Any
    rows: dict[str, bytes] = field(default_factory=dict[str, bytes])
    positions: dict[str, int] = field(default_factory=dict[str, int])


class Beginnings:
    """The beginnings of this process's tests."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._kept: dict[tuple[object, bool], Beginning] = {}

    def lay(self, node: Runtime, make: Callable[[Runtime], Made]) -> Made:
        """Let a node that a test was just given stand as ``make`` leaves it; answer what ``make`` answered.

        make: a function that does the same to every such node. What it answers is shared: it must not be changed.
        """
        assert not node._parts, "a beginning is laid before anything else is done at the node"
        kept = self._kept.get((make, node.database.is_sqlite))
        if kept is None:
            made = make(node)
            kept = self._kept[make, node.database.is_sqlite] = self._keep(node, made)
        else:
            self._bring_back(node, kept)
        return cast(Made, kept.made)

    def _keep(self, node: Runtime, made: object) -> Beginning:
        node.close()
        folder = self._room / str(len(self._kept))
        shutil.copytree(node.settings.home, folder)
        moment = node.clock.now()
        if node.database.is_sqlite:
            return Beginning(folder, moment, made)
        with _connected(node) as connection:
            names = filled(connection, tables(connection))
            return Beginning(
                folder, moment, made, {name: _copied(connection, name) for name in names}, _positions(connection)
            )

    def _bring_back(self, node: Runtime, kept: Beginning) -> None:
        node.close()
        shutil.rmtree(node.settings.home)
        shutil.copytree(kept.folder, node.settings.home)
        cast(SetClock, node.clock).set(kept.moment)
        if not node.database.is_sqlite:
            with _connected(node) as connection, connection.transaction():
                _refill(connection, kept)


def _connected(node: Runtime) -> Any:
    """Open the node's database outside of SQLAlchemy: only the driver copies whole tables."""
    return Connection.connect(node.database.url.replace("+psycopg", ""), autocommit=True)


def _copied(connection: Connection[Any], name: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT binary)'.encode()) as copy:
        return b"".join(copy)


def _positions(connection: Connection[Any]) -> dict[str, int]:
    return dict(connection.execute(POSITIONS).fetchall())


def _refill(connection: Connection[Any], kept: Beginning) -> None:
    connection.execute("SET LOCAL session_replication_role = replica")  # in any order, whatever points at what
    for name in filled(connection, tables(connection)):
        connection.execute(f'DELETE FROM "{name}"'.encode())  # noqa: S608
    for name, content in kept.rows.items():
        with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT binary)'.encode()) as copy:
            copy.write(content)
    connection.execute(SEQUENCES)
    for name, position in kept.positions.items():
        connection.execute("SELECT setval(%s::regclass, %s)", [name, position])
