"""Taking a document back: by who may sign it, for a coded reason with its legal ground; whoever checks it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lienthong.documents import spec, store
from lienthong.documents.api.statuses import forget_lists
from lienthong.documents.api.wallet import document as opened
from lienthong.documents.domain.document import Document, Status
from lienthong.documents.domain.status_list import Code
from lienthong.documents.events import DocumentReplaced, DocumentRevoked
from lienthong.documents.spec import EndingSpec
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.messages import api as messages
from lienthong.reference import api as reference

SIGNING_LEVEL = 3
"""A code by telephone proves level 2: it opens the desk and signs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a document ended, as its holder and its agency read it. newer: what took its place, None when nothing did."""

    reason: Bilingual
    basis: str
    at: datetime
    newer: Document | None


def revoke(who: Actor, *, document: str, reason: str, replaced_by: str = "") -> Document:
    """Take a document back and answer it; asked again for the same reason, it answers the same and changes nothing.

    reason: id of an ending of the document's type. replaced_by: id of a valid document of the same type about the same
    person that takes its place. Raises NotFound outside the issuing agency, Denied without the signer's role,
    SignInNeeded below level 3, Invalid for an unknown reason or replacement, Conflict when it ended otherwise.
    """
    with runtime.current().database.transaction():
        former = signable(who, document)
        why = reason_of(former, reason, by="revoke")
        if replaced_by:
            _must_fit(former, replaced_by)
        end(who, former, why, replaced_by=replaced_by)
    return store.by_id(document) or former


def may_end(who: Actor, document: Document) -> bool:
    """Tell whether the actor may take the document back: an officer of the issuing agency with the signer's role."""
    kind = spec.types().get(document.type)
    return (
        who.kind is Kind.OFFICER
        and not who.for_person
        and who.agency == document.agency
        and kind is not None
        and not who.roles.isdisjoint(kind.spec.signers)
    )


def reasons(document: Document, *, by: str) -> tuple[EndingSpec, ...]:
    """Return the reasons for which a document of this type is revoked or reissued (``by``)."""
    return tuple(each for each in spec.document_type(document.type).spec.endings if each.by == by)


def ended(document: Document) -> Ended | None:
    """Return how a document ended in words, None while it is valid."""
    ending = store.ending_of(document.id)
    if ending is None:
        return None
    known = {each.id: each.title for each in spec.document_type(document.type).spec.endings}
    law = reference.bases().get(ending.basis)
    return Ended(
        reason=known.get(ending.reason, Bilingual(ending.reason, ending.reason)),
        basis=f"{law.title} ({law.number})" if law else ending.basis,
        at=ending.at,
        newer=store.by_id(ending.replaced_by) if ending.replaced_by else None,
    )


def signable(who: Actor, document_id: str) -> Document:
    """Return the document when the actor may take it back; the access entry of reading it is written."""
    found = opened(who, document_id)
    if not may_end(who, found):
        raise Denied("document.end", N_("Chỉ người có thẩm quyền ký của cơ quan đã cấp mới thu hồi, cấp lại được."))
    if who.level < SIGNING_LEVEL:
        message = N_("Việc này cần ký số: đăng nhập lại bằng khóa truy cập.")
        raise SignInNeeded("document.level", message, level=SIGNING_LEVEL)
    return found


def reason_of(document: Document, reason: str, *, by: str) -> EndingSpec:
    """Return a reason of the document's type by id. Raises Invalid."""
    for each in reasons(document, by=by):
        if each.id == reason:
            return each
    raise Invalid("document.reason", N_("Chọn một lý do trong danh sách."))


def end(who: Actor, former: Document, why: EndingSpec, *, replaced_by: str) -> None:
    """Take a valid document back in the open transaction: status, place in the list, fact, notice to its holders.

    Nothing changes when it ended the same way before. Raises Conflict when it ended otherwise.
    """
    status = Status.REPLACED if replaced_by else Status.REVOKED
    if not store.end(former.id, status=status, replaced_by=replaced_by):
        earlier = store.ending_of(former.id)
        if earlier is None or (earlier.reason, earlier.replaced_by) != (why.id, replaced_by):
            raise Conflict("document.ended", N_("Giấy tờ này đã bị thu hồi hoặc thay thế trước đó."))
        return
    now = runtime.current().clock.now()
    ending = store.Ending(
        document=former.id,
        code=Code.REPLACED if replaced_by else Code.REVOKED,
        reason=why.id,
        basis=why.basis,
        replaced_by=replaced_by,
        agency=former.agency,
        officer=who.subject,
        at=now,
    )
    store.keep_ending(ending, place=store.give_place(former.id, former.serial))
    forget_lists()
    _tell(who, former, why, replaced_by, clock.stamp(now))


def _tell(who: Actor, former: Document, why: EndingSpec, replaced_by: str, at: str) -> None:
    said = {
        "document": former.id,
        "document_type": former.type,
        "dossier": former.dossier,
        "agency": former.agency,
        "reason": why.id,
        "basis": why.basis,
        "at": at,
    }
    publish(who, DocumentReplaced(**said, replaced_by=replaced_by) if replaced_by else DocumentRevoked(**said))
    data = {"document": former.title, "name": former.subject_name, "agency": former.agency_name, "reason": why.title}
    for holder in store.holders_of(former.id):
        template = "document-replaced" if replaced_by else "document-revoked"
        messages.send(who, to=holder, template=template, data=data, dossier=former.dossier)


def _must_fit(former: Document, replaced_by: str) -> None:
    newer = store.by_id(replaced_by)
    if newer is None or newer.id == former.id:
        raise NotFound("document.replacement", N_("Không có giấy tờ thay thế này."))
    same = (newer.type, newer.subject, newer.agency) == (former.type, former.subject, former.agency)
    if not same or newer.status is not Status.ACTIVE:
        raise Invalid(
            "document.replacement",
            N_("Giấy thay thế phải cùng loại, về cùng một người, do cùng cơ quan cấp và còn hiệu lực."),
        )
