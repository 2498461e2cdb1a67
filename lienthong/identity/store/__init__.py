"""Tables and queries of identity."""

from __future__ import annotations

from lienthong.identity.store import accounts, attempts, counter, mandates, passkeys, sessions, tables

__all__ = ["accounts", "attempts", "counter", "mandates", "passkeys", "sessions", "tables"]
