"""Sign-ins under way, and the pauses that follow proofs that did not hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text, update

from lienthong.identity.domain import pause_after
from lienthong.identity.store.tables import attempts, guards
from lienthong.kernel import clock, runtime

# the row is there before it is locked and read, so that two first tries at once do not both count as the first
_FIRST = text(
    "INSERT INTO sign_in_guard (key, tries, closed_until, forget_at) VALUES (:key, 0, '', '9')"
    " ON CONFLICT (key) DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A proof that was asked for and not given yet. subject: as typed; "" when a passkey will tell."""

    token_hash: str
    subject: str
    challenge: str
    purpose: str
    until: datetime


def add(attempt: Attempt) -> None:
    """Keep an attempt."""
    with runtime.current().database.transaction() as connection:
        connection.execute(
            attempts.insert().values(
                token_hash=attempt.token_hash,
                subject=attempt.subject,
                challenge=attempt.challenge,
                purpose=attempt.purpose,
                until=clock.stamp(attempt.until),
            )
        )


def find(token_hash: str, *, purpose: str) -> Attempt | None:
    """Return an attempt that is not too old."""
    node = runtime.current()
    query = select(attempts).where(
        attempts.c.token_hash == token_hash,
        attempts.c.purpose == purpose,
        attempts.c.until > clock.stamp(node.clock.now()),
    )
    with node.database.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    return Attempt(
        token_hash=row.token_hash,
        subject=row.subject,
        challenge=row.challenge,
        purpose=row.purpose,
        until=clock.moment(row.until),
    )


def take(token_hash: str, *, purpose: str) -> Attempt | None:
    """Return an attempt that is not too old, once: it is gone afterwards."""
    with runtime.current().database.transaction() as connection:
        found = find(token_hash, purpose=purpose)
        gone = connection.execute(delete(attempts).where(attempts.c.token_hash == token_hash))
    return found if gone.rowcount else None


def purge(now: datetime) -> int:
    """Forget attempts that are too old and pauses nobody waits for any more; answer how many."""
    with runtime.current().database.transaction() as connection:
        gone = connection.execute(delete(attempts).where(attempts.c.until < clock.stamp(now))).rowcount
        return gone + connection.execute(delete(guards).where(guards.c.forget_at < clock.stamp(now))).rowcount


def count_try(key: str, *, now: datetime, forget_at: datetime) -> tuple[int, datetime | None]:
    """Count one more try before it is made; answer (tries in a row, None), or (tries, until when to wait).

    The count is written first and one at a time for each key, so tries sent together are not free.
    """
    with runtime.current().database.transaction() as connection:
        connection.execute(delete(guards).where(guards.c.key == key, guards.c.forget_at < clock.stamp(now)))
        connection.execute(_FIRST, {"key": key})
        row = connection.execute(select(guards).where(guards.c.key == key).with_for_update()).one()
        if row.closed_until > clock.stamp(now):
            return row.tries, clock.moment(row.closed_until)
        tries = row.tries + 1
        closed_until, forget = clock.stamp(now + pause_after(tries)), clock.stamp(forget_at)
        change = update(guards).where(guards.c.key == key)
        connection.execute(change.values(tries=tries, closed_until=closed_until, forget_at=forget))
    return tries, None


def give_back(key: str) -> None:
    """Take back one counted try: the proof held, what failed before it still counts."""
    values = {"tries": guards.c.tries - 1, "closed_until": ""}
    with runtime.current().database.transaction() as connection:
        connection.execute(update(guards).where(guards.c.key == key, guards.c.tries > 0).values(**values))


def clear(key: str) -> None:
    """Forget the tries of a key: the proof held."""
    with runtime.current().database.transaction() as connection:
        connection.execute(delete(guards).where(guards.c.key == key))
