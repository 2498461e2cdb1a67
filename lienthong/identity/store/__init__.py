"""Tables and queries of identity."""

from __future__ import annotations

from lienthong.identity.store import accounts, sessions, tables

__all__ = ["accounts", "sessions", "tables"]
