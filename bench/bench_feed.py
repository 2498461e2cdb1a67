"""How fast a subscriber follows what changes, builds a copy and compares it, on SQLite and PostgreSQL.

Everybody of a register moves once, a third of them is the subscriber's. Floor, in the same run on the same engine: the
rows of the subscriber's people and their history read by id in portions and decoded, nothing else. ``log_bytes``: what
the log of changes takes for each change. ``--people``: how many (20,000).
"""

from __future__ import annotations

import argparse
import tempfile
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


def follow(engine: str, node: Runtime, count: int, folder: Path) -> None:
    """Measure a copy's snapshot, what it follows and its comparison."""
    store = folder / f"{engine}.sqlite"
    registers.bulk_load(OWNER, register="population", rows=people(count, "đường cũ"))
    with measure.timed() as built:
        api.follow_feed(CITY, contract=CONTRACT, store=store)
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
