"""The log in public: its newest checkpoint and proofs that it only grew. Anybody may watch; no content is here."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from lienthong.ledger import api

router = APIRouter()


@router.get("/api/ledger/checkpoint")
async def checkpoint() -> dict[str, Any]:
    """Return the newest signed checkpoint (a C2SP signed note) and the public key that verifies it."""
    newest = api.checkpoint()
    return {
        "origin": newest.origin,
        "size": newest.size,
        "root": newest.root.hex(),
        "at": newest.at.isoformat(),
        "note": newest.note,
        "public_key": api.public_key().hex(),
    }


@router.get("/api/ledger/consistency")
async def consistency(old: int, new: int) -> dict[str, Any]:
    """Return the path that proves that the log of ``new`` entries continues that of ``old`` (RFC 9162, 2.1.4)."""
    return {"old": old, "new": new, "path": [each.hex() for each in api.consistency(old=old, new=new)]}
