"""The ledger's verbs. An entry is an id and a digest: what it commits to stays with the room that recorded it.

No verb here takes an actor: the ledger holds no rights and no content, and records for every room alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lienthong.kernel import keys, runtime
from lienthong.kernel.database import Database
from lienthong.kernel.errors import Conflict, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime
from lienthong.ledger.domain.audit import Report, audit, audit_lines, log_lines, proof_lines
from lienthong.ledger.domain.checkpoint import Checkpoint, Entry, InclusionProof, digest_of, verify_inclusion
from lienthong.ledger.store import queue
from lienthong.ledger.store.log import Log

__all__ = [
    "Checkpoint",
    "Entry",
    "InclusionProof",
    "Report",
    "append",
    "checkpoint",
    "consistency",
    "digest_of",
    "export",
    "proof",
    "proof_lines",
    "proofs",
    "public_key",
    "record",
    "record_many",
    "sequence",
    "verify_all",
    "verify_file",
    "verify_inclusion",
    "waiting",
]
BATCH = 5000


def record(*, entry_id: str, digest: bytes) -> None:
    """Write an entry in the open transaction of the caller: durable when that commits, gone when it does not.

    entry_id: an id of ``kernel.ids``, never used before. digest: 32 bytes of ``digest_of`` over content that names
    the entry id. The sequencer appends it to the log within a second. Raises RuntimeError outside a transaction.
    """
    queue.put([(entry_id, digest)])


def record_many(entries: Sequence[tuple[str, bytes]]) -> None:
    """Write many entries (id, digest) like ``record``, with one statement."""
    queue.put(entries)


def sequence() -> int:
    """Append every committed entry that waits to the log, exactly once by id, and sign a checkpoint; answer how many.

    Safe to kill at any point and to run in several processes: an entry leaves the waiting table after it is durable in
    the log, and the log takes no id twice.
    """
    log, moved = _log(), 0
    while batch := queue.oldest(BATCH):
        placed = log.append(batch)
        queue.drop(placed)
        moved += len(placed)
        if len(placed) < BATCH:
            break
    log.checkpoint(runtime.current().clock.now())
    return moved


def append(entries: Sequence[tuple[str, bytes]]) -> list[int]:
    """Append entries (id, digest) straight to the log; answer their positions once durable.

    Repeating an entry answers its position again. Raises Conflict when an id stands there with another digest.
    """
    positions = _log().append(entries)
    taken = [entry_id for entry_id, _ in entries if entry_id not in positions]
    if taken:
        raise Conflict("ledger.taken", N_("Mã mục %(entry)s đã được dùng cho nội dung khác."), entry=taken[0])
    return [positions[entry_id] for entry_id, _ in entries]


def checkpoint() -> Checkpoint:
    """Return the log's newest signed checkpoint (signs one first when the tree has grown)."""
    return _log().checkpoint(runtime.current().clock.now())


def proof(entry_id: str) -> InclusionProof | None:
    """Return the entry's inclusion proof against the newest checkpoint; None while it waits or when unknown."""
    return proofs([entry_id]).get(entry_id)


def proofs(entry_ids: Sequence[str]) -> dict[str, InclusionProof]:
    """Return the inclusion proof of each of these entries that the newest checkpoint covers."""
    return _log().proofs(entry_ids)


def consistency(*, old: int, new: int) -> tuple[bytes, ...]:
    """Return the path that proves that the log of ``new`` entries continues that of ``old`` (check: tree.consistent).

    Raises Invalid when there are no such sizes.
    """
    if not 0 <= old <= new <= checkpoint().size:
        raise Invalid("ledger.sizes", N_("Sổ không có hai cỡ này: cần 0 ≤ cũ ≤ mới ≤ số mục hiện có."))
    return _log().consistency(old, new)


def public_key() -> bytes:
    """Return the Ed25519 public key (32 bytes) that verifies this log's checkpoints."""
    return bytes(keys.ed25519("ledger").verify_key)


def waiting() -> int:
    """Return how many committed entries wait for the sequencer."""
    return queue.count()


def verify_all() -> Report:
    """Check the whole log of this node: every entry, kept hash and checkpoint, and that no waiting id is taken."""
    log = _log()
    report = audit(log.walk(), public_key())
    for position in log.wrong_nodes():
        report.faults.append(
            fault(str(position), "ledger.node", N_("Giá trị băm lưu tại vị trí này không khớp với các mục."))
        )
    blocked = dict(queue.oldest(BATCH))
    for entry_id, digest in log.digests(list(blocked)).items():
        if blocked[entry_id] != digest:
            report.faults.append(fault(entry_id, "ledger.taken", N_("Mục đang chờ mang mã đã dùng cho nội dung khác.")))
    return report


def export(path: Path) -> int:
    """Write the whole log to a file that ``verify_file`` checks anywhere, without this node; answer its entries."""
    checkpoint()
    log, count = _log(), 0
    with path.open("w", encoding="utf-8") as file:
        for line in log_lines(log.walk(), origin=log.origin, public_key=public_key()):
            count += line.startswith('{"at"')
            file.write(line)
    return count


def verify_file(path: Path, *, key: bytes | None = None) -> Report:
    """Check an exported file, of the whole log or of a person's proofs. key: the log's public key, when known.

    Raises Invalid when the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return audit_lines(file, public_key=key)
    except (OSError, UnicodeDecodeError) as wrong:
        raise Invalid("ledger.unreadable", N_("Không đọc được tệp %(file)s."), file=path.name) from wrong


def _log() -> Log:
    return runtime.current().part("ledger", _open)


def _open(node: Runtime) -> Log:
    own = node.database  # on PostgreSQL the log stands beside the other tables, with transactions of its own
    if own.is_sqlite:
        log = Database(f"sqlite:///{node.settings.home / 'ledger.sqlite'}")
    else:
        log = Database(own.url, engine=own.engine)
    key = keys.ed25519("ledger")
    name = hashlib.sha256(bytes(key.verify_key)).hexdigest()[:12]
    return Log(log, origin=f"lienthong/ledger/{name}", key=key)
