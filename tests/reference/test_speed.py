"""The reference data are cheap enough to be asked anywhere: the best of a few runs, in time of this process alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime

from lienthong.kernel.clock import ZONE
from lienthong.reference import api
from lienthong.reference.store.snapshot import Snapshot


def best(work: Callable[[], object], runs: int = 5) -> float:
    """Return the seconds of the fastest run."""
    taken: list[float] = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def load() -> None:
    fresh = Snapshot()
    assert fresh.units.find("26929", None)
    assert fresh.agencies.find("H29.26.929")
    assert fresh.calendars.of("").works(date(2026, 11, 23))
    assert fresh.terms
    assert fresh.code_lists
    assert fresh.bases


def test_everything_in_force_is_read_in_150_ms() -> None:
    assert best(load) < 0.150


def test_a_due_date_takes_100_microseconds() -> None:
    received, term = datetime(2026, 11, 21, 20, 16, tzinfo=ZONE), api.Term(3, "wd")
    assert best(lambda: [api.due(received=received, term=term) for _ in range(1000)]) < 0.100


def test_ten_thousand_old_units_are_converted_in_300_ms() -> None:
    day = date(2025, 6, 30)
    codes = [unit.code for unit in api.units(level="commune", on=day)][:10_000]
    assert best(lambda: [api.successors(code, on=day) for code in codes]) < 0.300
