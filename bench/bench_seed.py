"""How fast a nation is invented and written into the five registers.

Floor: the same rows as plain JSON into five bare tables with nothing but their key, in the same run. ``--people``: how
many (100,000); a million people are written under their own name. CPU and memory are those of both processes together.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import tempfile
from pathlib import Path

import measure
import msgspec

from lienthong.kernel.actor import system
from lienthong.registers.demonstration import country, nation, seed
from lienthong.registers.demonstration.rows import REGISTERS

USUAL = 100_000
_FLOOR_PEOPLE = 50_000


def invent(people: int) -> measure.Timing:
    """Time the generator alone: every row of every register, thrown away."""
    places, desks = country.places(), country.Desks()
    with measure.timed() as timing:
        for _rows, _count in nation.rows(people, places, desks):
            pass
    return timing


def floor(people: int) -> float:
    """Return people a second when the rows are written without the house."""
    encode = msgspec.json.Encoder().encode
    places, desks = country.places(), country.Desks()
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        bare = sqlite3.connect(Path(folder) / "floor.sqlite", isolation_level=None)
        bare.execute("PRAGMA journal_mode=WAL")
        for register in REGISTERS:
            bare.execute(f"CREATE TABLE {register} (id INTEGER PRIMARY KEY, payload TEXT)")
        with measure.timed() as timing:
            bare.execute("BEGIN IMMEDIATE")
            for rows, _count in nation.rows(people, places, desks):
                for register, some in rows.items():
                    sql = f"INSERT INTO {register} (payload) VALUES (?)"  # noqa: S608
                    bare.executemany(sql, [(encode(row),) for row in some])
            bare.execute("COMMIT")
        bare.close()
    return people / timing.seconds


def children() -> resource.struct_rusage:
    """Return what processes that this one began and saw ending have used."""
    return resource.getrusage(resource.RUSAGE_CHILDREN)


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=USUAL)
    parser.add_argument("--database", default="", help="postgresql+psycopg://… instead of SQLite")
    given = parser.parse_args()
    people, engine = given.people, "postgresql" if given.database else "sqlite"
    alone = invent(_FLOOR_PEOPLE)
    floor_rate = floor(_FLOOR_PEOPLE)
    with measure.node(given.database), measure.timed() as timing:
        before = children()
        seed(system("bench"), scale=people, say=lambda _line: None)
        after = children()
    timing.cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + after.ru_maxrss
    size = "" if people == USUAL else f"-{people}"
    measure.write(
        f"seed{size}" if engine == "sqlite" else f"seed{size}-{engine}",
        engine=engine,
        rows=people,
        timing=timing,
        floor_rate=floor_rate,
        peak_mb=round(peak / 1024, 1),
        invented_a_second=round(_FLOOR_PEOPLE / alone.seconds),
        invented_cpu_us=round(1e6 * alone.cpu / _FLOOR_PEOPLE, 1),
    )


if __name__ == "__main__":
    main()
