"""The receipt of a dossier: form 01, typeset at once and not signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lienthong.documents import spec
from lienthong.documents.api.paper import checkpoint_line
from lienthong.kernel import clock, runtime
from lienthong.ledger import api as ledger

TYPE = "dossier-receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the receipt says.

    dossier: its code. agency: code of the office that received it. procedure, term: as people read them.
    items: what was handed in. filed_by: who acted for the applicant or helped, in words; "" for nobody.
    result_channel: code of the list of that name. follow: address of the dossier's page.
    checkpoint: the ledger's newest checkpoint when the dossier was filed (``checkpoint_line``), so that every applicant
    is a witness of the log; "" for the newest now.
    """

    dossier: str
    agency: str
    applicant: str
    procedure: str
    term: str
    filed_at: datetime
    received_at: datetime
    due_at: datetime
    follow: str
    address: str = ""
    phone: str = ""
    result_channel: str = ""
    items: tuple[str, ...] = ()
    filed_by: str = ""
    checkpoint: str = ""


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt as PDF/A. Raises Invalid with every wrong field."""
    kind = spec.document_type(TYPE)
    values = {
        "dossier_code": receipt.dossier,
        "agency": receipt.agency,
        "applicant": receipt.applicant,
        "address": receipt.address,
        "phone": receipt.phone,
        "procedure": receipt.procedure,
        "term": receipt.term,
        "filed_at": clock.stamp(receipt.filed_at),
        "received_at": clock.stamp(receipt.received_at),
        "due_at": clock.stamp(receipt.due_at),
        "result_channel": receipt.result_channel,
    }
    stored = spec.checked(kind, values)
    data = {
        **spec.frame(receipt.agency, clock.local(receipt.filed_at).date()),
        "title": kind.spec.title.vi,
        "number": f"{receipt.dossier.rpartition('-')[2]}/TNHS",
        "values": spec.shown(kind, stored),
        "labels": kind.labels(),
        "items": list(receipt.items),
        "filed_by": receipt.filed_by,
        "qr": spec.qr_svg(receipt.follow),
        "follow": receipt.follow,
        "verify": "",
        "checkpoint": receipt.checkpoint or checkpoint_line(ledger.checkpoint()),
        "demonstration": runtime.current().settings.is_demo,
    }
    return spec.typesetter().pdf(kind.template, data, at=receipt.filed_at)
