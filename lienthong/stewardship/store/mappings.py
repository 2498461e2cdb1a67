"""How a source's columns were understood last time: proposed again for the next file with the same titles."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Text

from lienthong.kernel.database import Scope, table
from lienthong.kernel.rows import Row, Rows

_mapping = table(
    "import_mapping",
    Column("register", String(40), primary_key=True),
    Column("agency", String(40), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("settings", Text, nullable=False),
    Column("batch", String(26), nullable=False),
    Column("at", String(27), nullable=False),
    Column("uses", Integer, nullable=False),
    scope=Scope.OWNER,
)
_mappings = Rows(_mapping)


def find(register: str, agency: str, fingerprint: str) -> Row | None:
    """Return what was confirmed last for a source."""
    return _mappings.one("WHERE register = ? AND agency = ? AND fingerprint = ?", register, agency, fingerprint)


def remember(register: str, agency: str, fingerprint: str, *, settings: str, batch: str, at: str) -> None:
    """Keep what was confirmed for a source in place of what was there."""
    earlier = find(register, agency, fingerprint)
    _mappings.put(
        {
            "register": register,
            "agency": agency,
            "fingerprint": fingerprint,
            "settings": settings,
            "batch": batch,
            "at": at,
            "uses": (earlier.uses if earlier else 0) + 1,
        }
    )
