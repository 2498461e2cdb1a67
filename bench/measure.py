"""What every benchmark shares: a node of its own, a clock, and one result file in the shape of docs and CI."""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings

RESULTS = Path(__file__).parent / "results"


@dataclass
class Timing:
    """How long a block took: wall seconds and this process's CPU seconds."""

    seconds: float = 0.0
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Timing]:
    """Time a block."""
    timing = Timing()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield timing
    finally:
        timing.seconds, timing.cpu = time.perf_counter() - wall, time.process_time() - cpu


@contextmanager
def node(database: str = "") -> Iterator[Runtime]:
    """Run a node with empty tables in a folder that goes away; ``database``: a PostgreSQL address instead of SQLite."""
    from lienthong.app import rooms

    rooms.load_tables()
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        home = Path(folder)
        settings = Settings(home=home, database_url=database or f"sqlite:///{home / 'lienthong.sqlite'}")
        with running(start(settings)) as one:
            one.database.create_tables()
            yield one


def peak_mb() -> float:
    """Return the most memory that this process has had so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def percentile(latencies_ms: Sequence[float], share: float) -> float:
    """Return the latency that the share (0 to 1) of calls stays under."""
    ordered = sorted(latencies_ms)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def write(
    name: str,
    *,
    engine: str,
    rows: int,
    timing: Timing,
    concurrency: int = 1,
    floor_rate: float | None = None,
    latencies_ms: Sequence[float] = (),
    **more: object,
) -> dict[str, object]:
    """Write ``bench/results/NAME.json``, print it in one line and answer it.

    floor_rate: rows a second of the floor. ``load`` in the result: how many processes wanted the machine meanwhile.
    """
    rate = rows / timing.seconds
    result: dict[str, object] = {
        "name": name,
        "engine": engine,
        "concurrency": concurrency,
        "rows": rows,
        "seconds": round(timing.seconds, 3),
        "rate": round(rate, 1),
        "cpu_us": round(1e6 * timing.cpu / rows, 1),
        "load": round(os.getloadavg()[0], 1),
        "peak_mb": peak_mb(),
    }
    if floor_rate:
        result |= {"floor_rate": round(floor_rate, 1), "ratio": round(rate / floor_rate, 3)}
    if latencies_ms:
        result |= {f"p{int(100 * share)}_ms": round(percentile(latencies_ms, share), 2) for share in (0.5, 0.95, 0.99)}
    result |= more
    RESULTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, ensure_ascii=False, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(", ".join(f"{key} {value}" for key, value in result.items()))
    return result
