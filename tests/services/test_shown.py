"""The strip of real days says what the law says, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

import pytest

from lienthong.kernel.clock import ZONE
from lienthong.services.api.views import ClockView, Day
from lienthong.services.web import shown

DAYS = (
    Day(date=date(2026, 11, 26), kind="work", label="", counts=2, mark=""),
    Day(date=date(2026, 11, 27), kind="work", label="", counts=3, mark="due"),
)


def test_a_running_clock_promises_its_last_day() -> None:
    due = datetime(2026, 11, 27, 17, 0, tzinfo=ZONE)
    last = shown.strip(ClockView(state="ok", due_at=due, working_days_left=2, working_minutes_left=900, days=DAYS))[-1]
    assert (last.marks, last.label) == (("due",), "hẹn trả")


def clock_with(days: int, minutes: int, state: Literal["ok", "risk", "late"] = "risk") -> ClockView:
    due = datetime(2026, 11, 27, 17, 0, tzinfo=ZONE)
    return ClockView(state=state, due_at=due, working_days_left=days, working_minutes_left=minutes)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (clock_with(3, 1800), "Còn 3 ngày làm việc"),
        (clock_with(1, 480), "Còn 1 ngày làm việc"),
        (clock_with(1, 180), "Còn 3 giờ làm việc"),
        (clock_with(0, 350), "Còn 5 giờ 50 phút làm việc"),
        (clock_with(0, 20), "Còn 20 phút làm việc"),
        (clock_with(0, -130, "late"), "Trễ 2 giờ 10 phút làm việc"),
        (clock_with(-2, -1000, "late"), "Trễ 2 ngày làm việc"),
        (clock_with(0, 0, "late"), "Quá giờ hẹn"),
    ],
)
def test_less_than_a_working_day_is_said_in_hours(clock: ClockView, said: str) -> None:
    assert shown.left(clock) == said


def test_today_is_framed_also_on_the_day_of_filing() -> None:
    day = Day(date=date(2026, 11, 25), kind="work", label="", counts=None, mark="filed", today=True)
    (first,) = shown.strip(replace(clock_with(1, 900), days=(day,)))
    assert (first.marks, first.label) == (("today",), "nộp")


def test_a_clock_that_stands_still_promises_no_day() -> None:
    last = shown.strip(ClockView(state="paused", due_at=None, working_days_left=0, working_minutes_left=0, days=DAYS))[
        -1
    ]
    assert (last.marks, last.label) == ((), "ngày 3")
