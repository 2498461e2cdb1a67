"""Passkeys: the public halves of keys that never leave their owners' devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from lienthong.identity.domain import Passkey
from lienthong.identity.store.tables import passkeys
from lienthong.kernel import clock, runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a signature is verified with. credential: id given by the authenticator, base64url."""

    passkey: str
    subject: str
    credential: str
    public_key: bytes
    sign_count: int


def add(credential: Credential, *, name: str, now: datetime) -> bool:
    """Keep a new passkey; False when another account or this one has it already."""
    with runtime.current().database.transaction() as connection:
        if find(credential.credential) is not None:
            return False
        connection.execute(
            passkeys.insert().values(
                id=credential.passkey,
                subject=credential.subject,
                credential=credential.credential,
                public_key=credential.public_key,
                sign_count=credential.sign_count,
                name=name,
                added_at=clock.stamp(now),
                used_at="",
            )
        )
    return True


def find(credential: str) -> Credential | None:
    """Return the passkey an authenticator speaks of."""
    with runtime.current().database.reading() as connection:
        row = connection.execute(select(passkeys).where(passkeys.c.credential == credential)).first()
    if row is None:
        return None
    return Credential(
        passkey=row.id,
        subject=row.subject,
        credential=row.credential,
        public_key=bytes(row.public_key),
        sign_count=row.sign_count,
    )


def credentials_of(subject: str) -> list[str]:
    """Return the credential ids of a person, so that a device does not register twice."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(select(passkeys.c.credential).where(passkeys.c.subject == subject)).scalars())


def of_subject(subject: str) -> list[Passkey]:
    """Return a person's passkeys, the oldest first."""
    with runtime.current().database.reading() as connection:
        rows = connection.execute(select(passkeys).where(passkeys.c.subject == subject).order_by(passkeys.c.added_at))
        return [_passkey(row) for row in rows]


def used(passkey: str, *, sign_count: int, now: datetime) -> None:
    """Note a use and the authenticator's own count."""
    with runtime.current().database.transaction() as connection:
        change = update(passkeys).where(passkeys.c.id == passkey)
        connection.execute(change.values(sign_count=sign_count, used_at=clock.stamp(now)))


def remove(subject: str, passkey: str) -> bool:
    """Remove a person's own passkey; False when there is none."""
    gone = delete(passkeys).where(passkeys.c.subject == subject, passkeys.c.id == passkey)
    with runtime.current().database.transaction() as connection:
        return connection.execute(gone).rowcount == 1


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        name=row.name,
        added_at=clock.moment(row.added_at),
        used_at=clock.moment(row.used_at) if row.used_at else None,
    )
