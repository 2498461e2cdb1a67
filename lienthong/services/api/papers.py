"""Asks documents for the papers of a dossier, after the decision has committed."""

from __future__ import annotations

from lienthong.documents import api as documents
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.services import store
from lienthong.services.api import held, helped, timing, words


def ask_paper(*, dossier: str, document_type: str) -> None:
    """Ask for one paper of a dossier (id, not code); asked again, documents answers the first one."""
    with runtime.current().database.transaction():
        row = store.dossiers.by_id(dossier)
        if row is None:
            return
        case = held.of(row)
        result = case.procedure.results[document_type]
        signed = next(each for each in store.steps.of(dossier) if each.step == result.signed_at)
        values = {name: case.form.says(text) for name, text in result.values.items()}
        holders = [case.form.value(name) for name in result.to]
        documents.issue(
            system("services", agency=signed.agency),
            type=document_type,
            values={name: str(value) for name, value in values.items() if value is not None},
            holders=[str(number) for number in holders if number],
            subject=str(case.form.value(result.about)),
            dossier=row.code,
            signer=signed.signed_by,
            agency=signed.agency,
            issue_key=f"{row.code}/{document_type}",
        )


def receipt_pdf(who: Actor, *, dossier: str, follow: str) -> bytes:
    """Return the receipt of the applicant's own dossier as a paper (form 01). follow: address of the dossier's page.

    It says what was promised on the day of filing. Raises NotFound for anyone else's dossier.
    """
    row = store.dossiers.by_code(dossier)
    if row is None or not held.is_own(who, row):
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    return receipt_of(row, follow=follow)


def receipt_of(row: Row, *, follow: str) -> bytes:
    """Return the receipt of a filed dossier, whose reader has been checked."""
    procedure = held.of(row).procedure
    filed = clock.moment(row.filed_at)
    promised = timing.whole(procedure, filed=filed, stood=(), extended=False, agency=row.agency)
    return documents.receipt_pdf(
        documents.Receipt(
            dossier=row.code,
            agency=row.agency,
            applicant=row.applicant_name,
            filed_by=helped.said_by([row.id], row.applicant_name).get((row.id, "filed"), ""),
            procedure=procedure.title.vi,
            term=words.term(procedure.clock.total),
            filed_at=filed,
            received_at=promised.received_at,
            due_at=promised.at,
            follow=follow,
            result_channel="electronic",
        )
    )
