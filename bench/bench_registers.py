"""How fast registers load and answer, on SQLite and PostgreSQL: one caller, every read with access and ledger entry.

Floors, in the same run on the same engine: the same rows as JSON into bare tables with a key; the bare driver reading
one row by key. ``durable_floor_rate`` adds to that read the one small durable insert that no logged read goes without.
``--people``: how many (20,000).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

import measure
import msgspec
from sqlalchemy import create_engine, text

from lienthong.kernel import driver
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Grounds, Query
from lienthong.registers.demonstration import country, nation

LOADED = {"population": "G01", "residence": "G01", "health_insurance": "G24"}
READS = 3000
TOGETHER = 100
WHO = system("bench", agency="G01")
WHY = Grounds(purpose="lookup", basis="L-26-2023")
Rows = dict[str, list[dict[str, Any]]]


def invent(people: int) -> Rows:
    """Return the demonstration nation's rows of the three registers, all in memory."""
    rows: Rows = {register: [] for register in LOADED}
    for village, _ in nation.rows(people, country.places(), country.Desks()):
        for register, found in rows.items():
            found.extend(village[register])
    return rows


def load(engine: str, node: Runtime, rows: Rows, people: int) -> None:
    """Measure the bulk load of three registers, in people a second."""
    api.prepare()
    with measure.timed() as timing:
        for register, owner in LOADED.items():
            api.bulk_load(Actor(kind=WHO.kind, subject="bench", agency=owner), register=register, rows=rows[register])
    measure.write(
        f"registers-load-{engine}",
        engine=engine,
        rows=people,
        timing=timing,
        floor_rate=people / bare_load(node, rows),
        registers=len(LOADED),
        register_rows=sum(map(len, rows.values())),
    )


def bare_load(node: Runtime, rows: Rows) -> float:
    """Return the seconds that the same rows take into tables that have a key and a payload and nothing else."""
    with measure.timed() as timing:
        for register, found in rows.items():
            with node.database.transaction() as connection:
                driver.run(connection, f"CREATE TABLE bare_{register} (id VARCHAR(26) PRIMARY KEY, payload TEXT)")
                ready = ((f"{at:026d}", msgspec.json.encode(row).decode()) for at, row in enumerate(found))
                driver.insert_many(connection, f"bare_{register}", ("id", "payload"), ready)
    return timing.seconds


def lookups(engine: str, node: Runtime, numbers: Sequence[str]) -> None:
    """Measure reads by number: alone, a hundred in one call, and as of a day."""
    bare, durable = bare_rate(node, numbers), durable_rate(node, numbers)

    def alone(number: str) -> None:
        ((found,),) = api.read(WHO, queries=[Query("population", key=number)], grounds=WHY)
        assert found.key == number

    def then(number: str) -> None:
        api.read(WHO, queries=[Query("population", key=number, as_of=date(2026, 1, 1))], grounds=WHY)

    for name, one in (("lookup", alone), ("as-of", then)):
        timing, latencies = measured(one, numbers)
        measure.write(
            f"registers-{name}-{engine}",
            engine=engine,
            rows=len(numbers),
            timing=timing,
            floor_rate=bare,
            latencies_ms=latencies,
            durable_floor_rate=round(durable, 1),
        )
    portions = [numbers[at : at + TOGETHER] for at in range(0, len(numbers), TOGETHER)]
    timing, latencies = measured(
        lambda some: api.read(WHO, queries=[Query("population", key=some)], grounds=WHY), portions
    )
    measure.write(
        f"registers-lookup-many-{engine}",
        engine=engine,
        rows=len(numbers),
        timing=timing,
        floor_rate=bare,
        latencies_ms=latencies,
        keys_per_call=TOGETHER,
    )


def bare_rate(node: Runtime, numbers: Sequence[str]) -> float:
    """Return reads a second of the driver alone, by the same index, each in a transaction of the pool."""
    with measure.timed() as timing:
        for number in numbers:
            with node.database.reading() as connection:
                driver.rows(connection, "SELECT payload FROM reg_population WHERE by_number = ?", [number])
    return len(numbers) / timing.seconds


def durable_rate(node: Runtime, numbers: Sequence[str]) -> float:
    """Return reads a second when each leaves one durable row."""
    with node.database.transaction() as connection:
        driver.run(connection, "CREATE TABLE bare_log (id VARCHAR(26) PRIMARY KEY, said TEXT)")
    with measure.timed() as timing:
        for at, number in enumerate(numbers):
            with node.database.transaction() as connection:
                driver.rows(connection, "SELECT payload FROM reg_population WHERE by_number = ?", [number])
                driver.run(connection, "INSERT INTO bare_log VALUES (?, ?)", [f"{at:026d}", number])
    return len(numbers) / timing.seconds


def measured(work: Callable[[Any], object], items: Sequence[Any]) -> tuple[measure.Timing, list[float]]:
    """Do the work for each item, one after the other; answer the time and each latency in ms."""
    latencies: list[float] = []
    with measure.timed() as whole:
        for item in items:
            with measure.timed() as one:
                work(item)
            latencies.append(1000 * one.seconds)
    return whole, latencies


@contextmanager
def engines() -> Iterator[list[tuple[str, str]]]:
    """Give the engines and their addresses; the PostgreSQL database is made for this run and dropped after it."""
    server = os.environ.get("LIENTHONG_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
    server = server.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"lienthong_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield [("sqlite", ""), ("postgresql", f"{server.rsplit('/', 1)[0]}/{name}")]
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def main() -> None:
    """Measure both engines and write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=20_000)
    people = parser.parse_args().people
    with engines() as found:
        for engine, address in found:
            with measure.node(address) as node:
                rows = invent(people)
                load(engine, node, rows, people)
                known = list({row["number"] for row in rows["population"] if row["number"]})
                lookups(engine, node, Random(1).sample(sorted(known), min(READS, len(known))))


if __name__ == "__main__":
    main()
