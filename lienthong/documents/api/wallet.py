"""What people and officers see: the wallet, one document, its PDF, and showing only a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lienthong.documents import spec, store
from lienthong.documents.api.signers import issuer_key_id, signers
from lienthong.documents.domain import credential, statement
from lienthong.documents.domain.document import Document, Status
from lienthong.exchange import api as exchange
from lienthong.kernel import runtime
from lienthong.kernel.actor import PAPERS, Actor, Kind
from lienthong.kernel.errors import Conflict, NotFound, Unavailable
from lienthong.kernel.i18n import N_, Bilingual

SHOWN_FOR = timedelta(seconds=60)
WHOLE = "all"
HOLDING, PURPOSE = "documents", "issued-document"
"""How the access log names the papers and why one is opened (``catalogue/purposes``)."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """A part of a document, shown for a minute.

    text: the signed statement of the QR code. credential: the digital document with only these fields, which does not
    expire. fields: label → value of what is shown.
    """

    document: Document
    title: Bilingual
    text: str
    credential: str
    fields: dict[str, str]
    expires_at: datetime


def wallet(who: Actor) -> list[Document]:
    """Return the documents in the wallet of the person the actor acts for: valid ones, then those taken back.

    Newest first; none for others than people.
    """
    held = store.held_by(who.person) if who.person and who.may(PAPERS) else []
    return sorted(held, key=lambda each: each.status is not Status.ACTIVE)


def document(who: Actor, document_id: str) -> Document:
    """Return a document to who holds it, or to an officer of the agency that issued it. Raises NotFound for others.

    Whoever is not the holder alone leaves an entry in the access log of everybody it is about, refused or not.
    """
    found = store.by_id(document_id)
    if found is None:
        raise NotFound("document.missing", N_("Không có giấy tờ này trong ví của bạn."))
    if not _may_see(who, found):
        if who.kind is Kind.OFFICER:
            exchange.note_refused(who, holding=HOLDING, subjects=_people(found), grounds=_grounds(found))
        raise NotFound("document.missing", N_("Không có giấy tờ này trong ví của bạn."))
    _note(who, found)
    return found


def of_dossier(who: Actor, *, dossier: str) -> list[Document]:
    """Return those documents of a dossier that the actor may see, oldest first."""
    found = [each for each in store.of_dossier(dossier) if _may_see(who, each)]
    with runtime.current().database.transaction():
        for each in found:
            _note(who, each)
    return found


def pdf(who: Actor, document_id: str) -> bytes:
    """Return the signed paper. Raises NotFound as ``document`` does, Unavailable while it is being signed."""
    found = document(who, document_id)
    if not found.ready:
        raise Unavailable("document.waiting", N_("Giấy đang được ký; xin mở lại sau ít phút."))
    return runtime.current().files.get(found.pdf)


def present(who: Actor, document_id: str, *, show: str) -> Presentation:
    """Return a part of a held document, signed afresh for one minute. show: id of a choice of the type, or ``all``.

    Raises NotFound for a document not held or an unknown choice, Conflict when the document is no longer valid.
    """
    found = document(who, document_id)
    held = store.credential(document_id, who.person) if who.person else None
    if held is None:
        raise NotFound("document.missing", N_("Không có giấy tờ này trong ví của bạn."))
    if found.status is not Status.ACTIVE:
        raise Conflict("document.not_active", N_("Giấy tờ này không còn hiệu lực nên không xuất trình được."))
    kind = spec.document_type(found.type)
    names, title = _choice(kind, show, found)
    part = credential.show_only(held, names)
    fields = dict(credential.read(part).fields)
    now = runtime.current().clock.now()
    issuer = signers().issuer()
    said = statement.ShownStatement(
        code=kind.spec.code,
        agency=found.agency,
        agency_name=found.agency_name.vi,
        issued=found.issued_at.date().isoformat(),
        place=found.place or store.give_place(found.id, found.serial),
        shown_at=int(now.timestamp()),
        expires_at=int((now + SHOWN_FOR).timestamp()),
        fields=fields,
    )
    return Presentation(
        document=found,
        title=title,
        text=statement.write(said, key_id=issuer_key_id(issuer), sign=issuer.sign),
        credential=part,
        fields={str(kind.title_of(name)): fields[name] for name in names},
        expires_at=now + SHOWN_FOR,
    )


def _choice(kind: spec.DocumentType, show: str, document: Document) -> tuple[tuple[str, ...], Bilingual]:
    if show == WHOLE:
        return tuple(name for name in kind.spec.fields if name in document.shown), kind.spec.title
    for each in kind.spec.shows:
        if each.id == show:
            return tuple(name for name in each.fields if name in document.shown), each.title
    raise NotFound("document.show", N_("Giấy tờ này không có cách xuất trình đó."))


def _note(who: Actor, document: Document) -> None:
    """Write who opened a document; its holder's own opening needs no entry, unless an officer sits beside them."""
    own = who.kind is Kind.CITIZEN and not who.assisted_by
    if own and store.credential(document.id, who.subject) is not None:
        return
    terms = (spec.document_type(document.type).spec.fields[name].term for name in document.shown)
    exchange.note(
        who,
        holding=HOLDING,
        subjects=_people(document),
        fields=list(dict.fromkeys(terms)),
        grounds=_grounds(document),
    )


def _people(document: Document) -> set[str]:
    """Return whom a document is about and who holds it."""
    return {number for number in (document.subject, *store.holders_of(document.id)) if number}


def _grounds(document: Document) -> exchange.Grounds:
    basis = spec.document_type(document.type).spec.basis[0]
    return exchange.Grounds(purpose=PURPOSE, basis=basis, dossier=document.dossier)


def _may_see(who: Actor, document: Document) -> bool:
    if who.kind is Kind.OFFICER and not who.for_person:
        return bool(who.agency) and who.agency == document.agency
    if not who.may(PAPERS, f"dossier:{document.dossier}"):
        return False
    return bool(who.person) and document.ready and store.credential(document.id, who.person) is not None
