"""Sessions: found by the hash of their secret, changed and ended at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, update

from lienthong.identity.domain import Method, Session
from lienthong.identity.store.tables import accounts, sessions
from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.actor import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A living session with its officer's office of this moment; times are stamps.

    for_person, for_name, for_title: who is acted for, or whom an officer serves at the counter. under: the mandate or
    the counter service, reach: what it opens.
    """

    id: str
    subject: str
    kind: Kind
    level: int
    for_person: str
    name: str
    title: str
    for_name: str
    for_title: str
    under: str
    reach: frozenset[str] | None
    agency: str
    roles: frozenset[str]
    units: frozenset[str]
    seen_at: str
    ends_at: str


_EVERY_PAGE = (
    "SELECT s.id, s.subject, a.kind, s.level, s.for_person, s.name, s.title, s.for_name,"
    " s.seen_at, s.idle_until, s.ends_at,"
    " s.under, s.reach, s.under_until, s.for_title,"
    " a.open, a.demonstration, o.agency, o.roles, o.units, o.name"
    " FROM session s JOIN account a ON a.subject = s.subject LEFT JOIN staff o ON o.subject = s.subject"
    " WHERE s.token_hash = ?"
)


def current(token_hash: str, now: datetime, *, demonstration_too: bool) -> Current | None:
    """Return the living session of an open account with its officer's office; None when there is none.

    Every page asks this: driver SQL and stamps compared as text (they sort as time does), a tenth of Core's cost.
    """
    with runtime.current().database.reading() as connection:
        found = driver.rows(connection, _EVERY_PAGE, [token_hash])
    if not found:
        return None
    row = found[0]
    session, subject, kind, level, for_person, name, title, for_name, seen_at, idle_until, ends_at = row[:11]
    under, reach, under_until, for_title, is_open, demonstration, agency, roles, units, staff_name = row[11:]
    over = clock.stamp(now) >= min(idle_until, ends_at)
    if under and clock.stamp(now) >= under_until:
        if kind != Kind.OFFICER:
            return None  # the mandate is over: whoever acted under it signs in again
        under = for_person = for_name = for_title = ""  # nobody is served any more; the officer's own work goes on
    without_office = kind == Kind.OFFICER and agency is None
    if over or without_office or not is_open or (demonstration and not demonstration_too):
        return None
    return Current(
        id=session,
        subject=subject,
        kind=Kind(kind),
        level=level,
        for_person=for_person,
        name=staff_name or name,
        title=title,
        for_name=for_name,
        for_title=for_title,
        under=under,
        reach=frozenset(msgspec.json.decode(reach or "[]", type=list[str])) if under else None,
        agency=agency or "",
        roles=frozenset(msgspec.json.decode(roles or "[]", type=list[str])),
        units=frozenset(msgspec.json.decode(units or "[]", type=list[str])),
        seen_at=seen_at,
        ends_at=ends_at,
    )


def of_subject(subject: str) -> list[Session]:
    """Return a person's sessions, the newest first."""
    query = (
        select(sessions, accounts.c.kind)
        .join(accounts, accounts.c.subject == sessions.c.subject)
        .where(sessions.c.subject == subject)
        .order_by(sessions.c.began_at.desc(), sessions.c.id.desc())
    )
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
                for_name="",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """For whom a session goes on. under, reach, until: of mandate, enterprise or counter service, else empty."""

    person: str = ""
    name: str = ""
    title: str = ""
    under: str = ""
    reach: Iterable[str] = ()
    until: datetime | None = None


def change_person(session_id: str, *, new_id: str, token_hash: str, acting: Acting) -> bool:
    """Go on under another id and secret, acting for another person; False when the session is gone."""
    values = {
        "id": new_id,
        "token_hash": token_hash,
        "for_person": acting.person,
        "for_name": acting.name,
        "for_title": acting.title,
        "under": acting.under,
        "reach": msgspec.json.encode(sorted(acting.reach)).decode() if acting.under else "",
        "under_until": clock.stamp(acting.until) if acting.until else "",
    }
    with runtime.current().database.transaction() as connection:
        return connection.execute(update(sessions).where(sessions.c.id == session_id).values(**values)).rowcount == 1


def renew(session_id: str, acting: Acting) -> None:
    """Let a session go on for the one it acts for already, on another ground."""
    values = {"for_name": acting.name, "under": acting.under}
    chosen = (sessions.c.id == session_id, sessions.c.for_person == acting.person)
    with runtime.current().database.transaction() as connection:
        connection.execute(update(sessions).where(*chosen).values(**values))


def widen(session_id: str, *, under: str, reach: Iterable[str]) -> None:
    """Let a counter service touch these things from now on."""
    listed = msgspec.json.encode(sorted(reach)).decode()
    chosen = (sessions.c.id == session_id, sessions.c.under == under)
    with runtime.current().database.transaction() as connection:
        connection.execute(update(sessions).where(*chosen).values(reach=listed))


def prolong(session_id: str, *, until: datetime) -> None:
    """Let a counter service live on."""
    chosen = (sessions.c.id == session_id, sessions.c.under != "")
    with runtime.current().database.transaction() as connection:
        connection.execute(update(sessions).where(*chosen).values(under_until=clock.stamp(until)))


def end_under(under: str) -> list[tuple[str, str]]:
    """End every session that acts under a mandate; answer (id, subject) of each."""
    gone = delete(sessions).where(sessions.c.under == under).returning(sessions.c.id, sessions.c.subject)
    with runtime.current().database.transaction() as connection:
        return sorted((row.id, row.subject) for row in connection.execute(gone))


def end(subject: str, *, session_id: str = "") -> list[str]:
    """End one session of a person, or all of them; answer the ids of those that were there."""
    gone = delete(sessions).where(sessions.c.subject == subject)
    if session_id:
        gone = gone.where(sessions.c.id == session_id)
    with runtime.current().database.transaction() as connection:
        return sorted(connection.execute(gone.returning(sessions.c.id)).scalars())


def subjects() -> list[str]:
    """Return everybody who has a session."""
    with runtime.current().database.reading() as connection:
        return sorted(connection.execute(select(sessions.c.subject).distinct()).scalars())


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
