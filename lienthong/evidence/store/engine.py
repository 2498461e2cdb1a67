"""DuckDB in memory: one for a node, bounded, and a cursor of its own for every question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lienthong.kernel import runtime

MEMORY_LIMIT = "256MB"
THREADS = 2


class Engine:
    """One DuckDB in memory per node; every query gets its own cursor, so threads do not wait for each other."""

    def __init__(self, node: runtime.Runtime) -> None:
        self.folder = node.settings.home / "evidence"
        import duckdb

        self._connection = duckdb.connect(
            ":memory:",
            config={"memory_limit": MEMORY_LIMIT, "threads": THREADS, "temp_directory": str(self.folder / "spill")},
        )
        with self._connection.cursor() as one:  # a file is never changed, only replaced: its footer is read once
            one.execute("SET GLOBAL parquet_metadata_cache = true")

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._connection.cursor() as one:
            return one.execute(sql, list(parameters)).fetchall()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Do a statement such as COPY."""
        with self._connection.cursor() as one:
            one.execute(sql, list(parameters))

    def close(self) -> None:
        """Let go of DuckDB."""
        self._connection.close()


def engine() -> Engine:
    """Return the node's engine."""
    return runtime.current().part("evidence.engine", Engine)
