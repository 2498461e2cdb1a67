"""The strip of real days says what the law says, and no more."""

from __future__ import annotations

from datetime import date, datetime

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


def test_a_clock_that_stands_still_promises_no_day() -> None:
    last = shown.strip(ClockView(state="paused", due_at=None, working_days_left=0, working_minutes_left=0, days=DAYS))[
        -1
    ]
    assert (last.marks, last.label) == ((), "ngày 3")
