"""Which files are evidence: a manifest that commits with the cursor. A file that it does not list does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, String, delete, func, select, update

from lienthong.evidence.domain import SETS, FactSet
from lienthong.kernel import clock, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.events import Event, outbox

manifest = table(
    "evidence_file",
    Column("file", String(120), primary_key=True),
    Column("facts", String(40), nullable=False, index=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    scope=Scope.INTERNAL,
)
sorted_files = table(
    "evidence_sorted",  # files that hold one month, sorted by province and unit; what is not listed here holds any
    Column("file", String(120), primary_key=True),
    Column("month", String(7), nullable=False),  # "" for facts without a month
    scope=Scope.INTERNAL,
)
batches = table(
    "evidence_batch",  # adopted batches, so that one is known when it comes again after its file was merged
    Column("facts", String(40), primary_key=True),
    Column("batch", String(80), primary_key=True),
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


@dataclass(frozen=True, slots=True)
class Written:
    """A file of evidence: its name, set, first and last position, rows. month: of a sorted file, else None."""

    file: str
    facts: str
    first: int
    last: int
    rows: int
    month: str | None = None


def read_cursor() -> tuple[int, str]:
    """Return how far the outbox has become evidence, and when that was noted ("" before the first time)."""
    with runtime.current().database.reading() as connection:
        row = connection.execute(select(cursor.c.position, cursor.c.at)).first()
    return (row.position, row.at) if row else (0, "")


def commit(before: int, position: int, files: Sequence[Written]) -> bool:
    """List the files and move the cursor in one transaction; False when another process was there first."""
    node = runtime.current()
    at = clock.stamp(node.clock.now())
    with node.database.transaction() as connection:
        if connection.execute(select(cursor.c.id)).first() is None:
            connection.execute(cursor.insert().values(id=1, position=0, at=at))
        moved = connection.execute(update(cursor).where(cursor.c.position == before).values(position=position, at=at))
        if moved.rowcount != 1:
            return False
        _list(connection, files)
    return True


def list_batch(listed: Written, batch: str) -> None:
    """List the file of an adopted batch, to which no event leads."""
    with runtime.current().database.transaction() as connection:
        connection.execute(batches.insert().values(facts=listed.facts, batch=batch, rows=listed.rows))
        _list(connection, [listed])


class _AnotherWasFirst(Exception):
    """Rolls a swap back."""


def swap(gone: Sequence[Written], into: Sequence[Written]) -> bool:
    """List merged files in place of those they were made from; False, changing nothing, when another was first."""
    names = [each.file for each in gone]
    try:
        with runtime.current().database.transaction() as connection:
            if connection.execute(delete(manifest).where(manifest.c.file.in_(names))).rowcount != len(names):
                raise _AnotherWasFirst
            connection.execute(delete(sorted_files).where(sorted_files.c.file.in_(names)))
            _list(connection, into)
    except _AnotherWasFirst:
        return False
    return True


def listed(facts: str, months: Sequence[str] | None = None) -> list[Written]:
    """Return the files of a set in the order of their positions; of these months and those that hold any month."""
    columns = [manifest.c[name] for name in ("file", "facts", "first", "last", "rows")]
    both = manifest.outerjoin(sorted_files, sorted_files.c.file == manifest.c.file)
    query = select(*columns, sorted_files.c.month).select_from(both).where(manifest.c.facts == facts)
    if months is not None:
        query = query.where(sorted_files.c.month.is_(None) | sorted_files.c.month.in_(list(months)))
    with runtime.current().database.reading() as connection:
        return [Written(*row) for row in connection.execute(query.order_by(manifest.c.first, manifest.c.file))]


def file_names() -> set[str]:
    """Return every listed file."""
    with runtime.current().database.reading() as connection:
        return {row.file for row in connection.execute(select(manifest.c.file))}


def is_adopted(facts: str, batch: str) -> bool:
    """Say whether an adopted batch is held already."""
    noted = select(batches.c.batch).where(batches.c.facts == facts, batches.c.batch == batch)
    file = select(manifest.c.file).where(manifest.c.file == f"{facts}/{batch}.parquet")  # homes older than the table
    with runtime.current().database.reading() as connection:
        return any(connection.execute(query).first() is not None for query in (noted, file))


def first_position(facts: str) -> int:
    """Return the position of the earliest row held, 1 when adopted rows would be the first."""
    with runtime.current().database.reading() as connection:
        lowest = connection.execute(select(func.min(manifest.c.first)).where(manifest.c.facts == facts)).scalar()
    return min(1, lowest) if lowest is not None else 1


def counted_in_outbox(facts: FactSet, position: int) -> int:
    """Return how many events of the set's type the outbox holds up to the position."""
    own = [each.of.type for each in SETS.values() if each.of is not Event]
    of_set = outbox.c.type.not_in(own) if facts.of is Event else outbox.c.type == facts.of.type
    query = select(func.count()).where(of_set, outbox.c.position <= position)
    with runtime.current().database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _list(connection: Connection, files: Sequence[Written]) -> None:
    for each in files:
        row: dict[str, Any] = {name: getattr(each, name) for name in ("file", "facts", "first", "last", "rows")}
        connection.execute(manifest.insert().values(**row))
        if each.month is not None:
            connection.execute(sorted_files.insert().values(file=each.file, month=each.month))
