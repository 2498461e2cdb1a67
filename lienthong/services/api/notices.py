"""What the applicant is told as a dossier moves, each fact once; and the papers that come back from documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lienthong.documents.events import DocumentIssued
from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.delivery import Delivered
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, Bilingual, say
from lienthong.kernel.rows import Row
from lienthong.kernel.text import day_time
from lienthong.messages import api as messages
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import procedures, show, timing
from lienthong.services.api import reasons as coded
from lienthong.services.events import (
    DossierApologised,
    DossierExtended,
    DossierFiled,
    DossierFinished,
    DossierRefused,
    DossierWithdrawn,
    ResultReady,
    StepDecided,
    SupplementAsked,
)
from lienthong.services.spec.parts import Reason
from lienthong.services.spec.shape import Procedure

TOLD = (
    DossierApologised,
    DossierFiled,
    DossierExtended,
    DossierFinished,
    DossierRefused,
    DossierWithdrawn,
    ResultReady,
    StepDecided,
    SupplementAsked,
)
"""Facts an applicant hears of."""


def tell_applicant(fact: Delivered) -> None:
    """Put the notice of a fact into the applicant's inbox; the same fact twice is told once."""
    told: Any = fact.event
    row = store.dossiers.by_code(told.dossier)
    if row is None:
        return
    found = _notice(told, row, procedures.version(row.procedure, row.version))
    if found is not None:
        template, data = found
        who = system("services", agency=row.agency, request_id=fact.id)
        messages.send(who, to=row.applicant, template=template, data=data, dossier=row.code)
    if isinstance(told, DossierWithdrawn):
        _tell_the_others(told, row, request_id=fact.id)


def paper_ready(fact: Delivered) -> None:
    """Note on the dossier that a document was issued, and tell so; noted once however often the fact comes."""
    issued = fact.event
    assert isinstance(issued, DocumentIssued)  # noqa: S101  the listener asks for nothing else
    row = store.dossiers.by_code(issued.dossier, lock=True)
    made = row is not None and store.dossiers.paper_made(
        row.id, issued.document_type, document=issued.document, at=issued.at
    )
    if row is None or not made:
        return
    who = system("services", agency=issued.agency, request_id=fact.id)
    step = next(each.step for each in store.dossiers.papers_of(row.id) if each.type == issued.document_type)
    by = (str(who.kind), who.subject, who.agency)
    store.dossiers.tell(row.id, at=issued.at, kind="paper", by=by, step=step, data=issued.document_type)
    publish(who, ResultReady(dossier=row.code, step=step, document_type=issued.document_type, at=issued.at))


def ask_to_sign(who: Actor, *, draft: str, person: str, asker: str, procedure: Procedure) -> None:
    """Tell a person that a draft awaits their signature."""
    data = {"asker": asker, "procedure": procedure.title}
    messages.send(who, to=person, template="cosign-asked", data=data, dossier=draft)


def _tell_the_others(told: DossierWithdrawn, row: Row, *, request_id: str) -> None:
    """Tell who signed a dossier that was withdrawn, and the officers who had it in hand."""
    who = system("services", agency=row.agency, request_id=request_id)
    data = {
        "dossier": row.code,
        "at": _moment(told.at),
        "procedure": procedures.version(row.procedure, row.version).title,
    }
    signed = {each.person for each in store.dossiers.signatures_of(row.id) if each.state == "signed"}
    handled = {each.decided_by for each in store.steps.of(row.id) if each.decided_by and each.role}
    for reader in sorted((signed | handled) - {row.applicant}):
        messages.send(who, to=reader, template="withdrawn-to-others", data=data, dossier=row.code)


def _notice(told: Any, row: Row, procedure: Procedure) -> tuple[str, dict[str, object]] | None:
    common: dict[str, object] = {"dossier": row.code, "agency": show.agency_title(row.agency)}
    if procedure.says and isinstance(told, (DossierRefused, StepDecided)):
        return None  # the answer is told once, when the dossier is finished
    if procedure.says and isinstance(told, DossierFinished):
        answer = procedure.says.refuse if told.outcome == "refused" else procedure.says.approve
        return procedure.says.notice, {**common, "answer": answer}
    if isinstance(told, DossierFiled):
        return "dossier-received", {**common, "procedure": procedure.title, "due": _moment(told.due_at)}
    if isinstance(told, SupplementAsked):
        needs = _reasons([procedure.reasons.supplement[code] for code in told.reasons])
        return "supplement-asked", {**common, "needs": needs}
    if isinstance(told, DossierExtended):
        said = [each.data for each in store.dossiers.history(row.id) if each.kind == "extended"]
        reason = coded.told(said[-1], procedure.reasons.extend)
        return "dossier-extended", {**common, "reason": reason, "due": _moment(told.due_at)}
    if isinstance(told, DossierApologised):
        dates = {"due": _moment(told.due_at), "again": _moment(told.again_at)}
        return "dossier-apology", {**common, **dates, "reason": apology_reason(store.clocks.of(row.id), procedure)}
    if isinstance(told, DossierRefused):
        reason = procedure.reasons.refuse[told.reason.split(",")[0]]
        return "dossier-refused", {**common, "reason": reason.say, "basis": reference.basis(reason.basis).title}
    if isinstance(told, DossierWithdrawn):
        return "dossier-withdrawn", {**common, "at": _moment(told.at)}
    if isinstance(told, ResultReady):
        return "result-ready", {**common, "document": procedure.results[told.document_type].title}
    if isinstance(told, DossierFinished) and told.outcome != "refused":
        return "dossier-finished", {**common, "procedure": procedure.title}
    if isinstance(told, StepDecided) and told.decision == "approved" and procedure.flow[told.step].optional:
        step = procedure.flow[told.step].title
        return "step-done", {**common, "step": step, "agency": show.agency_title(told.agency)}
    return None


def apology_reason(marks: Sequence[Row], procedure: Procedure) -> Bilingual:
    """Return why an apology was needed: which steps were not done then, and what an officer added."""
    mark = timing.mark_of(marks, "apology")
    steps, _, added = mark.note.partition("\n") if mark else ("", "", "")
    titles = [procedure.flow[each].title for each in steps.split(",") if each]
    names = {"vi": ", ".join(f"“{each.vi}”" for each in titles), "en": ", ".join(f"“{each.en}”" for each in titles)}
    said = [say(code, N_("bước %(steps)s chưa xong"), steps=names[code]) for code in ("vi", "en")]
    return Bilingual(*(f"{each}. {added}" if added else each for each in said))


def _reasons(reasons: list[Reason]) -> Bilingual:
    return Bilingual("; ".join(each.say.vi for each in reasons), "; ".join(each.say.en for each in reasons))


def _moment(stamp: str) -> str:
    return day_time(clock.moment(stamp))
