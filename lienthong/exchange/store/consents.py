"""Consent: one row each time a person agrees or takes it back, never changed; the newest row of a contract holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, func, select, update

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

consent = table(
    "consent",
    Column("id", String(26), primary_key=True),  # also the id of the ledger entry that proves it
    Column("at", String(27), nullable=False),
    Column("subject", String(40), nullable=False),
    Column("given_by", String(80), nullable=False),
    Column("contract", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("level", Integer, nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    Index("ix_consent_subject", "subject", "contract", "id"),
    scope=Scope.SUBJECT,
)


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's last word on a contract. at: stamp. version: of the contract they were shown."""

    id: str
    at: str
    subject: str
    given_by: str
    contract: str
    version: int
    given: bool
    level: int


def add(row: Consent, salt: bytes) -> None:
    """Write one word of a person, in the open transaction."""
    values = {name: getattr(row, name) for name in Consent.__slots__}
    with runtime.current().database.transaction() as connection:
        connection.execute(consent.insert().values(**values, salt=salt))


def erase(subject: str, *, before: str) -> int:
    """Erase salts and who spoke of a person's words from before the stamp, in the open transaction; answer how many.

    Yes and no stay, and a yes that holds stays whole: as long as it is relied on it has to be provable.
    """
    holds = [each.id for each in newest([subject]) if each.given]
    which = (consent.c.subject == subject, consent.c.at < before, consent.c.salt != b"", consent.c.id.not_in(holds))
    with runtime.current().database.transaction() as connection:
        return connection.execute(update(consent).where(*which).values(given_by="", salt=b"")).rowcount


def newest(subjects: Sequence[str], contract: str = "") -> list[Consent]:
    """Return the last word of each of these people on the contract (on every contract when none is named)."""
    last = select(func.max(consent.c.id)).where(consent.c.subject.in_(subjects))
    if contract:
        last = last.where(consent.c.contract == contract)
    last = last.group_by(consent.c.subject, consent.c.contract)
    columns = [consent.c[name] for name in Consent.__slots__]
    with runtime.current().database.reading() as connection:
        rows = connection.execute(select(*columns).where(consent.c.id.in_(last)).order_by(consent.c.id.desc()))
        return [Consent(*row) for row in rows]
