"""How fast a roll of voters is drawn up, posted, drawn again from history, shown and printed, on both databases.

The roll is a large ward's: ``--people`` residents (75,000) as of yesterday; one in ten moved away today and is found in
history alone. Floor: the bare driver reads what the ward's records say, once, and sorts it.
Drawing up reads each record's history, judges who votes, orders names by given name and leaves everybody an entry.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import crowd
import duckdb
import engines
import measure

from lienthong.kernel import driver
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.stewardship import api

WARD, OTHER = "26929", "26911"
AREAS = tuple(api.Area(f"Khu vực {at}", (WARD,), (street,)) for at, street in enumerate(crowd.STREETS[:-1], 1))
REST = api.Area("Khu vực còn lại", (WARD,))
PAGES = 200
DAYS = timedelta(days=90)
WHY = registers.Grounds(purpose="move", basis="L-68-2020")


def load(people: int) -> None:
    """Write the ward's residents; one in ten moves away today, a day too late to leave the roll."""
    who = system("bench", agency="G01")
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        drawn, file = Path(folder) / "people.parquet", Path(folder) / "ward.parquet"
        crowd.write(people, drawn)
        home = f"SELECT * REPLACE ('{WARD}' AS home_commune) FROM '{drawn}'"  # noqa: S608  our own names
        duckdb.sql(f"COPY ({home}) TO '{file}'")
        registers.load_file(who, register="population", path=file, rejects=file.with_suffix(".csv"))
        movers = duckdb.sql(f"SELECT number FROM '{file}' WHERE number LIKE '%7'").fetchall()  # noqa: S608
    for (number,) in movers:
        registers.write(who, register="population", key=number, values={"home_commune": OTHER}, grounds=WHY)


def floor(node: Runtime) -> float:
    """Return the seconds of reading what the ward's records say, and of putting them in an order."""
    asked = "SELECT payload FROM reg_population WHERE by_home_commune IN (?, ?)"
    with node.database.reading() as connection, measure.timed() as timing:
        sorted(row[0] for row in driver.rows(connection, asked, [WARD, OTHER]))
    return timing.seconds


def bench(engine: str, database: str, people: int) -> None:
    """Measure one database."""
    with measure.node(database) as node:
        load(people)
        agency = reference.competent(role="civil-status", unit=WARD).code
        who = Actor(
            kind=Kind.OFFICER, subject="bench", agency=agency, roles=frozenset({"civil-status-officer"}), level=3
        )
        today = node.clock.now().date()
        bare = floor(node)
        with measure.timed() as drawing:
            roll = api.draw_roll(
                who, roll_kind="deputies", day=today + DAYS, areas=[*AREAS, REST], as_of=today - timedelta(days=1)
            )
        voters = api.roll(who, roll=roll).voters
        with measure.timed() as posting:
            api.post_roll(who.again(), roll=roll)
        with measure.timed() as again:
            assert api.reproduce_roll(who, roll=roll).same
        with measure.timed() as printing:
            pdf = api.roll_pdf(who, roll=roll, area=1)
        measure.write(
            f"rolls-{engine}",
            engine=engine,
            rows=people,
            timing=drawing,
            floor_rate=people / bare,
            latencies_ms=pages(who, roll),
            voters=voters,
            post_seconds=round(posting.seconds, 2),
            again_seconds=round(again.seconds, 2),
            print_area_seconds=round(printing.seconds, 2),
            print_area_kb=round(len(pdf) / 1024),
        )


def pages(who: Actor, roll: str) -> list[float]:
    """Return how long pages of the list took, in milliseconds."""
    spent: list[float] = []
    for at in range(PAGES):
        began = time.perf_counter()
        api.roll_page(who, roll=roll, area=1 + at % len(AREAS))
        spent.append(1000 * (time.perf_counter() - began))
    return spent


def main() -> None:
    """Measure both databases, or the one asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=75_000)
    parser.add_argument("--engine", choices=engines.NAMES)
    asked = parser.parse_args()
    for engine in [asked.engine] if asked.engine else engines.NAMES:
        with engines.address(engine) as database:
            bench(engine, database, asked.people)


if __name__ == "__main__":
    main()
