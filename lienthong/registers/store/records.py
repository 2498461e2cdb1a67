"""What is asked of the tables of registers. Callers hold the transaction and write the access entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from lienthong.kernel import driver, runtime
from lienthong.registers.domain import Assertion, Draft, Kind, Record, State, Values, state_at
from lienthong.registers.store import merges
from lienthong.registers.store.layout import CURRENT, PAST, Layout

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_COLUMNS = ", ".join(CURRENT)
SAYS_NOTHING = "{}"
"""Payload of a record that was withdrawn: no look-up finds it, its history stays."""
Row = tuple[str, int, str, str, str]
"""id, version, valid_from, known_from, payload of a current row."""


def find(connection: Connection, layout: Layout, keys: Mapping[str, Sequence[str]], limit: int) -> list[Row]:
    """Return current rows whose lookup columns have one of the keys each; at most ``limit``, in order of id."""
    conditions: list[str] = []
    parameters: list[Any] = []
    for name, wanted in keys.items():
        condition, values = driver.one_of(f"by_{name}", wanted)
        conditions.append(condition)
        parameters.extend(values)
    sql = f"SELECT {_COLUMNS} FROM {layout.current} WHERE {' AND '.join(conditions)} LIMIT {limit}"  # noqa: S608
    found = driver.rows(connection, sql, parameters)
    return found if len(found) < 2 else sorted(found)


def named(
    connection: Connection,
    layout: Layout,
    name: str,
    prefix: str,
    exact: Mapping[str, str],
    limit: int,
    after: str,
) -> list[Row]:
    """Return current rows whose folded name begins with the prefix, in order of it; after: id to go on from."""
    column = f"by_{name}"
    conditions = [f"{column} >= ?", f"{column} < ?", *(f"by_{each} = ?" for each in exact)]
    parameters: list[Any] = [prefix, prefix + "\U0010ffff", *exact.values()]
    if after:
        conditions.append(f"({column}, id) > (SELECT {column}, id FROM {layout.current} WHERE id = ?)")  # noqa: S608
        parameters.append(after)
    sql = (
        f"SELECT {_COLUMNS} FROM {layout.current} WHERE {' AND '.join(conditions)}"  # noqa: S608
        f" ORDER BY {column}, id LIMIT {limit}"
    )
    return driver.rows(connection, sql, parameters)


def of_unit(
    connection: Connection, layout: Layout, unit: str, code: str, name: str, limit: int, after: str
) -> list[Row]:
    """Return current rows of a unit in the order of their folded name; after: id to go on from."""
    conditions, parameters = [f"by_{unit} = ?", f"by_{name} IS NOT NULL"], [code]
    if after:
        conditions.append(f"(by_{name}, id) > (SELECT by_{name}, id FROM {layout.current} WHERE id = ?)")  # noqa: S608
        parameters.append(after)
    sql = (
        f"SELECT {_COLUMNS} FROM {layout.current} WHERE {' AND '.join(conditions)}"  # noqa: S608
        f" ORDER BY by_{name}, id LIMIT {limit}"
    )
    return driver.rows(connection, sql, parameters)


def beginning(connection: Connection, layout: Layout, name: str, prefix: str, limit: int) -> list[Row]:
    """Return current rows whose lookup key begins with the prefix, in order of it."""
    sql = (
        f"SELECT {_COLUMNS} FROM {layout.current} WHERE by_{name} >= ? AND by_{name} < ?"  # noqa: S608
        f" ORDER BY by_{name} LIMIT {limit}"
    )
    return driver.rows(connection, sql, [prefix, prefix + "\U0010ffff"])


def of_names(
    connection: Connection,
    layout: Layout,
    name: str,
    names: Sequence[str],
    birth: str,
    born: str,
    unit: str,
    units: Sequence[str],
    *,
    limit: int,
) -> list[Row]:
    """Return current rows that bear one of the folded names; at most ``limit``.

    birth, born: a lookup field with a date, and what its date begins with. unit, units: a lookup field, and its codes.
    """
    condition, parameters = driver.one_of(f"by_{name}", names)
    if birth:
        condition += f" AND by_{birth} >= ? AND by_{birth} < ?"
        parameters += [born, born + "\U0010ffff"]
    if unit:
        chosen, codes = driver.one_of(f"by_{unit}", units)
        condition += f" AND {chosen}"
        parameters += codes
    sql = f"SELECT {_COLUMNS} FROM {layout.current} WHERE {condition} LIMIT {limit}"  # noqa: S608
    return driver.rows(connection, sql, parameters)


def find_ever(connection: Connection, layout: Layout, keys: Mapping[str, Sequence[str]], limit: int) -> list[str]:
    """Return ids of records that have, or ever had, one of the keys in each lookup column; at most ``limit``.

    Either all of it holds now, or one of the keys is among what the record lost; each way goes by an index.
    """
    now = {name: driver.one_of(f"c.by_{name}", wanted) for name, wanted in keys.items()}
    once = {name: driver.one_of(f"p.by_{name}", wanted) for name, wanted in keys.items()}
    parts = [f"SELECT c.id FROM {layout.current} c WHERE {' AND '.join(condition for condition, _ in now.values())}"]  # noqa: S608
    parameters = [each for _, values in now.values() for each in values]
    for name, (condition, values) in once.items():
        conditions, parameters = [condition], [*parameters, *values]
        for other in keys.keys() - {name}:
            held, its = now[other]
            lost, theirs = driver.one_of(f"q.by_{other}", keys[other])
            conditions.append(
                f"(EXISTS (SELECT 1 FROM {layout.current} c WHERE c.id = p.id AND {held})"  # noqa: S608
                f" OR EXISTS (SELECT 1 FROM {layout.past} q WHERE q.id = p.id AND {lost}))"
            )
            parameters += [*its, *theirs]
        parts.append(f"SELECT p.id FROM {layout.past} p WHERE {' AND '.join(conditions)}")  # noqa: S608
    sql = f"{' UNION '.join(parts)} LIMIT {limit}"
    return sorted(row[0] for row in driver.rows(connection, sql, parameters))


def by_ids(connection: Connection, layout: Layout, ids: Sequence[str], *, lock: bool = False) -> list[Row]:
    """Return current rows by record id; ``lock`` keeps other writers away until the transaction ends."""
    found: list[Row] = []
    ending = "" if not lock or runtime.current().database.is_sqlite else " FOR UPDATE"
    for portion in driver.chunks(ids):
        condition, values = driver.one_of("id", portion)
        sql = f"SELECT {_COLUMNS} FROM {layout.current} WHERE {condition}{ending}"  # noqa: S608
        found.extend(driver.rows(connection, sql, values))
    return sorted(found)


def by_keys(connection: Connection, layout: Layout, field: str, keys: Iterable[str], *, lock: bool) -> dict[str, Row]:
    """Return current rows by their register's key."""
    found: dict[str, Row] = {}
    ending = "" if not lock or runtime.current().database.is_sqlite else " FOR UPDATE"
    for portion in driver.chunks(keys):
        condition, values = driver.one_of(f"by_{field}", portion)
        sql = f"SELECT {_COLUMNS}, by_{field} FROM {layout.current} WHERE {condition}{ending}"  # noqa: S608
        for row in driver.rows(connection, sql, values):
            found[row[5]] = row[:5]
    return found


