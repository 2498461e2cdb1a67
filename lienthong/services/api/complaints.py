"""A complaint on an access becomes a dossier of the agency that looked; its answer goes back into the access log."""

from __future__ import annotations

from lienthong.exchange import api as exchange
from lienthong.exchange.events import AccessContested
from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.delivery import Delivered
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import day_time
from lienthong.reference import api as reference
from lienthong.reference.api import Agency
from lienthong.services import store
from lienthong.services.api import filing, procedures
from lienthong.services.events import DossierFinished
from lienthong.services.spec.shape import Procedure

PROCEDURE = "access-complaint"


def take_over(fact: Delivered) -> None:
    """Make the dossier of a complaint, once however often the fact comes; its clock runs from the complaint."""
    contested = fact.event
    assert isinstance(contested, AccessContested)  # noqa: S101  the listener asks for nothing else
    procedure = procedures.in_force(PROCEDURE)
    if procedure is None:
        raise LookupError(PROCEDURE)  # stays undelivered, and visible, until the file is there again
    who = system("services", request_id=fact.id)
    with runtime.current().database.transaction():
        said = exchange.complaint(who, complaint=contested.complaint)
        if store.complaints.is_taken(said.id):
            return
        agency = _answering(who, said.agency, said.officer, procedure)
        values, unit = _values(who, said), _unit(said, agency)
        row = filing.file_told(
            who, procedure, person=said.subject, values=values, agency=agency, unit=unit, at=clock.moment(said.at)
        )
        store.complaints.put(row.id, said.id, officer=said.officer)
        exchange.complaint_taken(who, complaint=said.id, dossier=row.code, due_at=row.due_at)


def answer_back(fact: Delivered) -> None:
    """Write the answer of a finished complaint into the person's access log; other dossiers are left alone."""
    finished = fact.event
    assert isinstance(finished, DossierFinished)  # noqa: S101  the listener asks for nothing else
    row = store.dossiers.by_code(finished.dossier)
    about = store.complaints.of_dossier(row.id) if row is not None else None
    if row is None or about is None:
        return
    procedure = procedures.version(row.procedure, row.version)
    step = next(each for each in store.steps.of(row.id) if each.step == procedure.first_step)
    upheld = finished.outcome != "refused"
    known = procedure.reasons.approve if upheld else procedure.reasons.refuse
    codes = step.reasons.split(",")
    exchange.complaint_answered(
        system("services", request_id=fact.id),
        complaint=about.complaint,
        upheld=upheld,
        reasons=[(each.say, reference.basis(each.basis).title) for code, each in known.items() if code in codes],
        note=step.note,
        at=finished.finished_at,
    )


def is_against(who: Actor, dossier: str) -> bool:
    """Say whether a dossier (by id) is a complaint about this officer."""
    about = store.complaints.of_dossier(dossier)
    return about is not None and about.officer == who.subject


def require_other(who: Actor, dossier: str) -> None:
    """Let everybody pass but the officer complained about. Raises Denied."""
    if is_against(who, dossier):
        raise Denied("complaint.own", N_("Người bị khiếu nại không tự trả lời; người khác của cơ quan phải trả lời."))


def _answering(who: Actor, code: str, officer: str, procedure: Procedure) -> Agency:
    """The agency that looked, or the nearest above it where somebody else may answer; the first when there is none."""
    role = f"{procedure.flow[procedure.first_step].by}-officer"
    looked = reference.agency(code)
    if looked is None:
        raise LookupError(code)
    above: Agency | None = looked
    while above is not None:
        if any(each.subject != officer for each in identity.staff(who, agency=above.code, role=role)):
            return above
        above = reference.agency(above.parent) if above.parent else None
    return looked


def _unit(said: exchange.Complaint, agency: Agency) -> str:
    """The unit whose affair it is: that of the agency that looked, which lies within the one of the agency above."""
    looked = reference.agency(said.agency)
    return (looked.unit if looked else "") or agency.unit


def _values(who: Actor, said: exchange.Complaint) -> dict[str, str]:
    looked, names = said.looked, identity.display(who, subjects=[said.officer])
    officer = names.get(said.officer)
    values = {
        "look.agency": said.agency,
        "look.unit": (looked_at.unit if (looked_at := reference.agency(said.agency)) else ""),
        "look.officer": f"{officer.name}, {officer.position}" if officer else said.officer,
        "look.at": day_time(clock.moment(looked.at)),
        "look.register": said.register,
        "look.fields": ", ".join(said.fields),
        "look.purpose": said.purpose,
        "look.basis": said.basis,
        "look.dossier": looked.dossier,
        "look.entry": looked.id,
        "complaint.text": said.text,
    }
    return {name: value for name, value in values.items() if value}
