"""A document as its holder and its agency see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lienthong.kernel.i18n import Bilingual


class Status(StrEnum):
    """What a document is worth today."""

    ACTIVE = "active"
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Signatory:
    """The officer who signs, as printed: staff id, name, position."""

    staff: str
    name: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One issued document.

    serial: the number of the document at this node. place: its place in the status lists as one number, 0 when it has
    none yet. number: as printed, by its agency.
    subject: personal number of the person it is about, "" when that person has none. subject_name: as printed.
    values: field → stored value; shown: field → Vietnamese text. ready: typeset, signed and in the wallets.
    issued_at: the moment the decision asked for it; the paper bears this date. pdf: SHA-256 in the file store.
    replaced_by: id of the document that took its place, "" when none.
    """

    id: str
    serial: int
    type: str
    version: int
    title: Bilingual
    number: str
    subject: str
    subject_name: str
    agency: str
    agency_name: Bilingual
    dossier: str
    signatory: Signatory
    values: Mapping[str, str]
    shown: Mapping[str, str]
    issued_at: datetime
    ready: bool
    status: Status
    place: int = 0
    replaced_by: str = ""
    pdf: str = ""
