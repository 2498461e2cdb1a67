"""Which dossier answers which claim about a record."""

from __future__ import annotations

from sqlalchemy import select

from lienthong.kernel import runtime
from lienthong.services.store.tables import claims


def put(dossier: str, claim: str) -> None:
    """Note what a dossier answers, in the open transaction; a claim is answered by one dossier."""
    with runtime.current().database.transaction() as connection:
        connection.execute(claims.insert(), {"dossier": dossier, "claim": claim})


def of_dossier(dossier: str) -> str:
    """Return the claim that a dossier (by id) answers, "" when it is none."""
    with runtime.current().database.reading() as connection:
        found = connection.execute(select(claims.c.claim).where(claims.c.dossier == dossier)).scalar()
    return str(found or "")


def is_taken(claim: str) -> bool:
    """Say whether a dossier answers this claim already."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(claims.c.dossier).where(claims.c.claim == claim)).first() is not None
