"""The access log: one row for each person, register and act, kept with the salt that its ledger entry commits to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    delete,
    func,
    insert,
    literal,
    select,
    union,
    update,
)

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.database import Scope, table
from lienthong.kernel.ids import new_ids
from lienthong.ledger import api as ledger
from lienthong.registers.domain import Access, Act, Erased, Grounds, Seal, sealed_content
from lienthong.registers.store import crowds

access = table(
    "access",
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("subject", String(40), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("for_person", String(40), nullable=False),
    Column("assisted_by", String(80), nullable=False),
    Column("act", String(10), nullable=False),
    Column("register", String(40), nullable=False),
    Column("fields", Text, nullable=False),
    Column("purpose", String(80), nullable=False),
    Column("basis", String(80), nullable=False),
    Column("dossier", String(80), nullable=False),
    Column("contract", String(80), nullable=False),
    Column("denied", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    Index("ix_access_subject", "subject", "id"),
    scope=Scope.SUBJECT,
)
access_person = table(
    "access_person",  # who is covered by an entry about many people, such as an export
    Column("subject", String(40), primary_key=True),
    Column("access", String(26), primary_key=True),
    scope=Scope.SUBJECT,
)
access_erased = table(
    "access_erased",  # entries whose salt and details were erased; the ledger's own entries stay as they are
    Column("access", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("basis", String(80), nullable=False),
    Column("ordered", String(200), nullable=False),
    scope=Scope.SUBJECT,
)
access_sealed = table(
    "access_sealed",  # entries that their person's log shows from a moment on, which the entry itself commits to
    Column("access", String(26), primary_key=True),
    Column("until", String(27), nullable=False, index=True),
    Column("basis", String(80), nullable=False),
    Column("told_at", String(27), nullable=False),  # "" until the person was told that it opened
    scope=Scope.SUBJECT,
)
_COLUMNS = tuple(column.name for column in access.columns)
_SELECTED = ", ".join(f"a.{name}" for name in _COLUMNS) + ", s.until, s.basis"
_OPEN = "(s.access IS NULL OR s.until <= ?)"
_SALT = _COLUMNS.index("salt")
_encode = msgspec.json.Encoder().encode


def add(
    connection: Connection,
    who: Actor,
    *,
    act: Act,
    register: str,
    subjects: Sequence[str],
    fields: Sequence[str],
    grounds: Grounds,
    contract: str = "",
    denied: bool = False,
    reason: str = "",
    people: int = 1,
    seal: Seal | None = None,
) -> list[str]:
    """Write one entry for each subject with its ledger entry, in the open transaction; answer their ids.

    An empty subject stands for "nobody was found" or, with ``people``, for many at once. seal: of all of them.
    """
    at = clock.stamp(runtime.current().clock.now())
    listed = _encode(list(fields)).decode()
    why = (grounds.purpose, grounds.basis, grounds.dossier, contract, denied, reason, people)
    rows: list[tuple[Any, ...]] = []
    entries: list[tuple[str, bytes]] = []
    ids, salts = new_ids(len(subjects)), secrets.token_bytes(32 * len(subjects))
    for turn, subject in enumerate(subjects):
        entry_id, salt = ids[turn], salts[32 * turn : 32 * turn + 32]
        row = (
            entry_id,
            at,
            subject,
            who.agency,
            str(who.kind),
            who.subject,
            who.for_person,
            who.assisted_by,
            act,
            register,
            listed,
            *why,
            salt,
        )
        rows.append(row)
        content = dict(zip(_COLUMNS[:-1], row, strict=False)) | sealed_content(seal)
        entries.append((entry_id, ledger.digest_of(content, salt)))
    if seal:
        sealed = [(entry_id, seal.until, seal.basis, "") for entry_id in ids]
        driver.insert_many(connection, "access_sealed", ("access", "until", "basis", "told_at"), sealed)
    driver.insert_many(connection, "access", _COLUMNS, rows)
    ledger.record_many(entries)
    return [entry_id for entry_id, _ in entries]


def cover(connection: Connection, entry_id: str, subjects: Sequence[str]) -> None:
    """Note whom an entry about many people covers, so that each of them finds it in their log."""
    rows = [(subject, entry_id) for subject in sorted(set(subjects)) if subject]
    driver.insert_many(connection, "access_person", ("subject", "access"), rows)


def of_subject(connection: Connection, subject: str, *, limit: int, after: str, others: bool = False) -> list[Access]:
    """Return a person's entries, newest first, from before the entry ``after`` ("": from the newest).

    others: leave out what the person and other citizens (their family) read, but not what they were refused. Sealed
    entries are left out until they open: by the clock, so that nothing has to happen for it.
    """
    edge, now = after or "~", clock.stamp(runtime.current().clock.now())
    but = " AND (a.actor_kind <> 'citizen' OR a.denied)" if others else ""
    sql = (
        f"SELECT * FROM (SELECT {_SELECTED} FROM access a LEFT JOIN access_sealed s ON s.access = a.id"  # noqa: S608
        f" WHERE a.subject = ? AND a.id < ?{but} AND {_OPEN} ORDER BY a.id DESC LIMIT {limit}) own"
        f" UNION ALL SELECT * FROM (SELECT {_SELECTED} FROM access_person p JOIN access a ON a.id = p.access"
        f" LEFT JOIN access_sealed s ON s.access = a.id"
        f" WHERE p.subject = ? AND p.access < ? AND {_OPEN} ORDER BY p.access DESC LIMIT {limit}) shared"
    )
    parameters: list[Any] = [subject, edge, now, subject, edge, now]
    if many := crowds.of(connection, subject):
        marks = ", ".join("?" * len(many))
        sql += (
            f" UNION ALL SELECT * FROM (SELECT {_SELECTED} FROM access a LEFT JOIN access_sealed s ON s.access = a.id"  # noqa: S608
            f" WHERE a.id IN ({marks}) AND a.id < ? AND {_OPEN} ORDER BY a.id DESC LIMIT {limit}) among"
        )
        parameters += [*many, edge, now]
    rows = driver.rows(connection, f"{sql} ORDER BY 1 DESC LIMIT {limit}", parameters)
    erased = _erased(connection, [row[0] for row in rows if not row[_SALT]])
    return [_access(row, erased) for row in rows]


def sealed_now(connection: Connection) -> int:
    """Return how many entries of the whole node are sealed at this moment."""
    shut = access_sealed.c.until > clock.stamp(runtime.current().clock.now())
    return connection.execute(select(func.count()).select_from(access_sealed).where(shut)).scalar_one()


def opened(connection: Connection, *, limit: int) -> list[tuple[str, str, Seal]]:
    """Return (entry, subject, seal) of sealed entries that have opened and whose person was not told, oldest first."""
    now, own = clock.stamp(runtime.current().clock.now()), access_sealed.c
    query = select(own.access, access.c.subject, own.until, own.basis).where(own.until <= now, own.told_at == "")
    found = connection.execute(query.where(access.c.id == own.access).order_by(own.access).limit(limit))
    return [(row[0], row[1], Seal(row[2], row[3])) for row in found]


def reached(connection: Connection, *, agency: str, actor: str, register: str, since: str, until: str) -> list[str]:
    """Return the people of these accesses that were not refused and are not sealed, each once, in order."""
    now = clock.stamp(runtime.current().clock.now())
    shut = select(access_sealed.c.access).where(access_sealed.c.access == access.c.id, access_sealed.c.until > now)
    which = [access.c.agency == agency, access.c.at >= since, access.c.at <= until, ~access.c.denied, ~shut.exists()]
    which += [access.c.actor == actor] if actor else []
    which += [access.c.register == register] if register else []
    own = select(access.c.subject).where(*which, access.c.subject != "")
    shared = select(access_person.c.subject).join(access, access.c.id == access_person.c.access).where(*which)
    entries = connection.execute(
        select(access.c.id).where(*which, access.c.subject == "", access.c.people > 1)
    ).scalars()
    many = crowds.people_of(connection, list(entries))
    return sorted({*connection.execute(union(own, shared)).scalars(), *many})


def used_by(connection: Connection, subjects: Sequence[str], register: str, since: str) -> list[tuple[str, str]]:
    """Return (subject, dossier) of dossiers that took these people's data from a register after the stamp."""
    found: list[tuple[str, str]] = []
    for portion in driver.chunks(subjects):
        condition, values = driver.one_of("subject", portion)
        sql = (
            f"SELECT DISTINCT subject, dossier FROM access WHERE {condition} AND register = ?"  # noqa: S608
            " AND dossier <> '' AND at > ? AND act <> 'import' AND NOT denied"
        )
        found.extend((row[0], row[1]) for row in driver.rows(connection, sql, [*values, register, since]))
    return found


