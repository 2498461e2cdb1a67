"""A Parquet or CSV file of millions into a register: whole columns are checked by DuckDB, only doubts row by row.

A register that is empty, or nearly, gets its new table filled beside it and put in place whole, with indexes made at
the end (``store.staging``); into a full one the new records go portion by portion. Rows that are not plainly new and
in stored form follow one by one. How far it is commits with each portion: a killed load goes on when called again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_ids
from lienthong.kernel.sheets import check_target
from lienthong.registers.api import leftovers
from lienthong.registers.api.columns import Columns
from lienthong.registers.api.defining import definition, layout_of, versions_of
from lienthong.registers.api.landing import Landing, Row
from lienthong.registers.api.leftovers import Leftovers
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.domain import Grounds
from lienthong.registers.spec import Register
from lienthong.registers.store import merges, records, saving, tasks
from lienthong.registers.store.columnar import Source
from lienthong.registers.store.layout import Layout, Shape, shape_of
from lienthong.registers.store.staging import Staging, analyse

PORTION = 25_000
_NEARLY_EMPTY = 10
"""A register is filled anew when the file has this many times its records."""
_KIND = "load"
_DOUBTS = 2_000
"""Rows read one by one in one transaction."""
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file's rows. rejects: the file that lists why rows were refused, "" when none was."""

    rows: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    rejects: str


class State(msgspec.Struct, frozen=True):
    """How far a load is. phase: staging, growing, then doubts. place: first row of the file that is still to be done.

    staged: how many records are in the table beside.
    """

    phase: str
    place: int = 0
    staged: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0


def load_file(
    who: Actor,
    *,
    register: str,
    path: Path,
    rejects: Path,
    grounds: Grounds | None = None,
    valid_from: date | None = None,
    reason: str = "",
    portion: int = PORTION,
    tell: Tell | None = None,
) -> Loaded:
    """Bring a Parquet or CSV file of any size into a register; rows that cannot land are listed in ``rejects``.

    Columns are named by field or title; ``_valid_from`` (ISO day since when the row holds) may be one more. A row
    whose key is there already changes that record from its day, or from ``valid_from`` (today when None), on. A key
    that comes twice is refused the second time, unless the file has ``_valid_from``. The same file again changes
    nothing. A record is known since its portion was written. portion: rows of a transaction. tell: called with rows
    done and rows of the file. One event and one access entry for each portion.
    Raises Invalid for a file or header that cannot be used, Denied for another agency, Conflict when another process
    loads the same file.
    """
    spec = definition(register)
    why = grounds or Grounds(purpose="bulk-load", basis=spec.basis[0])
    require(who, why)
    require_owner(who, register=register, grounds=why)
    check_target(rejects)
    day = valid_from.isoformat() if valid_from else ""
    if day > runtime.current().clock.now().date().isoformat():
        raise Invalid("import.future", N_("Ngày có hiệu lực của lần nhập không được ở tương lai."))
    source = Source(path)
    try:
        landing = Landing(who, spec, why, reason=reason, recognise=True)
        digest = _digest(path, register, day, reason, str(why))
        return _Load(spec, source, landing, digest, portion, tell or _silent).run(day, rejects)
    finally:
        source.close()


