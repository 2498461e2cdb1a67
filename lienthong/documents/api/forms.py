"""Plain forms of the one-stop rules: typeset at once from what a dossier says, not signed, not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lienthong.documents import spec
from lienthong.documents.api.paper import checkpoint_line
from lienthong.kernel import clock, runtime
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.ledger import api as ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form says.

    type: document type that is not signed. values: field → stored value. agency: code of the agency at its head.
    number: what stands after "Số:". at: when it was made out. items: numbered lines; rows: of its table, cells as text.
    follow: address that its QR code opens. checkpoint: line at the foot, "" for the ledger's newest.
    """

    type: str
    values: Mapping[str, str]
    agency: str
    at: datetime
    number: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())
    follow: str = ""
    checkpoint: str = ""


def form_pdf(form: Form) -> bytes:
    """Return a form as PDF/A. Raises Invalid with every wrong field, and for a type that must be signed."""
    kind = spec.document_type(form.type)
    if kind.spec.signed:
        raise Invalid(
            "document.signed", N_("Giấy “%(title)s” phải được ký, không in thẳng được."), title=kind.spec.title
        )
    stored = spec.checked(kind, form.values)
    data = {
        **spec.frame(form.agency, clock.local(form.at).date()),
        "title": kind.spec.title.vi,
        "number": form.number,
        "values": spec.shown(kind, stored),
        "labels": kind.labels(),
        "items": list(form.items),
        "rows": [list(each) for each in form.rows],
        "qr": spec.qr_svg(form.follow) if form.follow else "",
        "follow": form.follow,
        "verify": "",
        "checkpoint": form.checkpoint or checkpoint_line(ledger.checkpoint()),
        "demonstration": runtime.current().settings.is_demo,
    }
    return spec.typesetter().pdf(kind.template, data, at=form.at)
