"""Statements on the tables of registers. Callers hold the transaction and write the access entries."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lienthong.kernel import driver, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_ids
from lienthong.registers.domain import Assertion, Draft, Grounds, Kind, Record, State, Values, state_at
from lienthong.registers.store import changes, merges, words
from lienthong.registers.store.layout import CURRENT, PAST, Layout, past_key

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode
_COLUMNS = ", ".join(CURRENT)
_UNTOLD = ("", "", "", "", "")
"""Author of a first version whose row is written at the first change: the access entry of its own day tells who."""
SAYS_NOTHING = "{}"
"""Payload of a record that was withdrawn: no look-up finds it, its history stays."""
_FEW = 20  # rows below which a COPY is not worth its round trips
Row = tuple[str, int, str, str, str]
"""id, version, valid_from, known_from, payload of a current row."""


class Ready(msgspec.Struct, array_like=True, frozen=True):
    """New records as they will be written, in order: nothing is missing but their ids and since when they are known.

    current: version, valid_from, payload, lookup keys of each. past: for each version of a record that several rows
    tell of, the record's place in ``current``, version, valid_from, kind, changes, lookup keys. named: the callers'
    own names of records, with their place.
    """

    current: list[Sequence[Any]]
    past: list[Sequence[Any]]
    named: dict[str, int]


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


def naming(connection: Connection, layout: Layout, field: str, values: Sequence[str]) -> list[tuple[str, str]]:
    """Return id and the value of current rows whose lookup field has one of the values."""
    found: list[tuple[str, str]] = []
    for portion in driver.chunks(values):
        condition, parameters = driver.one_of(f"by_{field}", portion)
        sql = f"SELECT id, by_{field} FROM {layout.current} WHERE {condition}"  # noqa: S608
        found.extend((row[0], row[1]) for row in driver.rows(connection, sql, parameters))
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


def draft_of(row: Row) -> Draft:
    """Return a stored record as a draft that takes changes."""
    return Draft(
        record=row[0], values=_decode(row[4]), version=row[1], valid_from=row[2], known_from=row[3], stored=True
    )


def save(
    connection: Connection, layout: Layout, who: Actor, drafts: Sequence[Draft], why: Grounds, reason: str
) -> None:
    """Write drafts: new current rows, updated ones, and one history row for each change.

    Raises Conflict when another record has the key, or another writer was faster.
    """
    new = [draft for draft in drafts if not draft.stored]
    changed = [draft for draft in drafts if draft.stored and draft.fresh]
    columns = [*CURRENT, *layout.lookup_columns]
    with _keys_once():
        rows = map(partial(_current_row, layout), new)
        driver.insert_many(connection, layout.current, columns, rows if len(new) > _FEW else list(rows))
        _update(connection, layout, changed)
        by = author(who, why, reason)
        history = [
            _past_row(layout, draft, made, _UNTOLD if made.version == 1 and draft.stored else by)
            for draft in drafts
            for made in draft.fresh
        ]
        driver.insert_many(connection, layout.past, [*PAST, *layout.lookup_columns], history)
        words.note(connection, layout, (layout.keys(draft.values) for draft in (*new, *changed)))
    changes.note(connection, layout.register, [_entry(draft) for draft in (*new, *changed)])


def insert(
    connection: Connection, layout: Layout, who: Actor, ready: Ready, why: Grounds, reason: str, *, now: str
) -> list[str]:
    """Write records that were made ready, known since ``now``; answer their ids in order.

    Raises Conflict when another record has a key of theirs.
    """
    ids = new_ids(len(ready.current))
    columns = layout.lookup_columns
    current = [(name, row[0], row[1], now, *row[2:]) for name, row in zip(ids, ready.current, strict=True)]
    insert_rows(connection, layout, current)
    with _keys_once():
        by = author(who, why, reason)
        past = [(ids[row[0]], row[1], row[2], now, row[3], row[4], *by, *row[5:]) for row in ready.past]
        driver.insert_many(connection, layout.past, [*PAST, *columns], past)
    return ids


def drafts_of(ids: Sequence[str], ready: Ready, now: str) -> list[Draft]:
    """Return new records that were just written by columns, as drafts: for who must see what each of them says."""
    return [
        Draft(record=name, values=_decode(row[2]), version=row[0], valid_from=row[1], known_from=now, stored=False)
        for name, row in zip(ids, ready.current, strict=True)
    ]


def insert_rows(connection: Connection, layout: Layout, rows: Sequence[Sequence[Any]]) -> None:
    """Write current rows as they stand in the table: id, version, valid_from, known_from, payload, lookup keys.

    Raises Conflict when another record has a key of theirs.
    """
    with _keys_once():
        driver.insert_many(connection, layout.current, [*CURRENT, *layout.lookup_columns], rows)
        words.note(connection, layout, (row[len(CURRENT) :] for row in rows))
    changes.note(connection, layout.register, [changes.Entry(row[0], 0, row[1]) for row in rows])


def version_of(layout: Layout, draft: Draft, made: Assertion) -> list[Any]:
    """Return version, valid_from, kind, changes and lookup keys of what one version of a record said."""
    kind: Kind = draft.kinds[made.version]
    changes = _encode({name: [made.before.get(name), value] for name, value in made.after.items()}).decode()
    said = draft.assertions or []
    keys = [past_key(how, said, made, name) for name, how in layout.lookups.items()]
    return [made.version, made.valid_from, kind, changes, *keys]


@contextmanager
def _keys_once() -> Generator[None]:
    try:
        yield
    except Exception as error:
        if _is_integrity(error):
            raise Conflict(
                "record.key_taken", N_("Đã có bản ghi khác mang khóa này; đọc lại rồi quyết định.")
            ) from None
        raise


def _entry(draft: Draft) -> changes.Entry:
    made = [each.version for each in draft.fresh if each.version > 1]
    return changes.Entry(draft.id, (min(made) - 1 if made else 0) if draft.stored else 0, draft.version)


def author(who: Actor, why: Grounds, reason: str) -> tuple[str, ...]:
    """Return what a history row keeps of its author: agency, actor, reason, basis, dossier."""
    return (who.agency, f"{who.kind}:{who.subject}", reason, why.basis, why.dossier)


def _update(connection: Connection, layout: Layout, drafts: Sequence[Draft]) -> None:
    sets = ", ".join(f"{name} = ?" for name in [*CURRENT[1:], *layout.lookup_columns])
    sql = f"UPDATE {layout.current} SET {sets} WHERE id = ?"  # noqa: S608
    driver.run_many(connection, sql, [[*_current_row(layout, draft)[1:], draft.id] for draft in drafts])


def _current_row(layout: Layout, draft: Draft) -> list[Any]:
    payload = _encode(draft.values).decode()
    return [draft.id, draft.version, draft.valid_from, draft.known_from, payload, *layout.keys(draft.values)]


def _past_row(layout: Layout, draft: Draft, made: Assertion, author: tuple[str, ...]) -> list[Any]:
    version, valid_from, kind, changes, *keys = version_of(layout, draft, made)
    return [draft.id, version, valid_from, made.known_from, kind, changes, *author, *keys]


def _assertion(version: int, valid_from: str, known_from: str, changes: str) -> Assertion:
    both: dict[str, list[Any]] = msgspec.json.decode(changes)
    before = {name: pair[0] for name, pair in both.items()}
    return Assertion(version, valid_from, known_from, before, {name: pair[1] for name, pair in both.items()})


def _is_integrity(error: Exception) -> bool:
    database = runtime.current().database
    return isinstance(error, IntegrityError | database.engine.dialect.loaded_dbapi.IntegrityError)
