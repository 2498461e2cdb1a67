"""How fast rows of three registers land through ``bulk_load``, on SQLite and PostgreSQL: the demonstration nation.

Floor, in the same run on the same engine: the same rows as JSON into bare tables with a key. ``--people``: how many
(20,000). Millions from a file, and what is found among them: ``bench_registers_many.py``.
"""

from __future__ import annotations

import argparse
from typing import Any

import engines
import measure
import msgspec

from lienthong.kernel import driver
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.demonstration import country, nation

LOADED = {"population": "G01", "residence": "G01", "health_insurance": "G24"}
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
            api.bulk_load(system("bench", agency=owner), register=register, rows=rows[register])
    measure.write(
        f"registers-bulk-{engine}",
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


def main() -> None:
    """Measure both engines and write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=20_000)
    people = parser.parse_args().people
    for engine in engines.NAMES:
        with engines.address(engine) as address, measure.node(address) as node:
            load(engine, node, invent(people), people)


if __name__ == "__main__":
    main()
