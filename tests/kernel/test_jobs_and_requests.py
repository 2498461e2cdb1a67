"""Jobs are done after commit and again after a crash; a request repeated is answered, not done again."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from lienthong.kernel import jobs, processes, requests
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.ids import made_at, new_id
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings
from tests.conftest import MOMENT


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
    assert jobs.run_all(handlers) == 0, "nobody tries it any more"
    assert jobs.again() == 1
    assert jobs.run_all({"greet": jobs.Handler("greet", lambda _payload: None)}) == 1
    assert jobs.states() == {}


def test_a_job_that_was_put_off_by_a_clock_ahead_is_done_when_asked(node: Runtime, clock: SetClock) -> None:
    outcomes = iter([ZeroDivisionError])
    jobs.enqueue("greet", {})

    def greet(_payload: object) -> None:
        for failure in outcomes:
            raise failure

    handlers = {"greet": jobs.Handler("greet", greet)}
    clock.advance(timedelta(days=2))
    jobs.run_all(handlers)
    clock.advance(-timedelta(days=2))
    assert (jobs.run_all(handlers), jobs.again(), jobs.run_all(handlers)) == (0, 1, 1)


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


def test_a_job_that_takes_long_is_not_claimed_a_second_time_meanwhile(node: Runtime, clock: SetClock) -> None:
    again: list[int] = []

    def compare_millions(_payload: object) -> None:
        clock.advance(timedelta(minutes=50))
        again.append(jobs.run_all(handlers))

    handlers = {"compare": jobs.Handler("compare", compare_millions, lease=timedelta(hours=1))}
    jobs.enqueue("compare", {})
    assert jobs.run_all(handlers) == 1
    assert again == [0]
    assert jobs.states() == {}


def test_the_same_request_is_done_once_and_answered_twice(node: Runtime) -> None:
    who = system("test")
    count = iter(range(10))
    first = requests.once(who, "room.count", int, lambda: next(count))
    assert requests.once(who, "room.count", int, lambda: next(count)) == first
    assert requests.once(who.again(), "room.count", int, lambda: next(count)) == first + 1


def claim_and_die(settings: Settings) -> None:
    """Claim a job in a process of its own and be killed in the middle of it."""
    handlers = {"greet": jobs.Handler("greet", lambda _payload: os.kill(os.getpid(), signal.SIGKILL))}
    with running(start(settings, clock=SetClock(MOMENT))):
        jobs.run_next(handlers)


def test_what_a_killed_process_was_doing_is_done_at_the_next_start(node: Runtime) -> None:
    jobs.enqueue("greet", {})
    process = multiprocessing.get_context("fork").Process(target=claim_and_die, args=(node.settings,))
    process.start()
    process.join()
    assert jobs.states() == {"claimed": 1}
    assert jobs.release_of_the_dead() == 1
    assert jobs.run_all({"greet": jobs.Handler("greet", lambda _payload: None)}) == 1


def test_what_a_living_process_is_doing_is_left_to_it(node: Runtime) -> None:
    released: list[int] = []
    jobs.enqueue("greet", {})
    assert jobs.run_all({"greet": jobs.Handler("greet", lambda _p: released.append(jobs.release_of_the_dead()))}) == 1
    assert released == [0]


@pytest.mark.parametrize("name", ["", "another-start|pid:[1]|1:1", "no process"])
def test_nobody_of_elsewhere_is_called_dead(name: str) -> None:
    assert not processes.is_dead(name)
    assert not processes.is_dead(processes.this_one())


def test_a_clock_set_back_keeps_no_job_waiting_that_has_no_moment_of_its_own(node: Runtime, clock: SetClock) -> None:
    handlers = {"greet": jobs.Handler("greet", lambda _payload: None)}
    jobs.enqueue("greet", {})
    jobs.enqueue("greet", {}, run_at=clock.now())
    clock.advance(-timedelta(days=400))
    assert jobs.run_all(handlers) == 1
    (left,) = jobs.waiting()
    assert (left.kind, left.state, left.number) == ("greet", "ready", 1)


def test_an_id_tells_when_it_was_made() -> None:
    before = datetime.now(UTC)
    assert abs(made_at(new_id()) - before) < timedelta(seconds=5)


def test_how_a_job_ended_is_told_when_the_database_answers_again(node: Runtime) -> None:
    done: list[int] = []

    def do(_payload: object) -> None:
        done.append(1)
        event.listen(node.database.engine, "before_cursor_execute", refuse)

    def refuse(*_statement: object) -> None:
        raise ConnectionError

    handlers = {"greet": jobs.Handler("greet", do)}
    jobs.enqueue("greet", {})
    with pytest.raises(ConnectionError):
        jobs.run_next(handlers)
    event.remove(node.database.engine, "before_cursor_execute", refuse)
    assert jobs.states() == {"claimed": 1}
    assert jobs.run_all(handlers) == 0
    assert (jobs.states(), done) == ({}, [1])


def test_a_worker_that_was_overtaken_changes_nothing_any_more(node: Runtime, clock: SetClock) -> None:
    jobs.enqueue("greet", {})

    def slow(_payload: object) -> None:
        clock.advance(jobs.LEASE + timedelta(seconds=1))
        assert jobs.run_next({"greet": jobs.Handler("greet", lambda _payload: None)})
        raise ValueError

    assert jobs.run_next({"greet": jobs.Handler("greet", slow)})
    assert jobs.states() == {}
