"""A task is reminded of in three steps, each once, on working days; what is done is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from lienthong.oversight import api
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain.tasks import Standing, Step
from lienthong.oversight.events import TaskJudged, TaskLate
from lienthong.reference import api as reference
from tests.oversight.committee import (
    CHAIRMAN,
    CLERK,
    SECRETARY,
    give,
    hand_in,
    open_accounts,
    told,
)


def test_a_due_day_off_counts_as_the_next_working_day(sqlite_node: Runtime) -> None:
    seen = api.task(SECRETARY, task=give(due_on="02/01/2027"))
    assert (seen.due_on, seen.counted_on) == (date(2027, 1, 2), date(2027, 1, 4))
    assert [step for step, _day in seen.reminders] == [Step.BEFORE, Step.DUE, Step.AFTER]


def test_three_steps_of_reminding_each_once_to_the_right_people(node: Runtime, clock: SetClock) -> None:
    open_accounts()
    give(due_on="27/11/2026", person="Hoàng Văn Thư")
    assert api.remind() == 0
    steps = {"24/11": (CLERK, "task-reminded"), "27/11": (CHAIRMAN, "task-due"), "30/11": (SECRETARY, "task-late")}
    for days, (who, template) in zip((3, 3, 3), steps.values(), strict=True):
        clock.advance(timedelta(days=days))
        assert api.remind() == 1
        assert api.remind() == 0
        assert messages.inbox(who)[0].template == template
    every = [each.template for who in (CLERK, CHAIRMAN, SECRETARY) for each in messages.inbox(who)]
    assert sorted(every) == ["task-assigned", "task-assigned", "task-due", "task-late", "task-reminded"]
    assert len(told(TaskLate)) == len(told(TaskJudged)) == 1
    assert api.board(SECRETARY).whole.standings == {Standing.LATE: 1}
    clock.advance(timedelta(days=30))
    assert api.remind() == 0


def test_reminders_cut_off_before_they_commit_go_out_later_and_once(node: Runtime, clock: SetClock) -> None:
    open_accounts()
    codes = [give(due_on="23/11/2026") for _each in range(3)]
    clock.advance(timedelta(days=2))
    cut = RuntimeError("cut off")
    with pytest.raises(RuntimeError), node.database.transaction():
        assert api.remind() == 3
        raise cut
    assert not [each for each in messages.inbox(CHAIRMAN) if each.template == "task-due"]
    assert api.remind() == 3
    assert api.remind() == 0
    due = [each for each in messages.inbox(CHAIRMAN, limit=50) if each.template == "task-due"]
    assert len(due) == len(codes)


def test_who_was_asleep_is_told_of_what_is_left_only(node: Runtime, clock: SetClock) -> None:
    open_accounts()
    late, answered, withdrawn = (give(due_on="25/11/2026") for _each in range(3))
    hand_in(CHAIRMAN, answered)
    api.withdraw(SECRETARY.again(), task=withdrawn, reason="Không cần nữa")
    clock.advance(timedelta(days=20))
    assert api.remind() == 2
    assert [each.kind for each in api.task(SECRETARY, task=late).history] == [
        "assigned",
        "reminded-due",
        "reminded-after",
    ]
    assert len(api.task(SECRETARY, task=answered).history) == 2


works: Callable[[date], bool] = reference.working_day
days = st.dates(date(2026, 1, 5), date(2026, 12, 20))


@given(days)
def test_a_counted_day_is_a_working_day_and_none_lies_between(due: date) -> None:
    found = domain.counted(due, works)
    assert works(found)
    assert not any(works(due + timedelta(days=each)) for each in range((found - due).days))


@given(days, st.integers(-12, 12))
def test_steps_never_go_back_and_each_has_its_day(due: date, offset: int) -> None:
    counted_on = domain.counted(due, works)
    today = counted_on + timedelta(days=offset)
    come = domain.steps_come(counted_on, today, works)
    assert (Step.DUE in come) == (today >= counted_on)
    assert Step.AFTER not in come or domain.working_days_between(counted_on, today, works) >= 1
    tomorrow = domain.steps_come(counted_on, today + timedelta(days=1), works)
    assert (Step.AFTER not in come) or (Step.AFTER in tomorrow)
    if Step.BEFORE in come:
        assert 0 < domain.working_days_between(today, counted_on, works) <= domain.WARNED


@given(days, st.integers(0, 20))
def test_working_days_before_and_between_agree(day: date, count: int) -> None:
    earlier = domain.working_days_before(domain.counted(day, works), count, works)
    assert domain.working_days_between(earlier, domain.counted(day, works), works) == count
