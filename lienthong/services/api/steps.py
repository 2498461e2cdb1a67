"""Moving a dossier along its flow: open steps, end them, write decisions back, finish. Always inside a verb's
transaction, under the lock of the dossier's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lienthong.identity import api as identity
from lienthong.kernel import clock, jobs, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.events import publish
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import facts, held, timing
from lienthong.services.api.drafts import by
from lienthong.services.api.held import Held
from lienthong.services.domain import codes, flow
from lienthong.services.events import Decision, DossierFinished, DossierRefused, StepDecided, StepOpened
from lienthong.services.spec.parts import Step, Write

AUTO_JOB = "services.auto"
PAPER_JOB = "services.paper"


def open_first(who: Actor, case: Held, *, role: str = "") -> None:
    """Open the first step of a dossier filed just now; its clock runs from the filing. role: of who decides it, where
    that is not the one the procedure names.
    """
    _open(who, case, case.procedure.first_step, role=role)


def refuse(who: Actor, case: Held, row: Row, *, reasons: list[str], note: str) -> None:
    """End a step with a refusal; what was decided before stays."""
    _end(who, case, row, decision="refused", reasons=reasons, note=note)
    advance(who, case)


def fulfil(
    who: Actor,
    case: Held,
    row: Row,
    *,
    note: str = "",
    given: dict[str, str] | None = None,
    reasons: Sequence[str] = (),
) -> None:
    """End a step with an approval: what it gives, what it writes back, its papers, and the steps after it."""
    step = case.procedure.flow[row.step]
    now = runtime.current().clock.now()
    added = {**_given(row, step, now), **(given or {}), **_signed(who, row, now)}
    added = {f"{row.step}.{name}": value for name, value in added.items()}
    store.dossiers.put_values(case.id, added, kind="decision", at=clock.stamp(now))
    case = _again(case)
    for write in step.write:
        _write(who, case, write)
    _end(who, case, row, decision="approved", reasons=list(reasons), note=note)
    for document_type, result in case.procedure.results.items():
        if result.after == row.step:
            store.dossiers.put_paper(case.id, document_type, step=row.step)
            payload = {"dossier": case.id, "type": document_type}
            jobs.enqueue(PAPER_JOB, payload, key=f"paper/{case.row.code}/{document_type}")
    advance(who, case)


def advance(who: Actor, case: Held) -> None:
    """Open what can open now; when nothing is left, finish the dossier."""
    states = {row.step: row.state for row in store.steps.of(case.id)}
    order = {step_id: step.to for step_id, step in case.procedure.flow.items()}
    while ready := flow.openable(order, states):
        for step_id in ready:
            states[step_id] = _open(who, case, step_id)
    if flow.is_over(order, states):
        _finish(who, case, states)


def _open(who: Actor, case: Held, step_id: str, *, role: str = "") -> str:
    """Open one step, or note that the applicant declined it; answer its state."""
    step = case.procedure.flow[step_id]
    now = runtime.current().clock.now()
    declined = step.optional and case.sharing is not None and not case.sharing.get(step_id, True)
    state = "declined" if declined else "auto" if step.auto else "open"
    told = case.procedure.begins == "fact"  # at the agency that the fact is about, whoever is competent elsewhere
    agency = reference.competent(role=step.by, unit=case.row.unit).code if step.by and not told else case.row.agency
    opened = clock.moment(case.row.filed_at) if step_id == case.procedure.first_step else now
    due = clock.stamp(timing.step(step.within, opened=opened, agency=agency).at) if step.within else case.row.due_at
    active = state in flow.ACTIVE
    store.steps.put(
        {
            "dossier": case.id,
            "step": step_id,
            "code": case.row.code,
            "lead": case.row.agency,
            "agency": agency,
            "unit": case.row.unit,
            "role": role or (f"{step.by}-officer" if step.by else ""),
            "state": state,
            "active": active,
            "away": active and agency != case.row.agency,
            "opened_at": clock.stamp(now),
            "due_at": due,
            "decided_at": "",
            "decided_by": "",
            "signed_by": "",
            "reasons": "",
            "note": "",
        }
    )
    if active:
        publish(
            who,
            StepOpened(
                dossier=case.row.code,
                step=step_id,
                agency=agency,
                unit=case.row.unit,
                opened_at=clock.stamp(now),
                due_at=due,
            ),
        )
    if state == "auto":
        jobs.enqueue(AUTO_JOB, {"dossier": case.id, "step": step_id}, key=f"auto/{case.row.code}/{step_id}")
    return state


def _end(who: Actor, case: Held, row: Row, *, decision: Decision, reasons: list[str], note: str) -> None:
    now = clock.stamp(runtime.current().clock.now())
    store.steps.change(
        case.id,
        row.step,
        state="done" if decision == "approved" else "refused",
        active=False,
        away=False,
        decided_at=now,
        decided_by=row.decided_by or who.subject,
        signed_by=who.subject,
        reasons=",".join(reasons),
        note=note,
    )
    kind = "step_done" if decision == "approved" else "step_refused"
    store.dossiers.tell(case.id, at=now, kind=kind, step=row.step, by=by(who), data=",".join(reasons))
    publish(
        who,
        StepDecided(
            dossier=case.row.code,
            step=row.step,
            agency=row.agency,
            unit=row.unit,
            decision=decision,
            decided_at=now,
            due_at=row.due_at,
            on_time=now <= row.due_at,
        ),
    )


def _finish(who: Actor, case: Held, states: dict[str, str]) -> None:
    now = clock.stamp(runtime.current().clock.now())
    effective = [step_id for step_id, step in case.procedure.flow.items() if step.write]
    ended = flow.outcome(states, effective)
    store.dossiers.change(case.id, state="finished", outcome=ended, finished_at=now)
    store.dossiers.tell(case.id, at=now, kind="finished", by=by(who), data=ended)
    if ended == "refused":
        reasons = [row.reasons for row in store.steps.of(case.id) if row.state == "refused"]
        publish(who, DossierRefused(dossier=case.row.code, unit=case.row.unit, reason=reasons[0], at=now))
    publish(
        who,
        DossierFinished(
            dossier=case.row.code,
            procedure=case.procedure.procedure,
            unit=case.row.unit,
            outcome=ended,
            finished_at=now,
            due_at=case.row.due_at,
            on_time=now <= case.row.due_at,
        ),
    )


def _given(row: Row, step: Step, now: datetime) -> dict[str, str]:
    """The numbers a step gives by its patterns, each the next of its series."""
    places = codes.Places(unit=row.unit, province=reference.province_of(row.unit), year=now.year)
    return {
        name: codes.numbered(given.number, places, store.dossiers.next_serial(codes.series(given.number, places)))
        for name, given in step.gives.items()
        if given.number != "assigned"
    }


def _signed(who: Actor, row: Row, now: datetime) -> dict[str, str]:
    names = identity.display(who, subjects=[who.subject]) if who.kind is Kind.OFFICER else {}
    signer = names[who.subject].name if who.subject in names else who.subject
    return {"agency": row.agency, "signer": signer, "decided_on": now.date().isoformat()}


def _write(who: Actor, case: Held, write: Write) -> None:
    says = case.form.says
    key = says(write.key) if write.key else None
    if write.key and key is None:
        return  # known from a paper only: the register has no record to change
    facts.submit(
        who,
        case.procedure,
        register=write.to,
        values={name: value for name, text in write.values.items() if (value := says(text)) is not None},
        key=None if key is None else str(key),
        since=date.fromisoformat(str(says(write.since))) if write.since else None,
        dossier=case.row.code,
    )


def _again(case: Held) -> Held:
    row = store.dossiers.by_id(case.id)
    assert row is not None  # noqa: S101  the caller holds its lock
    return held.of(row)
