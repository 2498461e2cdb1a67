"""What waits can be seen, and what failed can be asked for again once its cause is mended."""

from __future__ import annotations

from sqlalchemy import update

from lienthong.app import waiting
from lienthong.kernel import jobs
from lienthong.kernel.runtime import Runtime
from lienthong.stewardship import api as stewardship


def test_what_failed_is_done_when_an_operator_asks(node: Runtime) -> None:
    jobs.enqueue("stewardship.quality", {"register": "population", "changed_only": False})
    with node.database.transaction() as connection:
        connection.execute(update(jobs.jobs).values(state="failed", attempts=jobs.TRIES))
    assert waiting.waiting().in_trouble
    waiting.try_again()
    assert not waiting.waiting().in_trouble
    assert waiting.waiting().jobs == []
    assert stewardship.was_measured(register="population")
