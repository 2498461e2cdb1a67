"""What is written into the tables of registers: current rows, a history row for each change, words and the log.

Callers hold the transaction and write the access entries.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
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
from lienthong.registers.domain import Assertion, Draft, Grounds, Kind
from lienthong.registers.store import changes, words
from lienthong.registers.store.layout import CURRENT, PAST, Layout, past_key

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode
_UNTOLD = ("", "", "", "", "")
"""Author of a first version whose row is written at the first change: the access entry of its own day tells who."""
_FEW = 20  # rows below which a COPY is not worth its round trips


class Ready(msgspec.Struct, array_like=True, frozen=True):
    """New records as they will be written, in order: nothing is missing but their ids and since when they are known.

    current: version, valid_from, payload, lookup keys of each. past: for each version of a record that several rows
    tell of, the record's place in ``current``, version, valid_from, kind, changes, lookup keys. named: the callers'
    own names of records, with their place.
    """

    current: list[Sequence[Any]]
    past: list[Sequence[Any]]
    named: dict[str, int]


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


def _is_integrity(error: Exception) -> bool:
    database = runtime.current().database
    return isinstance(error, IntegrityError | database.engine.dialect.loaded_dbapi.IntegrityError)
