"""Turns what the verbs answer into what the components of the house show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from lienthong.kernel.i18n import N_, gettext, ngettext
from lienthong.kernel.text import clock_time
from lienthong.reference import api as reference
from lienthong.services.api import words
from lienthong.services.api.views import (
    ClockView,
    Day,
    DossierLine,
    DossierView,
    Group,
    Question,
    Sharing,
    Shown,
    StepView,
)
from lienthong.services.api.views import Source as Origin
from lienthong.webkit.parts import ClockDay, Source, Step
from lienthong.webkit.show import day, long_day, masked, short_day, time

Place = Literal["done", "now", "no", "skip", ""]
MARKS = {"due": "due", "paused": "hold", "spent": "spent", "over": "over", "again": "due"}
DAY_WORDS = {
    "filed": N_("nộp"),
    "opened": N_("đến lượt"),
    "received": N_("tiếp nhận"),
    "due": N_("hẹn trả"),
    "paused": N_("dừng"),
    "again": N_("hẹn lại"),
    "over": N_("quá hạn"),
}
PLACES: dict[str, Place] = {"planned": "", "done": "done", "refused": "no", "declined": "skip", "closed": "skip"}
CELLS, FOLD = 14, 3
"""How many cells a phone shows side by side; a shorter stretch of days is not worth folding."""
OFFICE_DAY = 8 * 60
"""Office minutes of a working day."""
OUTCOMES = {"granted": "ok", "refused": "late", "partly": "risk"}


@dataclass(frozen=True, slots=True)
class Row:
    """One value as a row of facts. code: an identifier, its middle hidden. written: people's own words."""

    name: str
    title: str
    text: str
    source: Source
    code: bool
    written: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """One agency: the works it does, and what it gets beside what everybody gets."""

    agency: str
    works: list[str]
    more: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who gets what of a dossier, in words. common: what every agency gets; agencies: (name, works, what more)."""

    common: str
    agencies: list[tuple[str, list[str], str]]


@dataclass(frozen=True, slots=True)
class Block:
    """The values of one thing: those a person checks first, and those that are folded."""

    title: str
    first: list[Row]
    more: list[Row]


def source(origin: Origin, *, own: bool = False) -> Source:
    """Return the provenance chip of a value. own: the applicant reads it; chips of their own records lead to them."""
    kind = {"decision": "computed"}.get(origin.kind, origin.kind)
    when = f"{short_day(origin.at)} {time(origin.at)}" if origin.at else ""
    href = f"/my/data/{origin.register}/{origin.record}/{origin.version}" if own and origin.own else ""
    return Source(str(origin.title), when, kind, href)  # type: ignore[arg-type]  the kinds of both are the same words


def row(value: Shown, *, own: bool = False) -> Row:
    """Return a value as a row; of a personal number only the ends are shown. own: as ``source``."""
    personal = reference.term(value.term).type == "personal_number"
    text = masked(value.text) if personal else value.text
    return Row(value.name, str(value.title), text, source(value.source, own=own), personal, value.written)


def blocks(groups: Iterable[Group], *, declared: bool = True, own: bool = False) -> list[Block]:
    """Return the groups that hold values, each with what is shown first.

    declared: with what the applicant typed. own: the applicant reads it.
    """
    found: list[Block] = []
    for group in groups:
        values = [each for each in group.values if each.text and (declared or each.source.kind != "declared")]
        if values:
            first = [row(each, own=own) for each in values if each.first]
            more = [row(each, own=own) for each in values if not each.first]
            found.append(Block(str(group.title), first or more, more if first else []))
    return found


def typed(groups: Iterable[Group]) -> list[Row]:
    """Return what the applicant declared."""
    values = (each for group in groups for each in group.values)
    return [row(each) for each in values if each.text and each.source.kind == "declared"]


def recipients(sharing: Sequence[Sharing]) -> Recipients:
    """Return who gets what, agency by agency; what all of them get is said once."""
    told = [[(str(whose), str(field)) for whose, fields in each.fields for field in fields] for each in sharing]
    common = [each for each in told[0] if all(each in other for other in told)] if len(told) > 1 else []
    found: dict[str, Recipient] = {}
    for each, fields in zip(sharing, told, strict=True):
        known = found.setdefault(str(each.agency), Recipient(str(each.agency), [], []))
        known.works.append(str(each.title))
        known.more.extend(one for one in fields if one not in common and one not in known.more)
    everybody = _whose(common)
    return Recipients(everybody, [(each.agency, each.works, _whose(each.more)) for each in found.values()])


def _whose(fields: Iterable[tuple[str, str]]) -> str:
    """Return in words whose fields they are: ``Bé (họ, chữ đệm và tên); Mẹ (…)``."""
    grouped: dict[str, list[str]] = {}
    for whose, field in fields:
        grouped.setdefault(whose, []).append(field[:1].lower() + field[1:])
    return "; ".join(f"{whose} ({', '.join(found)})" for whose, found in grouped.items())


def tag(state: str, outcome: str = "") -> str:
    """Return the state of a tag for where a dossier stands."""
    return OUTCOMES.get(outcome) or {"paused": "wait", "withdrawn": "still"}.get(state, "info")


def strip(clock: ClockView) -> list[ClockDay]:
    """Return the strip of real days: hatched where a day does not count, framed today, green when due.

    A clock that stands still promises no day.
    """
    return _folded([_day(each, promised=clock.due_at is not None) for each in clock.days])


def _folded(cells: list[ClockDay]) -> list[ClockDay]:
    """Fold the longest stretches of plain days until a phone can show the strip: first, how many more, last."""
    while len(cells) > CELLS:
        runs = [(last - first, first, last) for first, last in _stretches(cells) if last - first >= FOLD]
        if not runs:
            return cells
        _length, first, last = max(runs)
        between = cells[first + 1 : last]
        label = ngettext("… %(n)s ngày", "… %(n)s ngày", len(between))
        cells = [*cells[: first + 1], ClockDay(between[0].date, label, between[0].marks), *cells[last:]]
    return cells


def _stretches(cells: list[ClockDay]) -> list[tuple[int, int]]:
    """Return where days stand side by side that are neither the first, nor today, nor an end: (first, last)."""
    found: list[tuple[int, int]] = []
    start = 1
    for at in range(1, len(cells) + 1):
        if at == len(cells) or {"today", "due"} & set(cells[at].marks):
            found.append((start, at - 1))
            start = at + 1
    return found


def _day(each: Day, *, promised: bool) -> ClockDay:
    mark = "" if each.mark == "due" and not promised else each.mark
    marks = [] if each.kind in {"work", "makeup"} else ["off"]
    if mark in MARKS:
        marks.append(MARKS[mark])
    if each.today:
        marks.append("today")
    if mark in DAY_WORDS:
        label = gettext(DAY_WORDS[mark])
    elif each.counts is not None:
        label = gettext("ngày %(count)s", count=each.counts)
    else:
        label = each.label
    return ClockDay(each.date, label, tuple(marks))


def left(clock: ClockView) -> str:
    """Return how much time is left, in words: whole days; hours and minutes when it is less than a working day."""
    if clock.state == "paused":
        return gettext("Đồng hồ đang dừng")
    if clock.state == "done":
        return gettext("Đã kết thúc")
    days, minutes = abs(clock.working_days_left), abs(clock.working_minutes_left)
    if clock.state == "late":
        if days:
            return ngettext("Trễ %(n)s ngày làm việc", "Trễ %(n)s ngày làm việc", days)
        return gettext("Trễ %(time)s", time=span(minutes)) if minutes else gettext("Quá giờ hẹn")
    if days and minutes >= OFFICE_DAY:
        return ngettext("Còn %(n)s ngày làm việc", "Còn %(n)s ngày làm việc", days)
    return gettext("Còn %(time)s", time=span(minutes))


def span(minutes: int) -> str:
    """Return office minutes in words: ``3 giờ làm việc``, ``5 giờ 50 phút làm việc``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)s phút làm việc", minutes=rest)
    if not rest:
        return gettext("%(hours)s giờ làm việc", hours=hours)
    return gettext("%(hours)s giờ %(minutes)s phút làm việc", hours=hours, minutes=rest)


