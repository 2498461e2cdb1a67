"""What happens to sessions and tasks, told upwards: ids, codes, units and times, never a name or a text.

A task is named by its code; ``agency`` answers for it, ``unit`` is the unit that agency serves ("" for a ministry).
Times are stamps of ``kernel.clock.stamp``; due_at is the end of the day that counts as due.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lienthong.evidence.api import FactSet, count_facts
from lienthong.kernel.events import Event

Way = Literal["product", "indicator"]


@dataclass(frozen=True, kw_only=True)
class MeetingOpened(Event):
    """A committee opened a session: its figures were compiled and frozen under a SHA-256."""

    meeting: str
    agency: str
    unit: str
    digest: str
    at: str


@dataclass(frozen=True, kw_only=True)
class MeetingConcluded(Event):
    """A session was concluded; its tasks are assigned."""

    meeting: str
    agency: str
    unit: str
    tasks: int
    at: str


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(Event):
    """A task was given to an agency. body: the agency that assigned it. special: the one item of its own."""

    task: str
    body: str
    agency: str
    unit: str
    special: bool
    due_at: str
    assigned_at: str


@dataclass(frozen=True, kw_only=True)
class TaskAnswered(Event):
    """The head of the agency answered: with a product, or with an indicator that evidence says is reached."""

    task: str
    agency: str
    unit: str
    way: Way
    answered_at: str


@dataclass(frozen=True, kw_only=True)
class TaskReturned(Event):
    """The answer was sent back with a reason."""

    task: str
    agency: str
    unit: str
    at: str


@dataclass(frozen=True, kw_only=True)
class TaskAccepted(Event):
    """The answer was accepted. on_time: it was given by the day that counts as due."""

    task: str
    agency: str
    unit: str
    on_time: bool
    due_at: str
    at: str


@dataclass(frozen=True, kw_only=True)
class TaskLate(Event):
    """The due day passed without an answer."""

    task: str
    agency: str
    unit: str
    due_at: str
    at: str


@dataclass(frozen=True, kw_only=True)
class TaskWithdrawn(Event):
    """Who assigned the task took it back, with a reason."""

    task: str
    agency: str
    unit: str
    at: str


@dataclass(frozen=True, kw_only=True)
class TaskJudged(Event):
    """Told once for every task: accepted and on time, accepted but late, or late and still open."""

    task: str
    body: str
    agency: str
    unit: str
    special: bool
    on_time: bool
    due_at: str
    judged_at: str


count_facts(FactSet("tasks", TaskJudged, "judged_at", "task"))