def used_keys(connection: Connection, layout: Layout, field: str, keys: Iterable[str]) -> set[str]:
    """Return those of the keys that a record has, or had before it was merged into another; nothing of the record."""
    asked = list(keys)
    found = merges.gone_keys(connection, asked, layout.register)
    for portion in driver.chunks(asked):
        condition, values = driver.one_of(f"by_{field}", portion)
        sql = f"SELECT by_{field} FROM {layout.current} WHERE {condition}"  # noqa: S608
        found.update(row[0] for row in driver.rows(connection, sql, values))
    return found


def id_of(connection: Connection, layout: Layout, field: str, key: str) -> str:
    """Return the id of the current record that has a key, "" without one; nothing else of it is read."""
    sql = f"SELECT id FROM {layout.current} WHERE by_{field} = ? LIMIT 1"  # noqa: S608
    return next((row[0] for row in driver.rows(connection, sql, [key])), "")


def naming(connection: Connection, layout: Layout, field: str, values: Sequence[str]) -> list[tuple[str, str]]:
    """Return id and the value of current rows whose lookup field has one of the values."""
    found: list[tuple[str, str]] = []
    for portion in driver.chunks(values):
        condition, parameters = driver.one_of(f"by_{field}", portion)
        sql = f"SELECT id, by_{field} FROM {layout.current} WHERE {condition}"  # noqa: S608
        found.extend((row[0], row[1]) for row in driver.rows(connection, sql, parameters))
    return found


def last_said_by(
    connection: Connection, layout: Layout, ids: Sequence[str], *, actor: str, since: str
) -> list[tuple[str, Values]]:
    """Return id and values of the records of which an actor wrote the version that stands, after the stamp."""
    found: list[tuple[str, Values]] = []
    for portion in driver.chunks(ids):
        condition, values = driver.one_of("c.id", portion)
        sql = (
            f"SELECT c.id, c.payload FROM {layout.current} c JOIN {layout.past} p ON p.id = c.id"  # noqa: S608
            f" AND p.version = c.version WHERE {condition} AND p.actor = ? AND p.known_from > ? ORDER BY c.id"
        )
        found.extend((row[0], _decode(row[1])) for row in driver.rows(connection, sql, [*values, actor, since]))
    return found


def keys(connection: Connection, layout: Layout, field: str, size: int = 50_000) -> Iterator[list[str]]:
    """Yield the keys of all records, some at a time."""
    column, after = f"by_{field}", ""
    while found := driver.rows(
        connection,
        f"SELECT {column} FROM {layout.current} WHERE {column} > ? ORDER BY {column} LIMIT {size}",  # noqa: S608
        [after],
    ):
        yield [row[0] for row in found]
        after = found[-1][0]