def until(clock: ClockView) -> str:
    """Return when the result is promised: before 17:00 on which day."""
    if clock.due_at is None:
        return gettext("Chờ bổ sung; có bổ sung thì đồng hồ chạy tiếp")
    if clock.again_at is not None:
        due, then = clock.due_at, clock.again_at
        return gettext(
            "Hẹn lại trước %(time)s %(day)s; hẹn cũ %(due)s", time=clock_time(then), day=long_day(then), due=day(due)
        )
    return gettext("Hẹn trả trước %(time)s %(day)s", time=clock_time(clock.due_at), day=long_day(clock.due_at))


def clock(view: ClockView) -> dict[str, Any]:
    """Return what a template shows of a clock: its strip, what is left, until when."""
    return {"strip": strip(view), "left": left(view), "until": until(view)}


def promise(clock: ClockView) -> str:
    """Return how much time is left and until when, in one line."""
    return f"{left(clock)} · {until(clock)}" if clock.due_at else left(clock)


def ended(what: DossierLine | DossierView) -> str:
    """Return when a dossier ended and how that was against its promise, "" while it is open."""
    if what.finished_at is None:
        return ""
    when, due = day(what.finished_at), what.clock.due_at
    if what.state == "withdrawn":
        return gettext("đã rút ngày %(day)s", day=when)
    if due is None:
        return gettext("xong ngày %(day)s", day=when)
    if what.finished_at > due:
        return gettext("xong ngày %(day)s, trễ hẹn", day=when)
    if what.finished_at.date() < due.date():
        return gettext("xong ngày %(day)s, trước hẹn", day=when)
    return gettext("xong ngày %(day)s, đúng hẹn", day=when)


