"""The log's own store: entries in order, the hashes of complete subtrees, checkpoints. It only ever grows.

Callers that append at the same time share one commit: the first takes the turn, writes everything that waits, and the
others find their answer when their turn comes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nacl.signing import SigningKey
from sqlalchemy import Connection, func, select, text

from lienthong.kernel.database import Database
from lienthong.ledger.domain import tree
from lienthong.ledger.domain.checkpoint import Checkpoint, Entry, InclusionProof, read_note, sign
from lienthong.ledger.store import checkpoints, entries, log_metadata, nodes

CHUNK = 5000


@dataclass(slots=True)
class _Waiting:
    """One caller's entries until they are durable."""

    entries: Sequence[tuple[str, bytes]]
    done: bool = False
    failure: BaseException | None = None
    positions: dict[str, int] = field(default_factory=dict[str, int])


class Log:
    """An append-only Merkle log in its own database."""

    def __init__(self, database: Database, *, origin: str, key: SigningKey) -> None:
        self.origin = origin
        self._database = database
        self._key = key
        self._queue: list[_Waiting] = []
        self._queue_lock = threading.Lock()
        self._turn = threading.Lock()
        self._frontier = tree.Frontier()
        with database.transaction() as connection:
            log_metadata.create_all(connection)

    def append(self, new: Sequence[tuple[str, bytes]]) -> dict[str, int]:
        """Append entries (id, digest) that the log does not hold yet; answer each one's position, once durable.

        An id that the log holds with another digest has no position in the answer: nothing is overwritten.
        """
        waiting = _Waiting(new)
        with self._queue_lock:
            self._queue.append(waiting)
        with self._turn:
            if not waiting.done:
                with self._queue_lock:
                    batch, self._queue = self._queue, []
                self._write(batch)
        if waiting.failure is not None:
            raise waiting.failure
        return waiting.positions

    def checkpoint(self, now: datetime) -> Checkpoint:
        """Return the newest checkpoint, signing a new one when the tree has grown beyond it."""
        newest = self.newest_checkpoint()
        with self._database.reading() as connection:
            size = _size(connection)
        if newest is not None and newest.size == size:
            return newest
        with self._turn, self._database.transaction() as connection:
            _one_at_a_time(connection)
            frontier = self._current(connection)
            signed = sign(self.origin, frontier.size, frontier.root(), now, self._key)
            if connection.execute(select(checkpoints.c.size).where(checkpoints.c.size == signed.size)).first():
                return _newest(connection) or signed
            connection.execute(checkpoints.insert().values(size=signed.size, note=signed.note))
        return signed

    def newest_checkpoint(self) -> Checkpoint | None:
        """Return the newest signed checkpoint; None when none was signed yet."""
        with self._database.reading() as connection:
            return _newest(connection)

    def proofs(self, entry_ids: Sequence[str]) -> dict[str, InclusionProof]:
        """Return the inclusion proof of each entry that the newest checkpoint covers."""
        with self._database.reading() as connection:
            newest = _newest(connection)
            if newest is None or not entry_ids:
                return {}
            query = select(entries.c.entry_id, entries.c.position).where(
                entries.c.entry_id.in_(entry_ids), entries.c.position < newest.size
            )
            ranges = {
                (row.entry_id, row.position): tree.inclusion_ranges(row.position, newest.size)
                for row in connection.execute(query)
            }
            known = _look(connection, [part for each in ranges.values() for at in each for part in tree.parts(*at)])
        return {
            entry_id: InclusionProof(entry_id, position, tree.hashes(each, known), newest)
            for (entry_id, position), each in ranges.items()
        }

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the path that proves that the tree of ``new`` entries continues that of ``old``."""
        ranges = tree.consistency_ranges(old, new)
        with self._database.reading() as connection:
            known = _look(connection, [part for at in ranges for part in tree.parts(*at)])
        return tree.hashes(ranges, known)

    def walk(self) -> Iterator[Entry | Checkpoint]:
        """Return every entry in order, each checkpoint where its size is reached (one beyond the end comes last)."""
        with self._database.reading() as connection:
            notes = [read_note(row.note) for row in connection.execute(checkpoints.select().order_by("size"))][::-1]
        size = 0
        while chunk := self._chunk(size):
            for entry in chunk:
                while notes and notes[-1].size <= size:
                    yield notes.pop()
                yield entry
                size = entry.position + 1
        yield from reversed(notes)

    def wrong_nodes(self) -> list[int]:
        """Return positions whose kept subtree hashes differ from the entries (a proof through them would fail)."""
        frontier, wrong = tree.Frontier(), list[int]()
        while chunk := self._chunk(frontier.size):
            made = [(at.position, node) for at in chunk for node in frontier.add(at.digest)]
            with self._database.reading() as connection:
                kept = _look(connection, [place for _, (place, _) in made])
            wrong += [position for position, (place, found) in made if kept.get(place) != found]
        return wrong

    def digests(self, entry_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the digest of each of these entries that the log holds."""
        with self._database.reading() as connection:
            return {entry: digest for entry, (_, digest) in _held(connection, entry_ids).items()}

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            with self._database.transaction() as connection:
                _one_at_a_time(connection)
                frontier = self._current(connection).copy()
                self._place(connection, frontier, batch)
            self._frontier = frontier
        except BaseException as failure:
            for each in batch:
                each.failure = failure
        for each in batch:
            each.done = True

    def _place(self, connection: Connection, frontier: tree.Frontier, batch: Sequence[_Waiting]) -> None:
        held = _held(connection, [entry for each in batch for entry, _ in each.entries])
        new_entries: list[tuple[int, str, bytes]] = []
        new_nodes: list[tuple[int, bytes]] = []
        for waiting in batch:
            for entry_id, digest in waiting.entries:
                if entry_id not in held:
                    held[entry_id] = (frontier.size, digest)
                    new_entries.append((frontier.size, entry_id, digest))
                    new_nodes += [(_number(*place), node) for place, node in frontier.add(digest)]
                position, kept = held[entry_id]
                if kept == digest:
                    waiting.positions[entry_id] = position
        mark = "?" if self._database.is_sqlite else "%s"
        for statement, rows in (
            (f"INSERT INTO ledger_entry (position, entry_id, digest) VALUES ({mark}, {mark}, {mark})", new_entries),  # noqa: S608
            (f"INSERT INTO ledger_node (number, hash) VALUES ({mark}, {mark})", new_nodes),  # noqa: S608
        ):
            if rows:  # driver SQL: the statement of Core costs more than the append itself
                connection.exec_driver_sql(statement, rows)  # pyright: ignore[reportArgumentType]

    def _current(self, connection: Connection) -> tree.Frontier:
        """Return the right edge of the tree; read anew when another process has appended."""
        size = _size(connection)
        if size != self._frontier.size:
            places = tree.parts(0, size)
            known = _look(connection, places)
            self._frontier = tree.Frontier(size, [known[place] for place in places])
        return self._frontier

    def _chunk(self, start: int) -> list[Entry]:
        query = entries.select().where(entries.c.position >= start).order_by(entries.c.position).limit(CHUNK)
        with self._database.reading() as connection:
            return [Entry(row.position, row.entry_id, bytes(row.digest)) for row in connection.execute(query)]


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE does this already
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('lienthong.ledger'))"))


