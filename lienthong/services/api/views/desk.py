"""The desk: tabs, rows and pages of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lienthong.kernel.i18n import Bilingual
from lienthong.services.api.views.clocks import ClockView

Tab = Literal["todo", "sign", "citizen", "others", "all"]
TABS: tuple[Tab, ...] = ("todo", "sign", "citizen", "others", "all")
"""To decide, to sign, waiting for the applicant, waiting for another agency, everything open of this agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One step of one dossier in an agency's queue."""

    dossier: str
    step: str
    step_title: Bilingual
    procedure: Bilingual
    about: str
    applicant: str
    state: str
    state_text: str
    clock: ClockView
    group: Literal["late", "soon", "later", "paused"]
    mismatches: int
    compared: int
    note: str
    apologised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue, nearest legal clock first. after: give it back for the next page; "" at the end."""

    rows: tuple[QueueRow, ...]
    after: str
