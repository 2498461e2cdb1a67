"""Tasks as they are shown: one whole, and the board by agency, by pillar, by lateness."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.oversight import store
from lienthong.oversight.api import history, measuring, rights
from lienthong.oversight.api.views import Board, Group, TaskRow, TaskView
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain.tasks import OPEN, Standing, State, Step
from lienthong.oversight.spec.plans import PILLARS
from lienthong.oversight.store.tables import tasks as table
from lienthong.reference import api as reference

LATENESS = (Standing.LATE, Standing.SOON, Standing.TIME, Standing.WAITING, Standing.DONE, Standing.DONE_LATE)
"""How tasks stand, worst first, as the board counts them."""
NO_PILLAR = "none"


def task(who: Actor, *, task: str) -> TaskView:
    """Return one task with its seven "rõ", its history and what the actor may do. Raises NotFound outside reach."""
    row = store.tasks.find(rights.reach(who), code=task)
    if row is None:
        raise NotFound("task.unknown", N_("Không tìm thấy nhiệm vụ này."))
    return view(who, row)


def board(
    who: Actor,
    *,
    agency: str = "",
    pillar: str = "",
    standing: str = "",
    plan: str = "",
    after: str = "",
    limit: int = 50,
) -> Board:
    """Return the board of the tasks within reach: counts of everything, and the tasks the filters leave.

    pillar: a code, or ``none`` for tasks without one. standing: a ``Standing``. after: where the last page ended.
    Raises Denied for those without a part, NotFound for an unknown filter.
    """
    reach = rights.reach(who)
    where = _where(agency, pillar, standing, plan)
    found = store.tasks.listed(reach, where=where, after=after, limit=limit + 1)
    more = len(found) > limit
    rows = tuple(_row(each) for each in found[:limit])
    counted = store.tasks.counts(reach, where=(table.c.state != State.DRAFT.value,))
    kept = [each for each in counted if each.state != State.WITHDRAWN]
    return Board(
        whole=_group("", "", kept),
        agencies=_groups(kept, "agency"),
        pillars=_groups(kept, "pillar"),
        rows=rows,
        after=store.tasks.place(found[limit - 1]) if more else "",
        may_assign=bool(who.roles & rights.ASSIGNERS),
    )


def waiting(who: Actor) -> int:
    """Return how many tasks wait for this actor: to be answered by a head, to be looked at by an assigner."""
    counted = store.tasks.counts(rights.reach(who), where=(_waits_for(who),))
    return sum(each.tasks for each in counted)


def view(who: Actor, row: Row[Any]) -> TaskView:
    """Return a task whole, as the actor sees it."""
    meeting = store.meetings.find(row.meeting) if row.meeting else None
    shown = _row(row)
    return TaskView(
        **{name: getattr(shown, name) for name in TaskRow.__dataclass_fields__},
        responsibility=row.responsibility,
        product=row.product,
        result=row.result,
        source=row.source,
        meeting=row.meeting,
        meeting_title=meeting.title if meeting else "",
        answered_at=clock.moment(row.answered_at) if row.answered_at else None,
        on_time=row.on_time,
        measured=measuring.measured(row),
        history=history.of(who, row.id),
        reminders=_reminders(shown),
        may=_may(who, row),
    )


def _may(who: Actor, row: Row[Any]) -> frozenset[str]:
    may: set[str] = set()
    if row.agency == who.agency and who.roles & rights.HEADS and row.state in OPEN:
        may.add("answer")
    if row.body == who.agency and who.roles & rights.ASSIGNERS:
        if row.state == State.ANSWERED:
            may |= {"accept", "return"}
        if row.state in {*OPEN, State.ANSWERED}:
            may.add("withdraw")
    return frozenset(may)


def _reminders(row: TaskRow) -> tuple[tuple[Step, date], ...]:
    """When each step of reminding comes, for a task that is still open."""
    if row.state not in OPEN:
        return ()
    before = domain.working_days_before(row.counted_on, domain.WARNED, reference.working_day)
    after = domain.counted(date.fromordinal(row.counted_on.toordinal() + 1), reference.working_day)
    return ((Step.BEFORE, before), (Step.DUE, row.counted_on), (Step.AFTER, after))


def _row(row: Row[Any]) -> TaskRow:
    today = clock.today(runtime.current().clock)
    counted_on, state = date.fromisoformat(row.counted_on), State(row.state)
    return TaskRow(
        code=row.code,
        agency=row.agency,
        agency_name=history.agency_name(row.agency),
        body=row.body,
        body_name=history.agency_name(row.body),
        pillar=row.pillar,
        goal=row.goal,
        work=row.work,
        person=row.person,
        due_on=date.fromisoformat(row.due_on),
        counted_on=counted_on,
        days=domain.working_days_between(today, counted_on, reference.working_day),
        state=state,
        standing=_standing(row, today),
        special=row.special,
        plan=row.plan,
        item=row.item,
    )


def _standing(row: Row[Any], today: date) -> Standing:
    counted_on = date.fromisoformat(row.counted_on)
    works = reference.working_day
    return domain.standing(State(row.state), counted_on=counted_on, on_time=row.on_time, today=today, works=works)


def _where(agency: str, pillar: str, standing: str, plan: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if agency:
        if reference.agency(agency) is None:
            raise NotFound("task.filter", N_("Không có cơ quan này trong danh mục."))
        where.append(table.c.agency == agency)
    if pillar:
        if pillar != NO_PILLAR and pillar not in reference.code_list(PILLARS).codes:
            raise NotFound("task.filter", N_("Không có trụ cột này."))
        where.append(table.c.pillar == ("" if pillar == NO_PILLAR else pillar))
    if plan:
        where.append(table.c.plan == plan)
    if standing:
        where.append(_is(standing))
    return where


def _is(standing: str) -> ColumnElement[bool]:
    """Return the rows that stand like this today."""
    if standing not in set(Standing):
        raise NotFound("task.filter", N_("Không có nhóm nhiệm vụ này."))
    today = clock.today(runtime.current().clock)
    soon = today
    for _working_day in range(domain.SOON):
        soon = domain.counted(date.fromordinal(soon.toordinal() + 1), reference.working_day)
    is_open, due = table.c.state.in_(list(OPEN)), table.c.counted_on
    plain: dict[Standing, ColumnElement[bool]] = {
        Standing.LATE: and_(is_open, due < today.isoformat()),
        Standing.SOON: and_(is_open, due >= today.isoformat(), due <= soon.isoformat()),
        Standing.TIME: and_(is_open, due > soon.isoformat()),
        Standing.WAITING: table.c.state == State.ANSWERED.value,
        Standing.DONE: and_(table.c.state == State.ACCEPTED.value, table.c.on_time.is_(True)),
        Standing.DONE_LATE: and_(table.c.state == State.ACCEPTED.value, table.c.on_time.is_(False)),
        Standing.DRAFT: table.c.state == State.DRAFT.value,
        Standing.WITHDRAWN: table.c.state == State.WITHDRAWN.value,
    }
    return plain[Standing(standing)]


def _waits_for(who: Actor) -> ColumnElement[bool]:
    if who.roles & rights.HEADS and not who.has(rights.SECRETARY):
        return and_(table.c.agency == who.agency, table.c.state.in_(list(OPEN)))
    return and_(table.c.body == who.agency, table.c.state == State.ANSWERED.value)


def _groups(counted: Iterable[Row[Any]], by: str) -> tuple[Group, ...]:
    keys: dict[str, list[Row[Any]]] = {}
    for each in counted:
        keys.setdefault(getattr(each, by), []).append(each)
    codes = reference.code_list(PILLARS).codes
    groups: list[Group] = []
    for key, rows in keys.items():
        if by == "agency":
            groups.append(_group(key, history.agency_name(key), rows))
        else:
            groups.append(_group(key or NO_PILLAR, str(codes[key].title) if key in codes else "", rows))
    return tuple(sorted(groups, key=_worst_first))


def _worst_first(group: Group) -> tuple[int, int, str]:
    return -group.standings.get(Standing.LATE, 0), -group.standings.get(Standing.SOON, 0), group.name


def _group(key: str, name: str, rows: Iterable[Row[Any]]) -> Group:
    today = clock.today(runtime.current().clock)
    standings: dict[Standing, int] = {}
    for each in rows:
        stands = _standing(each, today)
        standings[stands] = standings.get(stands, 0) + each.tasks
    return Group(key=key, name=name, total=sum(standings.values()), standings=standings)