def way(steps: Iterable[StepView]) -> list[Step]:
    """Return the path of a dossier: done, now, to come."""
    return [Step(str(each.title), _note(each), _place(each)) for each in steps]


def _place(step: StepView) -> Place:
    return PLACES.get(step.state, "now")


def _note(step: StepView) -> str:
    parts = [str(step.agency), step.state_text]
    if step.decided_at:
        parts.append(f"{time(step.decided_at)} {day(step.decided_at)}")
    elif step.clock is not None and step.clock.due_at is not None and _place(step) == "now":
        parts.append(gettext("hạn %(time)s %(day)s", time=time(step.clock.due_at), day=day(step.clock.due_at)))
    elif step.within and step.state == "planned":
        term = words.term(step.within)
        parts.append(term if step.within == "same_day" else gettext("trong %(term)s", term=term))
    if step.late:
        parts.append(gettext("trễ hạn"))
    return " · ".join(parts)


def pdf(content: bytes, name: str) -> Response:
    """Return a paper to be shown in the browser, kept nowhere on the way."""
    headers = {"content-disposition": f'inline; filename="{name}.pdf"', "cache-control": "private, no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def option_rows(question: Question) -> list[tuple[str, str, str]]:
    """Return the options of a question as (value, label, note)."""
    return [(each.value, each.text, each.note) for each in question.options]


def choice_rows(group: Group) -> list[tuple[str, str, str]]:
    """Return the records an applicant chooses from (twins: a birth notice each) as (value, label, note)."""
    rows: list[tuple[str, str, str]] = []
    for each in group.choices:
        texts = [value.text for value in each.values if value.first and value.text]
        others = [value.text for value in each.values if not value.first and value.text]
        rows.append((each.record, " · ".join(texts), " · ".join(others[:1])))
    return rows


def chosen(group: Group) -> str:
    """Return the record chosen so far, "" while open."""
    return next((each.record for each in group.choices if each.chosen), "")
