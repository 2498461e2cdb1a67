"""The ledger's verbs. An entry is an id and a digest: what it commits to stays with the room that recorded it."""

from __future__ import annotations

from lienthong.ledger import store
from lienthong.ledger.domain import InclusionProof, digest_of

__all__ = ["InclusionProof", "digest_of", "record", "record_many"]


def record(*, entry_id: str, digest: bytes) -> None:
    """Write an entry in the open transaction of the caller: durable when that commits, gone when it does not.

    entry_id: an id of ``kernel.ids``, never used before. digest: 32 bytes of ``digest_of`` over content that names
    the entry id. The sequencer appends it to the log within a second. Raises RuntimeError outside a transaction.
    """
    store.put_pending([(entry_id, digest)])


def record_many(entries: list[tuple[str, bytes]]) -> None:
    """Write many entries (id, digest) like ``record``, with one statement."""
    store.put_pending(entries)
