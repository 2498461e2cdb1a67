"""Rows of what was done for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from lienthong.kernel import runtime
from lienthong.services.store.tables import acts


def add(row: Mapping[str, Any], salt: bytes) -> None:
    """Keep one act in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(acts.insert().values(**row, salt=salt))


def has(dossier: str, act: str, under: str) -> bool:
    """Say whether this was done before, under the same mandate or service."""
    query = select(acts.c.id).where(acts.c.dossier == dossier, acts.c.act == act, acts.c.under == under).limit(1)
    with runtime.current().database.reading() as connection:
        return connection.execute(query).first() is not None


def of_person(person: str, *, limit: int = 200) -> list[Row[Any]]:
    """Return what was done for a person, newest first."""
    query = select(acts).where(acts.c.person == person).order_by(acts.c.at.desc(), acts.c.id.desc()).limit(limit)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))


def of_dossiers(dossiers: Sequence[str]) -> list[Row[Any]]:
    """Return what was done for somebody in these dossiers, oldest first."""
    if not dossiers:
        return []
    query = select(acts).where(acts.c.dossier.in_(list(dossiers))).order_by(acts.c.at, acts.c.id)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))