def count(connection: Connection, layout: Layout, *, limit: int) -> int:
    """Return how many records there are, at most ``limit``."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {layout.current} LIMIT {int(limit)}) AS few"  # noqa: S608
    return driver.rows(connection, sql)[0][0]


def version(connection: Connection, layout: Layout, field: str, key: str) -> int:
    """Return the version of the record with this key (or id) and nothing of the record; 0 when there is none."""
    for column in (f"by_{field}", "id"):
        if found := driver.rows(connection, f"SELECT version FROM {layout.current} WHERE {column} = ?", [key]):  # noqa: S608
            return found[0][0]
    return 0


def page(connection: Connection, layout: Layout, after: str, limit: int) -> list[Row]:
    """Return current rows in order of id, those after the given one; withdrawn records say nothing and are left out."""
    sql = f"SELECT {_COLUMNS} FROM {layout.current} WHERE id > ? AND payload <> ? ORDER BY id LIMIT {limit}"  # noqa: S608
    return driver.rows(connection, sql, [after, SAYS_NOTHING])


def assertions(connection: Connection, layout: Layout, ids: Sequence[str]) -> dict[str, list[Assertion]]:
    """Return, for those records that ever changed, what each of their versions said, in order."""
    found: dict[str, list[Assertion]] = {}
    for portion in driver.chunks(ids):
        condition, values = driver.one_of("id", portion)
        sql = (
            f"SELECT id, version, valid_from, known_from, changes FROM {layout.past}"  # noqa: S608
            f" WHERE {condition} ORDER BY id, version"
        )
        for record, *said in driver.rows(connection, sql, values):
            found.setdefault(record, []).append(_assertion(*said))
    return found


def told(connection: Connection, layout: Layout, ids: Sequence[str]) -> dict[str, list[tuple[Kind, Assertion]]]:
    """Return, for those records that ever changed, the kind of each version and what it said, in order."""
    found: dict[str, list[tuple[Kind, Assertion]]] = {}
    for portion in driver.chunks(ids):
        condition, values = driver.one_of("id", portion)
        sql = (
            f"SELECT id, kind, version, valid_from, known_from, changes FROM {layout.past}"  # noqa: S608
            f" WHERE {condition} ORDER BY id, version"
        )
        for record, kind, *said in driver.rows(connection, sql, values):
            found.setdefault(record, []).append((kind, _assertion(*said)))
    return found


def in_unit(connection: Connection, layout: Layout, unit: str, code: str, after: str, limit: int) -> list[Row]:
    """Return current rows of a unit in order of id, those after the given one; unit: the lookup field."""
    sql = f"SELECT {_COLUMNS} FROM {layout.current} WHERE by_{unit} = ? AND id > ? ORDER BY id LIMIT {limit}"  # noqa: S608
    return driver.rows(connection, sql, [code, after])


def past_rows(connection: Connection, layout: Layout, record: str) -> list[Any]:
    """Return the history rows of one record, columns as in ``PAST``, in order of version."""
    sql = f"SELECT {', '.join(PAST)} FROM {layout.past} WHERE id = ? ORDER BY version"  # noqa: S608
    return driver.rows(connection, sql, [record])


def state_of(row: Row, said: Sequence[Assertion], *, as_of: str, known_at: str) -> State | None:
    """Return the state of a record at a point of both time axes; None when it was not there or not known."""
    _, _, valid_from, known_from, payload = row
    versions = said or [Assertion(1, valid_from, known_from, {}, {})]
    return state_at(_decode(payload), versions, as_of=as_of, known_at=known_at)


def record_of(register: str, key: str, row: Row, fields: Sequence[str]) -> Record:
    """Return a current row as a record with the wanted fields (all when none are named)."""
    values = _decode(row[4])
    return Record(register, row[0], values.get(key) or "", row[1], row[2], row[3], pick(values, fields))


def pick(values: Values, fields: Sequence[str]) -> Values:
    """Return the wanted values that are there."""
    return {name: values[name] for name in fields if name in values} if fields else values


def trimmed(record: Record, fields: Sequence[str]) -> Record:
    """Return a record with the wanted values only; as it is when none are named."""
    return replace(record, values=pick(record.values, fields)) if fields else record


def draft_of(row: Row) -> Draft:
    """Return a stored record as a draft that takes changes."""
    return Draft(
        record=row[0], values=_decode(row[4]), version=row[1], valid_from=row[2], known_from=row[3], stored=True
    )


def _assertion(version: int, valid_from: str, known_from: str, changes: str) -> Assertion:
    both: dict[str, list[Any]] = msgspec.json.decode(changes)
    before = {name: pair[0] for name, pair in both.items()}
    return Assertion(version, valid_from, known_from, before, {name: pair[1] for name, pair in both.items()})
