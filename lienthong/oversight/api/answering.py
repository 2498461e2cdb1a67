"""The head of an agency answers in person, with a product or an indicator reached; the assigner accepts or returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from lienthong.kernel import clock, requests, runtime, uploads
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import day, percent
from lienthong.oversight import store
from lienthong.oversight.api import assigning, history, measuring, rights
from lienthong.oversight.api.views import Product
from lienthong.oversight.domain.tasks import OPEN, State
from lienthong.oversight.events import TaskAccepted, TaskAnswered, TaskJudged, TaskReturned, Way
from lienthong.reference import api as reference

MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody hands it in."""

    name: str
    content: bytes


def answer_task(
    who: Actor, *, task: str, note: str = "", files: Sequence[Upload] = (), by_indicator: bool = False
) -> None:
    """Answer a task: hand in its product, or (by_indicator) let evidence show that its indicator is reached.

    Files are checked, cleaned and kept by their SHA-256 (``kernel.uploads``). The same request answers once.

    Raises NotFound outside reach, Denied for others than the agency's head, Conflict when no answer is awaited, Invalid
    with every faulty file, without a product, or when the indicator is not reached.
    """
    _of_head(who, task)  # nothing is stored for those who may not answer
    kept = [] if by_indicator else _take(files)

    def work() -> None:
        row = _of_head(who, task, lock=True)
        if row.state not in OPEN:
            raise Conflict("task.answered", N_("Nhiệm vụ này không chờ trả lời: đã trả lời hoặc đã đóng."))
        text = assigning.note(note, "note")
        data = _measure(row) if by_indicator else {"files": [each.digest for each in kept]}
        way: Way = "indicator" if by_indicator else "product"
        now = clock.stamp(runtime.current().clock.now())
        store.tasks.change(row.id, state=State.ANSWERED.value, answered_at=now)
        moment = history.add(who, row.id, "answered", note=text, data={"way": way, **data})
        if kept:
            store.tasks.put_products([_product(row.id, moment, each) for each in kept])
        publish(who, TaskAnswered(task=row.code, agency=row.agency, unit=row.unit, way=way, answered_at=now))
        told = {"task": row.code, "agency": _short(row.agency), "work": row.work}
        assigning.tell(moment, rights.assigners_of(row.body), "task-answered", told, body=row.body)

    requests.once(who, f"oversight.answer/{task}", type(None), work)


def accept(who: Actor, *, task: str, note: str = "") -> None:
    """Accept an answer: the task is done, on time when it was answered by the day that counts; once per request.

    Raises NotFound outside reach, Denied for others than its body, Conflict when no answer waits.
    """

    def work() -> None:
        row = _answered(who, task)
        now = clock.stamp(runtime.current().clock.now())
        on_time = clock.moment(row.answered_at).date() <= date.fromisoformat(row.counted_on)
        store.tasks.change(row.id, state=State.ACCEPTED.value, closed_at=now, on_time=on_time)
        moment = history.add(who, row.id, "accepted", note=assigning.note(note, "note"), data={"on_time": on_time})
        due = assigning.due_at(row.counted_on)
        publish(
            who,
            TaskAccepted(task=row.code, agency=row.agency, unit=row.unit, on_time=on_time, due_at=due, at=now),
        )
        judge(who, row, on_time=on_time)
        told = {"task": row.code, "body": _short(row.body), "agency": _short(row.agency), "work": row.work}
        assigning.tell(moment, rights.heads_of(row.agency), "task-accepted", told, body=row.body)

    requests.once(who, f"oversight.accept/{task}", type(None), work)


def send_back(who: Actor, *, task: str, reason: str) -> None:
    """Return an answer with a reason; the due day stays. The same request counts once.

    Raises NotFound outside reach, Denied for others than its body, Conflict when no answer waits, Invalid without
    a reason.
    """

    def work() -> None:
        row = _answered(who, task)
        text = assigning.note(reason, "reason", N_("Nhập lý do trả lại để cơ quan biết phải làm gì tiếp."))
        now = clock.stamp(runtime.current().clock.now())
        store.tasks.change(row.id, state=State.RETURNED.value, answered_at="")
        moment = history.add(who, row.id, "returned", note=text)
        publish(who, TaskReturned(task=row.code, agency=row.agency, unit=row.unit, at=now))
        due = day(date.fromisoformat(row.counted_on))
        told = {"task": row.code, "body": _short(row.body), "reason": text, "due": due}
        assigning.tell(moment, rights.heads_of(row.agency), "task-returned", told, body=row.body)

    requests.once(who, f"oversight.return/{task}", type(None), work)


