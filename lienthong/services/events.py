"""What happens to dossiers, told upwards: ids, codes, units and times, never a name or a value.

Times are the stamps of ``kernel.clock.stamp``; units are commune codes; a dossier is named by its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lienthong.kernel.events import Event

Channel = Literal["online_full", "online_part", "counter", "post"]
Decision = Literal["approved", "refused"]
Outcome = Literal["granted", "refused", "partly"]


@dataclass(frozen=True, kw_only=True)
class DossierFiled(Event):
    """An applicant filed. received_at: the office minute it legally counts as received; values_*: how many values."""

    dossier: str
    procedure: str
    version: int
    unit: str
    agency: str
    channel: Channel
    filed_at: str
    received_at: str
    due_at: str
    values_total: int
    values_prefilled: int
    values_declared: int


@dataclass(frozen=True, kw_only=True)
class DossierReceived(Event):
    """The agency answered that it takes the dossier on."""

    dossier: str
    unit: str
    agency: str
    at: str


@dataclass(frozen=True, kw_only=True)
class StepOpened(Event):
    """An agency's step began, with its own clock."""

    dossier: str
    step: str
    agency: str
    unit: str
    opened_at: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class StepDecided(Event):
    """An agency ended its step."""

    dossier: str
    step: str
    agency: str
    unit: str
    decision: Decision
    decided_at: str
    due_at: str
    on_time: bool


@dataclass(frozen=True, kw_only=True)
class SupplementAsked(Event):
    """The applicant was asked to complete the dossier; the clock stands still. reasons: codes."""

    dossier: str
    step: str
    unit: str
    reasons: tuple[str, ...]
    at: str


@dataclass(frozen=True, kw_only=True)
class SupplementGiven(Event):
    """The applicant completed the dossier; the clock goes on."""

    dossier: str
    unit: str
    at: str


@dataclass(frozen=True, kw_only=True)
class DossierExtended(Event):
    """The agency took its one extension; due_at is the new day. reasons: codes."""

    dossier: str
    unit: str
    due_at: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DossierRefused(Event):
    """The whole dossier was refused. reason: a code."""

    dossier: str
    unit: str
    reason: str
    at: str


@dataclass(frozen=True, kw_only=True)
class ResultReady(Event):
    """A result document of the dossier was issued."""

    dossier: str
    step: str
    document_type: str
    at: str


@dataclass(frozen=True, kw_only=True)
class DossierFinished(Event):
    """Every step of the dossier has ended; partly: granted with a refusal in a branch."""

    dossier: str
    procedure: str
    unit: str
    outcome: Outcome
    finished_at: str
    due_at: str
    on_time: bool


@dataclass(frozen=True, kw_only=True)
class DossierWithdrawn(Event):
    """The applicant took the dossier back before anything was decided."""

    dossier: str
    procedure: str
    unit: str
    agency: str
    at: str


@dataclass(frozen=True, kw_only=True)
class DossierApologised(Event):
    """The agency apologised that a dossier will not be ready, or was not, by due_at, and made a new appointment."""

    dossier: str
    unit: str
    agency: str
    at: str
    due_at: str
    again_at: str


@dataclass(frozen=True, kw_only=True)
class DossierLate(Event):
    """The whole dossier passed its legal time while open."""

    dossier: str
    unit: str
    agency: str
    at: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class StepLate(Event):
    """An agency's step passed its own clock while it was at work."""

    dossier: str
    step: str
    unit: str
    agency: str
    at: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ActedForAnother(Event):
    """Somebody acted for a person, or helped at a counter. dossier: its code, the draft's id before. way: mandate,
    parent or counter; agency: of the officer who helped, "" for none.
    """

    dossier: str
    act: str
    way: str
    agency: str
    at: str
