"""What people ask about a record of theirs: one a person, right and version of it, with the answer when it came."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Integer, Row, String, Text, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

claims = table(
    "data_claim",
    Column("id", String(26), primary_key=True),
    Column("number", String(20), nullable=False),
    Column("subject", String(40), nullable=False, index=True),
    Column("at", String(27), nullable=False),
    Column("by", String(80), nullable=False),
    Column("claimed", String(40), nullable=False),  # the right: correct, restrict, erase
    Column("register", String(60), nullable=False),
    Column("record", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("fields", Text, nullable=False),  # JSON: names of what it is about
    Column("unit", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("dossier", String(60), nullable=False),  # "" until services has taken it over
    Column("due_at", String(27), nullable=False),
    Column("answered_at", String(27), nullable=False),  # "" until there is an answer
    Column("granted", Boolean, nullable=False),
    Column("reasons", Text, nullable=False),  # JSON: pairs of (reason, legal ground), each in both languages
    Column("note", Text, nullable=False),
    UniqueConstraint("subject", "claimed", "register", "record", "version"),
    scope=Scope.SUBJECT,
)


def add(row: dict[str, Any]) -> Row[Any] | None:
    """Write a claim in the open transaction; None when this person claimed the same of this version before."""
    dialect: Any = sqlite if runtime.current().database.is_sqlite else postgresql
    with runtime.current().database.transaction() as connection:
        new = dialect.insert(claims).values(row).on_conflict_do_nothing().returning(claims)
        return connection.execute(new).first()


def of_person(subject: str, *, limit: int = 100) -> list[Row[Any]]:
    """Return a person's claims, newest first."""
    query = select(claims).where(claims.c.subject == subject).order_by(claims.c.id.desc()).limit(limit)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))


def by_id(claim: str) -> Row[Any] | None:
    """Return one claim."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(claims).where(claims.c.id == claim)).first()


def erase(subject: str, *, before: str) -> int:
    """Erase the words of a person's answered claims from before the stamp, in the open transaction."""
    own, answered = claims.c, claims.c.answered_at != ""
    which = (own.subject == subject, own.at < before, answered, own.by != "")
    with runtime.current().database.transaction() as connection:
        return connection.execute(update(claims).where(*which).values(by="", text="", note="", fields="[]")).rowcount


def change(claim: str, **columns: Any) -> None:
    """Change columns of one claim in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(claims).where(claims.c.id == claim).values(**columns))
