"""The verbs of documents."""

from __future__ import annotations

from lienthong.documents.api.ending import Ended, ended, may_end, reasons, revoke, signable
from lienthong.documents.api.forms import Form, form_pdf
from lienthong.documents.api.issuing import finish, issue
from lienthong.documents.api.official import Block, official_paper
from lienthong.documents.api.paper import checkpoint_line
from lienthong.documents.api.receipts import Receipt, receipt_pdf
from lienthong.documents.api.reissuing import Change, Renewal, reissue, renewal
from lienthong.documents.api.statuses import give_places, status_list_of, status_lists
from lienthong.documents.api.verifying import Verdict, verification_keys, verify
from lienthong.documents.api.wallet import Presentation, document, of_dossier, pdf, present, wallet
from lienthong.documents.domain.document import Document, Signatory, Status

__all__ = [
    "Block",
    "Change",
    "Document",
    "Ended",
    "Form",
    "Presentation",
    "Receipt",
    "Renewal",
    "Signatory",
    "Status",
    "Verdict",
    "checkpoint_line",
    "document",
    "ended",
    "finish",
    "form_pdf",
    "give_places",
    "issue",
    "may_end",
    "of_dossier",
    "official_paper",
    "pdf",
    "present",
    "reasons",
    "receipt_pdf",
    "reissue",
    "renewal",
    "revoke",
    "signable",
    "status_list_of",
    "status_lists",
    "verification_keys",
    "verify",
    "wallet",
]
