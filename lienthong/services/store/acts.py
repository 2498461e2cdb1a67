"""Rows of what was done for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update

from lienthong.kernel import runtime
from lienthong.kernel.rows import Row, Rows
from lienthong.services.store import tables

_ACTS = Rows(tables.acts)


def add(row: Mapping[str, Any], salt: bytes) -> None:
    """Keep one act in the open transaction."""
    _ACTS.add({**row, "salt": salt})


def erase(person: str, *, before: str) -> int:
    """Erase salts and who helped of what was done for a person before the stamp, in the open transaction."""
    acts = tables.acts
    which = (acts.c.person == person, acts.c.at < before, acts.c.salt != b"")
    gone = dict.fromkeys(("by", "by_name", "under", "how", "digest"), "")
    with runtime.current().database.transaction() as connection:
        return connection.execute(update(acts).where(*which).values(**gone, salt=b"")).rowcount


def has(dossier: str, act: str, under: str, *, by: str) -> bool:
    """Say whether somebody did this before, under the same mandate or service."""
    same = 'WHERE dossier = ? AND act = ? AND under = ? AND "by" = ? LIMIT 1'
    return _ACTS.one(same, dossier, act, under, by) is not None


def of_person(person: str, *, limit: int = 200) -> list[Row]:
    """Return what was done for a person, newest first."""
    return _ACTS.all("WHERE person = ? ORDER BY at DESC, id DESC LIMIT ?", person, limit)


def of_dossiers(dossiers: Sequence[str]) -> list[Row]:
    """Return what was done for somebody in these dossiers, oldest first."""
    return _ACTS.among("dossier", dossiers, "ORDER BY at, id")
