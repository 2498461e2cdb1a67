"""Tables of the ledger. Pending entries stand in the node's database; the log is a file (or schema) of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, LargeBinary, String

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

pending = table(
    "ledger_pending",
    Column("entry_id", String(26), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    scope=Scope.INTERNAL,
)


def put_pending(entries: Sequence[tuple[str, bytes]]) -> None:
    """Insert entries that wait for the sequencer, in the open transaction. Raises RuntimeError outside of one."""
    database = runtime.current().database
    if not database.in_transaction:
        message = "a ledger entry was recorded outside the transaction it tells of"
        raise RuntimeError(message)
    with database.transaction() as connection:
        connection.execute(pending.insert(), [{"entry_id": entry, "digest": digest} for entry, digest in entries])
