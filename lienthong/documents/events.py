"""Facts of the documents room."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentRevoked(Event):
    """A document was taken back. reason: a code of its type's file; basis: id of the law; at: stamp."""

    document: str
    document_type: str
    dossier: str
    agency: str
    reason: str
    basis: str
    at: str


@dataclass(frozen=True, kw_only=True)
class DocumentReplaced(Event):
    """A document was taken back because another one took its place. Fields as in ``DocumentRevoked``."""

    document: str
    document_type: str
    dossier: str
    agency: str
    reason: str
    basis: str
    at: str
    replaced_by: str


@dataclass(frozen=True, kw_only=True)
class DocumentIssued(Event):
    """A document was typeset, signed, sealed and put into the wallets. at: stamp (``kernel.clock``)."""

    document: str
    document_type: str
    dossier: str
    agency: str
    holders: int
    at: str
