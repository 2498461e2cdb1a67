"""How fast a subscriber follows what changes, builds a copy and compares it, on SQLite and PostgreSQL.

Everybody of a register moves once, a third of them is the subscriber's. Floor, in the same run on the same engine: the
rows of the subscriber's people and their history read by id in portions and decoded, nothing else. ``log_bytes``: what
the log of changes takes for each change. ``--people``: how many (20,000). ``feed-http``: the same changes into a second
copy from a server in a process of its own, each request signed; its floor is the feed read on this machine.
"""

from __future__ import annotations

import argparse
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import engines
import measure
import msgspec

from lienthong.exchange import api
from lienthong.kernel import driver
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers

OWNER, CITY, CONTRACT = system("bench", agency="G01"), system("bench", agency="H29"), "local-feed"
UNITS = ("26929", "00166", "26740", "00175")


def people(count: int, address: str) -> list[dict[str, Any]]:
    """Return people of four communes, two of them the subscriber's."""
    return [
        {
            "number": f"079{at:09d}",
            "full_name": "Trần Thị An",
            "sex": "2",
            "birth_date": "1990-01-01",
            "home_commune": UNITS[at % len(UNITS)],
            "home_address": f"{at} {address}",
            "life_status": "living",
        }
        for at in range(count)
    ]


def floor(node: Runtime, count: int) -> float:
    """Return records a second of a bare read of the subscriber's rows with their history."""
    with measure.timed() as timing, node.database.reading() as connection:
        sql = "SELECT id FROM reg_population WHERE by_home_commune IN (?, ?) ORDER BY id"
        ids = [row[0] for row in driver.rows(connection, sql, [UNITS[0], UNITS[2]])]
        for portion in driver.chunks(ids):
            condition, values = driver.one_of("id", portion)
            for column, table in (("payload", "reg_population"), ("changes", "reg_population_past")):
                for row in driver.rows(connection, f"SELECT id, {column} FROM {table} WHERE {condition}", values):  # noqa: S608
                    msgspec.json.decode(row[1])
    assert len(ids) == count
    return count / timing.seconds


@contextmanager
def served(node: Runtime, folder: Path) -> Iterator[api.Remote]:
    """Serve the node from a process of its own; give the feed as a server of the city sees it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = api.new_server_key(folder / f"key-{port}.pem")
    api.admit_server(OWNER.again(), agency=CITY.agency, public_key=Path(made.public).read_bytes(), note="bench")
    own = {
        "LIENTHONG_HOME": str(node.settings.home),
        "LIENTHONG_DATABASE": node.settings.database_url,
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "lienthong.app.command_line", "serve", "--no-worker"]
    with subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.DEVNULL) as server:
        try:
            _wait(f"http://localhost:{port}/healthz")
            key = api.server_key(Path(made.private))
            with closing(api.Remote(f"http://localhost:{port}", key=key, contract=CONTRACT, agency=CITY.agency)) as far:
                yield far
        finally:
            server.terminate()


def _wait(address: str) -> None:
    for _attempt in range(300):
        try:
            urllib.request.urlopen(address).close()  # noqa: S310  our own server
        except OSError:
            time.sleep(0.1)
        else:
            return


def follow(engine: str, node: Runtime, count: int, folder: Path) -> None:
    """Measure a copy's snapshot, what it follows and its comparison; then the same over HTTP."""
    store = folder / f"{engine}.sqlite"
    registers.bulk_load(OWNER, register="population", rows=people(count, "đường cũ"))
    with measure.timed() as built:
        start = api.follow_feed(CITY, contract=CONTRACT, store=store).offset
    registers.bulk_load(OWNER, register="population", rows=people(count, "đường mới"))
    with measure.timed() as timing:
        taken = api.follow_feed(CITY, contract=CONTRACT, store=store).taken
    with measure.timed() as compared:
        assert api.compare_copy(CITY, contract=CONTRACT, store=store).differ == []
    with node.database.reading() as connection:
        ((size,),) = driver.rows(connection, "SELECT sum(length(records)) FROM register_change")
    measure.write(
        f"feed-{engine}",
        engine=engine,
        rows=taken,
        timing=timing,
        floor_rate=floor(node, taken),
        looked_through=count,
        snapshot_rate=round(taken / built.seconds),
        compare_rate=round(taken / compared.seconds),
        log_bytes=round(int(size) / (2 * count), 1),
    )
    with served(node, folder) as far:
        follow_far(engine, far, folder, start, taken / timing.seconds)


def follow_far(engine: str, far: api.Remote, folder: Path, start: str, local_rate: float) -> None:
    """Measure a second copy over HTTP: what is followed from an offset, a snapshot, a comparison."""
    store = folder / f"{engine}-far.sqlite"
    with measure.timed() as built:
        records = api.keep_copy(far, store=store).records
    _stand_at(store, start)
    with measure.timed() as timing:
        taken = api.keep_copy(far, store=store).taken
    with measure.timed() as compared:
        assert api.check_copy(far, store=store).differ == []
    measure.write(
        f"feed-http-{engine}",
        engine=engine,
        rows=taken,
        timing=timing,
        floor_rate=local_rate,
        snapshot_rate=round(records / built.seconds),
        compare_rate=round(records / compared.seconds),
    )


def _stand_at(store: Path, offset: str) -> None:
    """Let a copy read again from an offset."""
    with closing(sqlite3.connect(store)) as copy, copy:
        copy.execute("UPDATE copy SET offset = ?", [offset])


def main() -> None:
    """Measure both engines and write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=20_000)
    count = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        for engine in engines.NAMES:
            with engines.address(engine) as address, measure.node(address) as node:
                registers.prepare()
                follow(engine, node, count, Path(folder))


if __name__ == "__main__":
    main()
