"""Says day by day how the end of a term was reached, in sentences; the sum of the days is the due moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lienthong.kernel.i18n import N_, Bilingual, gettext, ngettext
from lienthong.kernel.text import clock_time, day, day_time
from lienthong.reference.domain.calendar.shape import CalendarDay, Counted, DayKind, Due, Term

Why = Literal["counted", "received", "cut_off", "after_hours", "off", "holiday", "moved", "stopped"]
"""Why a day counts or not. after_hours: filed when the offices were closed; off: a weekend; moved: it would be
the last day of the calendar, but nobody works."""
_SAID: dict[Why, str] = {
    "received": N_("Tiếp nhận lúc %(received)s; ngày tiếp nhận không tính"),
    "cut_off": N_("Tiếp nhận lúc %(received)s, từ 15:00 trở đi; tính sang ngày làm việc sau"),
    "after_hours": N_("Nộp sau giờ làm việc; tính là tiếp nhận %(opening)s"),
    "off": N_("Cuối tuần, không tính"),
    "holiday": N_("%(label)s: nghỉ, không tính"),
    "moved": N_("%(label)s: ngày cuối là ngày nghỉ, chuyển sang ngày làm việc sau"),
    "stopped": N_("Đồng hồ dừng, không tính"),
}


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One calendar day of a term. number: the how-many-th day that counts. spans: the time of it that counts, in order.

    minutes: what counts up to its evening, in office minutes (a whole day is 480). due: the term ends on it.
    """

    date: date
    kind: DayKind
    label: Bilingual
    why: Why
    number: int | None
    spans: tuple[Counted, ...]
    minutes: int
    text: str
    due: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """How a date was reached. total: the sum in one sentence."""

    due: Due
    days: tuple[ExplainedDay, ...]
    total: str


def explain(due: Due) -> Explained:
    """Return every calendar day from filing to the end of a term, each with the reason why it counts or does not."""
    by_day: dict[date, list[Counted]] = {}
    for each in due.counted:
        by_day.setdefault(each.begins.date(), []).append(each)
    found: list[ExplainedDay] = []
    minutes = 0
    for each in due.days:
        spans = tuple(by_day.get(each.date, ()))
        minutes += sum(_minutes(span) for span in spans)
        why = _why(each, due, counted=bool(spans))
        text = _counted_text(each, due, spans, minutes) if spans else _text(why, each, due)
        found.append(
            ExplainedDay(
                date=each.date,
                kind=each.kind,
                label=each.label,
                why=why,
                number=each.counts,
                spans=spans,
                minutes=minutes,
                text=text,
                due=each.date == due.at.date(),
            )
        )
    return Explained(due, tuple(found), _total(due))


def term_in_words(term: Term) -> str:
    """Return a term in words: ``3 ngày làm việc``."""
    if term.unit == "same_day":
        return gettext("ngay trong ngày")
    if term.unit == "wd":
        return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", term.amount)
    if term.unit == "cd":
        return ngettext("%(n)s ngày", "%(n)s ngày", term.amount)
    return ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", term.amount)


def _why(each: CalendarDay, due: Due, *, counted: bool) -> Why:
    if counted:
        return "counted"
    if each.kind in {"off", "holiday"}:
        if _is_of_calendar(each.date, due):
            return "moved" if _is_last(each.date, due) else "stopped"
        return "holiday" if each.kind == "holiday" else "off"
    if each.date < due.received_at.date():
        return "after_hours"
    if each.date == due.received_at.date() and due.term is not None and due.term.unit != "wh":
        late = due.term.unit == "same_day" and not each.stopped
        return "cut_off" if late else "stopped" if due.term.unit == "same_day" else "received"
    return "stopped"


def _is_of_calendar(day: date, due: Due) -> bool:
    """Say whether every day counts on this day: by the term, or by the extension that follows it."""
    own = max((each.begins.date() for each in due.counted if not each.extension), default=day)
    term = due.term if day <= own else due.extension
    return term is not None and term.unit == "cd" and day > due.received_at.date()


def _is_last(day: date, due: Due) -> bool:
    """Say whether a term's last day falls on this one and moves: nobody works until the next that counts.

    A stop that begins afterwards moves it further; one that had begun before is the reason itself.
    """
    following = min((each for each in due.counted if each.begins.date() > day), key=lambda each: each.begins)
    until = [each for each in due.days if day < each.date < following.begins.date()]
    if all(each.kind in {"off", "holiday"} for each in until):
        return True
    before = max((each.begins.date() for each in due.counted if each.begins.date() < day), default=day)
    ends = max(each.begins for each in due.counted if each.extension is following.extension)
    had_stopped = any(each.stopped for each in due.days if before < each.date < day)
    return (
        following.begins == ends
        and not had_stopped
        and all(each.stopped or each.kind in {"off", "holiday"} for each in until)
    )


def _text(why: Why, each: CalendarDay, due: Due) -> str:
    said = _SAID[why]
    if "%(" not in said:
        return gettext(said)
    received = clock_time(due.received_at)
    return gettext(said, received=received, opening=day_time(due.received_at), label=each.label)


def _counted_text(each: CalendarDay, due: Due, spans: tuple[Counted, ...], minutes: int) -> str:
    extended = all(span.extension for span in spans)
    hours = (due.extension if extended else due.term) or due.term
    if hours is not None and hours.unit == "wh":
        when = ", ".join(f"{clock_time(span.begins)}–{clock_time(span.ends)}" for span in spans)
        text = gettext("%(when)s, cộng dồn %(time)s", when=when, time=_hours(minutes))
    elif hours is not None and hours.unit == "cd":
        text = gettext("Ngày thứ %(n)s", n=each.counts)
    else:
        text = gettext("Ngày làm việc thứ %(n)s", n=each.counts)
    if each.kind == "makeup":
        text = gettext("%(text)s (làm bù: %(label)s)", text=text, label=each.label)
    return gettext("%(text)s, gia hạn", text=text) if extended else text


def _total(due: Due) -> str:
    terms = [term_in_words(each) for each in (due.term,) if each is not None]
    if due.extension is not None:
        terms.append(gettext("gia hạn %(term)s", term=term_in_words(due.extension)))
    at = gettext("%(time)s ngày %(day)s", time=clock_time(due.at), day=day(due.at.date()))
    return gettext("%(terms)s: hết hạn lúc %(at)s.", terms=" + ".join(terms), at=at)


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not rest:
        return gettext("%(hours)s giờ", hours=hours)
    return gettext("%(hours)s giờ %(minutes)s phút", hours=hours, minutes=rest)


def _minutes(span: Counted) -> int:
    """Office minutes of a stretch; a whole day leaves out the hour of lunch."""
    whole = timedelta(hours=1) if span.ends - span.begins > timedelta(hours=5) else timedelta()
    return (span.ends - span.begins - whole) // timedelta(minutes=1)
