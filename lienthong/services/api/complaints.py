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
from lienthong.services.api import answering, filing, helped, procedures
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
        agency, role = _answering(who, said.agency, said.officer, procedure)
        values, unit = _values(who, said), _unit(said, agency)
        row = filing.file_told(
            who,
            procedure,
            person=said.subject,
            values=values,
            agency=agency,
            role=role,
            unit=unit,
            at=clock.moment(said.at),
        )
        store.complaints.put(row.id, said.id, officer=said.officer)
        if said.by_name:
            way = "mandate" if said.under else "parent"
            helped.keep(
                who, row, "complained", person=said.subject, way=way, by=(said.by, said.by_name, ""), under=said.under
            )
        exchange.complaint_taken(who, complaint=said.id, dossier=row.code, due_at=row.due_at)


def answer_back(fact: Delivered) -> None:
    """Write the answer of a finished complaint into the person's access log; other dossiers are left alone."""
    finished = fact.event
    assert isinstance(finished, DossierFinished)  # noqa: S101  the listener asks for nothing else
    row = store.dossiers.by_code(finished.dossier)
    about = store.complaints.of_dossier(row.id) if row is not None else None
    if row is None or about is None:
        return
    upheld, reasons, note = answering.answer(row, finished)
    exchange.complaint_answered(
        system("services", request_id=fact.id),
        complaint=about.complaint,
        upheld=upheld,
        reasons=reasons,
        note=note,
        at=finished.finished_at,
    )


def require_other(who: Actor, dossier: str) -> None:
    """Let everybody pass but the officer whom this complaint (a dossier by id) is about. Raises Denied."""
    about = store.complaints.of_dossier(dossier)
    if about is not None and about.officer == who.subject:
        sentence = N_("Khiếu nại này nói về lượt xem của chính bạn: người khác mở và trả lời, bạn thì không.")
        raise Denied("complaint.own", sentence)


def _answering(who: Actor, code: str, officer: str, procedure: Procedure) -> tuple[Agency, str]:
    """The agency that looked, or the nearest above it where somebody else may answer, and that one's role: who answers
    for data there, else the head. The agency that looked and its first role when nobody anywhere has an account.
    """
    role = f"{procedure.flow[procedure.first_step].by}-officer"
    looked = reference.agency(code)
    if looked is None:
        raise LookupError(code)
    above: Agency | None = looked
    while above is not None:
        others = [each for each in identity.staff(who, agency=above.code) if each.subject != officer]
        roles = {one for each in others for one in each.roles}
        if found := [each for each in (role, *sorted(identity.HEADS)) if each in roles]:
            return above, found[0]
        above = reference.agency(above.parent) if above.parent else None
    return looked, role


def _unit(said: exchange.Complaint, agency: Agency) -> str:
    """The unit whose affair it is: that of the agency that looked, which lies within the one of the agency above."""
    looked = reference.agency(said.agency)
    return (looked.unit if looked else "") or agency.unit


def _values(who: Actor, said: exchange.Complaint) -> dict[str, str]:
    """What the complaint is about, in codes: ``show`` says them in the language of whoever reads."""
    looked, names = said.looked, identity.display(who, subjects=[said.officer])
    officer, agency = names.get(said.officer), reference.agency(said.agency)
    values = {
        "look.agency": said.agency,
        "look.unit": agency.unit if agency else "",
        "look.officer": f"{officer.name}, {officer.position}" if officer else said.officer,
        "look.at": day_time(clock.moment(looked.at)),
        "look.register": looked.register,
        "look.fields": " ".join(f"{looked.register}.{name}" for name in looked.fields),
        "look.purpose": exchange.purpose_code(looked),
        "look.basis": looked.basis,
        "look.dossier": looked.dossier,
        "look.entry": looked.id,
        "complaint.text": said.text,
    }
    return {name: value for name, value in values.items() if value}
