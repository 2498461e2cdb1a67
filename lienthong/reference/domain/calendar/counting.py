"""Counts a term on the working calendar of one agency, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from lienthong.kernel.clock import ZONE, local
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference.domain.calendar.shape import (
    BACK,
    CLOSES,
    CUT_OFF,
    LUNCH,
    OPENS,
    CalendarDay,
    Counted,
    DayKind,
    Due,
    Remaining,
    Special,
    State,
    Stop,
    Term,
)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


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
        if extension and extension.unit == "same_day":
            raise Invalid("term.extension", N_("Gia hạn phải tính bằng ngày hoặc giờ làm việc."))
        spans = self._count(received_at, term, stood)
        if extension:
            longer = self._count(spans[-1].ends, extension, stood)
            spans += [Counted(each.begins, each.ends, extension=True) for each in longer]
        at, first = spans[-1].ends, local(received).date()
        numbers: dict[date, int] = {}
        for each in spans:
            numbers.setdefault(each.begins.date(), len(numbers) + 1)
        return Due(
            at=at,
            received_at=received_at,
            counted_from=self._counted_from(received_at, term),
            days=tuple(self._day(each, numbers, stood) for each in _every_day(first, at.date())),
            paused_since=stood[-1].start if stood and stood[-1].end is None else None,
            covered=set(range(first.year, at.year + 1)) <= self._years,
            agency=agency,
            filed_at=local(received),
            term=term,
            extension=extension,
            counted=tuple(spans),
        )

    def _counted_from(self, received: datetime, term: Term) -> datetime:
        if term.unit == "cd":
            return _at(received.date() + _DAY, OPENS)
        return received if term.unit != "wd" else _at(next(self.working_days(received.date())), OPENS)

    def after(self, moment: datetime, term: Term) -> datetime:
        """Return when a term counted on from a moment ends: a new appointment goes on from the old one."""
        return self._count(local(moment), term, ())[-1].ends

    def before(self, moment: datetime, term: Term) -> datetime:
        """Return the moment from which so many office hours (a working day has 8) are left until another one."""
        left, day = timedelta(hours=term.amount * (1 if term.unit == "wh" else 8)), local(moment).date()
        while True:
            for opens, closes in ((BACK, CLOSES), (OPENS, LUNCH)) if self.works(day) else ():
                begins, ends = _at(day, opens), min(_at(day, closes), local(moment))
                if ends - begins >= left:
                    return ends - left
                left -= max(ends - begins, timedelta())
            day -= _DAY

    def days(self, first: date, last: date) -> list[CalendarDay]:
        """Return the calendar days from one to another, nothing counted."""
        return [self._day(each, {}, ()) for each in _every_day(first, last)]

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

    def _count(self, start: datetime, term: Term, stops: Sequence[Stop]) -> list[Counted]:
        count = {"wh": self._count_hours, "cd": self._count_calendar_days}.get(term.unit, self._count_days)
        return count(start, term, stops)

    def _count_days(self, start: datetime, term: Term, stops: Sequence[Stop]) -> list[Counted]:
        today = term.unit == "same_day" and start.time() < CUT_OFF
        spans: list[Counted] = []
        for day in self.working_days(start.date() - _DAY if today else start.date()):
            if not _touched(day, stops):
                spans.append(Counted(_at(day, OPENS), _at(day, CLOSES)))
                if len(spans) == term.amount:
                    return spans
        raise AssertionError  # working days never end

    def _count_calendar_days(self, start: datetime, term: Term, stops: Sequence[Stop]) -> list[Counted]:
        """Every day counts from the one after receipt; a last day on which nobody works moves to the next working day.

        Civil Code, arts. 147 and 148 (recall).
        """
        spans: list[Counted] = []
        day = start.date()
        while len(spans) < term.amount:
            day += _DAY
            if not _touched(day, stops) and (len(spans) < term.amount - 1 or self.works(day)):
                spans.append(Counted(_at(day, OPENS), _at(day, CLOSES)))
        return spans

    def _count_hours(self, start: datetime, term: Term, stops: Sequence[Stop]) -> list[Counted]:
        left = timedelta(hours=term.amount)
        spans: list[Counted] = []
        for begins, ends in self._shifts(start):
            for opens, closes in _without(max(begins, start), ends, stops):
                spans.append(Counted(opens, min(closes, opens + left)))
                if closes - opens >= left:
                    return spans
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
