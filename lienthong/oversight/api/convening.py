"""Sessions of a committee: opened with what changed, concluded with tasks, followed up by the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row

from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Fault, Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean
from lienthong.oversight import store
from lienthong.oversight.api import assigning, compiling, history, rights, showing
from lienthong.oversight.api.views import Agendum, ConclusionView, MeetingRow, MeetingView, PaperView
from lienthong.oversight.domain.tasks import State, parse_day
from lienthong.oversight.events import MeetingConcluded, MeetingOpened
from lienthong.reference import api as reference

_HOUR = re.compile(r"([01]?\d|2[0-3])[:h.]([0-5]\d)")
MOST_AGENDA = 30


def open_meeting(who: Actor, *, title: str, held_on: str, begins: str = "", place: str = "", agenda: str = "") -> str:
    """Open a session of the actor's body and answer its id; its figures are compiled and frozen at once.

    held_on: 26/11/2026. begins: 08:00. agenda: one line each, ``08:00 | what | who reports``. The same request opens
    one. Raises Denied for others than assigners, Conflict while an earlier session is open, Invalid with every fault.
    """
    rights.require_assigner(who)
    values = _checked(title, held_on, begins, place, agenda)

    def work() -> str:
        last = store.meetings.newest_of(who.agency)
        if last is not None and last.state == "open":
            raise Conflict("meeting.open", N_("Phiên trước chưa kết luận; kết luận phiên đó rồi mở phiên mới."))
        now = clock.stamp(runtime.current().clock.now())
        row: dict[str, Any] = {
            **values,
            "id": new_id(),
            "agency": who.agency,
            "unit": rights.place_of(who),
            "number": last.number + 1 if last is not None else 1,
            "state": "open",
            "previous": last.id if last is not None else "",
            "opened_by": who.subject,
            "opened_at": now,
            "concluded_by": "",
            "concluded_at": "",
        }
        store.meetings.insert(row)
        kept = store.meetings.find(row["id"])
        assert kept is not None  # noqa: S101  written a line above
        digest = compiling.compile_changes(who, kept)
        publish(who, MeetingOpened(meeting=kept.id, agency=kept.agency, unit=kept.unit, digest=digest, at=now))
        return kept.id

    return requests.once(who, "oversight.open_meeting", str, work)


def recompile(who: Actor, *, meeting: str) -> None:
    """Freeze the figures of an open session anew; the earlier state stays kept. The same request counts once.

    Raises NotFound for a session of others, Conflict when it is concluded.
    """

    def work() -> None:
        compiling.compile_changes(who, _writable(who, meeting))

    requests.once(who, f"oversight.recompile/{meeting}", type(None), work)


def conclude(who: Actor, *, meeting: str) -> int:
    """Conclude a session: every task of it is assigned and told; answer how many. The same request counts once.

    Raises NotFound for a session of others, SignInNeeded below level 3, Conflict when it is concluded, Invalid while a
    conclusion is not a task with its seven "rõ", or without any conclusion.
    """
    rights.require_signing(who)

    def work() -> int:
        row = _writable(who, meeting)
        if clock.today(runtime.current().clock) < date.fromisoformat(row.held_on):
            raise Conflict("meeting.early", N_("Phiên chưa họp; kết luận được ký từ ngày họp trở đi."))
        said = store.meetings.conclusions_of(row.id)
        unclear = ", ".join(str(each.number) for each in said if not each.task)
        if unclear:
            message = N_("Kết luận số %(numbers)s chưa thành nhiệm vụ đủ bảy rõ; lập nhiệm vụ hoặc bỏ kết luận đó.")
            raise Invalid("meeting.unclear", message, numbers=unclear)
        if not said:
            raise Invalid("meeting.empty", N_("Phiên chưa có kết luận nào; ghi kết luận trước khi kết thúc phiên."))
        drafts = [each for each in store.tasks.of_meeting(row.id) if each.state == State.DRAFT]
        for draft in drafts:
            assigning.assign(who, draft.id, store.tasks.columns_of(draft))
            assigning.announce(who, draft)
        now = clock.stamp(runtime.current().clock.now())
        store.meetings.change(row.id, state="concluded", concluded_by=who.subject, concluded_at=now)
        told = MeetingConcluded(meeting=row.id, agency=row.agency, unit=row.unit, tasks=len(drafts), at=now)
        publish(who, told)
        return len(drafts)

    return requests.once(who, f"oversight.conclude/{meeting}", int, work)


def add_conclusion(who: Actor, *, meeting: str, said: str) -> str:
    """Write a conclusion of an open session; answer its id. The same request writes one.

    Raises NotFound for a session of others, Conflict when it is concluded, Invalid for an empty text.
    """

    def work() -> str:
        row = _writable(who, meeting)
        text = clean(said)[:1000]
        if len(text) < 5:
            message = N_("Ghi kết luận bằng một câu: ai phải đạt điều gì.")
            raise Invalid("conclusion.empty", message, [fault("said", "conclusion.empty", message)])
        values: dict[str, Any] = {
            "id": new_id(),
            "meeting": row.id,
            "agency": row.agency,
            "number": store.meetings.next_conclusion(row.id),
            "said": text,
            "task": "",
            "at": clock.stamp(runtime.current().clock.now()),
            "by": who.subject,
        }
        store.meetings.put_conclusion(values)
        return values["id"]

    return requests.once(who, f"oversight.conclusion/{meeting}", str, work)


def conclusion(who: Actor, *, conclusion: str) -> tuple[str, ConclusionView]:
    """Return an open session's id and one of its conclusions, to write its task. Raises as ``add_conclusion``."""
    row = _conclusion(who, conclusion)
    return row.meeting, ConclusionView(id=row.id, number=row.number, said=row.said, task=None)


