"""Which dossier answers which complaint, and which officer it is about."""

from __future__ import annotations

from lienthong.kernel.rows import Row, Rows
from lienthong.services.store import tables

_COMPLAINTS = Rows(tables.complaints)


def put(dossier: str, complaint: str, *, officer: str) -> None:
    """Note what a dossier answers, in the open transaction; a complaint is answered by one dossier."""
    _COMPLAINTS.add({"dossier": dossier, "complaint": complaint, "officer": officer})


def of_dossier(dossier: str) -> Row | None:
    """Return the complaint that a dossier (by id) answers, None when it is none."""
    return _COMPLAINTS.one("WHERE dossier = ?", dossier)


def is_taken(complaint: str) -> bool:
    """Say whether a dossier answers this complaint already."""
    return _COMPLAINTS.one("WHERE complaint = ?", complaint) is not None
