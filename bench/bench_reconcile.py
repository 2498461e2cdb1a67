"""A list of millions against a register of as many: rows a second, memory, and how it compares with a bare hash join.

Floor in the same run: DuckDB joining the two Parquet files by number, comparing name and birth date as they stand and
writing one code a row: what is left when nobody's spelling, log or guessing is thought of. Error model of the list:
7 % of names without diacritics, 2 % another name, 1 % another birth date, 3 % of numbers unknown, the rest as it is.
Measured: taking the list in, looking for guesses, comparing, and the entry with the file of everybody in it; the
register's side (``answers``) is made once for every change of the register, and told apart. ``crowd_ms``: how long one
person's log takes to find whether they were in the list. ``--rows``: how many of each (1,000,000).
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import measure

from lienthong.exchange.api import reconciling as api
from lienthong.exchange.store import comparing
from lienthong.exchange.store import reconciling as store
from lienthong.kernel.actor import system
from lienthong.kernel.columns import Workshop, workshop
from lienthong.kernel.runtime import current as node
from lienthong.registers import api as registers
from lienthong.registers.store.images import Image

WHO = system("bench", agency="DN90")
PEOPLE = """
SELECT printf('%026d', i) AS record, printf('%03d%09d', 1 + i % 96, (i * 7919) % 1000000000) AS number,
 ['Nguyễn','Trần','Lê','Phạm','Hoàng','Đặng'][1 + i % 6] || ' ' || ['Văn','Thị','Đức','Thị Thu'][1 + (i // 7) % 4]
 || ' '
 || ['An','Bình','Hoà','Đạt','Hường','Khánh'][1 + (i // 31) % 6] || ' ' || chr(65 + CAST(i % 26 AS INT)) AS full_name,
 CAST(DATE '1940-01-01' + CAST(i % 30000 AS INT) AS VARCHAR) AS birth_date, CAST(NULL AS VARCHAR) AS former_number,
 CASE WHEN i % 100 = 0 THEN 'deceased' ELSE 'living' END AS life_status FROM range({rows}) t(i)
"""
LIST = """
SELECT row_number() OVER () AS row_id, CASE WHEN r < 0.03 THEN '0999' || right(number, 8) ELSE number END AS number,
 CASE WHEN r BETWEEN 0.1 AND 0.17 THEN strip_accents(full_name) WHEN r > 0.98 THEN 'Ai Đó Khác' ELSE full_name END
 AS full_name, CASE WHEN r BETWEEN 0.2 AND 0.21 THEN '1939-05-05' ELSE birth_date END AS birth_date
 FROM (SELECT *, (hash(number, 1) % 1000000) / 1e6 AS r FROM read_parquet('{register}') ORDER BY hash(number))
"""
FLOOR = """
COPY (SELECT l.row_id, CASE WHEN r.number IS NULL THEN 'unknown_number'
 WHEN l.full_name <> r.full_name THEN 'wrong_name'
 WHEN l.birth_date <> r.birth_date THEN 'wrong_birth_date' ELSE 'match' END AS code
 FROM read_parquet('{list}') l LEFT JOIN read_parquet('{register}') r USING (number)) TO '{out}' (FORMAT parquet)
"""


def invent(shop: Workshop, rows: int, folder: Path) -> tuple[Path, Path]:
    """Write the register and the list as Parquet."""
    register, wanted = folder / "register.parquet", folder / "list.parquet"
    shop.run(f"COPY ({PEOPLE.format(rows=rows)}) TO '{register}' (FORMAT parquet, COMPRESSION zstd)")
    shop.run(f"COPY ({LIST.format(register=register)}) TO '{wanted}' (FORMAT parquet, COMPRESSION zstd)")
    return register, wanted


def main() -> None:
    """Measure and write the result; the floor and the work each in a process of its own, for honest peaks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as name:
        folder = Path(name)
        apart(lambda: invent_in(rows, folder))
        register, wanted = folder / "register.parquet", folder / "list.parquet"
        with workshop(folder / "floor") as shop, measure.timed() as floor:
            shop.run(FLOOR.format(list=wanted, register=register, out=folder / "floor.parquet"))
        with measure.node() as node:
            node.database.create_tables()
            work(register, wanted, rows, floor, folder)


def invent_in(rows: int, folder: Path) -> tuple[Path, Path]:
    """Invent in a workshop that goes away."""
    with workshop(folder / "invent", "2GB") as shop:
        return invent(shop, rows, folder)


def apart(work: Any) -> None:
    """Do work in a child process, so that its memory is not counted."""
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    os.waitpid(child, 0)


def work(register: Path, wanted: Path, rows: int, floor: measure.Timing, folder: Path) -> None:
    """Reconcile the list as the verbs do, with the image of the register given."""
    fields = {each: each for each in ("number", "former_number", "name", "birth_date", "life_status")}
    with measure.timed() as prepared:
        known = comparing.answers(store.folder("answers"), register, fields | {"name": "full_name"}, [])
    image = Image(register, rows, tuple(fields), "", fresh=False)
    registers.image = lambda *_who, **_what: image  # the register is given as its image
    assert known.exists()
    with measure.timed() as timing:
        made = api.reconcile(WHO, register="population", contract="subscriber-reconciliation", path=wanted)
        done = api.continue_reconciliation(WHO, reconciliation=made.id)
        api.reconciliation_result(WHO, reconciliation=made.id, into=folder / "result.parquet")
    number = "001000000000"
    with measure.timed() as looked:
        for _ in range(20):
            registers.accesses(system("bench"), subject=number)
    file = next((node().settings.home / "crowds").glob("*.parquet"))
    measure.write(
        "reconcile",
        engine="duckdb",
        rows=rows,
        timing=timing,
        floor_rate=rows / floor.seconds,
        cpu=round(timing.cpu, 2),
        floor_cpu=round(floor.cpu, 2),
        times_the_floor=round(timing.seconds / floor.seconds, 2),
        times_the_floor_cpu=round(timing.cpu / floor.cpu, 2),
        answers_seconds=round(prepared.seconds, 2),
        crowd_ms=round(1000 * looked.seconds / 20, 1),
        crowd_bytes_each=round(file.stat().st_size / rows, 2),
        codes=done.codes,
    )


if __name__ == "__main__":
    main()
