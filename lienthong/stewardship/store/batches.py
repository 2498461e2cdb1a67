"""Imports: the batch, its portions (each committed with its rows), and rows that wait for a person's word."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Text

from lienthong.kernel.database import Scope, table
from lienthong.kernel.keeping import names_file
from lienthong.kernel.rows import Row, Rows

_batch = table(
    "import_batch",
    Column("id", String(26), primary_key=True),
    Column("register", String(40), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("at", String(27), nullable=False),
    Column("name", String(200), nullable=False),  # of the file, or of the table, as its sender calls it
    Column("digest", String(64), nullable=False, info=names_file(until="purged")),
    Column("bytes", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # begun, ready, trying, running, done, undone, dropped
    Column("settings", Text, nullable=False),  # "" until a person has confirmed them
    Column("fingerprint", String(64), nullable=False),  # of the titles: what is remembered for the next file like it
    Column("purpose", String(80), nullable=False),
    Column("basis", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("expected", Integer, nullable=False),  # rows, as far as the file tells
    Column("started", String(27), nullable=False),
    Column("ended", String(27), nullable=False),
    Column("trouble", String(80), nullable=False),  # code of what stopped it last, "" while all is well
    Column("undone_by", String(120), nullable=False),
    Column("undone_reason", Text, nullable=False),
    Column("purged", String(27), nullable=True),  # when its source went at the end of its retention
    Index("ix_import_batch_register", "register", "id"),
    Index("ix_import_batch_digest", "digest"),
    scope=Scope.OWNER,
)
_portion = table(
    "import_portion",
    Column("batch", String(26), primary_key=True),
    Column("trial", Boolean, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("from_row", Integer, nullable=False),
    Column("to_row", Integer, nullable=False),
    Column("at", String(27), nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("counts", Text, nullable=False),
    Column("causes", Text, nullable=False),
    Column("fates", LargeBinary, nullable=False),  # what became of each row, its record and versions; compressed
    Column("samples", Text, nullable=False),
    scope=Scope.OWNER,
)
_review = table(
    "import_review",
    Column("batch", String(26), primary_key=True),
    Column("source_row", Integer, primary_key=True),
    Column("state", String(10), nullable=False),  # open, landed, refused
    Column("said", Text, nullable=False),  # values understood, questions with their candidates
    Column("chosen", Text, nullable=False),
    Column("fate", Text, nullable=False),
    Column("decided_by", String(120), nullable=False),
    Column("decided_at", String(27), nullable=False),
    scope=Scope.OWNER,
)
_MANY = 2**31
_batches, _portions, _reviews = Rows(_batch), Rows(_portion), Rows(_review)


def add(row: dict[str, object]) -> None:
    """Keep a new batch."""
    _batches.add(row)


def one(batch: str, *, lock: bool = False) -> Row | None:
    """Return a batch; locked until the open transaction ends when asked."""
    return _batches.one("WHERE id = ?", batch, lock=lock)


def change(batch: str, **columns: object) -> None:
    """Change columns of a batch."""
    _batches.change(columns, "WHERE id = ?", batch)


def of_register(register: str, agency: str, *, limit: int, after: str = "") -> list[Row]:
    """Return the batches of an agency and those below it, newest first, from before the batch ``after``."""
    return _batches.all(
        "WHERE register = ? AND id < ? AND (agency = ? OR agency LIKE ?) ORDER BY id DESC LIMIT ?",
        register,
        after or "~",
        agency,
        f"{agency}.%",
        limit,
    )


def of_file(register: str, agency: str, digest: str) -> list[Row]:
    """Return the agency's batches of the same bytes, newest first."""
    return _batches.all(
        "WHERE digest = ? AND register = ? AND agency = ? ORDER BY id DESC LIMIT 20", digest, register, agency
    )


def landed_since(register: str, at: str) -> list[Row]:
    """Return the batches that began after a stamp and stand, as far as they came, oldest first."""
    return _batches.all("WHERE register = ? AND started > ? AND state IN ('done', 'running') ORDER BY id", register, at)


def ended_before(register: str, at: str) -> list[Row]:
    """Return the batches of tables whose source is still kept, that ended before a stamp and of which no row waits."""
    return _batches.all(
        "WHERE register = ? AND purged IS NULL AND state IN ('done', 'undone', 'dropped') AND at < ? AND ended < ?"
        " AND NOT EXISTS (SELECT 1 FROM import_review r WHERE r.batch = import_batch.id AND r.state = 'open')"
        " ORDER BY id LIMIT 1000",
        register,
        at,
        at,
    )


def purged_since(at: str) -> list[Row]:
    """Return the batches whose source went since a stamp."""
    return _batches.all("WHERE purged >= ?", at)


def forget_values(batch: str, said: Callable[[str], str]) -> None:
    """Forget what rows of a batch said; what became of each, and how many, stays. said: what is left of a row's own."""
    forget_trial(batch)
    _portions.change({"samples": "[]"}, "WHERE batch = ?", batch)
    for each in reviews(batch):
        decide(batch, each.source_row, said=said(each.said), chosen="")


def portions(batch: str, *, trial: bool) -> list[Row]:
    """Return what was done of a batch, first to last."""
    return _portions.all("WHERE batch = ? AND trial = ? ORDER BY number", batch, trial)


def last_portion(batch: str, *, trial: bool) -> Row | None:
    """Return the last portion that was committed."""
    return _portions.one("WHERE batch = ? AND trial = ? ORDER BY number DESC LIMIT 1", batch, trial)


def add_portion(row: dict[str, object]) -> None:
    """Keep a portion, in the transaction of its rows."""
    _portions.add(row)


def forget_trial(batch: str) -> None:
    """Forget the portions of a dry run and what it asked."""
    _portions.drop("WHERE batch = ? AND trial = ?", batch, True)


def add_reviews(*rows: dict[str, object]) -> None:
    """Keep rows that wait for a person's word."""
    _reviews.put(*rows)


def reviews(batch: str, *, state: str = "", limit: int = 1_000_000, after: int = 0) -> list[Row]:
    """Return the rows of a batch that waited, or those in a state, in order."""
    which = "WHERE batch = ? AND source_row > ? AND (state = ? OR ? = '') ORDER BY source_row LIMIT ?"
    return _reviews.all(which, batch, after, state, state, limit)


def review(batch: str, row: int, *, lock: bool = False) -> Row | None:
    """Return one row that waited; None for a number that no row can have."""
    if not 0 <= row < _MANY:
        return None
    return _reviews.one("WHERE batch = ? AND source_row = ?", batch, row, lock=lock)


def decide(batch: str, row: int, **columns: object) -> None:
    """Keep what a person decided about a row."""
    _reviews.change(columns, "WHERE batch = ? AND source_row = ?", batch, row)