def told(connection: Connection, entries: Sequence[str]) -> None:
    """Note that the people of these opened entries were told, in the open transaction."""
    at = clock.stamp(runtime.current().clock.now())
    connection.execute(update(access_sealed).where(access_sealed.c.access.in_(entries)).values(told_at=at))


def erase(connection: Connection, subject: str, *, before: str, basis: str, order: str, keep: str) -> int:
    """Erase salt and details of a person's own entries from before the stamp, in the open transaction; answer how many.

    What stays says that an agency did something on a day; entries about many people at once only lose this person.
    keep: the register (or holding) whose entries are left, those that tell of erasures; sealed ones are left too.
    """
    at = clock.stamp(runtime.current().clock.now())
    shut = select(access_sealed.c.access).where(access_sealed.c.access == access.c.id, access_sealed.c.until > at)
    own = (access.c.subject == subject, access.c.at < before, access.c.salt != b"", access.c.register != keep)
    chosen = (*own, ~shut.exists())
    noted = select(access.c.id, literal(at), literal(basis), literal(order)).where(*chosen)
    connection.execute(insert(access_erased).from_select(["access", "at", "basis", "ordered"], noted))
    gone = dict.fromkeys(("actor", "for_person", "assisted_by", "dossier", "reason"), "")
    count = connection.execute(update(access).where(*chosen).values(**gone, fields="[]", salt=b"")).rowcount
    old = select(access.c.id).where(access.c.id == access_person.c.access, access.c.at < before).exists()
    count += crowds.leave(connection, subject, before=before)
    return count + connection.execute(delete(access_person).where(access_person.c.subject == subject, old)).rowcount


def _erased(connection: Connection, ids: Sequence[str]) -> dict[str, Erased]:
    if not ids:
        return {}
    found = connection.execute(select(access_erased).where(access_erased.c.access.in_(ids)))
    return {row.access: Erased(row.at, row.basis, row.ordered) for row in found}


def _access(row: Sequence[Any], erased: Mapping[str, Erased]) -> Access:
    *said, until, basis = row
    content = dict(zip(_COLUMNS, said, strict=True))
    seal = Seal(until, basis) if until else None
    salt = bytes(content.pop("salt"))
    content["denied"] = bool(content["denied"])
    content["fields"] = tuple(msgspec.json.decode(content["fields"]))
    return Access(**content, salt=salt, erased=erased.get(row[0]), seal=seal)
