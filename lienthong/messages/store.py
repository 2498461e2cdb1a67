"""Tables of notices and one-time codes, and their queries."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, Connection, Index, Integer, Row, String, Text, delete, func, select, update

from lienthong.kernel.database import Scope, table
from lienthong.messages.domain import CODE_TRIES

messages = table(
    "message",
    Column("id", String(26), primary_key=True),
    Column("subject", String(40), nullable=False),
    Column("channel", String(10), nullable=False),  # inbox; code: one-time codes of the demonstration, seen only there
    Column("at", String(27), nullable=False, index=True),
    Column("template", String(60), nullable=False),
    Column("dossier", String(60), nullable=False),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("body_vi", Text, nullable=False),
    Column("body_en", Text, nullable=False),
    Column("read_at", String(27), nullable=False),
    Index("message_of_subject", "subject", "id"),
    scope=Scope.SUBJECT,
)
codes = table(
    "one_time_code",
    Column("id", String(26), primary_key=True),
    Column("subject", String(40), nullable=False),
    Column("purpose", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", String(27), nullable=False, index=True),
    Column("expires_at", String(27), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", String(27), nullable=False),
    Index("one_time_code_of_subject", "subject", "purpose", "id"),
    scope=Scope.INTERNAL,
)


def inbox(connection: Connection, subject: str, *, before: str, limit: int) -> list[Row[tuple[object, ...]]]:
    """Return one reader's notices, newest first, those with an id below ``before`` when one is given."""
    query = select(messages).where(messages.c.subject == subject, messages.c.channel == "inbox")
    if before:
        query = query.where(messages.c.id < before)
    return list(connection.execute(query.order_by(messages.c.id.desc()).limit(limit)))


def newest(connection: Connection, limit: int) -> list[Row[tuple[object, ...]]]:
    """Return everyone's newest notices and codes, for the demonstration inbox."""
    return list(connection.execute(select(messages).order_by(messages.c.id.desc()).limit(limit)))


def mark_read(connection: Connection, subject: str, message_ids: Collection[str], at: str) -> int:
    """Note the first reading of the reader's notices among these; answer how many rows it touched."""
    mine = (messages.c.id.in_(message_ids), messages.c.subject == subject, messages.c.read_at == "")
    return connection.execute(update(messages).where(*mine).values(read_at=at)).rowcount


def unread(connection: Connection, subject: str) -> int:
    """Return how many notices wait to be read, 100 at most."""
    mine = (messages.c.subject == subject, messages.c.channel == "inbox", messages.c.read_at == "")
    some = select(messages.c.id).where(*mine).limit(100).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def codes_since(connection: Connection, subject: str, since: str) -> int:
    """Return how many codes were made for the subject since a stamp."""
    query = select(func.count()).where(codes.c.subject == subject, codes.c.at > since)
    return connection.execute(query).scalar_one()


def count_try(connection: Connection, subject: str, purpose: str, now: str) -> tuple[str, str] | None:
    """Count one try on the newest code if it still lives; answer its id and digest, None when there is none.

    The update itself decides, so that two tries at the same moment cannot both be the fifth.
    """
    latest = (
        select(codes.c.id)
        .where(codes.c.subject == subject, codes.c.purpose == purpose)
        .order_by(codes.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    alive = (codes.c.id == latest, codes.c.tries < CODE_TRIES, codes.c.used_at == "", codes.c.expires_at > now)
    counted = update(codes).where(*alive).values(tries=codes.c.tries + 1).returning(codes.c.id, codes.c.digest)
    row = connection.execute(counted).first()
    return None if row is None else (row.id, row.digest)


def use(connection: Connection, code_id: str, now: str) -> None:
    """Note that a code was used: it opens nothing again."""
    connection.execute(update(codes).where(codes.c.id == code_id).values(used_at=now))


def purge(connection: Connection, *, messages_before: str, codes_before: str) -> int:
    """Remove old notices, and codes with the demonstration notices that carry them; answer how many rows went."""
    old = delete(messages).where(messages.c.at < messages_before)
    shown = delete(messages).where(messages.c.at < codes_before, messages.c.channel == "code")
    spent = delete(codes).where(codes.c.at < codes_before)
    return sum(connection.execute(each).rowcount for each in (old, shown, spent))
