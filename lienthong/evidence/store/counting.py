"""Counts and finds rows. Files never change, so what was counted in one is kept until the file is merged away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from lienthong.evidence.domain import SETS, Cell
from lienthong.evidence.store import listing
from lienthong.evidence.store.engine import engine
from lienthong.evidence.store.writing import source
from lienthong.kernel import runtime

MOST_KEPT = 300_000
"""Cells kept at once, about 60 MB; when there are more, those not asked for longest go."""
LARGE = 20_000
"""Rows of a file that is counted alone: grouping by file as well costs more than asking once more."""
Where = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition or a value in SQL, and its parameters."""

    text: str
    values: tuple[Any, ...] = ()


TRUE = Sql("true")


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted in a set, as SQL: rows that satisfy ``of``; their number or sum, and that of a part of them.

    rows: counts the rows behind an amount, so that an amount of few records is known as such.
    """

    facts: str
    of: Sql
    whole: Sql
    part: Sql
    rows: bool = False


def count(asked: Counted, *, by: Sequence[str], where: Where) -> list[Cell]:
    """Return the cells of all files of a set together; only files not counted before are read."""
    listed = listing.listed(asked.facts, where.get("month"))
    files = [each.file for each in listed]
    kept = runtime.current().part("evidence.cells", _Kept)
    key = (asked, tuple(by), tuple((name, tuple(values)) for name, values in where.items()))
    counted = kept.of(key, files)
    missing = [each for each in listed if each.file not in counted]
    large = [[each.file] for each in missing if each.rows >= LARGE]
    small = [each.file for each in missing if each.rows < LARGE]
    for some in [*large, small] if small else large:
        fresh = _count(asked, some, by, where)
        kept.keep(key, fresh)
        counted |= fresh
    return _sum(counted.values()) or ([] if by else [Cell((), 0, 0, 0 if asked.rows else None)])


def find(facts: str, conditions: Sequence[Sql], *, months: Sequence[str] | None, limit: int) -> list[dict[str, Any]]:
    """Return the first rows that satisfy every condition, in the order of their positions.

    Where they stand is asked first, of the few columns that the conditions read; then only those rows are opened.
    """
    files = [each.file for each in listing.listed(facts, months)]
    condition, values = _all(conditions)
    sql = (
        f"SELECT position, filename, file_row_number FROM {source(facts, files, placed=True)} "  # noqa: S608
        f"WHERE {condition} ORDER BY position LIMIT {limit:d}"
    )
    places = engine().query(sql, values)
    rows: list[dict[str, Any]] = []
    folder = engine().folder
    for path in {place[1] for place in places}:
        numbers = [place[2] for place in places if place[1] == path]
        opened = source(facts, [str(path).removeprefix(f"{folder}/")], placed=True)
        columns = ", ".join(f'"{name}"' for name in SETS[facts].columns)
        marks = ", ".join("?" for _ in numbers)
        found = engine().query(f"SELECT {columns} FROM {opened} WHERE file_row_number IN ({marks})", numbers)  # noqa: S608
        rows += [dict(zip(SETS[facts].columns, row, strict=True)) for row in found]
    return sorted(rows, key=lambda row: row["position"])


def held(facts: str) -> int:
    """Return how many rows made from events a set holds (adopted ones left out)."""
    files = [each.file for each in listing.listed(facts)]
    return int(engine().query(f"SELECT count(*) FROM {source(facts, files)} WHERE position > 0")[0][0])  # noqa: S608


def within(column: str, accepted: Sequence[str]) -> Sql:
    """Return the condition that a column has one of these values."""
    return Sql(f'"{column}" IN ({", ".join("?" for _ in accepted) or "NULL"})', tuple(accepted))


_Key = tuple[Counted, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]


class _Kept:
    """Cells per question and file."""

    def __init__(self, _node: runtime.Runtime) -> None:
        self._cells: dict[_Key, dict[str, list[Cell]]] = {}
        self._size = 0
        self._lock = Lock()

    def of(self, key: _Key, files: Sequence[str]) -> dict[str, list[Cell]]:
        """Return what is known of these files, and forget files that are listed no more."""
        with self._lock:
            known = self._cells.pop(key, {})
            left = {file: known[file] for file in files if file in known}
            self._size -= sum(len(cells) for file, cells in known.items() if file not in left)
            self._cells[key] = left
            return dict(left)

    def keep(self, key: _Key, fresh: Mapping[str, list[Cell]]) -> None:
        """Keep what was counted."""
        with self._lock:
            known = self._cells.setdefault(key, {})
            added = {file: cells for file, cells in fresh.items() if file not in known}
            known.update(added)
            self._size += sum(len(cells) for cells in added.values())
            while self._size > MOST_KEPT and len(self._cells) > 1:
                oldest = next(iter(self._cells))
                self._size -= sum(len(cells) for cells in self._cells.pop(oldest).values())


def _count(asked: Counted, files: Sequence[str], by: Sequence[str], where: Where) -> dict[str, list[Cell]]:
    """Return the cells of each of these files."""
    condition, values = _all([*(within(name, accepted) for name, accepted in where.items()), asked.of])
    single = len(files) == 1
    keys = [*([] if single else ["filename"]), *(f'"{name}"' for name in by)]
    figures = [asked.whole.text, asked.part.text, *(["count(*)"] if asked.rows else [])]
    sql = (
        f"SELECT {', '.join([*keys, *figures])} "  # noqa: S608  names are checked, values are parameters
        f"FROM {source(asked.facts, files, placed=not single)} WHERE {condition} "
        f"{'GROUP BY ' + ', '.join(keys) if keys else ''}"
    )
    cells: dict[str, list[Cell]] = {file: [] for file in files}
    folder = engine().folder
    for row in engine().query(sql, [*asked.whole.values, *asked.part.values, *values]):
        file = files[0] if single else str(row[0]).removeprefix(f"{folder}/")
        named, counted = row[len(keys) - len(by) : len(keys)], row[len(keys) :]
        cells[file].append(Cell(tuple(map(str, named)), *(int(value or 0) for value in counted)))
    return cells


def _sum(files: Iterable[list[Cell]]) -> list[Cell]:
    sums: dict[tuple[str, ...], Cell] = {}
    for cells in files:
        for each in cells:
            before = sums.get(each.keys)
            sums[each.keys] = each if before is None else before + each
    return list(sums.values())


def _all(conditions: Sequence[Sql]) -> tuple[str, list[Any]]:
    text = " AND ".join(f"({each.text})" for each in conditions) or "true"
    return text, [value for each in conditions for value in each.values]
