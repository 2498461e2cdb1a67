"""Tables of notices, one-time codes and the ways to a reader, and their queries."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from lienthong.kernel import driver, rows
from lienthong.kernel.database import Scope, table
from lienthong.messages.domain import CODE_TRIES

messages = table(
    "message",
    Column("id", String(26), primary_key=True),
    Column("subject", String(40), nullable=False),
    Column(
        "channel", String(10), nullable=False
    ),  # inbox; code, sms, mail: what the demonstration would send, seen only there
    Column("at", String(27), nullable=False, index=True),
    Column("template", String(60), nullable=False),
    Column("dossier", String(60), nullable=False),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("body_vi", Text, nullable=False),
    Column("body_en", Text, nullable=False),
    Column("read_at", String(27), nullable=False),
    Column("reference", String(64), nullable=True),  # of a text the demonstration's gateway took: the same one, once
    Index("message_of_subject", "subject", "id"),
    Index("message_of_reference", "reference", unique=True),
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
    Column("asked", String(80), nullable=True),  # what asked for it: asked again in its life, it is the same code
    Index("one_time_code_of_subject", "subject", "purpose", "id"),
    scope=Scope.INTERNAL,
)
contacts = table(
    "contact",
    Column("id", String(26), primary_key=True),
    Column("subject", String(40), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("address", String(254), nullable=False),
    Column("language", String(2), nullable=False),
    Column("added_at", String(27), nullable=False),
    Column("proven_at", String(27), nullable=False),
    Column("failed_at", String(27), nullable=False),  # the gateway said that the address takes nothing
    Column("ended_at", String(27), nullable=False),  # replaced; kept a day, so that the former address can be told
    UniqueConstraint("subject", "channel", "address"),
    scope=Scope.SUBJECT,
)
deliveries = table(
    "delivery",
    Column("message", String(26), primary_key=True),
    Column("contact", String(26), primary_key=True),
    Column("at", String(27), nullable=False, index=True),
    Column("refused", Integer, nullable=False),
    scope=Scope.INTERNAL,
)


_MESSAGES = rows.Rows(messages)


def inbox(subject: str, *, before: str, limit: int) -> list[rows.Row]:
    """Return one reader's notices, newest first, those with an id below ``before`` when one is given."""
    below = " AND id < ?" if before else ""
    chosen = [subject, before] if before else [subject]
    own = f"WHERE subject = ? AND channel = 'inbox'{below} ORDER BY id DESC LIMIT ?"
    return _MESSAGES.all(own, *chosen, limit)


def newest(connection: Connection, limit: int) -> list[Row[tuple[object, ...]]]:
    """Return everyone's newest notices and codes, for the demonstration inbox."""
    return list(connection.execute(select(messages).order_by(messages.c.id.desc()).limit(limit)))


def mark_read(connection: Connection, subject: str, message_ids: Collection[str], at: str) -> int:
    """Note the first reading of the reader's notices among these; answer how many rows it touched."""
    mine = (messages.c.id.in_(message_ids), messages.c.subject == subject, messages.c.read_at == "")
    return connection.execute(update(messages).where(*mine).values(read_at=at)).rowcount


def take_once(connection: Connection, **values: str) -> None:
    """Write a text that a gateway was handed; one with the same reference changes nothing."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(messages).values(**values).on_conflict_do_nothing())


def unread(connection: Connection, subject: str) -> int:
    """Return how many notices wait to be read, 100 at most."""
    mine = "SELECT 1 FROM message WHERE subject = ? AND channel = 'inbox' AND read_at = '' LIMIT 100"
    return driver.rows(connection, f"SELECT count(*) FROM ({mine}) AS found", [subject])[0][0]  # noqa: S608


def codes_since(connection: Connection, subject: str, since: str) -> int:
    """Return how many codes were made for the subject since a stamp."""
    query = select(func.count()).where(codes.c.subject == subject, codes.c.at > since)
    return connection.execute(query).scalar_one()


def code_asked(connection: Connection, subject: str, purpose: str, asked: str, now: str) -> str | None:
    """Return the id of the code that was made for this asking and lives still; "" when it was used, None for none."""
    query = select(codes.c.id, codes.c.used_at).where(
        codes.c.subject == subject, codes.c.purpose == purpose, codes.c.asked == asked, codes.c.expires_at > now
    )
    row = connection.execute(query.order_by(codes.c.id.desc()).limit(1)).first()
    return None if row is None else "" if row.used_at else row.id


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
    unproven = delete(contacts).where(contacts.c.added_at < codes_before, contacts.c.proven_at == "")
    ended = delete(contacts).where(contacts.c.ended_at != "", contacts.c.ended_at < codes_before)
    sent = delete(deliveries).where(deliveries.c.at < messages_before)
    return sum(connection.execute(each).rowcount for each in (old, shown, spent, unproven, ended, sent))


def contacts_of(connection: Connection, subject: str) -> list[Row[tuple[object, ...]]]:
    """Return one's ways, proven ones first."""
    query = select(contacts).where(contacts.c.subject == subject, contacts.c.ended_at == "")
    return list(connection.execute(query.order_by(contacts.c.proven_at.desc(), contacts.c.id)))


def ways_to(connection: Connection, subject: str) -> list[tuple[str, str]]:
    """Return id and language of the subject's ways that are proven and take what is sent: asked at every notice."""
    sql = (
        "SELECT id, language FROM contact"
        " WHERE subject = ? AND ended_at = '' AND proven_at <> '' AND failed_at = '' ORDER BY id"
    )
    return [(row[0], row[1]) for row in driver.rows(connection, sql, [subject])]


def contact(connection: Connection, contact_id: str) -> Row[tuple[object, ...]] | None:
    """Return one way by its id."""
    return connection.execute(select(contacts).where(contacts.c.id == contact_id)).first()


def add_contact(connection: Connection, **values: str) -> None:
    """Write one way, or begin it anew when it had ended; the same address asked for twice at once is one row."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(contacts).values(**values).on_conflict_do_nothing())
    mine = [contacts.c[name] == values[name] for name in ("subject", "channel", "address")]
    anew = {name: values[name] for name in ("proven_at", "failed_at", "ended_at", "added_at")}
    connection.execute(update(contacts).where(*mine, contacts.c.ended_at != "").values(anew))


def find_contact(connection: Connection, subject: str, channel: str, address: str) -> str:
    """Return the id of this way to the subject; "" when there is none in use or waiting for its code."""
    mine = (contacts.c.subject == subject, contacts.c.channel == channel, contacts.c.address == address)
    return connection.execute(select(contacts.c.id).where(*mine, contacts.c.ended_at == "")).scalar() or ""


def end_contacts(connection: Connection, subject: str, channel: str, *, but: str, at: str) -> None:
    """End the subject's other ways of the channel."""
    others = (contacts.c.subject == subject, contacts.c.channel == channel, contacts.c.id != but)
    connection.execute(update(contacts).where(*others, contacts.c.ended_at == "").values(ended_at=at))


def was_delivered(connection: Connection, message: str, contact_id: str) -> bool:
    """True when the gateway has answered for this message and this way, whatever it said."""
    one = (deliveries.c.message == message, deliveries.c.contact == contact_id)
    return connection.execute(select(deliveries.c.at).where(*one)).first() is not None
