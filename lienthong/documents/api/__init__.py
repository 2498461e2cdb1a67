"""The verbs of documents."""

from __future__ import annotations

from lienthong.documents.api.issuing import finish, issue
from lienthong.documents.api.paper import checkpoint_line
from lienthong.documents.api.receipts import Receipt, receipt_pdf
from lienthong.documents.api.verifying import Verdict, verification_keys, verify
from lienthong.documents.api.wallet import Presentation, document, of_dossier, pdf, present, wallet
from lienthong.documents.domain.document import Document, Signatory, Status

__all__ = [
    "Document",
    "Presentation",
    "Receipt",
    "Signatory",
    "Status",
    "Verdict",
    "checkpoint_line",
    "document",
    "finish",
    "issue",
    "of_dossier",
    "pdf",
    "present",
    "receipt_pdf",
    "verification_keys",
    "verify",
    "wallet",
]
