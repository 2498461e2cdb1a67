"""How long one waiting caller waits for a fetch: contract, register read, access entry, ledger entry, all durable.

Floor: read the same record by its key from a bare SQLite table and write one log row with a commit. ``--people``: size
of the nation (100,000). A second figure fetches four registers in one call, as the linked birth procedure does.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import measure

from lienthong.exchange import api
from lienthong.exchange.api import Ask, Grounds
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.registers.demonstration import seed

CALLS = 1500
FIELDS = ("number", "full_name", "birth_date", "ethnicity", "home_commune")
GROUNDS = Grounds(purpose="linked-birth", basis="ND-63-2024")


def one(number: str) -> None:
    """Fetch one person's record as that person."""
    who = Actor(kind=Kind.CITIZEN, subject=number, level=2)
    fetched = api.fetch(
        who, asks=[Ask("me", "population", {"number": number}, FIELDS)], grounds=GROUNDS, contract="linked-birth"
    )
    assert fetched.records["me"]


def four(number: str) -> None:
    """Fetch what the linked birth procedure asks: four registers, five questions, one call."""
    who = Actor(kind=Kind.CITIZEN, subject=number, level=2)
    asks = [
        Ask("mother", "population", {"number": number}),
        Ask("father", "population", {"spouse_number": number}),
        Ask("home", "residence", {"number": number}),
        Ask("birth", "birth_notices", {"mother_number": number}),
        Ask("marriage", "civil_status", {"spouse_number": number}),
    ]
    assert api.fetch(who, asks=asks, grounds=GROUNDS, contract="linked-birth").records["mother"]


class Bare:
    """The floor: the same record read, one row written, one commit."""

    def __init__(self, path: Path, numbers: list[str]) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE person (number TEXT PRIMARY KEY, payload TEXT)",
            "CREATE TABLE log (id INTEGER PRIMARY KEY, at TEXT, subject TEXT, what TEXT)",
        ):
            self._database.execute(statement)
        rows = [(each, json.dumps(dict.fromkeys(FIELDS, each))) for each in numbers]
        self._database.executemany("INSERT INTO person VALUES (?, ?)", rows)

    def fetch(self, number: str) -> None:
        """Read one person, write one row, durable."""
        self._database.execute("BEGIN IMMEDIATE")
        [(payload,)] = self._database.execute("SELECT payload FROM person WHERE number = ?", [number]).fetchall()
        self._database.execute("INSERT INTO log (at, subject, what) VALUES (?, ?, ?)", ["now", number, payload])
        self._database.execute("COMMIT")


def wait_for(calls: list[Callable[[str], None]], numbers: list[str]) -> list[tuple[measure.Timing, list[float]]]:
    """Let one caller make each call in turn; answer time and latencies in ms of each kind."""
    found: list[tuple[measure.Timing, list[float]]] = [(measure.Timing(), []) for _ in calls]
    for number in numbers:
        for call, (total, latencies) in zip(calls, found, strict=True):
            began, cpu = time.perf_counter(), time.process_time()
            call(number)
            took = time.perf_counter() - began
            total.seconds, total.cpu = total.seconds + took, total.cpu + time.process_time() - cpu
            latencies.append(1000 * took)
    return found


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100_000)
    people = parser.parse_args().people
    with measure.node() as node:
        seed(system("bench"), scale=people, say=lambda _line: None)
        path = node.settings.home / "lienthong.sqlite"
        with sqlite3.connect(path) as database:
            known = [
                row[0] for row in database.execute("SELECT by_number FROM reg_population WHERE by_number IS NOT NULL")
            ]
        numbers = random.Random(1).sample(known, CALLS + 50)
        floor = Bare(node.settings.home / "floor.sqlite", numbers)
        calls = [floor.fetch, one, four]
        wait_for(calls, numbers[CALLS:])
        (bare, bare_ms), (timing, latencies), (_, four_ms) = wait_for(calls, numbers[:CALLS])
        measure.write(
            "exchange",
            engine="sqlite",
            rows=CALLS,
            timing=timing,
            floor_rate=CALLS / bare.seconds,
            latencies_ms=latencies,
            floor_p50_ms=round(measure.percentile(bare_ms, 0.5), 2),
            four_registers_p50_ms=round(measure.percentile(four_ms, 0.5), 2),
            four_registers_p95_ms=round(measure.percentile(four_ms, 0.95), 2),
            people=people,
        )


if __name__ == "__main__":
    main()
