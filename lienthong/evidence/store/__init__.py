"""Parquet files named by outbox range, listed in a manifest that commits with the cursor; read by DuckDB in memory."""

from __future__ import annotations

from lienthong.evidence.store.counting import TRUE, Counted, Sql, count, find, held, within
from lienthong.evidence.store.engine import engine
from lienthong.evidence.store.listing import (
    commit,
    counted_in_outbox,
    first_position,
    is_adopted,
    list_batch,
    listed,
    read_cursor,
)
from lienthong.evidence.store.writing import merge_files, remove_unlisted, source, write_file

__all__ = [
    "TRUE",
    "Counted",
    "Sql",
    "commit",
    "count",
    "counted_in_outbox",
    "engine",
    "find",
    "first_position",
    "held",
    "is_adopted",
    "list_batch",
    "listed",
    "merge_files",
    "read_cursor",
    "remove_unlisted",
    "source",
    "within",
    "write_file",
]
