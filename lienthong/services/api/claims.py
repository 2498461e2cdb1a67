"""What a person asks about a record of theirs becomes a dossier of the agency that keeps the register."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.exchange import api as exchange
from lienthong.exchange.events import DataClaimed
from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.delivery import Delivered
from lienthong.reference import api as reference
from lienthong.reference.api import Agency
from lienthong.services import store
from lienthong.services.api import answering, filing, procedures
from lienthong.services.events import DossierFinished
from lienthong.services.spec.shape import Procedure


def take_over(fact: Delivered) -> None:
    """Make the dossier of a claim, once however often the fact comes; its clock runs from the claim."""
    told = fact.event
    assert isinstance(told, DataClaimed)  # noqa: S101  the listener asks for nothing else
    procedure = procedures.in_force(f"data-{told.right}")
    if procedure is None:
        raise LookupError(told.right)  # stays undelivered, and visible, until the file is there again
    who = system("services", request_id=fact.id)
    with runtime.current().database.transaction():
        said = exchange.claim_to_answer(who, claim=told.claim)
        if store.claims.is_taken(said.id):
            return
        agency, role = _answering(who, said.owner, said.unit, procedure)
        at = clock.moment(said.at)
        unit = agency.unit and (said.unit or agency.unit)  # who answers for the whole nation has no unit of their own
        row = filing.file_told(
            who, procedure, person=said.subject, values=_values(said), agency=agency, role=role, unit=unit, at=at
        )
        store.claims.put(row.id, said.id)
        exchange.claim_taken(who, claim=said.id, dossier=row.code, due_at=row.due_at)


def answer_back(fact: Delivered) -> None:
    """Write the answer of a finished claim where the person reads it; other dossiers are left alone."""
    finished = fact.event
    assert isinstance(finished, DossierFinished)  # noqa: S101  the listener asks for nothing else
    row = store.dossiers.by_code(finished.dossier)
    claim = store.claims.of_dossier(row.id) if row is not None else ""
    if row is not None and claim:
        granted, reasons, note = answering.answer(row, finished)
        who = system("services", request_id=fact.id)
        exchange.claim_answered(who, claim=claim, granted=granted, reasons=reasons, note=note, at=finished.finished_at)


def _answering(who: Actor, owner: str, unit: str, procedure: Procedure) -> tuple[Agency, str]:
    """The owner's nearest branch at the record's place where somebody may answer, else the owner or the nearest above
    it, and that one's role: who answers for data there, else the head. The owner and the first role when nobody has an
    account.
    """
    kept = reference.agency(owner)
    if kept is None:
        raise LookupError(owner)
    branches = [
        each
        for each in reference.agencies()
        if unit and each.unit and each.code.startswith(f"{owner}.") and reference.is_within(unit, each.unit)
    ]
    role = f"{procedure.flow[procedure.first_step].by}-officer"
    nearest = sorted(branches, key=lambda each: each.code.count("."), reverse=True)
    for each in (*nearest, *_upwards(kept)):
        roles = {one for member in identity.staff(who, agency=each.code) for one in member.roles}
        if found := [one for one in (role, *sorted(identity.HEADS)) if one in roles]:
            return each, found[0]
    return kept, role


def _upwards(agency: Agency) -> Iterator[Agency]:
    """Yield an agency and those above it."""
    above: Agency | None = agency
    while above is not None:
        yield above
        above = reference.agency(above.parent) if above.parent else None


def _values(said: exchange.Claim) -> dict[str, str]:
    values = {
        "record.register": said.register,
        "record.id": said.record,
        "record.version": str(said.version),
        "record.unit": said.unit,
        "claim.fields": " ".join(f"{said.register}.{name}" for name in said.fields),
        "claim.text": said.text,
    }
    return {name: value for name, value in values.items() if value}
