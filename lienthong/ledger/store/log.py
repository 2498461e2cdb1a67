"""The log's own store: entries in order, the hashes of complete subtrees, checkpoints. It only ever grows.

Callers that append at the same time share one commit. Statements are driver SQL: one through Core costs more than an
append itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nacl.signing import SigningKey
from sqlalchemy import Connection

from lienthong.kernel import driver
from lienthong.kernel.database import Database
from lienthong.ledger.domain import tree
from lienthong.ledger.domain.checkpoint import Checkpoint, Entry, InclusionProof, read_note, sign
from lienthong.ledger.store import log_metadata
from lienthong.ledger.store.sharing import SharedCommit

CHUNK = 5000


@dataclass(slots=True)
class _Appending:
    """One caller's entries, and where they ended up."""

    entries: Sequence[tuple[str, bytes]]
    positions: dict[str, int] = field(default_factory=dict[str, int])


class Log:
    """An append-only Merkle log in its own database."""

    def __init__(self, database: Database, *, origin: str, key: SigningKey) -> None:
        self.origin = origin
        self._database = database
        self._key = key
        self._together = SharedCommit(self._write)
        self._frontier = tree.Frontier()
        with database.transaction() as connection:
            log_metadata.create_all(connection)

    def append(self, new: Sequence[tuple[str, bytes]]) -> dict[str, int]:
        """Append entries (id, digest) that the log does not hold yet; answer each one's position, once durable.

        An id that the log holds with another digest has no position in the answer: nothing is overwritten.
        """
        work = _Appending(new)
        self._together.run(work)
        return work.positions

    def checkpoint(self, now: datetime) -> Checkpoint:
        """Return the newest checkpoint, signing a new one when the tree has grown beyond it."""
        newest = self.newest_checkpoint()
        with self._database.reading() as connection:
            size = _size(connection)
        if newest is not None and newest.size == size:
            return newest
        with self._database.transaction() as connection:
            _one_at_a_time(connection)
            frontier = _frontier(connection, _size(connection))
            signed = sign(self.origin, frontier.size, frontier.root(), now, self._key)
            if driver.rows(connection, f"SELECT 1 FROM ledger_checkpoint WHERE size = {signed.size}"):  # noqa: S608
                return _newest(connection) or signed
            driver.insert_many(connection, "ledger_checkpoint", ("size", "note"), [(signed.size, signed.note)])
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
            ranges = {
                (entry_id, position): tree.inclusion_ranges(position, newest.size)
                for entry_id, (position, _) in _held(connection, entry_ids).items()
                if position < newest.size
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
            found = driver.rows(connection, "SELECT note FROM ledger_checkpoint ORDER BY size DESC")
        notes = [read_note(note) for (note,) in found]
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

    def _write(self, batch: Sequence[_Appending]) -> None:
        with self._database.transaction() as connection:
            _one_at_a_time(connection)
            size = _size(connection)
            current = self._frontier if self._frontier.size == size else _frontier(connection, size)
            grown = current.copy()
            _place(connection, grown, batch)
        self._frontier = grown

    def _chunk(self, start: int) -> list[Entry]:
        sql = f"SELECT position, entry_id, digest FROM ledger_entry WHERE position >= {start} ORDER BY 1 LIMIT {CHUNK}"  # noqa: S608
        with self._database.reading() as connection:
            return [
                Entry(position, entry_id, bytes(digest)) for position, entry_id, digest in driver.rows(connection, sql)
            ]


def _place(connection: Connection, frontier: tree.Frontier, batch: Sequence[_Appending]) -> None:
    """Give every entry that the log does not hold its position, and note those of every caller."""
    held = _held(connection, [entry for each in batch for entry, _ in each.entries])
    entries: list[tuple[int, str, bytes]] = []
    nodes: list[tuple[int, bytes]] = []
    for work in batch:
        for entry_id, digest in work.entries:
            if entry_id not in held:
                held[entry_id] = (frontier.size, digest)
                entries.append((frontier.size, entry_id, digest))
                nodes += [(_number(*place), node) for place, node in frontier.add(digest)]
            position, kept = held[entry_id]
            if kept == digest:
                work.positions[entry_id] = position
    driver.insert_many(connection, "ledger_entry", ("position", "entry_id", "digest"), entries)
    driver.insert_many(connection, "ledger_node", ("number", "hash"), nodes)


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE does this already
        driver.rows(connection, "SELECT pg_advisory_xact_lock(hashtext('lienthong.ledger'))")


def _size(connection: Connection) -> int:
    [(last,)] = driver.rows(connection, "SELECT MAX(position) FROM ledger_entry")
    return 0 if last is None else last + 1


def _frontier(connection: Connection, size: int) -> tree.Frontier:
    """Return the right edge of the tree of this size."""
    places = tree.parts(0, size)
    known = _look(connection, places)
    return tree.Frontier(size, [known[place] for place in places])


def _newest(connection: Connection) -> Checkpoint | None:
    found = driver.rows(connection, "SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
    return read_note(found[0][0]) if found else None


def _held(connection: Connection, entry_ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """Return position and digest of each of these entries that the log holds."""
    held: dict[str, tuple[int, bytes]] = {}
    for some in driver.chunks(entry_ids):
        condition, parameters = driver.one_of("entry_id", some)
        sql = f"SELECT entry_id, position, digest FROM ledger_entry WHERE {condition}"  # noqa: S608
        held.update(
            {each: (position, bytes(digest)) for each, position, digest in driver.rows(connection, sql, parameters)}
        )
    return held


def _look(connection: Connection, places: Sequence[tree.Place]) -> Mapping[tree.Place, bytes]:
    """Return the hashes of these complete subtrees."""
    numbers = {_number(*place): place for place in places if place[0]}
    known: dict[tree.Place, bytes] = {}
    for some in _chunks({index for level, index in places if level == 0}):
        sql = f"SELECT position, digest FROM ledger_entry WHERE position IN ({some})"  # noqa: S608
        known.update({(0, position): tree.leaf_hash(digest) for position, digest in driver.rows(connection, sql)})
    for some in _chunks(numbers):
        sql = f"SELECT number, hash FROM ledger_node WHERE number IN ({some})"  # noqa: S608
        known.update({numbers[number]: bytes(found) for number, found in driver.rows(connection, sql)})
    return known


def _chunks(numbers: Iterable[int]) -> Iterator[str]:
    """Return whole numbers as text for SQL lists of bounded length."""
    every = [str(each) for each in numbers]
    for start in range(0, len(every), CHUNK):
        yield ", ".join(every[start : start + CHUNK])


def _number(level: int, index: int) -> int:
    return (index << (level + 1)) + (1 << level) - 1
