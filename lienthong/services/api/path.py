"""The path of a dossier: its steps as people see them, ended, at work and to come; its papers; its coded reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from lienthong.kernel import clock, runtime
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.services.api import reasons as coded
from lienthong.services.api import show, timing, words
from lienthong.services.api.views import Paper, Reason, StepView
from lienthong.services.domain import flow
from lienthong.services.spec import parts as spec
from lienthong.services.spec.shape import Procedure

May = Callable[[Row], tuple[str, ...]]
"""What an actor may do at a step now."""


def steps(
    procedure: Procedure,
    dossier: Row,
    begun: Sequence[Row],
    *,
    names: Mapping[str, str] | None = None,
    may: May = lambda _row: (),
    papers: Collection[str] = (),
    official: bool = False,
) -> tuple[StepView, ...]:
    """Return every step of a dossier in the order of its procedure. begun: the rows there are; names: of officers.

    official: with what the definition notes for officers instead of what it tells the people. papers: items whose
    paper the dossier stands on.
    """
    rows = {row.step: row for row in begun}
    order = {step_id: step.to for step_id, step in procedure.flow.items()}
    closed = set(flow.unreached(order, {step: row.state for step, row in rows.items()}))
    return tuple(
        _begun(procedure, rows[step_id], names or {}, may(rows[step_id]), papers, official)
        if step_id in rows
        else _to_come(procedure, dossier, step_id, "closed" if step_id in closed else "planned", official)
        for step_id in procedure.flow
    )


def papers(procedure: Procedure, rows: Sequence[Row]) -> tuple[Paper, ...]:
    """Return the result documents of a dossier, made and in the making."""
    return tuple(
        Paper(
            type=row.type,
            title=procedure.results[row.type].title,
            id=row.document,
            ready_at=clock.moment(row.at) if row.at else None,
        )
        for row in rows
    )


def reasons(known: Mapping[str, spec.Reason], step: str) -> tuple[Reason, ...]:
    """Return the coded reasons that may be given at a step."""
    return tuple(
        Reason(code=code, text=each.say, basis=reference.basis(each.basis).title)
        for code, each in known.items()
        if not each.steps or step in each.steps
    )


def _to_come(procedure: Procedure, dossier: Row, step_id: str, state: str, official: bool) -> StepView:
    step = procedure.flow[step_id]
    agency = reference.competent(role=step.by, unit=dossier.unit).code if step.by else dossier.agency
    return StepView(
        id=step_id,
        title=step.title,
        agency=show.agency_title(agency),
        state=state,
        state_text=words.step_state(state),
        opened_at=None,
        decided_at=None,
        decided_by="",
        clock=None,
        late=False,
        within=step.within,
        reasons=(),
        note=_note(step, official),
    )


def _note(step: spec.Step, official: bool) -> str:
    return str((step.note if official else step.tells) or "")


def _late(row: Row) -> bool:
    """Say whether a step passed its own clock."""
    until = row.decided_at if row.state in flow.ENDED else clock.stamp(runtime.current().clock.now())
    return bool(row.due_at) and row.state not in {"declined", "closed"} and until > row.due_at


def _begun(
    procedure: Procedure,
    row: Row,
    names: Mapping[str, str],
    may: tuple[str, ...],
    papers: Collection[str],
    official: bool,
) -> StepView:
    step, why = procedure.flow[row.step], procedure.reasons
    given = row.reasons.split(",")
    told = reasons(why.refuse, row.step) if row.state == "refused" else reasons(why.approve, row.step)
    return StepView(
        id=row.step,
        title=step.title,
        agency=show.agency_title(row.agency),
        state=row.state,
        state_text=words.step_state(row.state, procedure),
        opened_at=clock.moment(row.opened_at),
        decided_at=clock.moment(row.decided_at) if row.decided_at else None,
        decided_by=names.get(row.signed_by or row.decided_by, ""),
        clock=timing.brief(row.due_at, finished=row.state in flow.ENDED),
        late=_late(row),
        within=step.within,
        reasons=tuple(each for each in told if each.code in given) if row.reasons else (),
        note=row.note or _note(step, official),
        may=may,
        approvals=reasons(why.approve, row.step) if "approve" in may else (),
        refusals=reasons(why.refuse, row.step) if "refuse" in may else (),
        supplements=reasons(coded.usable(why.supplement, papers), row.step) if "supplement" in may else (),
        extensions=reasons(why.extend, row.step) if "extend" in may else (),
    )
