"""Following a dossier, as far as each participant may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.services import store
from lienthong.services.api import (
    apologising,
    comparing,
    complaints,
    deadlines,
    drafting,
    held,
    helped,
    path,
    procedures,
    reasons,
    show,
    timing,
    withdrawing,
    words,
)
from lienthong.services.api.held import Held
from lienthong.services.api.notices import apology_reason
from lienthong.services.api.views import (
    Change,
    Compared,
    DossierView,
    Group,
    Moment,
    Paper,
    Role,
    StepView,
    SupplementView,
)
from lienthong.services.spec.shape import Procedure


def dossier(who: Actor, *, code: str) -> DossierView:
    """Return a dossier as far as this actor may see it: all for the applicant and the lead agency, its own step and
    the values shared with it for another agency. For an officer the registers are read again and compared; that is
    logged. Raises NotFound for everyone else, as if it did not exist.
    """
    row = store.dossiers.by_code(code)
    stands = seen(who, row)
    if row is None or stands is None:
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    case = held.of(row)
    groups = show.groups(case.form, only=_names(case, stands), at=clock.moment(row.filed_at))
    compared = comparing.compare(who, case, groups) if stands.role == "lead" and not row.finished_at else ()
    with runtime.current().database.reading():
        return _view(who, case, stands, groups, compared)


def recorded(who: Actor, *, dossier: str) -> Moment | None:
    """Return the newest line of a dossier's history that this officer wrote; None when there is none to show them."""
    row = store.dossiers.by_code(dossier)
    if row is None or not held.serves(who, row.unit):
        return None
    own = [each for each in store.dossiers.history(row.id) if each.by == who.subject and each.agency == who.agency]
    procedure = procedures.version(row.procedure, row.version)
    return _moment(own[-1], procedure, "") if own else None


@dataclass(frozen=True)
class Seen:
    """How an actor stands to a dossier: as whom, and the steps of its own."""

    role: Role
    steps: frozenset[str]


def seen(who: Actor, row: Row | None) -> Seen | None:
    """Return how an actor stands to a dossier; None when it is as if it did not exist.

    Raises Denied for the officer whom a complaint is about.
    """
    if row is None:
        return None
    if who.kind is Kind.CITIZEN:
        if held.is_own(who, row):
            return Seen("applicant", frozenset())
        signed = any(
            each.person == who.person and each.state == "signed" for each in store.dossiers.signatures_of(row.id)
        )
        return Seen("signer", frozenset()) if signed and held.in_reach(who, row) else None
    if not held.serves(who, row.unit):
        return None
    if procedures.version(row.procedure, row.version).begins == "fact":
        complaints.require_other(who, row.id)
    if row.agency == who.agency:
        return Seen("lead", frozenset())
    own = {each.step for each in store.steps.of(row.id) if each.agency == who.agency and each.state != "declined"}
    return Seen("participant", frozenset(own)) if own else None


def _view(
    who: Actor, case: Held, stands: Seen, groups: tuple[Group, ...], compared: tuple[Compared, ...]
) -> DossierView:
    row, filed = case.row, clock.moment(case.row.filed_at)
    stood, marks = store.dossiers.stops_of(row.id), store.clocks.of(row.id)
    finished = clock.moment(row.finished_at) if row.finished_at else None
    names, steps = _names(case, stands), _steps(who, case, stands, stood)
    takes_part = stands.role == "participant"  # and is told of its own step, not of what others decided
    whole = stands.role in {"applicant", "lead"}
    by_others: Mapping[tuple[str, str], str] = {} if takes_part else helped.said_by([row.id], row.applicant_name)
    return DossierView(
        code=row.code,
        role=stands.role,
        procedure=procedures.view(case.procedure),
        about=str(show.called(case.procedure, row.name)) if names is None or case.procedure.name in names else "",
        agency=show.agency_title(row.agency),
        applicant=row.applicant_name if names is None or case.procedure.applicant.name in names else "",
        state=row.state,
        state_text=steps[0].state_text if takes_part else words.dossier_state(row.state, row.outcome, case.procedure),
        outcome="" if takes_part else row.outcome,
        channel=row.channel,
        filed_at=filed,
        received_at=clock.moment(row.received_at),
        finished_at=finished,
        clock=timing.dossier(row, case.procedure, stood=stood, marks=marks),
        extended=row.extended,
        extension=_change(marks, "extended", case.procedure),
        apology=_change(marks, "apology", case.procedure),
        groups=groups,
        compared=compared,
        steps=steps,
        history=tuple(_history(case, stands, by_others)),
        papers=_papers(case, stands),
        attachments=tuple(show.attachment(case.procedure, each) for each in case.attachments) if whole else (),
        supplement=_supplement(case, stood) if whole else None,
        fee=drafting.fee(case),
        filed_by=by_others.get((row.id, "filed"), "") if whole else "",
        kept_because=_kept(case, steps) if stands.role == "applicant" else None,
        may_apologise=stands.role == "lead" and apologising.may_apologise(who, row, case.procedure, marks),
    )


