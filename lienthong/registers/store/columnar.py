"""A file of millions of rows as a table of DuckDB: bounded in memory, read again and again by whole columns.

The file is a Parquet file as it is, or a CSV file turned into one first, with the number of each of its rows.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from lienthong.kernel import processes, runtime
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_

MEMORY_LIMIT = "500MB"
THREADS = 2
_PLAIN = {"VARCHAR", "DATE", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
"""Types whose text is what a person would write for the value."""
_NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "GEOMETRY", "VARIANT")


class Source:
    """Two views of a file: ``source`` as it is, ``told`` as texts, NULL for an empty one; ``row`` counts from 0.

    Closed by ``close``. first_row: the number that a person would give the first row.
    """

    def __init__(self, path: Path) -> None:
        """Open a file. Raises Invalid when it cannot be read as what its name says."""
        home = folder()
        _sweep(home)
        self._folder = Path(tempfile.mkdtemp(dir=home))
        (self._folder / "owner").write_text(processes.this_one(), encoding="utf-8")
        self._engine = duckdb.connect(
            config={"memory_limit": MEMORY_LIMIT, "threads": THREADS, "temp_directory": str(self._folder / "spill")}
        )
        try:
            self._open(path)
        except duckdb.Error as error:
            self.close()
            raise Invalid(
                "load.unreadable",
                N_("Không đọc được tệp %(file)s như tệp %(kind)s: tệp hỏng, bị cắt hoặc sai phần mở rộng."),
                file=path.name,
                kind=path.suffix.lower().removeprefix(".") or "?",
            ) from error
        except BaseException:
            self.close()
            raise

    def _open(self, path: Path) -> None:
        given = self._folder / f"source{path.suffix.lower()}"
        given.symlink_to(path.resolve())  # a name of ours: `*` or `[1]` in the file's own would be a pattern
        self.first_row = 1
        if given.suffix == ".csv":
            self.first_row = 2  # the header is the first
            made = self._folder / "rows.parquet"
            self._engine.execute(
                f"COPY (SELECT * FROM read_csv('{given}', header = true, all_varchar = true, strict_mode = true,"  # noqa: S608
                f" max_line_size = 1000000)) TO '{made}' (FORMAT parquet)"
            )
            given = made
        elif given.suffix != ".parquet":
            raise Invalid(
                "load.kind", N_("Nạp nhanh nhận tệp .parquet hoặc .csv; các tệp khác thì dùng lệnh nhập (import).")
            )
        self._engine.execute(
            "CREATE VIEW source AS SELECT file_row_number AS row, * EXCLUDE (file_row_number)"  # noqa: S608
            f" FROM read_parquet('{given}', file_row_number = true)"
        )
        self.types = {name: str(kind) for name, kind, *_ in self.rows("DESCRIBE source") if name != "row"}
        texts = ", ".join(
            f"NULLIF(CAST({named(name)} AS VARCHAR), '') AS {named(name)}"
            for name in self.types
            if not self.is_nested(name)
        )
        self._engine.execute(f"CREATE VIEW told AS SELECT row, {texts} FROM source")  # noqa: S608
        self.count: int = self.rows("SELECT count(*) FROM source")[0][0]

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.types)

    def is_plain(self, column: str) -> bool:
        """Say whether a column's values are texts, days or whole numbers."""
        return self.types[column] in _PLAIN

    def is_nested(self, column: str) -> bool:
        """Say whether a column holds what no field can: lists, structures, bytes."""
        return self.types[column].endswith("]") or self.types[column].startswith(_NESTED)

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Do a statement."""
        self._engine.execute(sql, list(parameters))

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self._engine.execute(sql, list(parameters)).fetchall()

    def portions(self, sql: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query, as many at a time, while DuckDB makes the next ones."""
        with self._engine.cursor() as own:
            answer = own.execute(sql)
            while portion := answer.fetchmany(size):
                yield portion

    def rest(self) -> None:
        """Let go of the memory that is not needed between two questions."""
        self._engine.execute("SET memory_limit = '200MB'")

    def keep(self, name: str, portions: Iterable[Sequence[str]]) -> None:
        """Make a table of one column ``value`` from texts without line breaks: through a file, which takes millions."""
        path = self._folder / f"{name}.txt"
        with path.open("w", encoding="utf-8") as out:
            for portion in portions:
                out.write("".join(f"{value}\n" for value in portion))
        self._engine.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT value FROM read_csv('{path}', header = false, quote = '',"  # noqa: S608
            " delim = '\\x01', columns = {'value': 'VARCHAR'})"
            if path.stat().st_size
            else f"CREATE OR REPLACE TABLE {name} (value VARCHAR)"
        )
        path.unlink()

    def close(self) -> None:
        """Let go of DuckDB and of the files made on the way."""
        self._engine.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def folder() -> Path:
    """Return the folder where loads keep what they need on the way."""
    home = runtime.current().settings.home / "loading"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _sweep(home: Path) -> None:
    """Take away what killed processes have left."""
    for owner in home.glob("*/owner"):
        if processes.is_dead(owner.read_text(encoding="utf-8")):
            shutil.rmtree(owner.parent, ignore_errors=True)


def literal(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(column: str) -> str:
    """Return a name as SQL takes any."""
    return '"' + column.replace('"', '""') + '"'
