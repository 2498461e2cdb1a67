"""Which dossier answers which complaint, and which officer it is about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from lienthong.kernel import runtime
from lienthong.services.store.tables import complaints


def put(dossier: str, complaint: str, *, officer: str) -> None:
    """Note what a dossier answers, in the open transaction; a complaint is answered by one dossier."""
    row = {"dossier": dossier, "complaint": complaint, "officer": officer}
    with runtime.current().database.transaction() as connection:
        connection.execute(complaints.insert(), row)


def of_dossier(dossier: str) -> Row[Any] | None:
    """Return the complaint that a dossier (by id) answers, None when it is none."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(complaints).where(complaints.c.dossier == dossier)).first()


def is_taken(complaint: str) -> bool:
    """Say whether a dossier answers this complaint already."""
    with runtime.current().database.reading() as connection:
        found = select(complaints.c.dossier).where(complaints.c.complaint == complaint)
        return connection.execute(found).first() is not None