class _Load:
    """One file on its way into a register."""

    def __init__(self, spec: Register, source: Source, landing: Landing, digest: str, portion: int, tell: Tell) -> None:
        self._spec, self._source, self._landing, self._portion, self._told = spec, source, landing, portion, tell
        self._database = runtime.current().database
        with self._database.transaction() as connection:
            self._layout: Layout = layout_of(connection, spec.id)
        self._shape: Shape = shape_of(versions_of(spec.id))
        self._digest = hashlib.sha256(digest.encode() + msgspec.json.encode(self._shape)).hexdigest()
        self._columns = Columns(spec, self._layout, source)
        self._staging = Staging(self._layout, self._shape)
        self._task, self._state = "", State("")

    def run(self, day: str, rejects: Path) -> Loaded:
        """Do all that is still to be done."""
        self._begin()
        left = Leftovers(self._spec, self._source, self._columns, self._landing, self._digest)
        left.find(self._there())
        if self._state.phase == "staging":
            self._fill(left)
        elif self._state.phase == "growing":
            self._grow(left)
        for rows, place in left.portions(self._state.place, min(_DOUBTS, self._portion)):
            self._settle(rows, place, day, left)
        self._finish(left)
        done, state = left.write(rejects), self._state
        return Loaded(self._source.count, state.created, state.changed, state.unchanged, state.rejected, done)

    def _begin(self) -> None:
        """Go on with the load of this file, or begin it; another that is not seen yet is given up for it."""
        with self._database.transaction() as connection:
            found = tasks.begun(connection, self._spec.id, _KIND, self._digest, State)
            if found is None:
                some = records.count(connection, self._layout, limit=self._source.count // _NEARLY_EMPTY + 1)
                anew = self._source.count >= 2 * self._portion and some * _NEARLY_EMPTY <= self._source.count
                state = State("staging" if anew else "growing")
                if anew:
                    for each in tasks.drop(connection, self._spec.id, _KIND, phase="staging"):
                        leftovers.forget(each)
                    self._staging.make(connection)
                at = clock.stamp(runtime.current().clock.now())
                found = tasks.begin(connection, self._spec.id, _KIND, self._digest, state, at=at), state
        self._task, self._state = found

    def _there(self) -> Iterator[Sequence[str]]:
        """Yield keys that records have already: all of a register that is nearly empty, else those of the file.

        Keys that a merge took away are among them: no new record may bear one.
        """
        key, source = self._spec.key, self._source
        with self._database.reading() as connection:
            yield merges.every_gone_key(connection, self._spec.id)
            if self._state.phase == "staging":
                yield from records.keys(connection, self._layout, key)
            elif key in self._columns.names and records.count(connection, self._layout, limit=1):
                every = f"SELECT {self._columns.text(key)} FROM told"  # noqa: S608
                for portion in source.portions(every, self._portion):
                    yield sorted(
                        records.used_keys(connection, self._layout, key, [each for (each,) in portion if each])
                    )

    def _fill(self, left: Leftovers) -> None:
        """Fill the table beside, make its indexes, put it in place."""
        for portion, place in self._new_rows(left):
            with self._database.transaction() as connection:
                self._staging.insert(connection, self._stamped(portion))
                self._go_on(connection, place=place, staged=self._state.staged + len(portion))
            self._told(self._state.place, self._source.count)
        self._source.rest()  # sorting takes the memory now
        self._staging.build_indexes()
        self._staging.note_names()
        with self._database.transaction() as connection:
            taken = self._staging.taken(connection)
            self._staging.take_over(connection)
            created = self._state.staged - len(taken)
            for size in _shares(created, self._portion):
                self._landing.tell(connection, people=size, written=size)
            before = self._counts()
            if taken:
                self._landing.land([self._met(place, row) for place, row in enumerate(taken)])
            self._go_on(connection, phase="doubts", place=0, before=before, created=created)
            analyse(connection, self._layout)

    def _grow(self, left: Leftovers) -> None:
        """Add the new records to those that are there, portion by portion."""
        for portion, place in self._new_rows(left):
            try:
                with self._database.transaction() as connection:
                    if portion:
                        saving.insert_rows(connection, self._layout, self._stamped(portion))
                        self._landing.tell(connection, people=len(portion), written=len(portion))
                    self._go_on(connection, place=place, created=len(portion))
            except Conflict as clash:
                if clash.code != "record.key_taken":
                    raise
                left.add([row[0] for row in portion])  # somebody wrote one of these keys meanwhile
                with self._database.transaction() as connection:
                    self._go_on(connection, place=place)
            self._told(self._state.place, self._source.count)
        with self._database.transaction() as connection:
            self._go_on(connection, phase="doubts", place=0)
            if self._state.created >= self._portion:
                analyse(connection, self._layout)

    def _settle(self, rows: list[tuple[int, tuple[Any, ...]]], place: int, day: str, left: Leftovers) -> None:
        """Read rows one by one and land those that can."""
        with self._database.transaction() as connection:
            before = self._counts()
            rejected = left.land(rows, day)
            self._go_on(connection, place=place, before=before, rejected=rejected)
        self._told(place, self._source.count)

    def _finish(self, left: Leftovers) -> None:
        with self._database.transaction() as connection:
            tasks.finish(connection, self._task, self._state)
        left.forget_rows()
        self._told(self._source.count, self._source.count)

    def _new_rows(self, left: Leftovers) -> Iterator[tuple[list[tuple[Any, ...]], int]]:
        """Yield portions of what is plainly new, in the file's order, each with the place after it.

        Of each row: its number, first day, payload and lookup keys.
        """
        sql = self._columns.new_records(runtime.current().clock.now().date().isoformat(), self._state.place)
        for portion in self._source.portions(sql, self._portion):
            first, last = portion[0][0], portion[-1][0]
            if first != self._state.place or [row[0] for row in portion] != list(range(first, last + 1)):
                message = "rows of a file came out of order"  # the place reached would skip some
                raise RuntimeError(message)
            odd = left.among(first, last)
            yield [row for row in portion if row[0] not in odd] if odd else portion, last + 1

    def _stamped(self, portion: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        now = clock.stamp(runtime.current().clock.now())
        return [(name, 1, row[1], now, *row[2:]) for name, row in zip(new_ids(len(portion)), portion, strict=True)]

    def _met(self, place: int, row: Sequence[Any]) -> Row:
        valid_from = row[0] if self._columns.has_days else ""
        return Row(place, msgspec.json.decode(row[1]), valid_from)

    def _counts(self) -> tuple[int, int, int]:
        result = self._landing.result
        return result.created, result.changed, result.unchanged

    def _go_on(
        self,
        connection: Connection,
        *,
        place: int,
        phase: str = "",
        staged: int = 0,
        created: int = 0,
        rejected: int = 0,
        before: tuple[int, int, int] | None = None,
    ) -> None:
        """Note how far it is. before: the landing's counts before this portion."""
        was, now = self._state, self._counts()
        landed = [after - earlier for after, earlier in zip(now, before or now, strict=True)]
        state = State(
            phase or was.phase,
            place,
            staged,
            was.created + created + landed[0],
            was.changed + landed[1],
            was.unchanged + landed[2],
            was.rejected + rejected,
        )
        tasks.go_on(connection, self._task, was, state)
        self._database.after_commit(lambda: setattr(self, "_state", state))


def _digest(path: Path, *more: str) -> str:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256")
    return "\n".join(chain([found.hexdigest()], more))


def _shares(whole: int, size: int) -> Iterator[int]:
    while whole > 0:
        yield min(size, whole)
        whole -= size


def _silent(_done: int, _of: int) -> None:
    """Tell nobody."""
