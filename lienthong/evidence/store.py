"""Parquet files named by outbox range, listed in a manifest that commits with the cursor; read by DuckDB in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String, delete, func, select, update

from lienthong.evidence.domain import SETS, FactSet
from lienthong.kernel import clock, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.events import Event, outbox
from lienthong.kernel.files import write_durably
from lienthong.kernel.ids import new_id

MEMORY_LIMIT = "256MB"
manifest = table(
    "evidence_file",
    Column("file", String(120), primary_key=True),
    Column("facts", String(40), nullable=False, index=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    scope=Scope.INTERNAL,
)
cursor = table(
    "evidence_cursor",
    Column("id", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("at", String(27), nullable=False),
    scope=Scope.INTERNAL,
)


class Engine:
    """One DuckDB in memory per node; every query gets its own cursor, so threads do not wait for each other."""

    def __init__(self, node: runtime.Runtime) -> None:
        self.folder = node.settings.home / "evidence"
        import duckdb

        self._connection = duckdb.connect(
            ":memory:",
            config={"memory_limit": MEMORY_LIMIT, "threads": 2, "temp_directory": str(self.folder / "spill")},
        )

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._connection.cursor() as one:
            return one.execute(sql, list(parameters)).fetchall()

    def run(self, sql: str) -> None:
        """Do a statement such as COPY."""
        with self._connection.cursor() as one:
            one.execute(sql)

    def close(self) -> None:
        """Let go of DuckDB."""
        self._connection.close()


def engine() -> Engine:
    """Return the node's engine."""
    return runtime.current().part("evidence.engine", Engine)


def read_cursor() -> tuple[int, str]:
    """Return how far the outbox has become evidence, and when that was noted ("" before the first time)."""
    with runtime.current().database.reading() as connection:
        row = connection.execute(select(cursor.c.position, cursor.c.at)).first()
    return (row.position, row.at) if row else (0, "")


def commit(before: int, position: int, files: Sequence[dict[str, Any]]) -> bool:
    """List the files and move the cursor in one transaction; False when another process was there first."""
    node = runtime.current()
    at = clock.stamp(node.clock.now())
    with node.database.transaction() as connection:
        if connection.execute(select(cursor.c.id)).first() is None:
            connection.execute(cursor.insert().values(id=1, position=0, at=at))
        moved = connection.execute(update(cursor).where(cursor.c.position == before).values(position=position, at=at))
        if moved.rowcount != 1:
            return False
        if files:
            connection.execute(manifest.insert(), list(files))
    return True


def write_file(facts: FactSet, rows: Sequence[dict[str, Any]], *, name: str = "") -> dict[str, Any]:
    """Write one set's rows as a Parquet file, whole and synced or not at all; answer its manifest row.

    name: of an adopted batch; such a file is never merged, so that the batch is known when it comes again.
    """
    store = engine()
    first, last = rows[0]["position"], rows[-1]["position"]
    lines = store.folder / f".{new_id()}.ndjson"
    lines.parent.mkdir(parents=True, exist_ok=True)
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in facts.columns.items())
    source = f"read_json('{lines}', format = 'newline_delimited', columns = {{{columns}}})"
    try:
        return _copy(store, facts.name, f"SELECT * FROM {source} ORDER BY position", first, last, len(rows), name)  # noqa: S608
    finally:
        lines.unlink(missing_ok=True)


def list_file(listed: dict[str, Any]) -> None:
    """List a file that no event leads to."""
    with runtime.current().database.transaction() as connection:
        connection.execute(manifest.insert().values(**listed))


def is_listed(facts: str, batch: str) -> bool:
    """Say whether an adopted batch is held already."""
    with runtime.current().database.reading() as connection:
        query = select(manifest.c.file).where(manifest.c.file == f"{facts}/{batch}.parquet")
        return connection.execute(query).first() is not None


def first_position(facts: str) -> int:
    """Return the position of the earliest row held, 1 when adopted rows would be the first."""
    with runtime.current().database.reading() as connection:
        lowest = connection.execute(select(func.min(manifest.c.first)).where(manifest.c.facts == facts)).scalar()
    return min(1, lowest) if lowest is not None else 1


def merge_files(facts: str, keep: int) -> int:
    """Merge the files of a set into one when there are more than ``keep``; answer how many were merged."""
    node = runtime.current()
    with node.database.reading() as connection:
        query = select(manifest).where(manifest.c.facts == facts, manifest.c.first > 0).order_by(manifest.c.first)
        listed = connection.execute(query).all()
    if len(listed) <= keep:
        return 0
    store = engine()
    sources = ", ".join(f"'{store.folder / row.file}'" for row in listed)
    rows = sum(row.rows for row in listed)
    select_all = f"SELECT * FROM read_parquet([{sources}]) ORDER BY position"  # noqa: S608  names are ours
    merged = _copy(store, facts, select_all, listed[0].first, max(row.last for row in listed), rows)
    with node.database.transaction() as connection:
        connection.execute(delete(manifest).where(manifest.c.file.in_([row.file for row in listed])))
        connection.execute(manifest.insert().values(**merged))
    return len(listed)


def remove_unlisted(older_than: float) -> int:
    """Delete files that no manifest row lists (left by a crash or a merge) and that are older than this timestamp."""
    folder = engine().folder
    with runtime.current().database.reading() as connection:
        listed = {row.file for row in connection.execute(select(manifest.c.file))}
    gone = 0
    for path in folder.rglob("*"):
        is_left = path.is_file() and str(path.relative_to(folder)) not in listed
        if is_left and path.stat().st_mtime < older_than:
            path.unlink()
            gone += 1
    return gone


def paths(facts: str) -> list[Path]:
    """Return the listed files of a set, never by wildcard: a killed write may have left a broken one."""
    with runtime.current().database.reading() as connection:
        query = select(manifest.c.file).where(manifest.c.facts == facts).order_by(manifest.c.first)
        return [engine().folder / row.file for row in connection.execute(query)]


def source(facts: str) -> str:
    """Return the SQL that stands for a set: its files, or an empty relation of the same columns."""
    files = paths(facts)
    if files:
        return "read_parquet([" + ", ".join(f"'{path}'" for path in files) + "])"
    empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in SETS[facts].columns.items())
    return f"(SELECT {empty} WHERE false)"


def counted_in_outbox(facts: FactSet, position: int) -> int:
    """Return how many events of the set's type the outbox holds up to the position."""
    own = [each.of.type for each in SETS.values() if each.of is not Event]
    of_set = outbox.c.type.not_in(own) if facts.of is Event else outbox.c.type == facts.of.type
    query = select(func.count()).where(of_set, outbox.c.position <= position)
    with runtime.current().database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _copy(store: Engine, facts: str, query: str, first: int, last: int, rows: int, batch: str = "") -> dict[str, Any]:
    name = f"{facts}/{batch or f'{first:012d}-{last:012d}-{new_id()[-6:]}'}.parquet"
    aside = store.folder / f".{new_id()}.parquet"
    path = store.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        store.run(f"COPY ({query}) TO '{aside}' (FORMAT parquet, COMPRESSION zstd)")
        write_durably(path, aside.read_bytes())
    finally:
        aside.unlink(missing_ok=True)
    return {"file": name, "facts": facts, "first": first, "last": last, "rows": rows}
