"""Complaints: one a person and entry of their log, with the number it got at once and, when it came, the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Row, String, Text, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

complaints = table(
    "access_complaint",
    Column("id", String(26), primary_key=True),
    Column("number", String(20), nullable=False),
    Column("entry", String(26), nullable=False),
    Column("subject", String(40), nullable=False),
    Column("at", String(27), nullable=False),
    Column("by", String(80), nullable=False),
    Column("by_name", String(200), nullable=False, server_default=""),  # who said it for the person, "" for nobody
    Column("under", String(26), nullable=False, server_default=""),  # the mandate they said it under
    Column("text", Text, nullable=False),
    Column("dossier", String(60), nullable=False),  # "" until services has taken it over
    Column("due_at", String(27), nullable=False),
    Column("answered_at", String(27), nullable=False),  # "" until there is an answer
    Column("upheld", Boolean, nullable=False),
    Column("reasons", Text, nullable=False),  # JSON: pairs of (reason, legal ground), each in both languages
    Column("note", Text, nullable=False),
    UniqueConstraint("subject", "entry"),
    scope=Scope.SUBJECT,
)


def add(row: dict[str, Any]) -> Row[Any] | None:
    """Write a complaint in the open transaction; None when this person complained about the entry before."""
    dialect: Any = sqlite if runtime.current().database.is_sqlite else postgresql
    with runtime.current().database.transaction() as connection:
        new = dialect.insert(complaints).values(row).on_conflict_do_nothing().returning(complaints)
        return connection.execute(new).first()


def about(subject: str, entries: Sequence[str]) -> dict[str, Row[Any]]:
    """Return a person's complaints about these entries, by entry."""
    query = select(complaints).where(complaints.c.subject == subject, complaints.c.entry.in_(entries))
    with runtime.current().database.reading() as connection:
        return {row.entry: row for row in connection.execute(query)}


def by_id(complaint: str) -> Row[Any] | None:
    """Return one complaint."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(complaints).where(complaints.c.id == complaint)).first()


def erase(subject: str, *, before: str) -> int:
    """Erase the words of a person's answered complaints from before the stamp, in the open transaction."""
    own, answered = complaints.c, complaints.c.answered_at != ""
    which = (own.subject == subject, own.at < before, answered, own.by != "")
    with runtime.current().database.transaction() as connection:
        return connection.execute(
            update(complaints).where(*which).values(by="", by_name="", under="", text="", note="")
        ).rowcount


def change(complaint: str, **columns: Any) -> None:
    """Change columns of one complaint in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(complaints).where(complaints.c.id == complaint).values(**columns))
