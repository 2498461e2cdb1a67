"""How a date was reached, day by day: the calendar's reasons, and what happened to the dossier on each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clock_time, day_time
from lienthong.reference import api as reference
from lienthong.reference.api import Due, ExplainedDay
from lienthong.services import store
from lienthong.services.api import deadlines, following, held, reasons, show, timing, words
from lienthong.services.api.held import Held
from lienthong.services.api.notices import apology_reason
from lienthong.services.api.views import ClockLine, ClockPage, ClockView, Day
from lienthong.services.domain import flow

Notes = defaultdict[date, list[tuple[datetime, str]]]


def clock_page(who: Actor, *, code: str, step: str = "") -> ClockPage:
    """Explain when a dossier is due, or one of its steps: each day with its reason, the sum, what happened when.

    step: "" for the whole; an agency that does not lead is shown its own step. Raises NotFound for a dossier or a step
    that this actor may not see, or that has no clock.
    """
    row = store.dossiers.by_code(code)
    seen = following.seen(who, row)
    if row is None or seen is None:
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    case, whole = held.of(row), seen.role != "participant"
    begun = {each.step: each for each in store.steps.of(row.id) if case.procedure.flow[each.step].within}
    shown = [each for each in case.procedure.flow if each in begun and (whole or each in seen.steps)]
    mine = {each: begun[each] for each in shown if begun[each].state != "declined"}
    if not step and not whole:
        step = next(iter(mine), "-")
    if step and step not in mine:
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    told = _whole(case) if not step else _step(case, mine[step])
    others = [(each, case.procedure.flow[each].title) for each in mine]
    return ClockPage(
        code=row.code,
        about=str(show.called(case.procedure, row.name)) if whole else "",
        step=step,
        title=case.procedure.flow[step].title if step else case.procedure.short or case.procedure.title,
        agency=show.agency_title(mine[step].agency if step else row.agency),
        term=words.term(case.procedure.flow[step].within if step else case.procedure.clock.total),
        clock=told.view,
        lines=told.lines(),
        total=told.total(),
        others=tuple([("", show.both(WHOLE))] if whole else []) + tuple(others),
    )


WHOLE = N_("Cả hồ sơ")


@dataclass(frozen=True)
class _Told:
    """One clock with what happened to it. ended: when the dossier or step ended, None while it runs."""

    due: Due
    view: ClockView
    notes: Notes
    ended: datetime | None

    def lines(self) -> tuple[ClockLine, ...]:
        """Return the days of the term, and those after it while it is late or up to the new appointment.

        Of a clock that stands still, only the days until now.
        """
        stopped = self.due.paused_since
        days = reference.explain(self.due).days
        explained = [self._line(each) for each in days if stopped is None or each.date <= stopped.date()]
        return (*explained, *(self._standing(stopped) if stopped else self._behind()))

    def total(self) -> str:
        """Return the sum; a clock that stands still promises nothing."""
        if self.due.paused_since is not None:
            return gettext(
                "Đồng hồ đang dừng từ %(when)s; có bổ sung thì đếm tiếp.", when=day_time(self.due.paused_since)
            )
        return reference.explain(self.due).total

    def _line(self, each: ExplainedDay) -> ClockLine:
        promised = each.due and self.due.paused_since is None
        return ClockLine(
            date=each.date,
            text=each.text,
            counts=each.number,
            mark="due" if promised else "",
            today=each.date == runtime.current().clock.now().date(),
            notes=self._notes(each.date),
        )

    def _standing(self, since: datetime) -> list[ClockLine]:
        said = gettext("Đồng hồ dừng, không tính")
        return [
            self._beyond(each, said if each.mark == "paused" else each.label)
            for each in timing.standing(self.due, since)
        ]

    def _behind(self) -> list[ClockLine]:
        until = self.ended or runtime.current().clock.now()
        days = timing.after_due(self.due, until=until, again_at=self.view.again_at)
        found: list[ClockLine] = []
        late = 0
        for each in days:
            late += each.mark == "over"
            text = (
                gettext("Hẹn trả mới, trước %(time)s", time=clock_time(self.view.again_at))
                if each.mark == "again" and self.view.again_at
                else gettext("Sau hạn: ngày làm việc thứ %(n)s", n=late)
                if each.mark == "over"
                else each.label
            )
            found.append(self._beyond(each, text))
        return found

    def _beyond(self, each: Day, text: str) -> ClockLine:
        """One day that is no part of the term."""
        mark = each.mark if each.mark in {"over", "again"} else ""
        notes = self._notes(each.date)
        return ClockLine(date=each.date, text=text, counts=None, mark=mark, today=each.today, notes=notes)

    def _notes(self, day: date) -> tuple[str, ...]:
        return tuple(f"{clock_time(at)} {text}" for at, text in sorted(self.notes[day]))


def _whole(case: Held) -> _Told:
    row = case.row
    stood, marks = store.dossiers.stops_of(row.id), store.clocks.of(row.id)
    filed = clock.moment(row.filed_at)
    due = timing.whole(case.procedure, filed=filed, stood=timing.stops(stood), extended=row.extended, agency=row.agency)
    notes = _stops(case, stood, since=filed)
    _note(notes, row.filed_at, gettext("Nộp hồ sơ"))
    for mark in marks:
        _mark(notes, mark, case)
    _note(notes, row.finished_at, gettext("Đã rút hồ sơ") if row.state == "withdrawn" else gettext("Hồ sơ kết thúc"))
    ended = clock.moment(row.finished_at) if row.finished_at else None
    return _Told(due, timing.dossier(row, case.procedure, stood=stood, marks=marks), notes, ended)


def _step(case: Held, row: Row) -> _Told:
    first = row.step == case.procedure.first_step
    opened = clock.moment(case.row.filed_at if first else row.opened_at)
    stood = [each for each in store.dossiers.stops_of(case.id) if each.step == row.step]
    due = timing.step(
        case.procedure.flow[row.step].within,
        opened=opened,
        stood=timing.stops(stood),
        agency=row.agency,
        extension=deadlines.extension_of(case, row),
    )
    ended = clock.moment(row.decided_at) if row.state in flow.ENDED and row.decided_at else None
    notes = _stops(case, stood, since=opened)
    _note(notes, clock.stamp(opened), gettext("Nộp hồ sơ") if first else gettext("Đến lượt bước này"))
    for mark in store.clocks.of(case.id):
        if mark.step == row.step or (mark.kind == "extended" and deadlines.extension_of(case, row)):
            _mark(notes, mark, case)
    _note(notes, row.decided_at if ended else "", words.step_state(row.state))
    return _Told(
        due, timing.view(due, filed=opened, finished=ended, begins="filed" if first else "opened"), notes, ended
    )


def _stops(case: Held, stood: Sequence[Row], *, since: datetime) -> Notes:
    notes: Notes = defaultdict(list)
    for stop in stood:
        if clock.moment(stop.from_at) < since:
            continue
        reasons = [str(case.procedure.reasons.supplement[code].say) for code in stop.reasons.split(",")]
        _note(notes, stop.from_at, gettext("Dừng đồng hồ, yêu cầu bổ sung: %(reasons)s", reasons="; ".join(reasons)))
        if stop.until_at != case.row.finished_at:  # withdrawn while it stood still
            _note(notes, stop.until_at, gettext("Đã bổ sung, đồng hồ chạy tiếp"))
    return notes


def _mark(notes: Notes, mark: Row, case: Held) -> None:
    said = {
        "extended": lambda: gettext(
            "Gia hạn một lần: %(reason)s", reason=reasons.told(mark.note, case.procedure.reasons.extend)
        ),
        "apology": lambda: gettext(
            "Xin lỗi và hẹn lại trước %(when)s: %(reason)s",
            when=day_time(clock.moment(mark.next_at)),
            reason=apology_reason([mark], case.procedure),
        ),
        "late": lambda: (
            gettext("Bước %(step)s quá hạn", step=case.procedure.flow[mark.step].title)
            if mark.step
            else gettext("Cả hồ sơ quá hạn")
        ),
    }
    _note(notes, mark.at, said[mark.kind]())


def _note(notes: Notes, stamp: str, text: str) -> None:
    if stamp:
        at = clock.moment(stamp)
        notes[at.date()].append((at, text))
