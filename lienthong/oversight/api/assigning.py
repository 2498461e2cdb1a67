"""Tasks are written with their seven "rõ" or not at all, assigned, and taken back with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row

from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean, day
from lienthong.messages import api as messages
from lienthong.oversight import spec, store
from lienthong.oversight.api import history, rights
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain.tasks import Seven, State
from lienthong.oversight.events import TaskAssigned, TaskWithdrawn
from lienthong.oversight.spec.plans import PILLARS
from lienthong.reference import api as reference

SERIES = "NV"
NOTE = 2000


def give_task(who: Actor, *, answers: Mapping[str, str], conclusion: str = "") -> str:
    """Write a task and answer its code: of a conclusion as a draft of its session, otherwise assigned at once.

    answers: ``agency``, the seven "rõ" (goal, person, work, due_on, responsibility, product, result), and, when they
    are known, ``pillar``, ``indicator`` with ``target`` (percent) and ``source``. The same request writes
    one task. Raises Denied for others than assigners, NotFound for a conclusion of others, Conflict when that is a
    task already, Invalid with one clear fault for each "rõ" that is missing.
    """
    rights.require_assigner(who)
    wanted = checked(who, answers)

    def work() -> str:
        if not conclusion:
            code = keep(who, wanted, origin=f"request:{who.request_id}", state=State.ASSIGNED)
            row = store.tasks.find(rights.reach(who), code=code)
            assert row is not None  # noqa: S101  written a line above
            announce(who, row)
            return code
        said = store.meetings.conclusion(conclusion)
        if said is None or said.agency != who.agency:
            raise NotFound("conclusion.unknown", N_("Không tìm thấy kết luận này."))
        meeting = store.meetings.find(said.meeting, lock=True)
        if meeting is None or meeting.state != "open":
            raise Conflict("meeting.concluded", N_("Phiên họp đã kết luận; nhiệm vụ của phiên không đổi được nữa."))
        if said.task:
            raise Conflict("conclusion.task", N_("Kết luận này đã thành nhiệm vụ; bỏ nhiệm vụ cũ trước khi lập lại."))
        wanted["meeting"] = said.meeting
        code = keep(who, wanted, origin=f"conclusion:{conclusion}:{new_id()}", state=State.DRAFT)
        row = store.tasks.find(rights.reach(who), code=code)
        assert row is not None  # noqa: S101  written a line above
        store.meetings.change_conclusion(conclusion, task=row.id)
        return code

    return requests.once(who, f"oversight.give/{conclusion}", str, work)


def withdraw(who: Actor, *, task: str, reason: str) -> None:
    """Take back an assigned task that is not accepted, with a reason its agency reads; the same request counts once.

    Raises NotFound outside reach, Denied for others than its body, Conflict when it is closed, Invalid without reason.
    """

    def work() -> None:
        row = of_body(who, task)
        if row.state not in {State.ASSIGNED, State.RETURNED, State.ANSWERED}:
            raise Conflict("task.closed", N_("Nhiệm vụ này đã đóng."))
        text = note(reason, "reason", N_("Nhập lý do thu hồi để cơ quan được giao biết."))
        now = clock.stamp(runtime.current().clock.now())
        store.tasks.change(row.id, state=State.WITHDRAWN.value, closed_at=now)
        moment = history.add(who, row.id, "withdrawn", note=text)
        publish(who, TaskWithdrawn(task=row.code, agency=row.agency, unit=row.unit, at=now))
        data = {"task": row.code, "body": _agency(row.body).short, "reason": text}
        tell(moment, rights.heads_of(row.agency), "task-withdrawn", data, body=row.body)

    requests.once(who, f"oversight.withdraw/{task}", type(None), work)


def checked(who: Actor, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of a task from typed answers. Raises Invalid with every fault."""
    said = {name: clean(text) for name, text in answers.items()}
    today = clock.today(runtime.current().clock)
    clear, faults = domain.seven(said, today)
    agency = next((each for each in rights.assignable(who) if each.code == said.get("agency", "")), None)
    if agency is None:
        faults.insert(0, fault("agency", "task.agency", N_("Chọn cơ quan được giao, trong phạm vi bạn phụ trách.")))
    measured = measure(said, faults)
    pillar = said.get("pillar", "")
    if pillar and pillar not in reference.code_list(PILLARS).codes:
        faults.append(fault("pillar", "task.pillar", N_("Không có trụ cột “%(pillar)s”."), pillar=pillar))
    if faults or clear is None or agency is None:
        raise Invalid("task.unclear", N_("Nhiệm vụ chưa đủ bảy rõ nên chưa lưu; sửa các chỗ dưới đây."), faults)
    return {
        **columns(clear),
        **measured,
        "agency": agency.code,
        "unit": agency.unit,
        "province": reference.province_of(agency.unit),
        "pillar": pillar,
        "staff": rights.responsible(agency.code, clear.person),
        "source": said.get("source", ""),
        "meeting": "",
        "plan": "",
        "item": "",
        "special": False,
    }


