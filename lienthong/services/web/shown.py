"""Turns what the verbs answer into what the components of the house show."""

from __future__ import annotations

from collections.abc import Iterable

from lienthong.kernel.i18n import N_, gettext, ngettext
from lienthong.kernel.text import clock_time
from lienthong.services.api.views import ClockView, Day, Question, Shown, StepView
from lienthong.services.api.views import Source as Origin
from lienthong.webkit.parts import ClockDay, Source, Step
from lienthong.webkit.show import day, long_day, short_day, time

MARKS = {"due": "due", "today": "today", "paused": "hold", "spent": "spent", "filed": "", "received": ""}
DAY_WORDS = {"filed": N_("bạn nộp"), "received": N_("tiếp nhận"), "due": N_("hẹn trả"), "paused": N_("dừng")}


def source(origin: Origin) -> Source:
    """Return the provenance chip of a value."""
    kind = {"decision": "computed"}.get(origin.kind, origin.kind)
    when = f"{time(origin.at)} {short_day(origin.at)}" if origin.at else ""
    return Source(str(origin.title), when, kind)  # type: ignore[arg-type]  the kinds of both are the same words


def strip(clock: ClockView) -> list[ClockDay]:
    """Return the strip of real days: hatched where a day does not count, framed today, green when due."""
    return [_day(each) for each in clock.days]


def _day(each: Day) -> ClockDay:
    marks = [] if each.kind in {"work", "makeup"} else ["off"]
    if MARKS.get(each.mark):
        marks.append(MARKS[each.mark])
    if each.mark in DAY_WORDS:
        label = gettext(DAY_WORDS[each.mark])
    elif each.counts is not None:
        label = gettext("ngày %(count)s", count=each.counts)
    else:
        label = each.label
    return ClockDay(each.date, label, tuple(marks))


def left(clock: ClockView) -> str:
    """Return how much time is left, in words: whole days, hours on the last one."""
    if clock.state == "paused":
        return gettext("Đồng hồ đang dừng")
    if clock.state == "done":
        return gettext("Đã xong")
    if clock.state == "late":
        days = abs(clock.working_days_left)
        return (
            ngettext("Trễ %(n)s ngày làm việc", "Trễ %(n)s ngày làm việc", days) if days else gettext("Đã quá giờ hẹn")
        )
    if clock.working_days_left >= 1:
        days = clock.working_days_left
        return ngettext("Còn %(n)s ngày làm việc", "Còn %(n)s ngày làm việc", days)
    hours, minutes = divmod(max(0, clock.working_minutes_left), 60)
    return gettext("Còn %(hours)s giờ %(minutes)s phút làm việc", hours=hours, minutes=minutes)


def until(clock: ClockView) -> str:
    """Return when the result is promised: before 17:00 on which day."""
    if clock.due_at is None:
        return gettext("Chờ bổ sung; có bổ sung thì đồng hồ chạy tiếp")
    return gettext("Hẹn trả trước %(time)s %(day)s", time=clock_time(clock.due_at), day=long_day(clock.due_at))


def way(steps: Iterable[StepView]) -> list[Step]:
    """Return the path of a dossier: done, now, to come."""
    shown: list[Step] = []
    for each in steps:
        state = "done" if each.state in {"done", "refused", "declined", "closed"} else "now"
        if each.state == "planned":
            state = ""
        note = f"{each.agency} · {each.state_text}"
        if each.decided_at:
            note += f" · {day(each.decided_at)} {time(each.decided_at)}"
        elif each.clock is not None and each.clock.due_at is not None and state == "now":
            note += " · " + gettext("hạn %(time)s %(day)s", time=time(each.clock.due_at), day=day(each.clock.due_at))
        shown.append(Step(str(each.title), note, state))  # type: ignore[arg-type]
    return shown


def option_rows(question: Question) -> list[tuple[str, str, str]]:
    """Return the options of a question as (value, label, note)."""
    return [(each.value, each.text, each.note) for each in question.options]


def by_source(values: Iterable[Shown]) -> tuple[list[Shown], list[Shown]]:
    """Split values into those the applicant declared and those taken from registers or computed."""
    listed = [each for each in values if each.text]
    return [v for v in listed if v.source.kind == "declared"], [v for v in listed if v.source.kind != "declared"]
