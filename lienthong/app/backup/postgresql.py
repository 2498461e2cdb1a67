"""A PostgreSQL database at one moment: its tables described by the server itself, its rows by COPY, in one snapshot.

Needs no program beside the driver. Restored in one transaction into an empty database, or not at all.
"""

from __future__ import annotations

import gzip
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_

SHAPE, FOLDER = "postgresql/shape.json", "postgresql"
_OURS = "relnamespace = 'public'::regnamespace"
_TABLES = f"SELECT relname FROM pg_class WHERE {_OURS} AND relkind = 'r' ORDER BY 1"  # noqa: S608
_COLUMNS = f"""
SELECT c.relname, quote_ident(a.attname),
       format_type(a.atttypid, a.atttypmod)
       || coalesce(' COLLATE ' || quote_ident(nullif(l.collname, 'default')), '')
       || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.{_OURS} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"""  # noqa: S608
_SEQUENCES = """
SELECT s.relname, coalesce(p.last_value, 0), t.relname, a.attname
FROM pg_class s JOIN pg_sequences p ON p.schemaname = 'public' AND p.sequencename = s.relname
LEFT JOIN pg_depend o ON o.objid = s.oid AND o.deptype = 'a'
LEFT JOIN pg_class t ON t.oid = o.refobjid
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = o.refobjsubid
WHERE s.relnamespace = 'public'::regnamespace AND s.relkind = 'S' ORDER BY 1"""
_CONSTRAINTS = """
SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid))
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'c', 'f') ORDER BY c.contype = 'f', 1"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1"""


class Shape(msgspec.Struct, frozen=True):
    """What the tables are made of. columns: table → (name, definition); after: what is added once the rows are in."""

    columns: dict[str, list[tuple[str, str]]]
    sequences: list[tuple[str, int, str | None, str | None]]
    after: list[str]


class Point:
    """The database as it stood at one moment."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._rows: dict[str, int] = {}

    def evidence(self) -> list[str]:
        """Return the evidence files that the manifest lists at this moment."""
        return [row[0] for row in self._connection.execute("SELECT file FROM evidence_file ORDER BY file")]

    def copy(self, folder: Path) -> Iterator[str]:
        """Write the shape and every table into the folder; yield each file's name when it is there."""
        (folder / FOLDER).mkdir()
        ask = self._connection.execute
        columns: dict[str, list[tuple[str, str]]] = {row[0]: [] for row in ask(_TABLES)}
        for table, name, definition in ask(_COLUMNS):
            columns[table].append((name, definition))
        after = [row[0] for row in [*ask(_CONSTRAINTS), *ask(_INDEXES)]]
        shape = Shape(columns, [tuple(row) for row in ask(_SEQUENCES)], after)
        (folder / SHAPE).write_bytes(msgspec.json.format(msgspec.json.encode(shape), indent=1))
        yield SHAPE
        for table, named in columns.items():
            yield self._copy(folder, table, [name for name, _ in named])

    def rows(self) -> dict[str, int]:
        """Return how many rows every table has at this moment (once they were copied)."""
        return self._rows

    def _copy(self, folder: Path, table: str, names: list[str]) -> str:
        path = f"{FOLDER}/{table}.copy.gz"
        order = " ORDER BY position" if table == "ledger_entry" else ""
        query = f'COPY (SELECT {", ".join(names)} FROM "{table}"{order}) TO STDOUT'  # noqa: S608
        lines = 0
        with (
            gzip.open(folder / path, "wb", compresslevel=1) as file,
            self._connection.cursor() as cursor,
            cursor.copy(query) as copy,
        ):
            for block in copy:
                lines += bytes(block).count(b"\n")
                file.write(block)
        self._rows[table] = lines
        return path


@contextmanager
def point(url: str) -> Generator[Point]:
    """Hold one repeatable look at the database; nobody waits for it."""
    with _connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Point(connection)


def log(folder: Path) -> tuple[Iterator[tuple[int, str, bytes]], list[str]]:
    """Return the entries of a copied ledger in order, and its checkpoints from small to large."""
    shape = _shape(folder)
    position, entry, digest = (_place(shape, "ledger_entry", each) for each in ("position", "entry_id", "digest"))
    size, note = (_place(shape, "ledger_checkpoint", each) for each in ("size", "note"))
    checkpoints = sorted(_lines(folder, "ledger_checkpoint"), key=lambda row: int(row[size]))
    notes = [row[note].replace("\\n", "\n") for row in checkpoints]  # COPY's way to write the end of a line

    def entries() -> Iterator[tuple[int, str, bytes]]:
        for row in _lines(folder, "ledger_entry"):
            yield int(row[position]), row[entry], bytes.fromhex(row[digest].removeprefix("\\\\x"))

    return entries(), notes


def restore(url: str, folder: Path, mark: tuple[str, str]) -> None:
    """Load a copy into an empty database in one transaction, with a fact about the node that says so.

    mark: name and value of that fact; a database that has it already is as this restore left it. Raises Conflict when
    the database holds anything else.
    """
    with _connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('lienthong.schema'))")
        if connection.execute(_TABLES).fetchone():
            if _is_marked(connection, mark):
                return
            raise Conflict("restore.database", N_("Cơ sở dữ liệu PostgreSQL này không trống; hãy tạo một cái mới."))
        shape = _shape(folder)
        for name, *_ in shape.sequences:
            connection.execute(f'CREATE SEQUENCE "{name}"')
        for table, columns in shape.columns.items():
            listed = ", ".join(f"{name} {definition}" for name, definition in columns)
            connection.execute(f'CREATE TABLE "{table}" ({listed})')
            _load(connection, folder, table, [name for name, _ in columns])
        for name, last, table, column in shape.sequences:
            if table:
                connection.execute(f'ALTER SEQUENCE "{name}" OWNED BY "{table}"."{column}"')
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [f'"{name}"', max(1, last), last > 0])
        for statement in shape.after:
            connection.execute(statement)
        connection.execute("DELETE FROM node_fact WHERE name = %s", [mark[0]])
        connection.execute("INSERT INTO node_fact (name, value) VALUES (%s, %s)", mark)


def _is_marked(connection: Any, mark: tuple[str, str]) -> bool:
    if not connection.execute("SELECT to_regclass('public.node_fact')").fetchone()[0]:
        return False
    return bool(connection.execute("SELECT 1 FROM node_fact WHERE name = %s AND value = %s", mark).fetchone())


def _load(connection: Any, folder: Path, table: str, names: list[str]) -> None:
    query = f'COPY "{table}" ({", ".join(names)}) FROM STDIN'
    with (
        gzip.open(folder / FOLDER / f"{table}.copy.gz") as file,
        connection.cursor() as cursor,
        cursor.copy(query) as copy,
    ):
        while block := file.read(1 << 18):
            copy.write(block)


def _place(shape: Shape, table: str, column: str) -> int:
    return [name.strip('"') for name, _ in shape.columns[table]].index(column)


def _lines(folder: Path, table: str) -> Iterator[list[str]]:
    with gzip.open(folder / FOLDER / f"{table}.copy.gz", "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")


def _shape(folder: Path) -> Shape:
    return msgspec.json.decode((folder / SHAPE).read_bytes(), type=Shape)


def _connect(url: str) -> Any:
    import psycopg

    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))
