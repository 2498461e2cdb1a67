"""DuckDB for one piece of work on columns, and Vietnamese text in its SQL."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lienthong.kernel import runtime

MEMORY_LIMIT = "1GB"
THREADS = 2


def folded(column: str) -> str:
    """Return SQL that folds a text column as ``kernel.text.fold`` does, but for spaces."""
    return f"lower(strip_accents(replace(replace({column}, 'đ', 'd'), 'Đ', 'd')))"


def words(column: str) -> str:
    """Return SQL for the folded words of a text column, as a list."""
    return rf"list_filter(string_split_regex({folded(column)}, '[\s.,;/_-]+'), lambda x: x <> '')"


def quoted(name: str) -> str:
    """Return a column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text, such as a path, as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


class Workshop:
    """One DuckDB with a bound on its memory, in a folder of its own that goes away with it."""

    def __init__(self, folder: Path, memory: str = MEMORY_LIMIT) -> None:
        import duckdb

        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config: dict[str, Any] = {"memory_limit": memory, "threads": THREADS, "temp_directory": str(folder / "spill")}
        self._duck = duckdb.connect(":memory:", config=config)

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Do a statement."""
        self._duck.execute(sql, list(parameters))

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        return self._duck.execute(sql, list(parameters)).fetchall()

    def portions(self, sql: str, size: int = 20_000) -> Iterator[list[Any]]:
        """Yield the rows of a query in portions, from a cursor of its own."""
        with self._duck.cursor() as cursor:
            cursor.execute(sql)
            while found := cursor.fetchmany(size):
                yield found

    def table(self, name: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """Make a table of rows from Python: over a file, a hundred times faster than row by row."""
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        kinds = ", ".join(f"'{each.split()[0]}': '{each.split()[1]}'" for each in columns.split(", "))
        self.run(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv(?, header=false, auto_detect=false,"  # noqa: S608
            f" delim=',', quote='\"', escape='\"', columns={{{kinds}}})",
            [str(path)],
        )
        path.unlink()

    def close(self) -> None:
        """Let go of DuckDB."""
        self._duck.close()


def sweep(folder: Path, older: float = 86_400.0) -> None:
    """Delete the workshops of processes that were killed: those in a folder that nobody touched for so many seconds."""
    for each in folder.glob(".work-*") if folder.exists() else ():
        if each.stat().st_mtime < runtime.current().clock.now().timestamp() - older:
            shutil.rmtree(each, ignore_errors=True)


@contextmanager
def workshop(folder: Path, memory: str = MEMORY_LIMIT) -> Generator[Workshop]:
    """Give a workshop in a new folder that is gone afterwards, whatever happens."""
    made = Workshop(folder, memory)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)
