"""Tables of the ledger. Pending entries stand in the node's database; the log has its own file (or the same server)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Text

from lienthong.kernel.database import Scope, table

pending = table(
    "ledger_pending",
    Column("entry_id", String(26), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    scope=Scope.INTERNAL,
)

log_metadata = MetaData()
_number = BigInteger().with_variant(Integer, "sqlite")  # an INTEGER key is SQLite's own row number: no second index

entries = table(
    "ledger_entry",
    Column("position", _number, primary_key=True, autoincrement=False),
    Column("entry_id", String(26), nullable=False, unique=True),
    Column("digest", LargeBinary(32), nullable=False),
    scope=Scope.INTERNAL,
    into=log_metadata,
)
nodes = table(
    "ledger_node",
    # In-order number of a complete subtree: index·2^(level+1) + 2^level − 1, so one number names level and index.
    Column("number", _number, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    scope=Scope.INTERNAL,
    into=log_metadata,
)
checkpoints = table(
    "ledger_checkpoint",
    Column("size", _number, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    scope=Scope.INTERNAL,
    into=log_metadata,
)
