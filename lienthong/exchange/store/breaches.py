"""Breaches: what happened, when it was found, whose access it was, and when the authority was told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer, Row, String, Text, select, update

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

breaches = table(
    "data_breach",
    Column("id", String(26), primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("at", String(27), nullable=False),
    Column("by", String(80), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("what", Text, nullable=False),
    Column("found_at", String(27), nullable=False),
    Column("due_at", String(27), nullable=False),
    Column("actor", String(80), nullable=False),  # whose accesses it is about; "" for everybody of the agency
    Column("register", String(60), nullable=False),  # "" for all
    Column("since", String(27), nullable=False),
    Column("until", String(27), nullable=False),
    Column("people", Integer, nullable=False),  # how many were found, -1 before somebody looked
    Column("told_at", String(27), nullable=False),  # "" until the authority was told
    Column("reference", String(200), nullable=False),
    scope=Scope.INTERNAL,
)


def add(row: dict[str, Any]) -> None:
    """Keep a breach in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(breaches.insert().values(**row))


def by_number(number: str) -> Row[Any] | None:
    """Return one breach."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(breaches).where(breaches.c.number == number)).first()


def newest(limit: int = 100) -> list[Row[Any]]:
    """Return breaches, the newest first."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(select(breaches).order_by(breaches.c.id.desc()).limit(limit)))


def change(number: str, **columns: Any) -> None:
    """Change columns of one breach in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(breaches).where(breaches.c.number == number).values(**columns))