def remove_conclusion(who: Actor, *, conclusion: str) -> None:
    """Take a conclusion of an open session back, with the draft of its task. Raises as ``add_conclusion``."""

    def work() -> None:
        row = _conclusion(who, conclusion)
        if row.task:
            store.tasks.remove_draft(row.task)
        store.meetings.remove_conclusion(row.id)

    requests.once(who, f"oversight.remove/{conclusion}", type(None), work)


def undo_task(who: Actor, *, conclusion: str) -> None:
    """Take the draft of a conclusion's task back, so that it can be written anew. Raises as ``add_conclusion``."""

    def work() -> None:
        row = _conclusion(who, conclusion)
        if row.task:
            store.meetings.change_conclusion(row.id, task="")
            store.tasks.remove_draft(row.task)

    requests.once(who, f"oversight.undo/{conclusion}", type(None), work)


def meetings(who: Actor) -> list[MeetingRow]:
    """Return the sessions the actor may see, newest first: all of their body, concluded ones of the units above."""
    bodies, units = _seen(who)
    return [_row(each) for each in store.meetings.listed(bodies=bodies, units=units)]


def meeting(who: Actor, *, meeting: str) -> MeetingView:
    """Return one session with its frozen figures, conclusions, tasks and papers. Raises NotFound outside reach."""
    row = readable(who, meeting)
    frozen = store.meetings.snapshot(row.id)
    assert frozen is not None  # noqa: S101  a session is opened with its figures
    said = store.meetings.conclusions_of(row.id)
    reach = rights.reach(who)
    tasks = {each.id: each for each in store.tasks.of_meeting(row.id)}
    seen = {each.id for each in store.tasks.listed(reach, where=store.tasks.in_meeting(row.id), limit=500)}
    shown = _row(row)
    return MeetingView(
        **{name: getattr(shown, name) for name in MeetingRow.__dataclass_fields__},
        agenda=tuple(msgspec.json.decode(row.agenda, type=list[Agendum])),
        previous=row.previous,
        changed=compiling.content_of(frozen),
        compiled_at=clock.moment(frozen.at),
        digest=frozen.digest,
        proof=compiling.proof_of(frozen),
        conclusions_said=tuple(
            ConclusionView(
                id=each.id,
                number=each.number,
                said=each.said,
                task=showing.view(who, tasks[each.task]) if each.task in seen else None,
            )
            for each in said
        ),
        unclear=tuple(each.number for each in said if not each.task),
        off_days=_off_days(said, tasks),
        papers=_papers(row, frozen.id, who),
        may_write=row.state == "open" and _is_own(who, row),
        may_sign=_is_own(who, row),
    )


def readable(who: Actor, meeting: str) -> Row[Any]:
    """Return a session the actor may see. Raises NotFound for any other."""
    row = store.meetings.find(meeting)
    if row is not None:
        bodies, units = _seen(who)
        if row.agency in bodies or (row.state == "concluded" and row.unit in units):
            return row
    raise NotFound("meeting.unknown", N_("Không tìm thấy phiên họp này."))


def _seen(who: Actor) -> tuple[set[str], set[str]]:
    """Return the bodies whose sessions the actor sees, and the units whose concluded sessions ("" is the nation)."""
    rights.require_part(who)
    if who.kind is Kind.SYSTEM:
        return {who.agency}, {""}
    bodies = {who.agency} if who.roles & rights.ASSIGNERS else set[str]()
    if not who.roles & (rights.ASSIGNERS | rights.HEADS):
        return bodies, set()
    return bodies, {"", *(reference.province_of(each) for each in who.units)}


