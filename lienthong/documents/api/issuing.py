"""Issues documents: the ask is one row in the caller's transaction, paper and signatures follow as a job."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from lienthong.documents import spec, store
from lienthong.documents.api.paper import paper_data
from lienthong.documents.api.signers import issuer_key_id, signers
from lienthong.documents.api.statuses import address_of
from lienthong.documents.domain import credential, statement, status_list
from lienthong.documents.domain.document import Document, Signatory, Status
from lienthong.documents.events import DocumentIssued
from lienthong.identity import api as identity
from lienthong.kernel import clock, jobs, runtime
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.ids import new_id
from lienthong.reference import api as reference

JOB = "documents.finish"


def issue(
    who: Actor,
    *,
    type: str,  # noqa: A002  the word of the catalogue
    values: Mapping[str, str],
    holders: Sequence[str],
    subject: str,
    dossier: str,
    signer: str,
    agency: str,
    issue_key: str,
) -> Document:
    """Ask for a document, in the caller's transaction when one is open; a job typesets, signs and delivers it.

    values: field → stored value (dictionary form: codes, ISO dates). holders: personal numbers whose wallets get it.
    subject: personal number of whom it is about. signer: staff id of the officer of ``agency`` who signs.
    issue_key: the same key asked again answers the first document and makes no other.
    Raises Denied for others than machines and the agency's officers, Invalid with every faulty field.
    """
    if who.kind is not Kind.SYSTEM and not (who.kind is Kind.OFFICER and who.agency == agency):
        raise Denied("document.issue", N_("Chỉ cơ quan có thẩm quyền cấp được giấy tờ này."))
    kind = spec.document_type(type)
    if not kind.spec.signed or not holders:
        raise Invalid("document.holders", N_("Giấy tờ cấp cho dân cần ít nhất một người giữ."))
    with runtime.current().database.transaction():
        if (earlier := store.by_issue_key(issue_key)) is not None:
            return earlier
        stored = spec.checked(kind, values)
        shown = spec.shown(kind, stored)
        issued = Document(
            id=new_id(),
            serial=0,
            type=type,
            version=kind.spec.version,
            title=kind.spec.title,
            number=shown.get(kind.spec.number, ""),
            subject=subject,
            subject_name=shown.get(kind.spec.name, ""),
            agency=agency,
            agency_name=_agency_name(agency),
            dossier=dossier,
            signatory=signatory(who, signer, agency),
            values=stored,
            shown=shown,
            issued_at=runtime.current().clock.now(),
            ready=False,
            status=Status.ACTIVE,
        )
        document = store.insert(issued, issue_key=issue_key, holders=holders)
        jobs.enqueue(JOB, {"document": document.id}, key=f"{JOB}:{document.id}")
    return document


def finish(document_id: str) -> None:
    """Typeset, sign, seal and deliver a document that was asked for; done once however often it is called.

    Long work: never call it inside a transaction or on the event loop.
    """
    document = store.by_id(document_id)
    if document is None or document.ready:
        return
    now = runtime.current().clock.now()
    paper = _paper(document, now)
    credentials = {holder: _credential(document) for holder in store.holders_of(document_id)}
    digest = runtime.current().files.put(paper)
    with runtime.current().database.transaction():
        if store.finish(document_id, pdf=digest, credentials=credentials, at=now):
            fact = DocumentIssued(
                document=document.id,
                document_type=document.type,
                dossier=document.dossier,
                agency=document.agency,
                holders=len(credentials),
                at=clock.stamp(now),
            )
            publish(system("documents", agency=document.agency), fact)


def _paper(document: Document, now: datetime) -> bytes:
    from lienthong.documents.api import pades

    all_signers = signers()
    kind = spec.document_type(document.type)
    data = paper_data(document, kind, code=statement_of(document), signed_at=now)
    pdf = spec.typesetter().pdf(kind.template, data, at=now)
    names = {"agency": document.agency, "agency_name": document.agency_name.vi}
    person = all_signers.person(document.signatory, **names)
    return pades.sign(pdf, person=person, seal=all_signers.seal(**names), at=now)


def statement_of(document: Document) -> str:
    """Return the signed statement that the code on the document's paper carries."""
    kind = spec.document_type(document.type)
    issuer = signers().issuer()
    said = statement.PaperStatement(
        code=kind.spec.code,
        agency=document.agency,
        agency_name=document.agency_name.vi,
        number=document.number,
        name=document.subject_name,
        born=document.values.get(kind.spec.born, ""),
        issued=document.issued_at.date().isoformat(),
        place=document.place or store.give_place(document.id, document.serial),
    )
    return statement.write_on_paper(said, key_id=issuer_key_id(issuer), sign=issuer.sign)


def _credential(document: Document) -> str:
    issuer = signers().issuer()
    place = status_list.place_of(document.place or store.give_place(document.id, document.serial))
    claims: dict[str, object] = {
        "vct": f"urn:lienthong:document:{document.type}:{document.version}",
        "iat": int(document.issued_at.timestamp()),
        "agency": document.agency,
        "agency_name": document.agency_name.vi,
        "signer": f"{document.signatory.name}, {document.signatory.position}",
        "status": {"status_list": {"idx": place.index, "uri": address_of(place.number)}},
    }
    return credential.write(
        claims,
        document.shown,
        key_id=issuer_key_id(issuer).hex(),
        sign=issuer.sign,
        salt=lambda: secrets.token_bytes(16),
    )


def signatory(who: Actor, signer: str, agency: str) -> Signatory:
    """Return how an officer of the agency signs. Raises Invalid for anybody else."""
    officer = identity.display(who, subjects=[signer]).get(signer)
    if officer is None or officer.agency != agency:
        raise Invalid("document.signer", N_("Người ký không phải cán bộ của cơ quan cấp giấy."))
    return Signatory(officer.subject, officer.name, officer.position)


def _agency_name(code: str) -> Bilingual:
    found = reference.agency(code)
    if found is None:
        raise Invalid("document.agency", N_("Không có cơ quan mang mã “%(agency)s”."), agency=code)
    return found.name
