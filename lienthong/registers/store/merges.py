"""Records that were found to be one person's: which one is kept, and that the other's key leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Index, String, Text, insert, or_, select, update

from lienthong.kernel import driver
from lienthong.kernel.database import Scope, table

record_merge = table(
    "record_merge",
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("register", String(40), nullable=False),
    Column("kept", String(26), nullable=False, index=True),
    Column("gone", String(26), nullable=False, index=True),
    Column("kept_key", String(80), nullable=False),
    Column("gone_key", String(80), nullable=False),  # "" when it had none
    Column("term", String(80), nullable=False),  # of the key, in the dictionary: other registers name people by it
    Column("versions", Text, nullable=False),  # what the merge wrote: [first and last of kept, first and last of gone]
    Column("actor", String(80), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("separated_at", String(27), nullable=False),  # "" while they are one
    Index("ix_record_merge_gone_key", "gone_key", "register"),
    Index("ix_record_merge_kept_key", "kept_key", "term"),
    scope=Scope.PERSONAL,
)
_DEEP = 20


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge. versions: numbers of the versions that it wrote of the kept and of the gone record."""

    id: str
    at: str
    register: str
    kept: str
    gone: str
    kept_key: str
    gone_key: str
    kept_versions: tuple[int, ...]
    gone_versions: tuple[int, ...]
    reason: str


def add(connection: Connection, merge: Merge, *, term: str, actor: str, agency: str) -> None:
    """Note a merge, in the open transaction."""
    connection.execute(
        insert(record_merge).values(
            id=merge.id,
            at=merge.at,
            register=merge.register,
            kept=merge.kept,
            gone=merge.gone,
            kept_key=merge.kept_key,
            gone_key=merge.gone_key,
            term=term,
            versions=msgspec.json.encode([merge.kept_versions, merge.gone_versions]).decode(),
            actor=actor,
            agency=agency,
            reason=merge.reason,
            separated_at="",
        )
    )


def end(connection: Connection, merge: str, at: str) -> None:
    """Note that a merge was taken back, in the open transaction."""
    connection.execute(update(record_merge).where(record_merge.c.id == merge).values(separated_at=at))


def standing(connection: Connection, register: str, *, gone: str = "", kept: str = "") -> list[Merge]:
    """Return the merges that stand, oldest first: of a gone record, or into a kept one, by record id."""
    own = record_merge.c
    which = [own.register == register, own.separated_at == ""]
    which += [own.gone == gone] if gone else []
    which += [own.kept == kept] if kept else []
    return [_merge(row) for row in connection.execute(select(record_merge).where(*which).order_by(own.id))]


def ever(connection: Connection, register: str, *, gone: str) -> list[Merge]:
    """Return every merge that took a record away, those taken back too, oldest first."""
    own = record_merge.c
    found = select(record_merge).where(own.register == register, own.gone == gone).order_by(own.id)
    return [_merge(row) for row in connection.execute(found)]


def of_key(connection: Connection, register: str, key: str) -> list[Merge]:
    """Return the merges that stand and took this key away."""
    own = record_merge.c
    found = select(record_merge).where(own.register == register, own.gone_key == key, own.separated_at == "")
    return [_merge(row) for row in connection.execute(found)] if key else []


def leads(connection: Connection, register: str, keys: Sequence[str]) -> dict[str, str]:
    """Return, for those keys that a merge took away, the id of the record that they lead to now."""
    sql = "SELECT gone_key, kept FROM record_merge WHERE {} AND register = ? AND separated_at = ''"
    found: dict[str, str] = {}
    for portion in driver.chunks(keys):
        condition, values = driver.one_of("gone_key", portion)
        found.update((row[0], row[1]) for row in driver.rows(connection, sql.format(condition), [*values, register]))
    for key, record in found.items():
        found[key] = _last(connection, record)
    return found


def kept_for(connection: Connection, register: str, *, key: str, record: str) -> str:
    """Return the id of the record that a gone one leads to, by its key or by its id; "" when it leads nowhere."""
    if record and (found := _last(connection, record)) != record:
        return found
    return leads(connection, register, [key]).get(key, "") if key else ""


def gone_keys(connection: Connection, keys: Iterable[str], register: str) -> set[str]:
    """Return those of the keys that a merge took away in this register."""
    some = driver.rows(connection, "SELECT 1 FROM record_merge WHERE register = ? LIMIT 1", [register])
    return set(leads(connection, register, [each for each in keys if each])) if some else set()


def every_gone_key(connection: Connection, register: str) -> list[str]:
    """Return all keys that merges took away in this register."""
    sql = "SELECT gone_key FROM record_merge WHERE register = ? AND separated_at = '' AND gone_key <> '' ORDER BY 1"
    return [row[0] for row in driver.rows(connection, sql, [register])]


def also_known_as(connection: Connection, term: str, keys: Sequence[str]) -> list[str]:
    """Return the keys, and those that were merged into theirs: what others may still name these people by.

    term: the dictionary's, such as ``personal_number``.
    """
    known = dict.fromkeys(keys)
    found = list(keys)
    sql = "SELECT gone_key FROM record_merge WHERE {} AND term = ? AND separated_at = '' AND gone_key <> ''"
    while found:
        condition, values = driver.one_of("kept_key", found)
        rows = driver.rows(connection, sql.format(condition), [*values, term])
        found = [row[0] for row in rows if row[0] not in known]
        known.update(dict.fromkeys(found))
    return list(known)


def touching(connection: Connection, register: str, ids: Sequence[str]) -> list[Merge]:
    """Return the merges that stand and kept one of these records, or took one of them away."""
    own = record_merge.c
    found: dict[str, Merge] = {}
    for portion in driver.chunks(ids):
        which = or_(own.kept.in_(portion), own.gone.in_(portion))
        rows = connection.execute(select(record_merge).where(own.register == register, own.separated_at == "", which))
        found.update((row.id, _merge(row)) for row in rows)
    return list(found.values())


def gone_into(connection: Connection, record: str) -> list[str]:
    """Return the ids of a record and of those that were merged into it, and into these."""
    known = {record: True}
    found = [record]
    while found:
        condition, values = driver.one_of("kept", found)
        sql = f"SELECT gone FROM record_merge WHERE {condition} AND separated_at = '' ORDER BY id"  # noqa: S608
        found = [row[0] for row in driver.rows(connection, sql, values) if row[0] not in known]
        known.update(dict.fromkeys(found, True))
    return list(known)


def _last(connection: Connection, record: str) -> str:
    for _ in range(_DEEP):
        sql = "SELECT kept FROM record_merge WHERE gone = ? AND separated_at = ''"
        onward = driver.rows(connection, sql, [record])
        if not onward:
            break
        record = onward[0][0]
    return record


def _merge(row: Any) -> Merge:
    kept, gone = msgspec.json.decode(row.versions)
    return Merge(
        row.id,
        row.at,
        row.register,
        row.kept,
        row.gone,
        row.kept_key,
        row.gone_key,
        tuple(kept),
        tuple(gone),
        row.reason,
    )
