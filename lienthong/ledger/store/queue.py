"""Entries that wait for the sequencer, written with the change or the read they tell of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select

from lienthong.kernel import driver, runtime
from lienthong.ledger.store import pending


def put(entries: Sequence[tuple[str, bytes]]) -> None:
    """Insert entries in the open transaction. Raises RuntimeError outside of one."""
    database = runtime.current().database
    if not database.in_transaction:
        message = "a ledger entry was recorded outside the transaction it tells of"
        raise RuntimeError(message)
    with database.transaction() as connection:
        driver.insert_many(connection, "ledger_pending", ("entry_id", "digest"), entries)


def oldest(limit: int) -> list[tuple[str, bytes]]:
    """Return committed entries that wait, oldest first."""
    query = select(pending.c.entry_id, pending.c.digest).order_by(pending.c.entry_id).limit(limit)
    with runtime.current().database.reading() as connection:
        return [(row.entry_id, bytes(row.digest)) for row in connection.execute(query)]


def drop(entry_ids: Collection[str]) -> None:
    """Forget entries that the log now holds."""
    with runtime.current().database.transaction() as connection:
        connection.execute(delete(pending).where(pending.c.entry_id.in_(entry_ids)))


def count() -> int:
    """Return how many entries wait."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(func.count()).select_from(pending)).scalar_one()