def _names(case: Held, seen: Seen) -> frozenset[str] | None:
    """Return the names of the values that this actor may see; None for all of them."""
    if seen.role == "participant":
        return frozenset(name for step_id in seen.steps for name in case.procedure.flow[step_id].sees)
    if seen.role == "signer":
        return frozenset(name for item in case.procedure.data.values() if item.sign for name in item.sign.sees)
    return None


def _steps(who: Actor, case: Held, seen: Seen, stood: Sequence[Row]) -> tuple[StepView, ...]:
    begun = store.steps.of(case.id)
    names = _officers([row.signed_by or row.decided_by for row in begun])
    steps = path.steps(
        case.procedure,
        case.row,
        begun,
        names=names,
        may=lambda row: _may(who, case, row, supplemented=bool(stood)),
        papers=case.form.papers,
        official=who.kind is Kind.OFFICER,
    )
    return tuple(each for each in steps if seen.role != "participant" or each.id in seen.steps)


def _kept(case: Held, steps: Sequence[StepView]) -> str:
    return withdrawing.kept_because(case.row, case.procedure, {each.id: each.state for each in steps})


def _may(who: Actor, case: Held, row: Row, *, supplemented: bool) -> tuple[str, ...]:
    if row.agency != who.agency or not held.serves(who, row.unit) or not who.has(row.role):
        return ()
    if row.state == "signing":
        return ("sign", "return") if row.decided_by != who.subject else ()
    if row.state != "open":
        return ()
    may = ["approve", *(v for v in case.procedure.flow[row.step].may if v != "supplement" or not supplemented)]
    if row.agency == case.row.agency and deadlines.may_extend(case.row, case.procedure):
        may.append("extend")
    return tuple(may)


def _change(marks: Sequence[Row], kind: str, procedure: Procedure) -> Change | None:
    mark = timing.mark_of(marks, kind)
    if mark is None:
        return None
    at, was, then = (clock.moment(each) for each in (mark.at, mark.due_at, mark.next_at))
    extended = kind == "extended"
    why = reasons.told(mark.note, procedure.reasons.extend) if extended else apology_reason(marks, procedure)
    return Change(at=at, was_at=was, next_at=then, reason=why)


def _history(case: Held, seen: Seen, by_others: Mapping[tuple[str, str], str]) -> list[Moment]:
    rows = [r for r in store.dossiers.history(case.id) if seen.role != "participant" or r.step in seen.steps]
    names, applicant = _officers([row.by for row in rows]), case.row.applicant
    found: list[Moment] = []
    for row in rows:
        alone = names.get(row.by) or (case.row.applicant_name if row.by == applicant else "")
        said = by_others.get((case.id, helped.OF_HISTORY.get(row.kind, "")), "") if row.by_kind == Kind.CITIZEN else ""
        found.append(_moment(row, case.procedure, said or alone))
    return found


def _moment(row: Row, procedure: Procedure, by: str) -> Moment:
    text = words.history(row.kind, row.step, row.data, procedure)
    return Moment(at=clock.moment(row.at), kind=row.kind, text=text, by=by)


def _papers(case: Held, seen: Seen) -> tuple[Paper, ...]:
    rows = store.dossiers.papers_of(case.id)
    return path.papers(case.procedure, [r for r in rows if seen.role != "participant" or r.step in seen.steps])


def _supplement(case: Held, stood: Sequence[Row]) -> SupplementView | None:
    stop = next((each for each in stood if not each.until_at), None)
    if stop is None:
        return None
    codes, (names, papers) = stop.reasons.split(","), wanted(case, stop)
    return SupplementView(
        step=stop.step,
        reasons=tuple(r for r in path.reasons(case.procedure.reasons.supplement, stop.step) if r.code in codes),
        note=stop.note,
        asked_at=clock.moment(stop.from_at),
        answer_by=clock.moment(stop.answer_by),
        questions=tuple(show.question(case.form, ask) for ask in case.form.asks if ask.name in names),
        papers=tuple(
            replace(each, room=show.PAGES)
            for each in show.papers(case.form, case.attachments, ())
            if each.item in papers
        ),
    )


def wanted(case: Held, stop: Row) -> tuple[set[str], list[str]]:
    """Return what a supplement wants: names of questions (all when its reasons say nothing), items of papers."""
    reasons = [case.procedure.reasons.supplement[code] for code in stop.reasons.split(",")]
    names = {name for each in reasons for name in each.asks}
    papers = [item for item in case.form.papers if any(item in each.papers for each in reasons)]
    return names if names or papers else {ask.name for ask in case.form.asks}, papers


def _officers(subjects: Sequence[str]) -> dict[str, str]:
    """Names of officers for history lines; they are told to everyone who may see the dossier."""
    staff = [each for each in dict.fromkeys(subjects) if each and not each.isdigit()]
    if not staff:
        return {}
    found = identity.display(system("services"), subjects=staff)
    return {subject: each.name for subject, each in found.items()}