def columns(clear: Seven) -> dict[str, Any]:
    """Return the columns of the seven "rõ", with the working day that counts as due."""
    return {
        "goal": clear.goal,
        "person": clear.person,
        "work": clear.work,
        "due_on": clear.due_on.isoformat(),
        "counted_on": domain.counted(clear.due_on, reference.working_day).isoformat(),
        "responsibility": clear.responsibility,
        "product": clear.product,
        "result": clear.result,
    }


def keep(who: Actor, wanted: Mapping[str, Any], *, origin: str, state: State) -> str:
    """Write a task in the open transaction; answer its code. An assigned one begins its history."""
    now = runtime.current().clock.now()
    series = f"{SERIES}-{now.year}"
    values: dict[str, Any] = {
        **wanted,
        "id": new_id(),
        "code": f"{series}-{store.tasks.next_number(series):05d}",
        "origin": origin,
        "body": who.agency,
        "assigner": who.subject,
        "state": State.DRAFT.value,
        "assigned_at": "",
        "answered_at": "",
        "closed_at": "",
        "on_time": None,
        "judged": False,
    }
    store.tasks.insert(values)
    if state is State.ASSIGNED:
        assign(who, values["id"], values)
    return values["code"]


def assign(who: Actor, task_id: str, values: Mapping[str, Any]) -> str:
    """Assign a written task in the open transaction; answer the moment's id."""
    now = clock.stamp(runtime.current().clock.now())
    store.tasks.change(task_id, state=State.ASSIGNED.value, assigned_at=now)
    told = {name: values[name] for name in (*domain.SEVEN, "agency", "counted_on", "indicator", "plan", "item")}
    moment = history.add(who, task_id, "assigned", data={**told, "target": _percent(values["target"])})
    publish(
        who,
        TaskAssigned(
            task=values["code"],
            body=who.agency,
            agency=values["agency"],
            unit=values["unit"],
            special=values["special"],
            due_at=due_at(values["counted_on"]),
            assigned_at=now,
        ),
    )
    return moment


def announce(who: Actor, row: Row[Any]) -> None:
    """Tell the heads of its agency, and the responsible person, of an assigned task."""
    data = {
        "task": row.code,
        "due": day(date.fromisoformat(row.counted_on)),
        "body": _agency(row.body).short,
        "agency": _agency(row.agency).short,
        "work": row.work,
        "product": row.product,
    }
    people = [*rights.heads_of(row.agency), *([row.staff] if row.staff else [])]
    tell(f"{row.id}-given", people, "task-assigned", data, body=who.agency)


def tell(request: str, people: list[str], template: str, data: Mapping[str, object], *, body: str) -> int:
    """Send a notice to each of these people, once for the same request; answer how many there are."""
    sender = system("oversight", agency=body, request_id=request)
    for each in dict.fromkeys(people):
        messages.send(sender, to=each, template=template, data=data)
    return len(set(people))


def of_body(who: Actor, task: str) -> Row[Any]:
    """Return a task of the actor's own body, locked. Raises NotFound outside reach, Denied for another body's."""
    rights.require_assigner(who)
    row = store.tasks.find(rights.reach(who), code=task, lock=True)
    if row is None:
        raise NotFound("task.unknown", N_("Không tìm thấy nhiệm vụ này."))
    if row.body != who.agency:
        raise Denied("task.body", N_("Việc này thuộc cơ quan đã giao nhiệm vụ."))
    return row


def note(text: str, at: str, missing: str = "") -> str:
    """Return a note's clean text. Raises Invalid with ``missing`` when it must not be empty."""
    found = clean(text)[:NOTE]
    if missing and not found:
        raise Invalid("task.note", missing, [fault(at, "task.note", missing)])
    return found


def due_at(counted_on: str) -> str:
    """Return the end of a due day as a stamp."""
    return clock.stamp(datetime.combine(date.fromisoformat(counted_on), time(23, 59, 59), ZONE))


def measure(said: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
    """Return the columns of the indicator a task has to reach; what is wrong is added to the faults."""
    name, typed = said.get("indicator", ""), said.get("target", "").replace("%", "").replace(",", ".").strip()
    if not name:
        return {"indicator": "", "target": None}
    if name not in spec.indicators():
        faults.append(fault("indicator", "task.indicator", N_("Không có chỉ tiêu “%(name)s”."), name=name))
    try:
        target = float(typed) / 100
    except ValueError:
        target = -1.0
    if not 0 <= target <= 1:
        faults.append(fault("target", "task.target", N_("Nhập mức phải đạt của chỉ tiêu, từ 0 đến 100 phần trăm.")))
    return {"indicator": name, "target": target}


def _percent(target: float | None) -> str:
    return "" if target is None else f"{target * 100:g}"


def _agency(code: str) -> reference.Agency:
    found = reference.agency(code)
    assert found is not None  # noqa: S101  agencies of tasks were checked when they were written
    return found
