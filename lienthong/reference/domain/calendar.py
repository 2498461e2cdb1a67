"""The legal clock: working days with holidays and make-up days, office hours, terms, stops and one extension.

The rules, each tested: a filing outside office hours counts as received at the next opening (08:00). The day of receipt
does not count; a term of n working days ends at 17:00 of the n-th working day after it. A working day touched by a stop
does not count, neither the day the clock stops nor the day it resumes. Working hours run 8-12 and 13-17 from the
moment of receipt. Same day: by 17:00 when received before 15:00, else by 17:00 of the next working day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from lienthong.kernel.clock import ZONE, local
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, Bilingual

DayKind = Literal["off", "holiday", "makeup", "work"]
State = Literal["ok", "risk", "late", "paused"]
OPENS, LUNCH, BACK, CLOSES = time(8), time(12), time(13), time(17)
CUT_OFF = time(15)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A time limit: n working days (``wd``), n working hours (``wh``) or the same day. Raises Invalid below 1."""

    amount: int
    unit: Literal["wd", "wh", "same_day"]

    def __post_init__(self) -> None:
        if self.amount < 1 or self.amount > 9999:
            raise Invalid("term.amount", N_("Thời hạn phải từ 1 đến 9999."))

    @classmethod
    def parse(cls, text: str) -> Term:
        """Return the term of ``3wd``, ``8h`` or ``same_day``. Raises Invalid."""
        if text == "same_day":
            return cls(1, "same_day")
        found = re.fullmatch(r"([0-9]{1,4})(wd|wh|h)", text)
        if found is None:
            raise Invalid("term.format", N_("Thời hạn “%(term)s” viết sai; dùng 3wd, 8h hoặc same_day."), term=text)
        return cls(int(found[1]), "wd" if found[2] == "wd" else "wh")

    def __str__(self) -> str:
        return "same_day" if self.unit == "same_day" else f"{self.amount}{'wd' if self.unit == 'wd' else 'h'}"


@dataclass(frozen=True, slots=True)
class Stop:
    """A time during which the clock stands (waiting for the citizen); ``end`` is None while it still stands."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Special:
    """A day of the calendar table: a day off, or a make-up working day; ``label`` names it."""

    kind: Literal["holiday", "makeup"]
    label: Bilingual


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One real day of a term. counts: its number among the days that count, None for the others.

    kind: ``off`` (weekend), ``holiday`` (named in label), ``makeup`` (a worked Saturday) or ``work``.
    stopped: the clock stood on this day, so that it does not count although people work.
    """

    date: date
    kind: DayKind
    label: Bilingual
    counts: int | None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends, and why.

    at: the last moment. received_at: the office minute the filing counts as received. counted_from: when counting
    begins (opening of the day after receipt; for hours and same day the receipt itself). days: every calendar day from
    the filing to ``at``. paused_since: set while a stop is open; ``at`` is then the earliest possible moment.
    covered: the calendar knows the holidays of every year on the way.
    """

    at: datetime
    received_at: datetime
    counted_from: datetime
    days: tuple[CalendarDay, ...]
    paused_since: datetime | None = None
    covered: bool = True
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a term.

    working_days: working days after today up to the due day; 0 = due today; negative: working days since it passed.
    working_minutes: office minutes until the due moment, negative once it has passed. state: ``ok``; ``risk``, due by
    the end of the next working day; ``late``; ``paused``, then the figures are those at the stop.
    """

    working_days: int
    working_minutes: int
    state: State


