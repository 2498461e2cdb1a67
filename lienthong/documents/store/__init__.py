"""Tables and queries of the documents room."""

from __future__ import annotations

from lienthong.documents.store.papers import (
    by_id,
    by_issue_key,
    by_place,
    by_serial,
    certificate,
    certificates_of,
    credential,
    documents,
    end,
    finish,
    held_by,
    holders_of,
    insert,
    keep_certificate,
    of_dossier,
    without_place,
)
from lienthong.documents.store.statuses import Ending, codes_of, ending_of, give_place, keep_ending, lists

__all__ = [
    "Ending",
    "by_id",
    "by_issue_key",
    "by_place",
    "by_serial",
    "certificate",
    "certificates_of",
    "codes_of",
    "credential",
    "documents",
    "end",
    "ending_of",
    "finish",
    "give_place",
    "held_by",
    "holders_of",
    "insert",
    "keep_certificate",
    "keep_ending",
    "lists",
    "of_dossier",
    "without_place",
]