def product_file(who: Actor, *, task: str, product: str) -> tuple[Product, bytes]:
    """Return a file that was handed in for a task. Raises NotFound outside reach."""
    row = store.tasks.find(rights.reach(who), code=task)
    handed = store.tasks.products_of(row.id) if row is not None else []
    found = next((each for each in handed if each.id == product), None)
    if found is None:
        raise NotFound("product.unknown", N_("Không tìm thấy tệp này."))
    shown = Product(
        id=found.id, moment=found.moment, name=found.name, type=found.type, size=found.size, digest=found.digest
    )
    return shown, uploads.store().get(found.digest)


def judge(who: Actor, row: Row[Any], *, on_time: bool) -> None:
    """Tell upwards, once for a task, whether it was on time; in the open transaction."""
    if row.judged:
        return
    store.tasks.change(row.id, judged=True)
    now = clock.stamp(runtime.current().clock.now())
    publish(
        who,
        TaskJudged(
            task=row.code,
            body=row.body,
            agency=row.agency,
            unit=row.unit,
            special=row.special,
            on_time=on_time,
            due_at=assigning.due_at(row.counted_on),
            judged_at=now,
        ),
    )


def _of_head(who: Actor, task: str, *, lock: bool = False) -> Row[Any]:
    row = store.tasks.find(rights.reach(who), code=task, lock=lock)
    if row is None or (row.state == State.DRAFT and row.agency == who.agency):
        raise NotFound("task.unknown", N_("Không tìm thấy nhiệm vụ này."))
    if row.agency != who.agency or not who.roles & rights.HEADS:
        raise Denied("task.head", N_("Người đứng đầu cơ quan được giao trực tiếp trả lời nhiệm vụ."))
    return row


def _answered(who: Actor, task: str) -> Row[Any]:
    row = assigning.of_body(who, task)
    if row.state != State.ANSWERED:
        raise Conflict("task.not_answered", N_("Nhiệm vụ này không có trả lời nào đang chờ bạn xem."))
    return row


def _take(files: Sequence[Upload]) -> list[uploads.Upload]:
    """Check, clean and keep every file. Raises Invalid with what is wrong with each of them."""
    faults: list[Fault] = []
    kept: list[uploads.Upload] = []
    if not files:
        faults.append(fault("file", "product.none", N_("Chọn tệp sản phẩm để nộp.")))
    if len(files) > MOST_FILES:
        faults.append(fault("file", "product.many", N_("Mỗi lần nộp tối đa %(most)s tệp."), most=MOST_FILES))
    for each in files[:MOST_FILES]:
        try:
            kept.append(uploads.take(each.content, name=each.name, at="file", kinds=uploads.OFFICE))
        except Invalid as wrong:
            faults += wrong.faults
    if faults:
        raise Invalid("product.faults", N_("Chưa nộp được: tệp sản phẩm có chỗ cần sửa."), faults)
    return kept


def _measure(row: Row[Any]) -> dict[str, Any]:
    found = measuring.measured(row)
    if found is None:
        message = N_("Nhiệm vụ này không đo bằng chỉ tiêu; hãy nộp sản phẩm.")
        raise Invalid("task.no_indicator", message, [fault("by_indicator", "task.no_indicator", message)])
    if not found.reached:
        share = "–" if found.share is None else f"{percent(found.share)}%"
        message = N_("Chỉ tiêu chưa đạt: hệ thống đo được %(share)s, phải đạt %(target)s%%.")
        said = {"share": share, "target": percent(found.target)}
        raise Invalid("task.not_reached", message, [fault("by_indicator", "task.not_reached", message, **said)], **said)
    of, part = measuring.counted(row, found.month)
    return {"indicator": found.indicator, "month": found.month, "of": of, "part": part}


def _product(task: str, moment: str, kept: uploads.Upload) -> dict[str, Any]:
    return {
        "id": new_id(),
        "task": task,
        "moment": moment,
        "digest": kept.digest,
        "name": kept.name,
        "type": kept.kind,
        "size": kept.size,
    }


def _short(code: str) -> object:
    found = reference.agency(code)
    return found.short if found else code
