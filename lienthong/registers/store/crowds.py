"""Whom an entry about very many people covers: one sorted file of numbers instead of a row for each (decision 0007).

The file is named by its digest, to which the entry's reason (and by it the ledger) commits; it is exact: nobody else
finds the entry in their log. Its row groups are small: one of them is read to find whether
somebody is in it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, insert, select

from lienthong.kernel import driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.ids import new_id

access_crowd = table(
    "access_crowd",
    Column("access", String(26), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("people", Integer, nullable=False),
    scope=Scope.SUBJECT,
)
access_crowd_left = table(
    "access_crowd_left",  # whom an entry about many no longer names: erased by law
    Column("subject", String(40), primary_key=True),
    Column("access", String(26), primary_key=True),
    scope=Scope.SUBJECT,
)
ROWS = 10_000
"""Numbers in one row group: what is read of a file to find whether somebody is in it."""
NUMBER = 12
"""Digits of a personal number, kept as one integer: 2 bytes a person after compression."""


def folder() -> Path:
    """Return where the files stand."""
    made = runtime.current().settings.home / "crowds"
    made.mkdir(parents=True, exist_ok=True, mode=0o700)
    return made


def keep(source: str | Path) -> tuple[str, int]:
    """Write the sorted file of everybody in a source; answer its digest and how many they are.

    source: SQL with the columns ``number`` (a personal number as UBIGINT, NULL for none) and ``other`` (what else names
    a person), or a Parquet file of these columns that is sorted by number already.
    Durable before it is answered: whoever commits an entry that names it can rely on it.
    """
    aside = folder() / f".{new_id()}"
    try:
        if isinstance(source, Path):
            shutil.copyfile(source, aside)
        else:
            _duck(
                f"COPY (SELECT DISTINCT number, other FROM ({source}) WHERE number IS NOT NULL OR other <> ''"  # noqa: S608
                f" ORDER BY number, other) TO '{aside}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS})"
            )
        with aside.open("rb+") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        before = "SELECT number, other, lag(number) OVER () AS n, lag(other) OVER () AS o"
        before += f" FROM read_parquet('{aside}')"
        ((people,),) = _duck(
            f"SELECT count(*) FROM ({before}) WHERE number IS DISTINCT FROM n OR other IS DISTINCT FROM o"  # noqa: S608
        )
        aside.replace(folder() / f"{digest}.parquet")
    finally:
        aside.unlink(missing_ok=True)
    return digest, people


def cover(connection: Connection, entry: str, kept: tuple[str, int]) -> None:
    """Note that an entry covers everybody in a kept file, in the open transaction."""
    digest, people = kept
    connection.execute(insert(access_crowd).values(access=entry, digest=digest, people=people))


def of(connection: Connection, subject: str) -> list[str]:
    """Return the entries about very many people that cover this one."""
    asked = driver.rows(connection, "SELECT access, digest FROM access_crowd") if subject else []
    if not asked:
        return []
    inside = _holding(subject, {row[1] for row in asked})
    left = {
        row[0] for row in driver.rows(connection, "SELECT access FROM access_crowd_left WHERE subject = ?", [subject])
    }
    return [row[0] for row in asked if row[1] in inside and row[0] not in left]


def people_of(connection: Connection, entries: Iterable[str]) -> list[str]:
    """Return everybody that these entries cover, each once."""
    found = connection.execute(select(access_crowd.c.digest).where(access_crowd.c.access.in_(list(entries)))).scalars()
    paths = [str(folder() / f"{each}.parquet") for each in found]
    sql = "SELECT DISTINCT coalesce(lpad(CAST(number AS VARCHAR), 12, '0'), other) FROM read_parquet(?) ORDER BY 1"
    return [row[0] for row in _duck(sql, [paths])] if paths else []


def leave(connection: Connection, subject: str, *, before: str) -> int:
    """Let entries from before a stamp no longer name a person, in the open transaction; answer how many."""
    sql = "SELECT at FROM access WHERE id = ?"
    old = [each for each in of(connection, subject) if driver.rows(connection, sql, [each])[0][0] < before]
    driver.insert_many(connection, "access_crowd_left", ("subject", "access"), [(subject, each) for each in old])
    return len(old)


def _holding(subject: str, digests: set[str]) -> set[str]:
    paths = [str(folder() / f"{each}.parquet") for each in sorted(digests)]
    is_number = len(subject) == NUMBER and subject.isdigit()
    sql = f"SELECT filename FROM read_parquet(?, filename=true) WHERE {'number' if is_number else 'other'} = ?"  # noqa: S608
    return {Path(row[0]).stem for row in _duck(sql, [paths, int(subject) if is_number else subject])}


class _Duck:
    """One DuckDB for the node's files of crowds, that remembers their footers."""

    def __init__(self, _node: runtime.Runtime) -> None:
        import duckdb

        self._connection = duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2})
        self._connection.execute("SET GLOBAL parquet_metadata_cache = true")

    def rows(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        with self._connection.cursor() as one:
            return one.execute(sql, list(parameters)).fetchall()

    def close(self) -> None:
        """Let go of DuckDB."""
        self._connection.close()


def _duck(sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    return runtime.current().part("registers.crowds", _Duck).rows(sql, parameters)
