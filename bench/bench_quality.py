"""How fast a register is judged by its rules, on SQLite and PostgreSQL, against one bare scan of the same records.

The floor reads id and payload of every record once through the driver and does nothing with them. A measure does that,
judges every record by every rule, counts every missing value by unit, and writes the findings: one record in a hundred
has a wrong sex. ``--people``: how many (100,000).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager

import measure
from sqlalchemy import create_engine, text

from lienthong.kernel import driver
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.demonstration import country, nation
from lienthong.stewardship import api

PEOPLE = 100_000
WHO = system("bench", agency="G01")


def load(people: int) -> None:
    """Write the nation's population, one in a hundred with the other sex."""
    registers.prepare()
    turn = 0
    for rows, _ in nation.rows(people, country.places(), country.Desks()):
        for row in rows["population"]:
            turn += 1
            if turn % 100 == 0 and row.get("sex"):
                row["sex"] = "1" if row["sex"] == "2" else "2"
        registers.bulk_load(WHO, register="population", rows=rows["population"])


def scan(node: Runtime) -> float:
    """Return the seconds of reading every record once, page by page: a nation at once is no floor but a full memory."""
    sql, after = "SELECT id, payload FROM reg_population WHERE id > ? ORDER BY id LIMIT 20000", ""
    with node.database.reading() as connection, measure.timed() as timing:
        while page := driver.rows(connection, sql, [after]):
            after = page[-1][0]
    return timing.seconds


def bench(engine: str, database: str, people: int) -> None:
    """Measure one engine."""
    with measure.node(database) as node:
        load(people)
        floor = scan(node)
        with measure.timed() as whole:
            done = api.measure_quality(WHO, register="population")
        rules = len(registers.definition("population").quality)
        with measure.timed() as again:
            api.measure_quality(WHO, register="population")
        with measure.timed() as listed:
            api.work_list(WHO, register="population", unit="79", limit=50)
        measure.write(
            f"quality-{engine}" if people == PEOPLE else f"quality-{people}-{engine}",
            engine=engine,
            rows=done.records,
            timing=whole,
            floor_rate=done.records / floor,
            rules=rules,
            judgements_per_second=round(done.records * rules / whole.seconds),
            broken=sum(done.broken.values()),
            again_seconds=round(again.seconds, 3),
            work_list_ms=round(listed.seconds * 1000, 1),
        )


def main() -> None:
    """Measure both engines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    bench("sqlite", "", people)
    with a_database() as url:
        bench("postgresql", url, people)


@contextmanager
def a_database() -> Iterator[str]:
    """Give the address of an empty PostgreSQL database that goes away."""
    server = os.environ.get("LIENTHONG_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
    server = server.replace("postgresql://", "postgresql+psycopg://")
    name = f"lienthong_bench_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


if __name__ == "__main__":
    main()
