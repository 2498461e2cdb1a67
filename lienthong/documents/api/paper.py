"""What a template gets: names, values as printed, the code, who signs. Plain text everywhere, never markup."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lienthong.documents.api.signers import signers
from lienthong.documents.domain.document import Document
from lienthong.documents.domain.words import day_in_words
from lienthong.documents.spec import DocumentType, frame, qr_svg
from lienthong.kernel import runtime
from lienthong.kernel.text import day_time
from lienthong.ledger import api as ledger


def paper_data(document: Document, kind: DocumentType, *, code: str, signed_at: datetime) -> dict[str, Any]:
    """Return the data of an issued document. code: the signed statement of its QR code."""
    return {
        **frame(document.agency, document.issued_at.date()),
        "title": document.title.vi,
        "number": document.number,
        "values": dict(document.shown),
        "labels": kind.labels(),
        "born_in_words": day_in_words(born) if (born := document.values.get(kind.spec.born, "")) else "",
        "signatory": {"name": document.signatory.name, "position": document.signatory.position},
        "signed_at": signed_at.replace(microsecond=0).isoformat(),
        "qr": qr_svg(code),
        "verify": f"{runtime.current().settings.origin}/verify",
        "checkpoint": checkpoint_line(ledger.checkpoint()),
        "demonstration": signers().demonstration,
    }


def checkpoint_line(checkpoint: ledger.Checkpoint) -> str:
    """Return a checkpoint of the ledger in one line: whoever holds the paper can show it was not rewritten since."""
    return f"{checkpoint.origin} · {checkpoint.size} · {checkpoint.root.hex()} · {day_time(checkpoint.at)}"
