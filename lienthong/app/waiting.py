"""What waits in a node and for how long: facts to deliver, jobs to do, entries to log, evidence to write."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from lienthong.app import rooms, schedule
from lienthong.kernel import delivery, events, jobs, runtime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits. facts: listener → not yet delivered; troubled: listener → retried or parked."""

    facts: dict[str, int]
    troubled: dict[str, int]
    jobs: list[jobs.Waiting]
    figures: dict[str, float]

    @property
    def in_trouble(self) -> bool:
        """True when something waits for a person: a job that failed ten times, a fact that was parked."""
        return bool(self.troubled) or any(each.state == "failed" for each in self.jobs)


def waiting() -> Waiting:
    """Return what waits in the running node now."""
    return Waiting(
        facts={name: behind for name, behind in outbox_lag().items() if behind},
        troubled=delivery.waiting(),
        jobs=jobs.waiting(),
        figures={name: value() for name, value in rooms.offered("jobs", "figures")},
    )


def try_again() -> None:
    """Hand over parked facts and do failed jobs once more, now: whatever stood in their way has been mended."""
    delivery.again(schedule.listeners())
    jobs.again()
    jobs.run_all(schedule.handlers())


def outbox_lag() -> dict[str, int]:
    """Return how many facts wait for each listener."""
    listeners = schedule.listeners()
    with runtime.current().database.reading() as connection:
        cursors = {row.name: row.position for row in connection.execute(select(delivery.cursors))}
        return {
            each.name: connection.execute(
                select(func.count()).where(
                    events.outbox.c.position > cursors.get(each.name, 0),
                    events.outbox.c.type.in_([kind.type for kind in each.types]),
                )
            ).scalar_one()
            for each in listeners
        }
