"""What pages and papers show of sessions and tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from lienthong.oversight.domain.tasks import Standing, State, Step

ProofState = Literal["proved", "waiting", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task in a list. days: working days left, negative when late. assigner: name of the body."""

    code: str
    agency: str
    agency_name: str
    body: str
    body_name: str
    pillar: str
    goal: str
    work: str
    person: str
    due_on: date
    counted_on: date
    days: int
    state: State
    standing: Standing
    special: bool
    plan: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A file handed in. digest: SHA-256 of its bytes."""

    id: str
    moment: str
    name: str
    type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment of a task's history and how the ledger proves it. data: codes and figures of the act."""

    id: str
    at: datetime
    kind: str
    by: str
    agency_name: str
    note: str
    data: Mapping[str, Any]
    products: tuple[Product, ...]
    proof: ProofState


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An indicator that a task has to reach, as evidence counts it now: shares (0.718), None when there is nothing."""

    indicator: str
    title: str
    target: float
    higher_is_better: bool
    share: float | None
    month: str
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView(TaskRow):
    """One task whole. may: what the actor may do now: answer, accept, return, withdraw."""

    responsibility: str
    product: str
    result: str
    source: str
    meeting: str
    meeting_title: str
    answered_at: datetime | None
    on_time: bool | None
    measured: Measured | None
    history: tuple[Moment, ...]
    reminders: tuple[tuple[Step, date], ...]
    may: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A line of the board: how many tasks of an agency, of a pillar, in all, by how they stand."""

    key: str
    name: str
    total: int = 0
    standings: Mapping[Standing, int] = field(default_factory=dict[Standing, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The board of tasks: totals, groups, and the tasks themselves, nearest due day first."""

    whole: Group
    agencies: tuple[Group, ...]
    pillars: tuple[Group, ...]
    rows: tuple[TaskRow, ...]
    after: str
    may_assign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agendum:
    """A line of an agenda: time, what, who reports."""

    at: str
    title: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusionView:
    """A conclusion and the task it became, with the actor's view of it (None outside their reach)."""

    id: str
    number: int
    said: str
    task: TaskView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """A signed paper of a session: waiting or ready."""

    kind: Literal["minutes", "report"]
    ready: bool
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A session in a list."""

    id: str
    number: int
    title: str
    body: str
    body_name: str
    unit: str
    held_on: date
    begins: str
    place: str
    concluded: bool
    conclusions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingView(MeetingRow):
    """One session whole. changed: its frozen figures (``domain.meetings``); digest: their SHA-256.

    unclear: numbers of conclusions that are not tasks yet. may_write: the actor writes conclusions here. may_sign: the
    actor signs its papers.
    """

    agenda: tuple[Agendum, ...]
    previous: str
    changed: Mapping[str, Any]
    compiled_at: datetime
    digest: str
    proof: ProofState
    conclusions_said: tuple[ConclusionView, ...]
    unclear: tuple[int, ...]
    off_days: tuple[tuple[int, date, date], ...]
    papers: tuple[PaperView, ...]
    may_write: bool
    may_sign: bool
