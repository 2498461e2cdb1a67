"""A DuckDB for one measure of one register: the rules become SQL over its fields as columns, bounded in memory.

A prototype on 50,000 people, 49 fields: laying out and judging took 22 µs of a processor for each record; the same
rules record by record in Python 106 µs, JSON functions of SQLite 23 µs for the nine of them that it can do. What a
whole measure takes, with counts, findings and what is told upwards: ``bench/bench_quality.py``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.expressions import Expression, to_sql
from lienthong.kernel.ids import new_id
from lienthong.registers.api import Register, Swept
from lienthong.stewardship.domain.quality import Broken, Counted

MEMORY_LIMIT = "512MB"
THREADS = 2
_LEFT = 3600.0  # seconds after which nobody works in a folder any more: it changes with every page that is read
_TYPES = {"integer": "BIGINT", "money": "BIGINT", "boolean": "BOOLEAN"}
_OWN = "_id VARCHAR, _version BIGINT, _known VARCHAR, _gone BOOLEAN, _focus BOOLEAN"
_FUNCTIONS = {
    "number_fits": "number_fits({0}, {1}, {2})",
    "number_place_known": "(CASE WHEN {0} IS NOT NULL THEN SUBSTR({0}, 1, 3) IN (SELECT code FROM number_place) END)",
    "in_force": "(CASE WHEN {0} IS NOT NULL THEN {0} IN (SELECT code FROM unit_in_force) END)",
}
"""SQL of the functions of ``registers.spec.words``. NULL IN (nothing) is false in SQL, so null is said apart."""
_LAST = "LEFT JOIN (SELECT record, LAST(agency) AS last FROM source GROUP BY record) s ON s.record = r._id"
_NUMBER_FITS = """
CREATE MACRO number_fits(n, b, s) AS CASE
  WHEN n IS NULL OR b IS NULL OR s IS NULL THEN NULL
  WHEN NOT regexp_full_match(n, '[0-9]{12}') THEN FALSE
  WHEN b <> '' AND SUBSTR(b, 1, 4) <> CAST((19 + TRY_CAST(n[4] AS INTEGER) // 2) * 100
    + TRY_CAST(n[5:6] AS INTEGER) AS VARCHAR) THEN FALSE
  ELSE s = '' OR (TRY_CAST(n[4] AS INTEGER) % 2 = 1) = (s = '2') END
"""


class Bench:
    """The records of one register laid out as columns; ``focus``: those being judged, the others stand beside them.

    Gone is a record that says nothing any more: merged into another one, or undone with its batch.
    """

    def __init__(self, spec: Register, folder: Path, today: date) -> None:
        import duckdb

        self.spec, self.today = spec, today
        self._folder = folder
        folder.mkdir(parents=True, mode=0o700)
        config: dict[str, Any] = {
            "memory_limit": MEMORY_LIMIT,
            "threads": THREADS,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
        }
        self._duck = duckdb.connect(":memory:", config=config)
        self._columns = {name: f'"{name}"' for name in spec.fields}
        kinds = [f'"{name}" {_TYPES.get(kind, "VARCHAR")}' for name, kind in spec.types.items()]
        self.run(f"CREATE TABLE r ({_OWN}, {', '.join(kinds)})")
        self.run("CREATE TABLE broken (rule VARCHAR, record VARCHAR)")
        self.run("CREATE TABLE source (record VARCHAR, agency VARCHAR)")
        for name in ("unit_in_force", "number_place", "there", "doubled"):
            self.run(f"CREATE TABLE {name} (code VARCHAR)")
        self.run(_NUMBER_FITS)

    def load(self, pages: Iterable[Sequence[Swept]], *, focus: bool) -> int:
        """Lay records out; answer how many. Those that are there already stay as they are."""
        kinds = {"_id": "VARCHAR", "_version": "BIGINT", "_known": "VARCHAR", "_gone": "BOOLEAN"}
        kinds |= {name: _TYPES.get(kind, "VARCHAR") for name, kind in self.spec.types.items()}
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
        names = ", ".join(f'"{name}"' for name in kinds)
        loaded = 0
        for page in pages:
            path = self._folder / f"{new_id()}.ndjson"
            path.write_text("\n".join(map(_line, page)), encoding="utf-8")
            self.run(
                f"INSERT INTO r (_focus, {names}) SELECT {focus}, {names} FROM read_json("  # noqa: S608
                f"'{_quoted(path)}', format = 'newline_delimited', columns = {{{columns}}})"
                + ("" if focus else " AS new WHERE NOT EXISTS (SELECT 1 FROM r WHERE r._id = new._id)"),
            )
            path.unlink()
            loaded += len(page)
        return loaded

    def values(self, fields: Sequence[str], *, start: int = 0) -> list[str]:
        """Return the different values of some fields; start: only their first characters."""
        column = "SUBSTR({0}, 1, {1})" if start else "{0}"
        each = " UNION ".join(
            f"SELECT {column.format(self._columns[name], start)} AS v FROM r WHERE {self._columns[name]} IS NOT NULL"  # noqa: S608
            for name in fields
        )
        return [row[0] for row in self.rows(each)] if fields else []

    def keep(self, table: str, values: Sequence[str]) -> None:
        """Fill one of the small tables that rules ask."""
        self.run(f"DELETE FROM {table}")  # noqa: S608
        if values:
            self.run(f"INSERT INTO {table} SELECT UNNEST(?)", [list(values)])

    def set_sources(self, pages: Iterable[Sequence[tuple[str, str]]]) -> None:
        """Tell which agency last changed each record."""
        for page in pages:
            self.run("INSERT INTO source SELECT UNNEST(?), UNNEST(?)", [[r for r, _ in page], [a for _, a in page]])

    def set_doubles(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Tell which records stand in a pair of doubles; of records that are both still there."""
        self.run("CREATE TABLE pair (one VARCHAR, other VARCHAR)")
        self.run("INSERT INTO pair SELECT UNNEST(?), UNNEST(?)", [[one for one, _ in pairs], [two for _, two in pairs]])
        there = "(SELECT _id FROM r WHERE NOT _gone)"
        both = f"one IN {there} AND other IN {there}"
        self.run(f"INSERT INTO doubled SELECT one FROM pair WHERE {both} UNION SELECT other FROM pair WHERE {both}")  # noqa: S608

    def where(self, rule: str) -> tuple[str, list[str]]:
        """Return the SQL of which records a rule is about."""
        when = self.spec.conditions.get(rule)
        if when is None:
            return "TRUE", []
        text, parameters = self.sql(when)
        return f"({text}) IS TRUE", parameters

    def sql(self, expression: Expression) -> tuple[str, list[str]]:
        """Return the SQL of an expression over the record."""
        return to_sql(expression, dialect="duckdb", columns=self._columns, today=self.today, functions=_FUNCTIONS)

    def note_broken(self, rule: str, condition: str, parameters: Sequence[Any]) -> None:
        """Note the judged records of which the condition is true and that the rule is about."""
        where, more = self.where(rule)
        self.run(
            f"INSERT INTO broken SELECT ?, _id FROM r WHERE _focus AND NOT _gone AND {where} AND ({condition})",  # noqa: S608
            [rule, *more, *parameters],
        )

    def count_broken(self) -> dict[str, int]:
        """Return how many judged records break each rule."""
        return dict(self.rows("SELECT rule, COUNT(*) FROM broken GROUP BY rule"))

    def broken(self) -> Iterator[list[Broken]]:
        """Yield every judged record that breaks a rule, in portions."""
        sql = f"SELECT b.rule, b.record, r._version, {self._origin} FROM broken b JOIN r ON r._id = b.record {_LAST}"  # noqa: S608
        with self._duck.cursor() as cursor:
            cursor.execute(sql)
            while found := cursor.fetchmany(10_000):
                yield [Broken(*row) for row in found]

    def count(self) -> int:
        """Return how many records are being judged; those that are gone are not."""
        return self.rows("SELECT COUNT(*) FROM r WHERE _focus AND NOT _gone")[0][0]

    def judged(self) -> list[str]:
        """Return the ids of the records being judged, and of those that are gone: nothing is said of them any more."""
        return [row[0] for row in self.rows("SELECT _id FROM r WHERE _focus")]

    def counted(self) -> Iterator[Counted]:
        """Yield records, those ``doubled`` and missing values by unit, source and the month they were last told in."""
        missing = ", ".join(f"COUNT(*) - COUNT(r.{column})" for column in self._columns.values())
        sql = (
            f"SELECT {self._origin}, SUBSTR(r._known, 1, 7), COUNT(*), COUNT(d.code), {missing} FROM r {_LAST}"  # noqa: S608
            " LEFT JOIN doubled d ON d.code = r._id WHERE NOT r._gone GROUP BY 1, 2, 3"
        )
        with self._duck.cursor() as cursor:
            cursor.execute(sql)
            while found := cursor.fetchmany(10_000):
                for own, source, month, records, doubled, *lacking in found:
                    yield Counted(own, source, month, records, doubled, dict(zip(self._columns, lacking, strict=True)))

    @property
    def _origin(self) -> str:
        """The SQL of a record's unit and source: the agency that delivered it, else the one that last changed it."""
        unit = f'r."{self.spec.unit}"' if self.spec.unit else "NULL"
        told = f'r."{self.spec.delivered_by}"' if self.spec.delivered_by else "NULL"
        return f"COALESCE({unit}, ''), COALESCE({told}, s.last, '')"

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Do a statement."""
        self._duck.execute(sql, list(parameters))

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        return self._duck.execute(sql, list(parameters)).fetchall()

    def close(self) -> None:
        """Let go of DuckDB and of what it wrote beside memory."""
        self._duck.close()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def bench(spec: Register, today: date) -> Iterator[Bench]:
    """Give a bench in a folder of the node that nobody else reads and that is gone afterwards."""
    home = runtime.current().settings.home / "quality"
    for left in home.glob("*"):  # by a measure that was killed
        if left.stat().st_mtime < runtime.current().clock.now().timestamp() - _LEFT:
            shutil.rmtree(left, ignore_errors=True)
    made = Bench(spec, home / new_id(), today)
    try:
        yield made
    finally:
        made.close()


def _line(row: Swept) -> str:
    record, version, known, payload = row
    head = f'{{"_id":"{record}","_version":{version},"_known":"{known}"'
    return head + (',"_gone":true}' if payload == "{}" else f',"_gone":false,{payload[1:]}')


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
