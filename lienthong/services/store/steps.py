"""Rows of the steps of dossiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from lienthong.kernel import runtime
from lienthong.services.store.tables import steps

_ADD = steps.insert()
_OF = select(steps).where(steps.c.dossier == bindparam("id"))

_OF_ALL = select(steps).where(steps.c.dossier.in_(bindparam("ids", expanding=True)))


def of(dossier: str) -> list[Row[Any]]:
    """Return the steps of a dossier that began or will not."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(_OF, {"id": dossier}))


def of_all(dossiers: Sequence[str]) -> list[Row[Any]]:
    """Return the steps of several dossiers."""
    if not dossiers:
        return []
    with runtime.current().database.reading() as connection:
        return list(connection.execute(_OF_ALL, {"ids": dossiers}))


def put(rows: Sequence[Mapping[str, Any]]) -> None:
    """Begin steps."""
    with runtime.current().database.transaction() as connection:
        connection.execute(_ADD, [dict(row) for row in rows])


def close(dossier: str) -> None:
    """End the steps that are at work without a decision, in the open transaction."""
    at_work = (steps.c.dossier == dossier, steps.c.active.is_(True))
    with runtime.current().database.transaction() as connection:
        connection.execute(update(steps).where(*at_work).values(state="closed", active=False, away=False))


def change(dossier: str, step: str, **columns: Any) -> None:
    """Change columns of one step."""
    chosen = (steps.c.dossier == dossier, steps.c.step == step)
    with runtime.current().database.transaction() as connection:
        connection.execute(update(steps).where(*chosen).values(**columns))
