"""A subscriber's copy of a feed: an SQLite file of its own, outside the node's database.

Records and how far the copy is change in one transaction: killed anywhere, it goes on where it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_
from lienthong.registers.api import Change, Record

_TABLES = """
CREATE TABLE IF NOT EXISTS copy (
  id INTEGER PRIMARY KEY CHECK (id = 1), contract TEXT NOT NULL, agency TEXT NOT NULL, scope TEXT NOT NULL,
  offset TEXT NOT NULL, cursor TEXT NOT NULL, building INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS record (
  register TEXT NOT NULL, record TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, valid_from TEXT NOT NULL,
  known_from TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (register, record)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_key ON record (register, key);
"""
_PUT = """
INSERT INTO record (register, record, key, version, valid_from, known_from, content) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (register, record) DO UPDATE SET key = excluded.key, version = excluded.version,
  valid_from = excluded.valid_from, known_from = excluded.known_from, content = excluded.content
WHERE excluded.version >= record.version
"""
_PLACE = """
INSERT OR REPLACE INTO copy (id, contract, agency, scope, offset, cursor, building) VALUES (1, ?, ?, ?, ?, ?, ?)
"""
_DROP = "DELETE FROM record WHERE register = ? AND record = ? AND version <= ?"
_MARK = int.from_bytes(b"LTcp")  # says that an SQLite file is such a copy


class Copy:
    """One copy. offset: up to where the feed was read. building: the snapshot is not whole; cursor: its next page."""

    def __init__(self, connection: sqlite3.Connection, contract: str, agency: str) -> None:
        self._connection, self._who = connection, (contract, agency)
        self.scope, self.offset, self.cursor, self.building = "", "", "", True

    def begin(self, scope: str) -> None:
        """Empty the copy: the next page is the first of a snapshot."""
        with self._connection:
            self._connection.execute("DELETE FROM record")
            self._note(scope, "", "", building=True)

    def build(self, records: Iterable[Record], offset: str, after: str) -> None:
        """Take in a page of a snapshot."""
        with self._connection:
            self._connection.executemany(_PUT, (_row(each) for each in records))
            self._note(self.scope, offset, after, building=bool(after))

    def follow(self, changes: Iterable[Change], offset: str) -> None:
        """Take in a page of the feed; what the copy knows in a later version already is passed over."""
        with self._connection:
            for each in changes:
                if each.leaves:
                    self._connection.execute(_DROP, (each.register, each.record, each.version))
                else:
                    self._connection.execute(_PUT, _row(each))
            self._note(self.scope, offset, "", building=False)

    def contents(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield (register, record, values) of all that the copy has."""
        decode = msgspec.json.Decoder(dict[str, Any]).decode
        for register, record, content in self._connection.execute("SELECT register, record, content FROM record"):
            yield register, record, decode(content)

    def count(self) -> int:
        """Return how many records the copy has."""
        return self._connection.execute("SELECT count(*) FROM record").fetchone()[0]

    def read_place(self) -> None:
        """Read how far the copy is. Raises Conflict for the copy of another contract or agency."""
        found = self._connection.execute(
            "SELECT contract, agency, scope, offset, cursor, building FROM copy"
        ).fetchone()
        if found is None:
            return
        if found[:2] != self._who:
            raise Conflict(
                "feed.other_copy",
                N_("Tệp này là bản sao theo thỏa thuận %(contract)s của cơ quan %(agency)s; chọn tệp khác."),
                contract=found[0],
                agency=found[1],
            )
        self.scope, self.offset, self.cursor, self.building = found[2], found[3], found[4], bool(found[5])

    def _note(self, scope: str, offset: str, cursor: str, *, building: bool) -> None:
        self._connection.execute(_PLACE, (*self._who, scope, offset, cursor, building))
        self.scope, self.offset, self.cursor, self.building = scope, offset, cursor, building


@contextmanager
def copy_at(path: Path, contract: str, agency: str, *, new: bool) -> Iterator[Copy]:
    """Open a copy, readable by its owner alone. new: make it when it is not there. Raises Invalid for another file."""
    if not path.exists():
        if not new or not path.parent.is_dir():
            raise Invalid("feed.no_copy", N_("Không có bản sao nào ở %(file)s."), file=str(path))
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=10)
    try:
        try:
            marked = connection.execute("PRAGMA application_id").fetchone()[0]
            empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if marked != _MARK and not empty:
                raise sqlite3.DatabaseError
            connection.execute(f"PRAGMA application_id = {_MARK}")
            connection.executescript(_TABLES)
        except sqlite3.DatabaseError:
            raise Invalid(
                "feed.not_a_copy",
                N_("Tệp %(file)s không phải bản sao của luồng thay đổi; chọn tệp khác."),
                file=str(path),
            ) from None
        made = Copy(connection, contract, agency)
        made.read_place()
        yield made
    finally:
        connection.close()


def _row(said: Record | Change) -> tuple[Any, ...]:
    record = said.record if isinstance(said, Change) else said.id
    content = msgspec.json.encode(said.values).decode()
    return (said.register, record, said.key, said.version, said.valid_from, said.known_from, content)
