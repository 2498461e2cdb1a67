"""A register of millions: loaded from a Parquet file, patched by a reform of units, and asked, on both databases.

``--people``: how many (1,000,000; ``10000000`` shows the growth, on 30 GB of disk). ``--engine``: only this one.
Every read leaves its access and ledger entry. Floors, in the same run on the same engine: the same file through DuckDB
and the driver into a bare table, the same indexes made after; the bare driver asking the same question.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import crowd
import duckdb
import engines
import measure
import sqlalchemy

from lienthong.kernel import driver
from lienthong.kernel.actor import system
from lienthong.kernel.clock import ZONE
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.text import fold
from lienthong.reference import api as reference
from lienthong.registers import api
from lienthong.registers.api import Grounds, Query
from lienthong.registers.store.columnar import literal

DEFAULT = 1_000_000
PATCHED = 1_000_000
READS = 2_000
BEFORE, REFORM = date(2025, 6, 30), date(2025, 7, 1)
WHO = system("bench", agency="G01")
WHY = Grounds(purpose="lookup", basis="L-26-2023")
INDEXES = ("number", "name, birth_date", "home_commune", "father_number", "mother_number")
NAMES = ("Nguyễn Văn An", "Nguyễn Thị", "Nguyễn Văn", "Trần Văn Anh", "Nguyễn")
Person = tuple[str, str, str, str]
"""number, full name, birth date, commune before the reform"""


class Bench:
    """One database with its register and the file it came from."""

    def __init__(self, engine: str, node: Runtime, file: Path, people: int) -> None:
        self.engine, self.node, self.file, self.people = engine, node, file, people
        self.more = "" if people == DEFAULT else f"-{people}"

    def write(self, name: str, timing: measure.Timing, rows: int, **more: Any) -> None:
        """Write a result."""
        measure.write(
            f"registers-{name}{self.more}-{self.engine}", engine=self.engine, rows=rows, timing=timing, **more
        )

    def bytes_of(self, *tables: str) -> int:
        """Return the bytes of tables with their indexes."""
        with self.node.database.reading() as connection:
            if self.engine == "sqlite":
                names = ", ".join(literal(each) for each in tables)
                own = f"SELECT name FROM sqlite_master WHERE tbl_name IN ({names})"  # noqa: S608
                return driver.rows(connection, f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({own})")[0][0]  # noqa: S608
            return sum(
                driver.rows(connection, "SELECT pg_total_relation_size(CAST(? AS regclass))", [each])[0][0]
                for each in tables
            )

    def load(self) -> None:
        """Measure the load from the file, with validation, and what a person takes on disk."""
        with measure.timed() as timing:
            done = api.load_file(WHO, register="population", path=self.file, rejects=self.file.with_suffix(".csv"))
        assert done.created == self.people
        peak = measure.peak_mb()
        size = self.bytes_of("reg_population")
        floor = self.bare_load()
        self.write(
            "load",
            timing,
            self.people,
            floor_rate=self.people / floor,
            peak_mb=peak,
            bytes_per_person=round(size / self.people),
            file_mb=round(self.file.stat().st_size / 1e6),
        )

    def bare_load(self) -> float:
        """Return the seconds of the same columns into a bare table with its indexes; nothing is checked."""
        sql = (
            "SELECT lower(strip_accents(full_name)), birth_date, number, home_commune, father_number, mother_number,"  # noqa: S608
            f" to_json(p)::VARCHAR FROM read_parquet('{self.file}') p"
        )
        columns = ("name", "birth_date", "number", "home_commune", "father_number", "mother_number", "payload")
        database = self.node.database
        with measure.timed() as timing, duckdb.connect(config={"threads": 2, "memory_limit": "500MB"}) as source:
            with database.transaction() as connection:
                typed = ", ".join(f"{name} TEXT" for name in columns)
                driver.run(connection, f"CREATE TABLE bare (id VARCHAR(26), {typed})")
            answer, done = source.execute(sql), 0
            while rows := answer.fetchmany(25_000):
                with database.transaction() as connection:
                    ready = [(f"{done + at:026d}", *row) for at, row in enumerate(rows)]
                    driver.insert_many(connection, "bare", ("id", *columns), ready)
                done += len(rows)
            for at, fields in enumerate(("id", *INDEXES)):
                with database.transaction(pragmas=("temp_store=FILE", "cache_size=-131072")) as connection:
                    driver.run(connection, f"CREATE INDEX bare_{at} ON bare ({fields})")
        with database.transaction() as connection:
            driver.run(connection, "DROP TABLE bare")
        return timing.seconds

    def patch(self) -> None:
        """Measure the reform of units on a million people: old communes to those of 34 provinces."""
        became = {
            unit.code: reference.successors(unit.code, on=BEFORE)
            for unit in reference.units(level="commune", on=BEFORE)
        }
        share = min(1.0, PATCHED / self.people)
        chosen = sorted(became)[: round(share * len(became))]
        mapping = {
            code: became[code].candidates[0].code if became[code].decision == "certain" else ""
            for code in chosen
            if became[code].candidates
        }
        size = self.bytes_of("reg_population", "reg_population_past")
        with measure.timed() as timing:
            done = api.replace_units(
                WHO, register="population", mapping=mapping, on=REFORM, grounds=WHY, reason="Nghị quyết 202/2025/QH15"
            )
        grown = self.bytes_of("reg_population", "reg_population_past") - size
        more = {"bytes_per_change": round(grown / done.changed), "left": done.left, "codes": len(mapping)}
        self.write("patch", timing, done.changed, people=self.people, **more)

    def ask(self) -> None:
        """Measure what is asked of it, one caller, everything warm and at rest."""
        self.settle()
        people = self.sample()
        numbers = [person[0] for person in people]
        bare = self.bare_rate("by_number = ?", [[number] for number in numbers])
        with_name = self.bare_rate("by_full_name = ? AND by_birth_date = ?", [[fold(p[1]), p[2]] for p in people])

        def by(**how: Any) -> Callable[[Person], object]:
            def read(person: Person) -> object:
                (found,) = api.read(WHO, queries=[Query("population", key=person[0], **how)], grounds=WHY)
                assert found
                return found

            return read

        def named(person: Person, **how: Any) -> object:
            asked = Query("population", by={"full_name": person[1], "birth_date": person[2]}, **how)
            (found,) = api.read(WHO, queries=[asked], grounds=WHY)
            assert any(each.key == person[0] for each in found)
            return found

        moment = datetime.now(ZONE)
        self.answer("lookup", by(), people, bare)
        self.answer("as-of", by(as_of=BEFORE, known_at=moment), people, bare)
        self.answer("name", named, people, with_name)
        self.answer("name-as-of", lambda person: named(person, as_of=BEFORE), people[: READS // 4], with_name)
        common = [(name, person[2]) for person in people[: READS // 20] for name in NAMES]
        self.answer(
            "search",
            lambda asked: api.search(WHO, register="population", text=asked[0], birth_date=asked[1], grounds=WHY),
            common,
            None,
            names=", ".join(NAMES),
        )
        self.answer(
            "find",
            lambda text: api.find(WHO, register="population", text=text, grounds=WHY),
            [f"{misspelt(name)} {born[:4]}" for _, name, born, _ in people[: READS // 7]],
            None,
            question="a letter left out of the given name, with the year of birth",
        )
        portions = [tuple(numbers[at : at + 100]) for at in range(0, len(numbers), 100)]
        self.answer("lookup-many", lambda some: by()((some, "", "", "")), portions, bare, times=100)

    def settle(self) -> None:
        """Let PostgreSQL clean up after the patch, as it would by itself within the hour, before it is asked."""
        if self.engine != "postgresql":
            return
        engine = sqlalchemy.create_engine(self.node.settings.database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
                connection.exec_driver_sql(statement)
        engine.dispose()

    def answer(
        self,
        name: str,
        ask: Callable[[Any], object],
        asked: Sequence[Any],
        floor: float | None,
        times: int = 1,
        **more: Any,
    ) -> None:
        """Ask everything twice and write how long the second time took."""
        latencies: list[float] = []
        for one in asked:
            ask(one)
        with measure.timed() as whole:
            for one in asked:
                with measure.timed() as timing:
                    ask(one)
                latencies.append(1000 * timing.seconds)
        more |= {"people": self.people}
        self.write(name, whole, len(asked) * times, floor_rate=floor, latencies_ms=latencies, **more)

    def sample(self) -> list[Person]:
        """Return people of the file, the same each time."""
        with duckdb.connect() as source:
            return source.execute(
                "SELECT number, full_name, birth_date, home_commune FROM (SELECT * FROM"  # noqa: S608
                f" read_parquet('{self.file}') WHERE birth_date < '2020' ORDER BY hash(number) LIMIT {READS})"
            ).fetchall()

    def bare_rate(self, condition: str, keys: Sequence[Sequence[str]]) -> float:
        """Return answers a second of the driver alone, each in a transaction of the pool, the second time."""
        for _ in range(2):
            with measure.timed() as timing:
                for one in keys:
                    with self.node.database.reading() as connection:
                        driver.rows(connection, f"SELECT payload FROM reg_population WHERE {condition}", one)  # noqa: S608
        return len(keys) / timing.seconds


def misspelt(name: str) -> str:
    """Return a name without the second letter of its last word, when that has more than three."""
    *before, given = name.split()
    return " ".join([*before, given[:1] + given[2:] if len(given) > 3 else given])


def main() -> None:
    """Write the file, then measure each engine in a process of its own, so that each has its own peak of memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=DEFAULT)
    parser.add_argument("--engine", choices=engines.NAMES)
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.engine and asked.file:
        with engines.address(asked.engine) as address, measure.node(address) as node:
            api.prepare()
            bench = Bench(asked.engine, node, asked.file, asked.people)
            for step in (bench.load, bench.patch, bench.ask):
                step()
        return
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        file = asked.file or Path(folder) / "people.parquet"
        if not file.exists():
            with measure.node():
                crowd.write(asked.people, file, on=BEFORE)
        for engine in [asked.engine] if asked.engine else engines.NAMES:
            own = ["--people", str(asked.people), "--engine", engine, "--file", str(file)]
            subprocess.run([sys.executable, __file__, *own], check=True)


if __name__ == "__main__":
    main()
