"""A breach whose time runs out is told to who protects data at the agency: a day before, and when it has passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from lienthong.exchange import store
from lienthong.identity import api as identity
from lienthong.kernel import clock, jobs, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.i18n import Bilingual
from lienthong.kernel.text import day_time
from lienthong.messages import api as messages
from lienthong.reference import api as reference

JOB = "exchange.breach"
NEAR, LATE = "breach-near", "breach-late"
BEFORE = timedelta(hours=24)
PROTECTS = "data-protection-officer"


def warn_in_time(number: str, due: datetime) -> None:
    """Ask, in the open transaction, for both notices of a breach, each on its hour."""
    for notice, at in ((NEAR, due - BEFORE), (LATE, due + timedelta(seconds=1))):
        jobs.enqueue(JOB, {"breach": number, "notice": notice}, key=f"{JOB}:{number}:{notice}", run_at=at)


def warn(*, breach: str, notice: str) -> None:
    """Tell who protects data where it happened, once each; nothing when the authority knows, or the hour has passed."""
    row = store.breaches.by_number(breach)
    if row is None or row.told_at or (notice == NEAR and clock.stamp(runtime.current().clock.now()) > row.due_at):
        return
    agency = reference.agency(row.agency)
    data = {
        "breach": row.number,
        "agency": agency.name if agency else Bilingual(row.agency, row.agency),
        "due": day_time(clock.moment(row.due_at)),
    }
    who = system("exchange", request_id=f"{notice}:{row.number}")
    for each in _protectors(row):
        messages.send(who, to=each, template=notice, data=data)


def _protectors(row: Row[Any]) -> list[str]:
    """Staff ids of who protects data at the agency, else of its head, else the same of the nearest agency above."""
    asked, agency = system("exchange"), reference.agency(row.agency)
    while agency is not None:
        staff = identity.staff(asked, agency=agency.code)
        for roles in (frozenset({PROTECTS}), identity.HEADS):
            if found := [each.subject for each in staff if each.roles & roles]:
                return found
        agency = reference.agency(agency.parent) if agency.parent else None
    return []
