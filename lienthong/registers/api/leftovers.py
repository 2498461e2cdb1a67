"""The rows of a file that are not plainly new and in stored form: found once, remembered, read one by one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from lienthong.kernel import runtime
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.sheets import Writer
from lienthong.registers.api import cells
from lienthong.registers.api.columns import DAY, Columns
from lienthong.registers.api.landing import Landing, Row
from lienthong.registers.spec import Register
from lienthong.registers.store.columnar import Source, folder, named

_encode = msgspec.json.Encoder().encode
Told = list[tuple[int, tuple[Any, ...]]]
"""Rows by their number in the file from 0, with their cells."""


class Leftovers:
    """Which rows are left to be read one by one, and why some of them were refused.

    Both stand in files beside the node's data until the load is done, so that a killed one goes on with the same rows.
    """

    def __init__(self, spec: Register, source: Source, columns: Columns, landing: Landing, digest: str) -> None:
        self._spec, self._source, self._columns, self._landing = spec, source, columns, landing
        self._rows, self._refused = _files(digest)
        self._seen: dict[str, int] = {}  # keys that come twice → the row that had each first

    def find(self, there: Iterable[Sequence[str]]) -> None:
        """Find the rows that SQL is not sure of, whose key is missing, comes twice, or is one of a record (there).

        Those that a rule refuses are among them: read one by one, they are told why.

        What an earlier run of the same load has found are those.
        """
        if self._rows.exists():
            self._source.run(f"CREATE OR REPLACE TABLE leftover AS SELECT row, twice FROM '{self._rows}'")  # noqa: S608
            return
        today = runtime.current().clock.now().date().isoformat()
        key, run = _bare(self._columns.text(self._spec.key)), self._source.run
        sure, parameters = self._columns.sure(today)
        self._source.keep("there", there)
        run(
            "CREATE OR REPLACE TABLE twice AS SELECT hash(key) AS key FROM"  # noqa: S608
            f" (SELECT {key} AS key FROM told) WHERE key IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        )
        run(
            "CREATE OR REPLACE TABLE leftover AS SELECT row, coalesce(twice, false) AS twice FROM"  # noqa: S608
            f" (SELECT row, {key} AS key, ({sure}) AS sure,"
            f" hash({key}) IN (SELECT key FROM twice) AS twice FROM told)"
            f" WHERE key IS NULL OR NOT coalesce(sure, false) OR twice"
            f" OR key IN (SELECT {_bare('value')} FROM there)",
            parameters,
        )
        self._keep()

    def add(self, rows: Sequence[int]) -> None:
        """Leave over some rows more."""
        self._source.run("INSERT INTO leftover SELECT unnest(?::BIGINT[]), false", [list(rows)])
        self._keep()

    def among(self, first: int, last: int) -> set[int]:
        """Return which of the rows from one to another are left over."""
        sql = "SELECT row FROM leftover WHERE row BETWEEN ? AND ?"
        return {row for (row,) in self._source.rows(sql, [first, last])}

    def portions(self, place: int, size: int) -> Iterator[tuple[Told, int]]:
        """Yield the rows from a place on, some at a time, each time with the place after them."""
        self._drop_refused(place)
        if place:
            self._recall(place, size)
        for portion in self._source.portions(self._query(f"s.row >= {place}"), size):
            yield [(row[0], row[1:]) for row in portion], portion[-1][0] + 1

    def land(self, rows: Told, day: str) -> int:
        """Land the rows that can be read, in the open transaction; answer how many were refused."""
        rejects = self._landing.result.rejects
        rejects.clear()
        ready = self._ready(rows)
        if ready:
            self._landing.land([self._named(row) for row in ready], changes_from=day)
        self._refuse({number: cells_of[1:] for number, cells_of in rows})
        return len({number for number, _ in rejects})

    def write(self, rejects: Path) -> str:
        """Write the file of refused rows, when there are any; answer where it is."""
        if not self._refused.exists():
            return ""
        header = [gettext(N_("Dòng")), gettext(N_("Cột")), gettext(N_("Giá trị")), gettext(N_("Lý do"))]
        with Writer(rejects, header) as out, self._refused.open("rb") as lines:
            out.add(msgspec.json.decode(line) for line in lines)
        self._refused.unlink()
        return str(rejects)

    def forget_rows(self) -> None:
        """Forget which rows they are: the load is done."""
        self._rows.unlink(missing_ok=True)

    def _keep(self) -> None:
        aside = self._rows.with_suffix(".new")
        self._source.run(f"COPY leftover TO '{aside}' (FORMAT parquet)")
        aside.replace(self._rows)

    def _query(self, condition: str) -> str:
        days = [DAY] if self._columns.has_days else []
        names = ", ".join(f"s.{named(name)}" for name in (*self._columns.names.values(), *days))
        return (
            f"SELECT s.row, l.twice, {names} FROM source s JOIN leftover l ON l.row = s.row"  # noqa: S608
            f" WHERE {condition} ORDER BY s.row"
        )

    def _recall(self, place: int, size: int) -> None:
        """Recall which rows before a place had a key first that comes twice: a killed run has landed them."""
        for portion in self._source.portions(self._query(f"l.twice AND s.row < {place}"), size):
            self._ready([(row[0], row[1:]) for row in portion])

    def _ready(self, rows: Told) -> list[Row]:
        """Return the rows that can be read and do not bring a key a second time; the others are rejected."""
        told = [(number, values) for number, cells_of in rows if (values := self._values(number, cells_of)) is not None]
        twice = {number for number, cells_of in rows if cells_of[0]}
        return [row for row in self._landing.shaped(told) if self._is_first(row, twice)]

    def _values(self, number: int, cells_of: tuple[Any, ...]) -> dict[str, Any] | None:
        """Return the values of a row; None, and every fault is noted, when a cell fell into a trap."""
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, raw in zip(self._columns.names, cells_of[1:], strict=False):
            value, wrong = cells.tidy(name, self._spec.terms[name], raw)
            if wrong is not None:
                faults.append(wrong)
            elif value is not None:
                values[name] = value
        if self._columns.has_days and (said := str(cells_of[-1] or "").strip()):
            if day := _iso(said):
                values[DAY] = day
            else:
                message = N_("Ngày có hiệu lực phải là ngày từ hôm nay trở về trước, ví dụ 2026-11-14.")
                faults.append(fault(DAY, "load.day", message))
        if faults:
            faults.extend(self._landing.faults({name: value for name, value in values.items() if name != DAY}))
            self._landing.result.rejects.extend((number, each) for each in faults)
        return None if faults else values

    def _is_first(self, row: Row, twice: set[int]) -> bool:
        key = row.values.get(self._spec.key)
        if self._columns.has_days or not key or row.place not in twice:
            return True
        first = self._seen.setdefault(str(key), row.place)
        if first != row.place:
            message = N_("Trùng với dòng %(row)s của tệp; giữ một dòng.")
            wrong = fault(self._spec.key, "row.twice", message, row=first + self._source.first_row)
            self._landing.result.rejects.append((row.place, wrong))
        return first == row.place

    def _named(self, row: Row) -> Row:
        """Give a row without a key a name of its own: the next row without one is somebody else."""
        if row.values.get(self._spec.key):
            return row
        return Row(row.place, row.values, row.valid_from, f"row {row.place}")

    def _refuse(self, cells_by_row: dict[int, tuple[Any, ...]]) -> None:
        """Note why rows are refused, on disk before the transaction ends."""
        titles, places = cells.headings(self._spec), list(self._columns.names)
        lines: list[bytes] = []
        for number, each in sorted(self._landing.result.rejects, key=lambda one: one[0]):
            value = cells_by_row[number][places.index(each.at)] if each.at in places else ""
            shown = [number + self._source.first_row, titles.get(each.at, each.at), str(value or ""), each.text]
            lines.append(_encode(shown) + b"\n")
        if lines:
            with self._refused.open("ab") as out:
                out.writelines(lines)
                out.flush()
                os.fsync(out.fileno())

    def _drop_refused(self, place: int) -> None:
        """Forget what a killed run noted of rows that it did not finish."""
        if self._refused.exists():
            with self._refused.open("rb") as lines:
                kept = [
                    line
                    for line in lines
                    if line.endswith(b"\n") and msgspec.json.decode(line)[0] - self._source.first_row < place
                ]
            if kept:
                self._refused.write_bytes(b"".join(kept))
            else:
                self._refused.unlink()


def forget(digest: str) -> None:
    """Forget what a load that was given up has left."""
    for path in _files(digest):
        path.unlink(missing_ok=True)


def _files(digest: str) -> tuple[Path, Path]:
    return folder() / f"{digest}.parquet", folder() / f"{digest}.rejects"


def _bare(key: str) -> str:
    """Return a key without what people put between digits: keys that may be the same are the same then."""
    return f"NULLIF(lower(replace(replace({key}, ' ', ''), '.', '')), '')"


def _iso(said: str) -> str:
    try:
        day = date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        return ""
    return day if day <= runtime.current().clock.now().date().isoformat() else ""
