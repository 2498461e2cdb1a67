"""A mandate: who may do what for whom, from when until when, and on what ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lienthong.kernel.actor import DATA, EVERY_FILE, PAPERS


class Kind(StrEnum):
    """mandate: given by the person. guardian: a guardian or carer, by decision of an authority."""

    MANDATE = "mandate"
    GUARDIAN = "guardian"


class Standing(StrEnum):
    """offered: the representative has not answered yet. The other words say how it is or how it ended."""

    OFFERED = "offered"
    ACTIVE = "active"
    DECLINED = "declined"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """One mandate. person: whose affairs; representative: who acts (personal numbers).

    procedures: ids of procedures, or ``*`` for every one. data: may see what registers hold. papers: may hold and show
    the documents. since, until: first and last day. ground, ground_on: number and day of the decision behind a
    guardian. made_by, agency: the officer who entered it, "" when the person did so.
    """

    id: str
    kind: Kind
    person: str
    person_name: str
    representative: str
    representative_name: str
    procedures: tuple[str, ...]
    data: bool
    papers: bool
    since: date
    until: date
    ground: str
    ground_on: str
    made_by: str
    agency: str
    made_at: datetime
    standing: Standing
    standing_at: datetime

    @property
    def reach(self) -> frozenset[str]:
        """What the representative may touch."""
        files = [EVERY_FILE if each == "*" else f"file:{each}" for each in self.procedures]
        return frozenset([*files, *([DATA] if self.data else []), *([PAPERS] if self.papers else [])])

    def holds(self, today: date) -> bool:
        """True on a day on which the representative may act."""
        return self.standing is Standing.ACTIVE and self.since <= today <= self.until

    def over(self, today: date) -> bool:
        """True when nothing can come of it any more."""
        return self.standing in {Standing.DECLINED, Standing.ENDED} or today > self.until
