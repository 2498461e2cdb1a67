"""Writes files of evidence, and merges small ones into one file for each month, sorted by province and unit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lienthong.evidence.domain import SETS, FactSet
from lienthong.evidence.store import listing
from lienthong.evidence.store.engine import Engine, engine
from lienthong.evidence.store.listing import Written
from lienthong.kernel.files import write_durably
from lienthong.kernel.ids import new_id

ROW_GROUP = 32_768
"""Rows that are read or passed over together: small, so that one unit's month is one or two of them."""
FULL = 250_000
"""So many rows are worth sorting at once; a sorted file that has them is not merged again, so no merge takes long."""
RUNS = 6
"""Sorted files of one month that may wait side by side."""


def write_file(facts: FactSet, rows: Sequence[dict[str, Any]], *, name: str = "") -> Written:
    """Write one set's rows as a Parquet file, whole and synced or not at all; answer what to list. name: of a batch."""
    store = engine()
    first, last = rows[0]["position"], rows[-1]["position"]
    lines = store.folder / f".{new_id()}.ndjson"
    lines.parent.mkdir(parents=True, exist_ok=True)
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    columns = ", ".join(f"'{column}': '{kind}'" for column, kind in facts.columns.items())
    source = f"read_json({_quoted(lines)}, format = 'newline_delimited', columns = {{{columns}}})"
    file = f"{facts.name}/{name or f'{first:012d}-{last:012d}-{new_id()[-6:]}'}.parquet"
    try:
        _copy(store, file, f"SELECT * FROM {source} ORDER BY position")  # noqa: S608  names are ours
    finally:
        lines.unlink(missing_ok=True)
    return Written(file, facts.name, first, last, len(rows))


def merge_files(facts: str, keep: int) -> int:
    """Merge the files of a set when more than ``keep`` have come in, or a month has many; answer how many went."""
    files = listing.listed(facts)
    fresh = [each for each in files if each.month is None]
    gone = _merge(facts, fresh) if len(fresh) > keep or sum(each.rows for each in fresh) >= FULL else 0
    months: dict[str, list[Written]] = {}
    for each in listing.listed(facts) if gone else files:
        if each.month is not None and each.rows < FULL:
            months.setdefault(each.month, []).append(each)
    return gone + sum(_merge(facts, runs) for runs in months.values() if len(runs) > RUNS)


def remove_unlisted(older_than: float) -> int:
    """Delete files that no manifest row lists (left by a crash or a merge) and that are older than this timestamp."""
    folder = engine().folder
    kept = listing.file_names()
    gone = 0
    for path in folder.rglob("*"):
        is_left = path.is_file() and str(path.relative_to(folder)) not in kept
        if is_left and path.stat().st_mtime < older_than:
            path.unlink()
            gone += 1
    return gone


def source(facts: str, files: Sequence[str], *, placed: bool = False) -> str:
    """Return the SQL that stands for files of a set, or an empty relation of the same columns.

    placed: each row also says its file and its number there (``filename``, ``file_row_number``).
    """
    columns = SETS[facts].columns
    if files:
        names = ", ".join(_quoted(engine().folder / file) for file in files)
        return f"read_parquet([{names}]{', filename = true, file_row_number = true' if placed else ''})"
    more = ", NULL::VARCHAR AS filename, NULL::BIGINT AS file_row_number" if placed else ""
    empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns.items())
    return f"(SELECT {empty}{more} WHERE false)"


def _merge(facts: str, files: Sequence[Written]) -> int:
    """Write these files again, one for each month, and list the new ones in their place; answer how many went."""
    store = engine()
    everything = source(facts, [each.file for each in files])
    per_month = store.query(f"SELECT month, min(position), max(position), count(*) FROM {everything} GROUP BY month")  # noqa: S608
    columns = SETS[facts].columns
    order = ", ".join([name for name in ("province", "unit") if name in columns] + ["position"])
    merged: list[Written] = []
    for month, first, last, rows in sorted(per_month, key=lambda row: row[0] or ""):
        file = f"{facts}/{month or 'undated'}-{new_id()}.parquet"
        condition = f"month = '{month}'" if month else "month IS NULL"
        _copy(store, file, f"SELECT * FROM {everything} WHERE {condition} ORDER BY {order}")  # noqa: S608
        merged.append(Written(file, facts, first, last, rows, month or ""))
    return len(files) if listing.swap(files, merged) else 0


def _copy(store: Engine, file: str, query: str) -> None:
    aside = store.folder / f".{new_id()}.parquet"
    path = store.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        store.run(f"COPY ({query}) TO {_quoted(aside)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})")
        write_durably(path, aside.read_bytes())
    finally:
        aside.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
