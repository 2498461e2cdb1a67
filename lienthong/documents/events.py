"""Facts of the documents room."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentIssued(Event):
    """A document was typeset, signed, sealed and put into the wallets. at: stamp (``kernel.clock``)."""

    document: str
    document_type: str
    dossier: str
    agency: str
    holders: int
    at: str
