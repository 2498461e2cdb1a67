"""Jobs are done after commit and again after a crash; a request repeated is answered, not done again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lienthong.kernel import jobs, requests
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime


def test_a_job_asked_twice_with_one_key_is_done_once(node: Runtime) -> None:
    done: list[str] = []
    handlers = {"greet": jobs.Handler("greet", lambda payload: done.append(payload["name"]))}
    for _ in range(2):
        jobs.enqueue("greet", {"name": "An"}, key="greet-an")
    assert jobs.run_all(handlers) == 1
    assert done == ["An"]


def test_a_job_of_a_rolled_back_change_never_runs(node: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), node.database.transaction():
        jobs.enqueue("greet", {})
        raise ZeroDivisionError
    assert jobs.run_all({"greet": jobs.Handler("greet", lambda _payload: pytest.fail("ran"))}) == 0


def test_a_failing_job_is_retried_later_and_stays_visible(node: Runtime, clock: SetClock) -> None:
    def fail(_payload: object) -> None:
        raise ZeroDivisionError

    handlers = {"greet": jobs.Handler("greet", fail)}
    jobs.enqueue("greet", {})
    for _ in range(jobs.TRIES):
        jobs.run_all(handlers)
        clock.advance(timedelta(minutes=11))
    assert jobs.states() == {"failed": 1}


def test_a_job_whose_worker_was_killed_is_claimed_again(node: Runtime, clock: SetClock) -> None:
    def die(_payload: object) -> None:
        raise KeyboardInterrupt

    jobs.enqueue("greet", {})
    with pytest.raises(KeyboardInterrupt):
        jobs.run_next({"greet": jobs.Handler("greet", die)})
    handlers = {"greet": jobs.Handler("greet", lambda _payload: None)}
    assert jobs.run_all(handlers) == 0, "its lease has not ended"
    clock.advance(jobs.LEASE + timedelta(seconds=1))
    assert jobs.run_all(handlers) == 1


def test_the_same_request_is_done_once_and_answered_twice(node: Runtime) -> None:
    who = system("test")
    count = iter(range(10))
    first = requests.once(who, "room.count", int, lambda: next(count))
    assert requests.once(who, "room.count", int, lambda: next(count)) == first
    assert requests.once(who.again(), "room.count", int, lambda: next(count)) == first + 1
