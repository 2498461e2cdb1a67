"""A task: its seven "rõ", its states, its days on the working calendar, and what a product file may be. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold

Works = Callable[[date], bool]
"""Says whether people work on a day."""
WARNED = 3
"""Working days before the due day on which the responsible person is reminded."""
SOON = 5
"""A task due within so many working days is shown as coming due."""
SHORTEST, LONGEST = 3, 1000


class State(StrEnum):
    """Where a task stands."""

    DRAFT = "draft"
    """Written in a session that is not concluded; only the body that writes it sees it."""
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.ASSIGNED, State.RETURNED})
"""States in which the agency has to act."""


class Standing(StrEnum):
    """How a task is shown against its due day."""

    LATE = "late"
    SOON = "soon"
    TIME = "time"
    WAITING = "waiting"
    DONE = "done"
    DONE_LATE = "done-late"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """The three steps of reminding: who is told, and when."""

    BEFORE = "before"
    """Three working days before: the responsible person."""
    DUE = "due"
    """On the due day: the head of the agency."""
    AFTER = "after"
    """From the day after: who assigned it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seven:
    """The seven "rõ" of a task: goal, person, work, time, responsibility, product, result."""

    goal: str
    person: str
    work: str
    due_on: date
    responsibility: str
    product: str
    result: str


UNCLEAR = {
    "goal": N_("Chưa rõ mục tiêu: ghi đích phải đạt, đo được bằng số thì ghi số."),
    "person": N_("Chưa rõ người: ghi chức danh của người chịu trách nhiệm."),
    "work": N_("Chưa rõ việc: ghi những việc phải làm."),
    "due_on": N_("Chưa rõ thời gian: nhập hạn theo ngày/tháng/năm, ví dụ 15/12/2026."),
    "responsibility": N_("Chưa rõ trách nhiệm: ghi cơ quan chủ trì và cơ quan phối hợp."),
    "product": N_("Chưa rõ sản phẩm: ghi thứ phải nộp, ví dụ quyết định, báo cáo, hệ thống đã chạy."),
    "result": N_("Chưa rõ kết quả: ghi điều người dân, cơ quan nhận được và cách kiểm tra."),
}
"""What is missing, and what to write, for each of the seven; in their order."""
SEVEN = tuple(UNCLEAR)


def seven(answers: Mapping[str, str], today: date) -> tuple[Seven | None, list[Fault]]:
    """Return the seven "rõ" of typed answers, or a fault for each that is missing, empty talk or wrong.

    answers: clean text by name; ``due_on`` as 15/12/2026 or 2026-12-15. A task cannot be due in the past.
    """
    faults: list[Fault] = []
    for name, sentence in UNCLEAR.items():
        text = answers.get(name, "")
        if name != "due_on" and len(fold(text).replace(".", "").replace("-", "").strip()) < SHORTEST:
            faults.append(fault(name, f"task.{name}", sentence))
        elif len(text) > LONGEST:
            message = N_("Dài quá %(limit)s chữ; viết ngắn lại cho dễ hiểu, dễ kiểm tra.")
            faults.append(fault(name, "task.long", message, limit=LONGEST))
    due_on = parse_day(answers.get("due_on", ""))
    if due_on is None:
        faults.append(fault("due_on", "task.due_on", UNCLEAR["due_on"]))
    elif due_on < today:
        faults.append(fault("due_on", "task.past", N_("Hạn đã qua rồi; chọn hôm nay hoặc một ngày sau.")))
    order = {name: place for place, name in enumerate(SEVEN)}
    faults.sort(key=lambda each: order[each.at])
    if faults or due_on is None:
        return None, faults
    texts = {name: answers[name] for name in SEVEN if name != "due_on"}
    return Seven(due_on=due_on, **texts), []


def parse_day(text: str) -> date | None:
    """Return the day of ``15/12/2026`` or ``2026-12-15``, None for anything else."""
    parts = text.strip().split("/")
    iso = "-".join(part.zfill(2) for part in reversed(parts)) if len(parts) == 3 else text.strip()[:10]
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def counted(due_on: date, works: Works) -> date:
    """Return the day that counts as due: the day itself, else the next working day (Civil Code 2015, article 148)."""
    while not works(due_on):
        due_on += timedelta(days=1)
    return due_on


def working_days_before(day: date, count: int, works: Works) -> date:
    """Return the working day that lies ``count`` working days before a day."""
    while count:
        day -= timedelta(days=1)
        count -= works(day)
    return day


def working_days_between(first: date, last: date, works: Works) -> int:
    """Return how many working days come after the first day up to the last; negative when the last lies before."""
    if last < first:
        return -working_days_between(last, first, works)
    return sum(works(first + timedelta(days=number)) for number in range(1, (last - first).days + 1))


def steps_come(counted_on: date, today: date, works: Works) -> tuple[Step, ...]:
    """Return the steps of reminding whose day has come for an unanswered task.

    The first one is for before only: who missed it, because the house stood still, is told on the due day.
    """
    if today > counted_on:
        late = today >= counted(counted_on + timedelta(days=1), works)
        return (Step.DUE, Step.AFTER) if late else (Step.DUE,)
    if today == counted_on:
        return (Step.DUE,)
    return (Step.BEFORE,) if today >= working_days_before(counted_on, WARNED, works) else ()


def standing(state: State, *, counted_on: date, on_time: bool | None, today: date, works: Works) -> Standing:
    """Return how a task stands today. on_time: of an accepted task."""
    if state in {State.DRAFT, State.WITHDRAWN}:
        return Standing(state.value)
    if state is State.ACCEPTED:
        return Standing.DONE if on_time else Standing.DONE_LATE
    if state is State.ANSWERED:
        return Standing.WAITING
    if today > counted_on:
        return Standing.LATE
    return Standing.SOON if working_days_before(counted_on, SOON, works) <= today else Standing.TIME
