"""Statements that replace a unit in many records, with a history row for each: a portion in three statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, String, delete, insert

from lienthong.kernel import driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.registers.store import changes
from lienthong.registers.store.layout import CURRENT, PAST, Layout
from lienthong.registers.store.records import Row

register_patch = table(
    "register_patch",  # of patches under way: what each code becomes, "" when only a person can say
    Column("task", String(26), primary_key=True),
    Column("old", String(40), primary_key=True),
    Column("new", String(40), nullable=False),
    scope=Scope.INTERNAL,
)
_CERTAIN = "m.task = ? AND m.new <> '' AND m.new <> m.old"


@dataclass(frozen=True, slots=True)
class Patch:
    """A field that gets other codes from a day on. subject: the register's field with the person, "" for none."""

    layout: Layout
    task: str
    field: str
    subject: str
    on: str

    def portion(self, after: str, last: str) -> Portion:
        """Return the records after one id up to another."""
        return Portion(self, after, last)


def keep(connection: Connection, task: str, mapping: Mapping[str, str]) -> None:
    """Keep what each code becomes until the patch is done."""
    rows = [{"task": task, "old": old, "new": new} for old, new in sorted(mapping.items())]
    if rows:
        connection.execute(insert(register_patch), rows)
    if connection.dialect.name == "postgresql":  # it takes a new table for one of ten rows, and joins as for those
        connection.exec_driver_sql("ANALYZE register_patch")


def forget(connection: Connection, task: str) -> None:
    """Forget the codes of a patch that is done."""
    connection.execute(delete(register_patch).where(register_patch.c.task == task))


def end_of_portion(connection: Connection, layout: Layout, after: str, size: int) -> str:
    """Return the id that ends the next portion of records; "" when there is none."""
    few = f"SELECT id FROM {layout.current} WHERE id > ? ORDER BY id LIMIT {size}"  # noqa: S608
    return driver.rows(connection, f"SELECT max(id) FROM ({few}) AS few", [after])[0][0] or ""  # noqa: S608


class Portion:
    """Some records of a patch. Plain ones: nothing is said of them for the patch's day or later."""

    def __init__(self, patch: Patch, after: str, last: str) -> None:
        self._patch, self._within = patch, [after, last]
        layout, field = patch.layout, patch.field
        old, new = (f"""'"{field}":"' || m.{each} || '"'""" for each in ("old", "new"))
        self._payload = f"replace(r.payload, {old}, {new})"
        self._plain = f"{_CERTAIN} AND m.old = r.by_{field} AND r.id > ? AND r.id <= ? AND r.valid_from < ?"
        self._plain += f" AND {self._payload} <> r.payload"
        self._plain_values: list[Any] = [patch.task, *self._within, patch.on]
        self._from = f"FROM {layout.current} r, register_patch m WHERE {self._plain}"

    def lock(self, connection: Connection) -> None:
        """Keep other writers away from these records until the transaction ends."""
        if not runtime.current().database.is_sqlite:
            sql = f"SELECT id FROM {self._patch.layout.current} WHERE id > ? AND id <= ? ORDER BY id FOR UPDATE"  # noqa: S608
            driver.rows(connection, sql, self._within)

    def later(self, connection: Connection) -> list[Row]:
        """Return the rows of which something is said for the patch's day or later."""
        sql = f"SELECT {', '.join(CURRENT)} FROM {self._patch.layout.current}"  # noqa: S608
        return driver.rows(
            connection,
            f"{sql} WHERE id > ? AND id <= ? AND valid_from >= ? ORDER BY id",
            [*self._within, self._patch.on],
        )

    def odd(self, connection: Connection) -> list[Row]:
        """Return the rows that are not plain only because their payload is written in another way."""
        said = self._from.replace(f"{self._payload} <> r.payload", f"{self._payload} = r.payload")
        columns = ", ".join(f"r.{name}" for name in CURRENT)
        return driver.rows(connection, f"SELECT {columns} {said} ORDER BY r.id", self._plain_values)

    def note_history(self, connection: Connection, author: tuple[str, ...], now: str) -> int:
        """Write a history row for each plain record, and the first row of those that had none; answer how many."""
        past, field = self._patch.layout.past, self._patch.field
        columns = ", ".join(PAST)
        first = "r.id, 1, r.valid_from, r.known_from, 'created', '{}', '', '', '', '', ''"
        sql = f"INSERT INTO {past} ({columns}) SELECT {first} {self._from} AND r.version = 1"
        driver.run(connection, sql, self._plain_values)
        changes = f"""'{{"{field}":["' || m.old || '","' || m.new || '"]}}'"""
        marks = ", ".join(["CAST(? AS VARCHAR(200))"] * len(author))
        said = (
            f"r.id, r.version + 1, CAST(? AS VARCHAR(10)), CAST(? AS VARCHAR(27)), 'changed', {changes}, {marks}, m.old"
        )
        sql = f"INSERT INTO {past} ({columns}, by_{field}) SELECT {said} {self._from}"
        return driver.run(connection, sql, [self._patch.on, now, *author, *self._plain_values])

    def cover(self, connection: Connection, entry: str) -> None:
        """Note that the access entry is about the people of the plain records."""
        subject = f"coalesce(r.by_{self._patch.subject}, r.id)" if self._patch.subject else "r.id"
        chosen = f"SELECT DISTINCT {subject}, CAST(? AS VARCHAR(26)) {self._from}"
        sql = f"INSERT INTO access_person (subject, access) {chosen}"
        driver.run(connection, sql, [entry, *self._plain_values])

    def replace(self, connection: Connection, now: str) -> None:
        """Give the plain records their new code."""
        current, field = self._patch.layout.current, self._patch.field
        rows = driver.rows(connection, f"SELECT r.id, r.version {self._from} ORDER BY r.id", self._plain_values)
        changes.note(
            connection, self._patch.layout.register, [changes.Entry(row[0], row[1], row[1] + 1) for row in rows]
        )
        sql = (
            f"UPDATE {current} AS r SET version = version + 1, valid_from = ?, known_from = ?,"  # noqa: S608
            f" payload = {self._payload}, by_{field} = m.new FROM register_patch m WHERE {self._plain}"
        )
        driver.run(connection, sql, [self._patch.on, now, *self._plain_values])

    def counted(self, connection: Connection) -> dict[str, int]:
        """Return how many of the records have each code now."""
        column = f"by_{self._patch.field}"
        sql = f"SELECT {column}, count(*) FROM {self._patch.layout.current}"  # noqa: S608
        sql += f" WHERE id > ? AND id <= ? AND {column} IS NOT NULL GROUP BY {column}"
        return dict(driver.rows(connection, sql, self._within))

    def undecided(self, connection: Connection) -> int:
        """Return how many of the records have a code that only a person can replace."""
        sql = (
            f"SELECT count(*) FROM {self._patch.layout.current} r, register_patch m"  # noqa: S608
            f" WHERE m.task = ? AND m.new = '' AND m.old = r.by_{self._patch.field} AND r.id > ? AND r.id <= ?"
        )
        return driver.rows(connection, sql, [self._patch.task, *self._within])[0][0]