def _is_own(who: Actor, row: Row[Any]) -> bool:
    return row.agency == who.agency and bool(who.roles & rights.ASSIGNERS)


def _writable(who: Actor, meeting: str) -> Row[Any]:
    rights.require_assigner(who)
    row = store.meetings.find(meeting, lock=True)
    if row is None or row.agency != who.agency:
        raise NotFound("meeting.unknown", N_("Không tìm thấy phiên họp này."))
    if row.state != "open":
        raise Conflict("meeting.concluded", N_("Phiên họp đã kết luận; nhiệm vụ của phiên không đổi được nữa."))
    return row


def _conclusion(who: Actor, conclusion: str) -> Row[Any]:
    row = store.meetings.conclusion(conclusion)
    if row is None or row.agency != who.agency:
        raise NotFound("conclusion.unknown", N_("Không tìm thấy kết luận này."))
    _writable(who, row.meeting)
    return row


def _row(row: Row[Any]) -> MeetingRow:
    return MeetingRow(
        id=row.id,
        number=row.number,
        title=row.title,
        body=row.agency,
        body_name=history.agency_name(row.agency),
        unit=row.unit,
        held_on=date.fromisoformat(row.held_on),
        begins=row.begins,
        place=row.place,
        concluded=row.state == "concluded",
        conclusions=len(store.meetings.conclusions_of(row.id)),
    )


def _off_days(said: Sequence[Row[Any]], tasks: dict[str, Row[Any]]) -> tuple[tuple[int, date, date], ...]:
    """Return (number, written, counted) of conclusions whose due day is no working day."""
    due = ((each.number, tasks[each.task]) for each in said if each.task in tasks)
    return tuple(
        (number, date.fromisoformat(task.due_on), date.fromisoformat(task.counted_on))
        for number, task in due
        if task.due_on != task.counted_on
    )


def _papers(row: Row[Any], snapshot: str, who: Actor) -> tuple[PaperView, ...]:
    from lienthong.identity import api as identity

    found = [store.meetings.paper(row.id, kind, snapshot) for kind in ("minutes", "report")]
    kept = [each for each in found if each is not None]
    names = identity.display(who, subjects={each.signer for each in kept})
    return tuple(
        PaperView(kind=each.kind, ready=bool(each.pdf), signer=names[each.signer].name if each.signer in names else "")
        for each in kept
    )


def _checked(title: str, held_on: str, begins: str, place: str, agenda: str) -> dict[str, Any]:
    faults: list[Fault] = []
    day = parse_day(held_on)
    hour = _HOUR.fullmatch(begins.strip()) if begins.strip() else None
    if len(clean(title)) < 5:
        faults.append(fault("title", "meeting.title", N_("Nhập tên phiên họp, ví dụ Phiên họp tháng 11/2026.")))
    if day is None:
        faults.append(fault("held_on", "meeting.day", N_("Nhập ngày họp theo ngày/tháng/năm, ví dụ 26/11/2026.")))
    if begins.strip() and hour is None:
        faults.append(fault("begins", "meeting.hour", N_("Nhập giờ họp theo giờ:phút, ví dụ 08:00.")))
    lines = [line for line in clean(agenda).split("\n") if line]
    if len(lines) > MOST_AGENDA:
        message = N_("Chương trình có tối đa %(most)s mục.")
        faults.append(fault("agenda", "meeting.agenda", message, most=MOST_AGENDA))
    if faults or day is None:
        raise Invalid("meeting.faults", N_("Chưa mở được phiên họp; sửa các chỗ dưới đây."), faults)
    return {
        "title": clean(title)[:200],
        "held_on": day.isoformat(),
        "begins": f"{int(hour[1]):02d}:{hour[2]}" if hour else "",
        "place": clean(place)[:200],
        "agenda": msgspec.json.encode([_agendum(line) for line in lines]).decode(),
    }


def _agendum(line: str) -> Agendum:
    """Read ``08:00 | what | who reports``; time and reporter may be left out."""
    parts = [part.strip() for part in line.split("|")]
    timed = _HOUR.fullmatch(parts[0]) if len(parts) > 1 else None
    at = f"{int(timed[1]):02d}:{timed[2]}" if timed else ""
    rest = parts[1:] if timed else parts
    return Agendum(at=at, title=rest[0][:200], who=", ".join(rest[1:])[:200])