class Calendar:
    """Working days and office hours of one agency."""

    def __init__(self, special: Mapping[date, Special]) -> None:
        self._special = special
        self._years = {day.year for day in special}
        self._explained: dict[date, tuple[DayKind, Bilingual]] = {}

    def works(self, day: date) -> bool:
        """Say whether people work on the day."""
        return self.explain(day)[0] in {"work", "makeup"}

    def explain(self, day: date) -> tuple[DayKind, Bilingual]:
        """Return what kind of day it is and its name."""
        known = self._explained.get(day)
        if known is None:
            special = self._special.get(day)
            if special is not None:
                known = (special.kind, special.label)
            elif day.weekday() >= 5:
                known = ("off", Bilingual("nghỉ cuối tuần", "weekend"))
            else:
                known = ("work", Bilingual("ngày làm việc", "working day"))
            self._explained[day] = known
        return known

    def working_days(self, after: date) -> Iterator[date]:
        """Yield the working days after a day, without end."""
        day = after
        while True:
            day += _DAY
            if self.works(day):
                yield day

    def opening(self, moment: datetime) -> datetime:
        """Return the office minute of a moment, or the next one when nobody is at work."""
        here = local(moment).replace(second=0, microsecond=0)
        if not self.works(here.date()) or here.time() >= CLOSES:
            return _at(next(self.working_days(here.date())), OPENS)
        if here.time() < OPENS:
            return _at(here.date(), OPENS)
        return _at(here.date(), BACK) if LUNCH <= here.time() < BACK else here

    def office_minutes(self, start: datetime, end: datetime) -> int:
        """Return the office minutes from start to end; negative when end comes first."""
        if end < start:
            return -self.office_minutes(end, start)
        first, last = local(start), local(end)
        total = timedelta()
        for begins, ends in self._shifts(first):
            if begins >= last:
                break
            total += min(ends, last) - max(begins, first)
        return total // _MINUTE

    def due(
        self,
        *,
        received: datetime,
        term: Term,
        stops: Sequence[Stop] = (),
        extension: Term | None = None,
        agency: str = "",
    ) -> Due:
        """Return when the term ends by the rules above. Raises Invalid for stops or an extension in disorder."""
        stood = _in_order(stops)
        received_at = self.opening(received)
        terms = (term, extension) if extension else (term,)
        if extension and extension.unit == "same_day":
            raise Invalid("term.extension", N_("Gia hạn phải tính bằng ngày hoặc giờ làm việc."))
        at, counted = received_at, dict[date, int]()
        for each in terms:
            at = (
                self._count_hours(at, each, stood, counted)
                if each.unit == "wh"
                else self._count_days(at, each, stood, counted)
            )
        first = local(received).date()
        return Due(
            at=at,
            received_at=received_at,
            counted_from=received_at if term.unit != "wd" else _at(next(self.working_days(received_at.date())), OPENS),
            days=tuple(self._day(each, counted, stood) for each in _every_day(first, at.date())),
            paused_since=stood[-1].start if stood and stood[-1].end is None else None,
            covered=set(range(first.year, at.year + 1)) <= self._years,
            agency=agency,
        )

    def remaining(self, due: Due, now: datetime) -> Remaining:
        """Return what is left of the term at a moment."""
        paused = due.paused_since is not None and due.paused_since <= min(now, due.at)
        seen = local(due.paused_since) if paused and due.paused_since else local(now)
        if seen <= due.at:
            days = sum(1 for day in _every_day(seen.date() + _DAY, due.at.date()) if self.works(day))
        else:
            days = -sum(1 for day in _every_day(due.at.date() + _DAY, seen.date()) if self.works(day))
        minutes = self.office_minutes(seen, due.at)
        state: State = "paused" if paused else "late" if seen > due.at else "risk" if days <= 1 else "ok"
        return Remaining(days, minutes, state)

    def _count_days(self, start: datetime, term: Term, stops: Sequence[Stop], counted: dict[date, int]) -> datetime:
        today = term.unit == "same_day" and start.time() < CUT_OFF
        left = term.amount
        for day in self.working_days(start.date() - _DAY if today else start.date()):
            if not _touched(day, stops):
                counted[day] = len(counted) + 1
                left -= 1
                if not left:
                    return _at(day, CLOSES)
        raise AssertionError  # working days never end

    def _count_hours(self, start: datetime, term: Term, stops: Sequence[Stop], counted: dict[date, int]) -> datetime:
        left = timedelta(hours=term.amount)
        for begins, ends in self._shifts(start):
            for opens, closes in _without(max(begins, start), ends, stops):
                counted.setdefault(opens.date(), len(counted) + 1)
                if closes - opens >= left:
                    return opens + left
                left -= closes - opens
        raise AssertionError  # shifts never end

    def _shifts(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield mornings and afternoons of working days that end after a moment, without end."""
        for day in self.working_days(start.date() - _DAY):
            for begins, ends in ((OPENS, LUNCH), (BACK, CLOSES)):
                if _at(day, ends) > start:
                    yield _at(day, begins), _at(day, ends)

    def _day(self, day: date, counted: Mapping[date, int], stops: Sequence[Stop]) -> CalendarDay:
        kind, label = self.explain(day)
        stopped = kind in {"work", "makeup"} and _touched(day, stops)
        return CalendarDay(day, kind, label, counted.get(day), stopped)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZONE)


def _every_day(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _in_order(stops: Sequence[Stop]) -> list[Stop]:
    """Return the stops by time. Raises Invalid when one ends before it begins or an open one is not the last."""
    here = [Stop(local(stop.start), stop.end and local(stop.end)) for stop in stops]
    ordered = sorted(here, key=lambda stop: stop.start)
    backwards = any(stop.end is not None and stop.end < stop.start for stop in ordered)
    if backwards or any(stop.end is None for stop in ordered[:-1]):
        raise Invalid("term.stops", N_("Có lần tạm dừng kết thúc trước khi bắt đầu hoặc chưa kết thúc; kiểm tra lại."))
    return ordered


def _touched(day: date, stops: Sequence[Stop]) -> bool:
    """Say whether a stop stands in the office hours of a day; an open one touches the day it began."""
    for stop in stops:
        end = stop.end or stop.start
        first = stop.start.date() if stop.start.time() < CLOSES else stop.start.date() + _DAY
        last = end.date() if end.time() > OPENS else end.date() - _DAY
        if first <= day <= last:
            return True
    return False


def _without(begins: datetime, ends: datetime, stops: Sequence[Stop]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of an interval in which no stop stands."""
    for stop in stops:
        end = stop.end or stop.start
        if end <= begins or stop.start >= ends:
            continue
        if begins < stop.start:
            yield begins, stop.start
        begins = max(begins, end)
    if begins < ends:
        yield begins, ends
