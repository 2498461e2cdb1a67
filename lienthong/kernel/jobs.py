"""Slow effects (typeset, sign, send), written with the change that asks for them and done after it commits.

At least once: a handler looks whether its effect is there already. A job killed in the middle is claimed again when
its lease ends, or at the next start on the same machine. After ten tries it stays, failed and visible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, String, Text, or_, select, update

from lienthong.kernel import clock, driver, processes, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.events import wake
from lienthong.kernel.ids import made_at, new_id

jobs = table(
    "job",
    Column("id", String(26), primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("payload", Text, nullable=False),
    Column("state", String(10), nullable=False, index=True),  # ready, claimed, done, failed
    Column("run_at", String(27), nullable=False, index=True),
    Column("lease_until", String(27), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("owner", String(120), nullable=True),  # the process that claimed it last (kernel.processes)
    scope=Scope.INTERNAL,
)
_WAITS = (  # driver SQL: asked twice a second; of any kind, the claim looks at the kinds
    "SELECT 1 FROM job WHERE run_at <= ? AND (state = 'ready' OR (state = 'claimed' AND lease_until < ?)) LIMIT 1"
)
AT_ONCE = ""
"""Stands before every stamp: a job without a moment of its own waits for nothing, even if the clock is set back."""
LEASE = timedelta(minutes=2)
TRIES = 10


@dataclass(frozen=True, slots=True)
class Handler:
    """What does jobs of one kind; ``run`` gets the payload, opens its own transactions, and may run twice.

    lease: for how long a claim holds, so longer than one job of the kind ever takes: while it holds nobody else does
    the same job, and after a death on another machine nobody goes on before it ends.
    """

    kind: str
    run: Callable[[dict[str, Any]], None]
    lease: timedelta = LEASE


@dataclass(frozen=True, slots=True)
class Waiting:
    """Jobs of one kind in one state (ready, claimed, failed). since: when the oldest of them was asked for."""

    kind: str
    state: str
    number: int
    since: datetime


def enqueue(kind: str, payload: dict[str, Any], *, key: str = "", run_at: datetime | None = None) -> None:
    """Ask for a job in the open transaction. The same ``key`` asked again changes nothing."""
    node = runtime.current()
    job_id = new_id()
    with node.database.transaction() as connection:
        if key and connection.execute(select(jobs.c.id).where(jobs.c.key == key)).first():
            return
        connection.execute(
            jobs.insert().values(
                id=job_id,
                kind=kind,
                key=key or job_id,
                payload=msgspec.json.encode(payload).decode(),
                state="ready",
                run_at=clock.stamp(run_at) if run_at else AT_ONCE,
                lease_until="",
                attempts=0,
                error="",
            )
        )
    node.database.after_commit(wake)


def run_next(handlers: Mapping[str, Handler]) -> bool:
    """Claim and do one job that is due; answer whether there was one."""
    unsaid = runtime.current().part("jobs.unsaid", lambda _node: _Unsaid())
    unsaid.say()
    claimed = _claim(handlers)
    if claimed is None:
        return False
    job_id, kind, payload, attempts = claimed
    try:
        handlers[kind].run(msgspec.json.decode(payload))
    except Exception as failure:
        retry = runtime.current().clock.now() + timedelta(seconds=min(600, 2**attempts))
        outcome = {
            "state": "failed" if attempts >= TRIES else "ready",
            "run_at": clock.stamp(retry),
            "error": type(failure).__name__,  # never the message: it may carry personal data
        }
    else:
        outcome = {"state": "done", "error": ""}
    unsaid.outcomes[job_id, attempts] = outcome
    unsaid.say()
    return True


class _Unsaid:
    """How jobs ended that the database could not be told of yet: told first when it answers again."""

    def __init__(self) -> None:
        self.outcomes: dict[tuple[str, int], dict[str, str]] = {}

    def say(self) -> None:
        """Write down how the jobs of this process ended, each only while its claim is still the newest one."""
        for (job_id, attempts), outcome in list(self.outcomes.items()):
            own = (jobs.c.id == job_id, jobs.c.attempts == attempts, jobs.c.state == "claimed")
            with runtime.current().database.transaction() as connection:
                connection.execute(update(jobs).where(*own).values(**outcome))
            self.outcomes.pop((job_id, attempts), None)


def run_all(handlers: Mapping[str, Handler]) -> int:
    """Do every job that is due; answer how many. For tests, seeds and commands that must see effects."""
    done = 0
    while run_next(handlers):
        done += 1
    return done


def release() -> int:
    """Let every job that is being done be claimed again now; answer how many. Only when nobody can be doing one."""
    free = update(jobs).where(jobs.c.state == "claimed").values(state="ready", lease_until="")
    with runtime.current().database.transaction() as connection:
        return connection.execute(free).rowcount


def release_of_the_dead() -> int:
    """Let jobs of processes of this machine that are no more be claimed again now; answer how many."""
    claimed = jobs.c.state == "claimed"
    with runtime.current().database.transaction() as connection:
        owners = connection.execute(select(jobs.c.owner).where(claimed, jobs.c.owner.is_not(None)).distinct()).scalars()
        dead = [each for each in owners if processes.is_dead(each)]
        free = update(jobs).where(claimed, jobs.c.owner.in_(dead)).values(state="ready", lease_until="")
        return connection.execute(free).rowcount if dead else 0


def again() -> int:
    """Let every job that failed be tried once more now, ten failures or not; answer how many."""
    troubled = or_(jobs.c.state == "failed", (jobs.c.state == "ready") & (jobs.c.attempts > 0))
    node = runtime.current()
    with node.database.transaction() as connection:
        freed = connection.execute(update(jobs).where(troubled).values(state="ready", run_at=AT_ONCE)).rowcount
    node.database.after_commit(wake)
    return freed


def waiting() -> list[Waiting]:
    """Return what is not done, by kind and state, with the moment the oldest was asked for."""
    from sqlalchemy import func

    query = (
        select(jobs.c.kind, jobs.c.state, func.count(), func.min(jobs.c.id))
        .where(jobs.c.state != "done")
        .group_by(jobs.c.kind, jobs.c.state)
        .order_by(jobs.c.kind, jobs.c.state)
    )
    with runtime.current().database.reading() as connection:
        return [
            Waiting(kind, state, number, clock.local(made_at(first)))
            for kind, state, number, first in connection.execute(query)
        ]


def states() -> dict[str, int]:
    """Return how many jobs are in each state that needs eyes: ready, claimed, failed."""
    from sqlalchemy import func

    query = select(jobs.c.state, func.count()).where(jobs.c.state != "done").group_by(jobs.c.state)
    with runtime.current().database.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def _claim(handlers: Mapping[str, Handler]) -> tuple[str, str, str, int] | None:
    if not handlers:
        return None
    node = runtime.current()
    now = node.clock.now()
    due = (
        select(jobs.c.id)
        .where(
            jobs.c.kind.in_(list(handlers)),
            jobs.c.run_at <= clock.stamp(now),
            or_(jobs.c.state == "ready", (jobs.c.state == "claimed") & (jobs.c.lease_until < clock.stamp(now))),
        )
        .order_by(jobs.c.id)
        .limit(1)
    )
    with node.database.reading() as connection:  # an empty queue must not take the write lock
        if not driver.rows(connection, _WAITS, [clock.stamp(now), clock.stamp(now)]):
            return None
    with node.database.transaction() as connection:
        row = connection.execute(
            update(jobs)
            .where(jobs.c.id == due.with_for_update(skip_locked=True).scalar_subquery())
            .values(
                state="claimed",
                lease_until=clock.stamp(now + LEASE),
                attempts=jobs.c.attempts + 1,
                owner=processes.this_one(),
            )
            .returning(jobs.c.id, jobs.c.kind, jobs.c.payload, jobs.c.attempts)
        ).first()
        if row is not None and handlers[row.kind].lease > LEASE:
            until = clock.stamp(now + handlers[row.kind].lease)
            connection.execute(update(jobs).where(jobs.c.id == row.id).values(lease_until=until))
    return None if row is None else (row.id, row.kind, row.payload, row.attempts)
