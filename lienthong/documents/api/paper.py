"""What a template gets: names, values as printed, the code, who signs. Plain text everywhere, never markup."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lienthong.documents.api.signers import signers
from lienthong.documents.api.typeset import qr_svg
from lienthong.documents.domain.document import Document
from lienthong.documents.domain.words import day_in_words
from lienthong.documents.spec import DocumentType
from lienthong.kernel import runtime
from lienthong.kernel.text import day_time
from lienthong.ledger import api as ledger
from lienthong.reference import api as reference


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


def frame(agency_code: str, day: date) -> dict[str, Any]:
    """Return what the head of every paper needs: agency, the agency above it, place and day."""
    agency = reference.agency(agency_code)
    # people's committees stand alone in the heading, other agencies under the one above (Decree 30/2020, annex I)
    has_above = agency and agency.parent and agency.kind != "people-committee"
    above = reference.agency(agency.parent) if agency and has_above else None
    unit = reference.unit(agency.unit) if agency and agency.unit else None
    return {
        "agency": agency.name.vi if agency else agency_code,
        "above": above.name.vi if above else "",
        "place": unit.name if unit else "",
        "day": {"day": f"{day.day:02d}", "month": f"{day.month:02d}", "year": str(day.year)},
    }
