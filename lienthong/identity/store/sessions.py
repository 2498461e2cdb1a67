"""Sessions: found by the hash of their secret, changed and ended at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, update

from lienthong.identity.domain import Method, Session, Staff
from lienthong.identity.store.tables import accounts, sessions, staff
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Kind

_with_office = (
    select(
        sessions,
        accounts.c.kind,
        accounts.c.open,
        accounts.c.demonstration,
        staff.c.agency,
        staff.c.roles,
        staff.c.units,
        staff.c.name.label("staff_name"),
        staff.c.position,
    )
    .join(accounts, accounts.c.subject == sessions.c.subject)
    .join(staff, staff.c.subject == sessions.c.subject, isouter=True)
)


def find(token_hash: str, *, demonstration_too: bool) -> tuple[Session, Staff | None] | None:
    """Return the session of an open account with its officer's office, in one query; None when there is none."""
    with runtime.current().database.reading() as connection:
        row = connection.execute(_with_office.where(sessions.c.token_hash == token_hash)).first()
    if row is None or not row.open or (row.demonstration and not demonstration_too):
        return None
    return _session(row), _office(row)


def of_subject(subject: str) -> list[Session]:
    """Return a person's sessions, the newest first."""
    query = _with_office.where(sessions.c.subject == subject).order_by(sessions.c.began_at.desc(), sessions.c.id.desc())
    with runtime.current().database.reading() as connection:
        return [_session(row) for row in connection.execute(query)]


def add(session: Session, token_hash: str) -> None:
    """Keep a new session."""
    with runtime.current().database.transaction() as connection:
        connection.execute(
            sessions.insert().values(
                token_hash=token_hash,
                id=session.id,
                subject=session.subject,
                level=session.level,
                method=session.method.value,
                for_person=session.for_person,
                device=session.device,
                name=session.name,
                title=session.title,
                began_at=clock.stamp(session.began_at),
                seen_at=clock.stamp(session.seen_at),
                idle_until=clock.stamp(session.idle_until),
                ends_at=clock.stamp(session.ends_at),
            )
        )


def touch(session_id: str, *, seen_at: datetime, idle_until: datetime) -> None:
    """Note that a session was used."""
    values = {"seen_at": clock.stamp(seen_at), "idle_until": clock.stamp(idle_until)}
    with runtime.current().database.transaction() as connection:
        connection.execute(update(sessions).where(sessions.c.id == session_id).values(**values))


def end(subject: str, *, session_id: str = "") -> list[str]:
    """End one session of a person, or all of them; answer the ids of those that were there."""
    gone = delete(sessions).where(sessions.c.subject == subject)
    if session_id:
        gone = gone.where(sessions.c.id == session_id)
    with runtime.current().database.transaction() as connection:
        return sorted(connection.execute(gone.returning(sessions.c.id)).scalars())


def purge(now: datetime) -> int:
    """Forget sessions whose time is over; answer how many."""
    gone = delete(sessions).where((sessions.c.idle_until < clock.stamp(now)) | (sessions.c.ends_at < clock.stamp(now)))
    with runtime.current().database.transaction() as connection:
        return connection.execute(gone).rowcount


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        subject=row.subject,
        kind=Kind(row.kind),
        level=row.level,
        method=Method(row.method),
        for_person=row.for_person,
        device=row.device,
        name=row.name,
        title=row.title,
        began_at=clock.moment(row.began_at),
        seen_at=clock.moment(row.seen_at),
        idle_until=clock.moment(row.idle_until),
        ends_at=clock.moment(row.ends_at),
    )


def _office(row: Row[Any]) -> Staff | None:
    if row.agency is None:
        return None
    return Staff(
        subject=row.subject,
        name=row.staff_name,
        position=row.position,
        agency=row.agency,
        roles=frozenset(msgspec.json.decode(row.roles, type=list[str])),
        units=frozenset(msgspec.json.decode(row.units, type=list[str])),
    )
