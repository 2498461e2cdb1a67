"""The desk: what an officer has to do, nearest legal clock first."""

from __future__ import annotations

from typing import Literal

from lienthong.identity import api as identity
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import procedures, show, timing, words
from lienthong.services.api.views import TABS, ClockView, QueuePage, QueueRow, Tab
from lienthong.services.store.queue import Key

_STATES: dict[Tab, str] = {"todo": "open", "sign": "signing", "citizen": "paused"}
Group = Literal["late", "soon", "later", "paused"]
NATIONWIDE = identity.HEADS | {"data-protection-officer"}
CAP = 100
"""Counts go up to here: the badge says 99+ and the database stops counting."""


def queue(who: Actor, *, tab: Tab = "todo", after: str = "", limit: int = 25) -> QueuePage:
    """Return one page of an officer's queue. after: what the page before answered. One query, nothing is counted.

    Raises Denied for others than officers, Invalid for an unknown tab.
    """
    require_officer(who)
    if tab not in TABS:
        raise Invalid("queue.tab", N_("Không có ngăn việc này."))
    rows = _rows(who, tab, _key(after), limit + 1)
    page = rows[:limit]
    clocks = {due_at: timing.brief(due_at) for due_at in {row.due_at for row in page}}
    last = page[-1] if len(rows) > limit else None
    return QueuePage(
        rows=tuple(_row(who, each, clocks[each.due_at]) for each in page),
        after="~".join((last.due_at, last.code, last.step)) if last is not None else "",
    )


def counts(who: Actor) -> dict[Tab, int]:
    """Return how many steps each tab holds, up to 100 (show 100 as 99+); one query. Raises Denied."""
    require_officer(who)
    counted = store.queue.counts(
        agency=who.agency, roles=sorted(who.roles), states=list(_STATES.values()), units=communes(who), cap=CAP
    )
    found: dict[Tab, int] = {tab: counted[state] for tab, state in _STATES.items()}
    return {**found, "others": counted[store.queue.AWAY]}


def _rows(who: Actor, tab: Tab, after: Key | None, limit: int) -> list[Row]:
    if tab in _STATES:
        return store.queue.mine(
            agency=who.agency,
            roles=sorted(who.roles),
            state=_STATES[tab],
            units=communes(who),
            after=after,
            limit=limit,
        )
    return store.queue.led(lead=who.agency, away=tab == "others", units=communes(who), after=after, limit=limit)


def _row(who: Actor, row: Row, left: ClockView) -> QueueRow:
    """Return a row as its agency may see it: one that does not lead the dossier, what is shared with its step."""
    procedure = procedures.version(row.procedure, row.version)
    leads = row.lead == who.agency
    shared = procedure.flow[row.step].sees
    return QueueRow(
        dossier=row.code,
        step=row.step,
        step_title=procedure.flow[row.step].title,
        procedure=procedure.short or procedure.title,
        about=str(show.called(procedure, row.name)) if leads or procedure.name in shared else "",
        applicant=row.applicant_name if leads or procedure.applicant.name in shared else "",
        state=row.state,
        state_text=words.step_state(row.state),
        clock=left,
        group=_group(left),
        mismatches=row.mismatches if leads else 0,
        compared=row.compared if leads else 0,
        note=row.note,
        apologised=row.apologised_at is not None,
    )


def _group(left: ClockView) -> Group:
    groups: dict[str, Group] = {"late": "late", "risk": "soon", "paused": "paused"}
    return groups.get(left.state, "later")


def communes(who: Actor) -> list[str]:
    """Return the units an officer serves: those named, and the communes of the provinces named; "" is the nation's."""
    found = [reference.unit(each) for each in sorted(who.units)]
    own = [
        code
        for unit in found
        if unit is not None
        for code in (unit.code, *(u.code for u in reference.units(parent=unit.code) if unit.level != "commune"))
    ]
    return ["", *own]


def _key(after: str) -> Key | None:
    parts = after.split("~")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None


def require_officer(who: Actor) -> None:
    """Raise Denied for others than officers with units of their own, or who answer for a nationwide agency."""
    if who.kind is not Kind.OFFICER or not (who.units or who.roles & NATIONWIDE):
        raise Denied("desk.officer", N_("Bàn làm việc chỉ dành cho cán bộ có địa bàn phụ trách."))
