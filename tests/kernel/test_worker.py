"""The worker asks the database nothing while nothing is written, and sees at once what another process wrote."""

from __future__ import annotations

import threading
import time

import pytest

from lienthong.kernel import jobs
from lienthong.kernel.database import Database, Watch
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.worker import Worker


def test_a_watch_tells_once_of_what_was_written(node: Runtime) -> None:
    watch = Watch(node.database)
    assert watch.changed(), "nobody knows what was before"
    assert watch.changed() is not node.database.is_sqlite, "PostgreSQL is asked every time"
    jobs.enqueue("greet", {})
    assert watch.changed()
    assert watch.changed() is not node.database.is_sqlite
    watch.close()


PACE = 0.2
"""Seconds for which the worker of these tests rests: a tenth of the real ones, so that nobody waits for a test."""


def test_a_job_of_another_process_is_done_while_the_worker_idles(
    node: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienthong.kernel.worker.IDLE_SECONDS", PACE)
    monkeypatch.setattr("lienthong.kernel.worker.POLL_SECONDS", PACE / 4)
    done, looks = threading.Event(), list[float]()
    worker = Worker(
        (),
        {"greet": jobs.Handler("greet", lambda _payload: done.set())},
        (lambda: looks.append(time.monotonic()),),
    )
    worker.start()
    try:
        time.sleep(2.5 * PACE)
        if node.database.is_sqlite:
            assert sum(each > looks[0] + PACE for each in looks) <= 3, "an idle worker looks rarely"
        other = Database(node.settings.database_url)  # as another process has it: it wakes nobody here
        row = {"id": new_id(), "kind": "greet", "key": "other", "payload": "{}", "state": "ready", "run_at": ""}
        with other.transaction() as connection:
            connection.execute(jobs.jobs.insert().values(**row, lease_until="", attempts=0, error=""))
        other.close()
        assert done.wait(10)
    finally:
        worker.stop()
