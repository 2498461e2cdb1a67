"""How fast the ledger takes entries and proves them: 64 callers, one caller, the sequencer, proofs.

Floor: the same callers and the same shared commit over a bare SQLite table, without tree, ids or exactly-once. Durable
means the same for both: ``synchronous=FULL``, the answer only after the commit.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import measure

from lienthong.kernel.ids import new_id
from lienthong.ledger import api
from lienthong.ledger.store.sharing import SharedCommit

CALLERS = 64
EACH = 400
ALONE = 1500
BULK = 50_000
Entry = tuple[str, bytes]


def entries(count: int) -> list[Entry]:
    """Make entries nobody has seen."""
    return [(new_id(), secrets.token_bytes(32)) for _ in range(count)]


def together(append: Callable[[Entry], object]) -> tuple[measure.Timing, list[float]]:
    """Let 64 callers append, each waiting for its answer; answer the time and every latency in ms."""
    work = [entries(EACH) for _ in range(CALLERS)]
    latencies: list[float] = []

    def caller(mine: list[Entry]) -> None:
        for entry in mine:
            began = time.perf_counter()
            append(entry)
            latencies.append(1000 * (time.perf_counter() - began))

    threads = [threading.Thread(target=caller, args=(mine,)) for mine in work]
    with measure.timed() as timing:
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    return timing, latencies


def alone(append: Callable[[Entry], object]) -> float:
    """Return appends a second of one caller that waits for each."""
    work = entries(ALONE)
    with measure.timed() as timing:
        for entry in work:
            append(entry)
    return ALONE / timing.seconds


class Bare:
    """The floor: one table, one shared commit for whoever waits."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
            self._database.execute(statement)
        self._database.execute("CREATE TABLE entry (position INTEGER PRIMARY KEY, id TEXT, digest BLOB)")
        self._together = SharedCommit(self._write)

    def append(self, entry: Entry) -> None:
        """Write an entry; return once it is durable."""
        self._together.run(entry)

    def _write(self, batch: Sequence[Entry]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("INSERT INTO entry (id, digest) VALUES (?, ?)", batch)
        self._database.execute("COMMIT")


def proofs(made: list[Entry]) -> tuple[float, float]:
    """Return ms to make and to verify one inclusion proof, in a log of the size it has by now."""
    some = [made[secrets.randbelow(len(made))][0] for _ in range(300)]
    with measure.timed() as making:
        found = [api.proof(each) for each in some]
    key, digests = api.public_key(), dict(made)
    with measure.timed() as checking:
        assert all(each and api.verify_inclusion(each, digests[each.entry_id], key) for each in found)
    return 1000 * making.seconds / len(some), 1000 * checking.seconds / len(some)


def main() -> None:
    """Measure and write the result."""
    with measure.node() as node:
        api.append(entries(1))
        floor = Bare(node.settings.home / "floor.sqlite")
        floor_timing, _ = together(floor.append)
        timing, latencies = together(lambda entry: api.append([entry]))
        floor_alone, rate_alone = alone(floor.append), alone(lambda entry: api.append([entry]))
        bulk = entries(BULK)
        for start in range(0, BULK, 5000):
            with node.database.transaction():
                api.record_many(bulk[start : start + 5000])
        with measure.timed() as sequencing:
            assert api.sequence() == BULK
        made_ms, checked_ms = proofs(bulk)
        with measure.timed() as verifying:
            report = api.verify_all()
        assert report.faults == []
        measure.write(
            "ledger",
            engine="sqlite",
            concurrency=CALLERS,
            rows=CALLERS * EACH,
            timing=timing,
            floor_rate=CALLERS * EACH / floor_timing.seconds,
            latencies_ms=latencies,
            one_caller_rate=round(rate_alone, 1),
            one_caller_floor_rate=round(floor_alone, 1),
            sequencer_rate=round(BULK / sequencing.seconds, 1),
            proof_ms=round(made_ms, 3),
            proof_check_ms=round(checked_ms, 3),
            verify_all_rate=round(report.size / verifying.seconds, 1),
            log_size=report.size,
        )


if __name__ == "__main__":
    main()
