"""Minutes and reports of sessions, as Word files to work on and as signed PDF; in Vietnamese (Decree 30/2020)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from lienthong.documents import api as documents
from lienthong.documents.api import Block
from lienthong.identity import api as identity
from lienthong.kernel import clock, jobs, requests, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.errors import Conflict, Denied, NotFound
from lienthong.kernel.i18n import N_, speaking
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import day, day_time, number, percent
from lienthong.oversight import store
from lienthong.oversight.api import compiling, convening, rights
from lienthong.oversight.api.views import MeetingView, TaskView
from lienthong.oversight.domain import word
from lienthong.oversight.domain.tasks import parse_day
from lienthong.reference import api as reference

JOB = "oversight.paper"
PaperKind = Literal["minutes", "report"]
TYPES: dict[str, str] = {"minutes": "session-minutes", "report": "session-report"}
_STANDINGS = {
    "late": "trễ hạn",
    "soon": "sắp đến hạn",
    "time": "đang làm, còn hạn",
    "waiting": "đã nộp, chờ xem",
    "done": "xong, đúng hạn",
    "done-late": "xong, trễ hạn",
    "withdrawn": "đã thu hồi",
    "draft": "chưa giao",
}
_STATES = {"ok": "đạt", "risk": "sát", "late": "chưa đạt", "none": "chưa có số liệu"}


def word_paper(who: Actor, *, meeting: str, kind: str) -> bytes:
    """Return the minutes or the report of a session as a Word file. Raises NotFound outside reach."""
    _known(kind)
    with speaking("vi"):
        view = convening.meeting(who, meeting=meeting)
        agency = reference.agency(view.body)
        above = reference.agency(agency.parent) if agency and agency.parent and not agency.unit else None
        unit = reference.unit(view.unit) if view.unit else None
        place = f"{unit.name}, " if unit else ""
        held = view.held_on
        return word.write(
            agency=agency.name.vi if agency else view.body,
            above=above.name.vi if above else "",
            number=_number(view, kind),
            place_and_day=f"{place}ngày {held.day:02d} tháng {held.month:02d} năm {held.year}",
            title=_title(kind),
            subject=view.title,
            blocks=_blocks(view, kind),
            signs=("Người lập", ""),
            at=view.compiled_at,
        )


def ask_pdf(who: Actor, *, meeting: str, kind: str) -> None:
    """Ask for the signed PDF: signed by who asks, sealed by the body; a job makes it, once for a state of figures.

    Raises NotFound outside reach, Denied for others than the body's own, SignInNeeded below level 3, Conflict for the
    minutes of a session that is not concluded.
    """
    _known(kind)
    rights.require_assigner(who)
    row = convening.readable(who, meeting)
    if row.agency != who.agency:
        raise Denied("meeting.paper", N_("Chỉ cơ quan chủ trì phiên họp ký biên bản, báo cáo của phiên."))
    rights.require_signing(who)
    if kind == "minutes" and row.state != "concluded":
        raise Conflict("meeting.minutes", N_("Biên bản ký khi phiên đã kết luận; bản nháp tải ở dạng DOCX."))

    def work() -> None:
        frozen = store.meetings.snapshot(row.id)
        assert frozen is not None  # noqa: S101  a session is opened with its figures
        if store.meetings.paper(row.id, kind, frozen.id) is not None:
            return
        values = {
            "id": new_id(),
            "meeting": row.id,
            "agency": row.agency,
            "kind": kind,
            "snapshot": frozen.id,
            "signer": who.subject,
            "asked_at": clock.stamp(runtime.current().clock.now()),
            "pdf": "",
        }
        store.meetings.put_paper(values)
        jobs.enqueue(JOB, {"paper": values["id"]}, key=f"{JOB}:{values['id']}")

    requests.once(who, f"oversight.paper/{meeting}/{kind}", type(None), work)


def finish_paper(paper: str) -> None:
    """Typeset, sign and keep a paper that was asked for; done once however often it is called."""
    row = store.meetings.paper_by_id(paper)
    if row is None or row.pdf:
        return
    meeting = store.meetings.find(row.meeting)
    assert meeting is not None  # noqa: S101  a paper has a session
    who = system("oversight", agency=row.agency)
    with speaking("vi"):
        (signer,) = identity.display(who, subjects=[row.signer]).values()
        own = Actor(kind=who.kind, subject=who.subject, agency=row.agency, level=4)
        view = convening.meeting(own, meeting=row.meeting)
        pdf = documents.official_paper(
            who,
            type=TYPES[row.kind],
            values={"subject": view.title},
            number=_number(view, row.kind),
            blocks=_blocks(view, row.kind),
            agency=row.agency,
            signer=signer.subject,
            at=runtime.current().clock.now(),
        )
    store.meetings.paper_made(row.id, runtime.current().files.put(pdf))


def signed_paper(who: Actor, *, meeting: str, kind: str) -> bytes:
    """Return the signed PDF of a session. Raises NotFound outside reach, or while nobody signed it."""
    _known(kind)
    row = convening.readable(who, meeting)
    frozen = store.meetings.snapshot(row.id)
    found = store.meetings.paper(row.id, kind, frozen.id) if frozen is not None else None
    if found is None or not found.pdf:
        raise NotFound("paper.unsigned", N_("Chưa có bản PDF ký số của phiên họp này."))
    return runtime.current().files.get(found.pdf)


def _known(kind: str) -> None:
    if kind not in TYPES:
        raise NotFound("paper.kind", N_("Phiên họp không có loại giấy này."))


def _title(kind: str) -> str:
    return "Biên bản phiên họp" if kind == "minutes" else "Báo cáo phục vụ phiên họp"


def _number(view: MeetingView, kind: str) -> str:
    return f"{view.number:02d}/{'BB' if kind == 'minutes' else 'BC'}-{view.held_on.year}"


def _blocks(view: MeetingView, kind: str) -> list[Block]:
    changed = view.changed
    since = changed["since"]
    whence = f"từ phiên trước ({_day(since)})" if since else f"từ tháng {_month(_first(changed)['then_month'])}"
    opening = [
        Block("text", f"Thời gian: {view.begins + ', ' if view.begins else ''}ngày {day(view.held_on)}."),
        *([Block("text", f"Địa điểm: {view.place}.")] if view.place else []),
        Block("text", f"Số liệu do hệ thống tự tổng hợp {whence}, chốt lúc {day_time(view.compiled_at)}."),
    ]
    agenda = [Block("heading", "Chương trình"), _agenda(view)] if view.agenda else []
    previous = _previous(changed["previous"])
    figures = [Block("heading", "Thay đổi từ phiên trước"), _figures(changed["indicators"])]
    last = [Block("small", f"Dấu băm SHA-256 của số liệu đã chốt: {view.digest}.")]
    if kind == "report":
        return [*opening, *figures, *_units(changed["indicators"]), *_tasks(changed["tasks"]), *previous, *last]
    return [*opening, *agenda, *previous, *figures, *_conclusions(view), *last]


def _first(changed: Any) -> Any:
    return changed["indicators"][0] if changed["indicators"] else {"then_month": changed["month"]}


def _agenda(view: MeetingView) -> Block:
    lines = (
        " ".join(each for each in (line.at, line.title, f"({line.who})" if line.who else "") if each)
        for line in view.agenda
    )
    return Block("list", rows=tuple((line,) for line in lines))


def _figures(indicators: Sequence[Any]) -> Block:
    rows = [("Chỉ tiêu", "Kỳ trước", "Kỳ này", "Thay đổi", "Mức năm", "Đơn vị đạt")]
    for each in indicators:
        then, now = compiling.share(each["then"]), compiling.share(each["now"])
        units = each["reached"] + each["missed"]
        rows.append(
            (
                each["title"]["vi"],
                _percent(then),
                _percent(now),
                _change(then, now),
                _percent(each["target"]),
                f"{each['reached']}/{units}" if units else "–",
            )
        )
    return Block("table", rows=tuple(rows), widths=(5, 2, 2, 2, 2, 2))


def _units(indicators: Sequence[Any]) -> list[Block]:
    blocks: list[Block] = []
    for each in indicators:
        rows = [("Đơn vị", "Kỳ trước", "Kỳ này", "Thay đổi", "Số bản ghi", "Mức năm")]
        for row in each["rows"]:
            then, now = compiling.share(row["then"]), compiling.share(row["now"])
            counted = number(row["now"][0])
            rows.append(
                (row["name"], _percent(then), _percent(now), _change(then, now), counted, _STATES[row["state"]])
            )
        if len(rows) > 1:
            blocks += [
                Block("heading", each["title"]["vi"]),
                Block("table", rows=tuple(rows), widths=(4, 2, 2, 2, 2, 3)),
            ]
    return blocks


def _tasks(tasks: Any) -> list[Block]:
    text = (
        f"Đã giao {tasks['given']} nhiệm vụ: xong {tasks['done']} (đúng hạn {tasks['done_on_time']}), "
        f"chờ xem {tasks['waiting']}, trễ {len(tasks['late'])}; xong từ phiên trước {tasks['done_since']}."
    )
    blocks = [Block("heading", "Nhiệm vụ đã giao"), Block("text", text)]
    if tasks["late"]:
        rows = [("Mã", "Việc", "Người chịu trách nhiệm", "Hạn", "Trễ, ngày làm việc")]
        rows += [
            (each["code"], each["work"], each["person"], _day(each["due_on"]), number(each["late_days"]))
            for each in tasks["late"]
        ]
        blocks.append(Block("table", rows=tuple(rows), widths=(3, 5, 4, 2, 2)))
    return blocks


def _previous(previous: Sequence[Any]) -> list[Block]:
    if not previous:
        return []
    rows: list[tuple[str, ...]] = [("Số", "Kết luận phiên trước", "Nhiệm vụ", "Hạn", "Kết quả")]
    for each in previous:
        task = each["task"]
        became = (task["code"], _day(task["due_on"]), _STANDINGS[task["standing"]]) if task else ("–", "–", "–")
        rows.append((str(each["number"]), each["said"], *became))
    return [
        Block("heading", "Thực hiện kết luận phiên trước"),
        Block("table", rows=tuple(rows), widths=(1, 6, 3, 2, 3)),
    ]


def _conclusions(view: MeetingView) -> list[Block]:
    blocks = [Block("heading", "Kết luận và nhiệm vụ")]
    for each in view.conclusions_said:
        blocks.append(Block("text", f"{each.number}. {each.said}"))
        if each.task is not None:
            blocks.append(_seven(each.task))
    return blocks


def _seven(task: TaskView) -> Block:
    counted = "" if task.due_on == task.counted_on else f" (ngày nghỉ: tính đến {day(task.counted_on)})"
    rows = (
        (f"Nhiệm vụ {task.code}", task.agency_name),
        ("Rõ mục tiêu", task.goal),
        ("Rõ người", task.person),
        ("Rõ việc", task.work),
        ("Rõ thời gian", f"{day(task.due_on)}{counted}"),
        ("Rõ trách nhiệm", task.responsibility),
        ("Rõ sản phẩm", task.product),
        ("Rõ kết quả", task.result),
    )
    return Block("table", rows=rows, widths=(1, 3))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{percent(share)}%"


def _change(then: float | None, now: float | None) -> str:
    if then is None or now is None:
        return "–"
    points = round((now - then) * 100, 1)
    return f"{'+' if points > 0 else ''}{number(points, 1)}"


def _day(iso: str) -> str:
    found = parse_day(iso)
    return day(found) if found else iso


def _month(month: str) -> str:
    return f"{month[5:]}/{month[:4]}"