def _size(connection: Connection) -> int:
    last = connection.execute(select(func.max(entries.c.position))).scalar()
    return 0 if last is None else last + 1


def _newest(connection: Connection) -> Checkpoint | None:
    note = connection.execute(select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1)).scalar()
    return None if note is None else read_note(note)


def _held(connection: Connection, entry_ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    held: dict[str, tuple[int, bytes]] = {}
    for start in range(0, len(entry_ids), CHUNK):
        query = entries.select().where(entries.c.entry_id.in_(entry_ids[start : start + CHUNK]))
        held.update({row.entry_id: (row.position, bytes(row.digest)) for row in connection.execute(query)})
    return held


def _look(connection: Connection, places: Sequence[tree.Place]) -> Mapping[tree.Place, bytes]:
    """Return the hashes of these complete subtrees."""
    leaves = list({index for level, index in places if level == 0})
    numbers = {_number(*place): place for place in places if place[0]}
    known: dict[tree.Place, bytes] = {}
    for start in range(0, len(leaves), CHUNK):
        query = select(entries.c.position, entries.c.digest).where(
            entries.c.position.in_(leaves[start : start + CHUNK])
        )
        known.update({(0, row.position): tree.leaf_hash(bytes(row.digest)) for row in connection.execute(query)})
    wanted = list(numbers)
    for start in range(0, len(wanted), CHUNK):
        query = nodes.select().where(nodes.c.number.in_(wanted[start : start + CHUNK]))
        known.update({numbers[row.number]: bytes(row.hash) for row in connection.execute(query)})
    return known


def _number(level: int, index: int) -> int:
    return (index << (level + 1)) + (1 << level) - 1
