"""Tables of identity. Every table about somebody is keyed by ``subject``: a personal number or a staff id."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, String, Text

from lienthong.kernel.database import Scope, table

accounts = table(
    "account",
    Column("subject", String(40), primary_key=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("level", Integer, nullable=False),
    Column("phone", String(20), nullable=False),
    # what an authenticator stores beside a passkey: random, so that a lost key tells nobody's number
    Column("handle", String(43), nullable=False, unique=True),
    Column("demonstration", Boolean, nullable=False, index=True),
    Column("open", Boolean, nullable=False),
    Column("opened_at", String(27), nullable=False),
    scope=Scope.SUBJECT,
)
staff = table(
    "staff",
    Column("subject", String(40), ForeignKey("account.subject"), primary_key=True),
    Column("agency", String(40), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("position", String(200), nullable=False),
    Column("roles", Text, nullable=False),
    Column("units", Text, nullable=False),
    scope=Scope.OWNER,
)
sessions = table(
    "session",
    Column("token_hash", String(64), primary_key=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("subject", String(40), ForeignKey("account.subject"), nullable=False, index=True),
    Column("level", Integer, nullable=False),
    Column("method", String(20), nullable=False),
    Column("for_person", String(12), nullable=False),
    Column("device", String(80), nullable=False),
    # name and form of address, read once from the register at sign-in: not read again for every greeting
    Column("name", String(120), nullable=False),
    Column("title", String(10), nullable=False),
    Column("for_name", String(120), nullable=False),
    Column("began_at", String(27), nullable=False),
    Column("seen_at", String(27), nullable=False),
    Column("idle_until", String(27), nullable=False, index=True),
    Column("ends_at", String(27), nullable=False),
    scope=Scope.SUBJECT,
)
passkeys = table(
    "passkey",
    Column("id", String(26), primary_key=True),
    Column("subject", String(40), ForeignKey("account.subject"), nullable=False, index=True),
    Column("credential", String(1400), nullable=False, unique=True),  # base64url of at most 1023 bytes (WebAuthn)
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("name", String(80), nullable=False),
    Column("added_at", String(27), nullable=False),
    Column("used_at", String(27), nullable=False),
    scope=Scope.SUBJECT,
)
attempts = table(
    "sign_in_attempt",
    Column("token_hash", String(64), primary_key=True),
    Column("subject", String(40), nullable=False),  # as typed: it may belong to nobody
    Column("challenge", String(100), nullable=False),  # of a passkey; "" for a code
    Column("purpose", String(20), nullable=False),
    Column("until", String(27), nullable=False, index=True),
    scope=Scope.SUBJECT,
)
guards = table(
    "sign_in_guard",
    Column("key", String(64), primary_key=True),  # keyed hash of what was typed: no list of numbers tried
    Column("tries", Integer, nullable=False),
    Column("closed_until", String(27), nullable=False),
    Column("forget_at", String(27), nullable=False, index=True),
    scope=Scope.INTERNAL,
)
demonstration = table(
    "demonstration_person",
    Column("key", String(40), primary_key=True),
    Column("subject", String(40), ForeignKey("account.subject"), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("about", String(300), nullable=False),
    Column("place", Integer, nullable=False),
    scope=Scope.PUBLIC,
)
