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
    # acting under a mandate, or (an officer's session) serving somebody at the counter: its id, what may be touched
    # (JSON), until when, and how the person served is addressed
    Column("under", String(26), nullable=False, server_default="", index=True),
    Column("reach", Text, nullable=False, server_default=""),
    Column("under_until", String(27), nullable=False, server_default=""),
    Column("for_title", String(10), nullable=False, server_default=""),
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
mandates = table(
    "mandate",
    Column("id", String(26), primary_key=True),
    Column("kind", String(10), nullable=False),  # mandate, guardian
    Column("person", String(12), nullable=False, index=True),
    Column("person_name", String(120), nullable=False),
    Column("representative", String(12), nullable=False, index=True),
    Column("representative_name", String(120), nullable=False),
    Column("procedures", Text, nullable=False),  # JSON: ids, or "*"
    Column("data", Boolean, nullable=False),
    Column("papers", Boolean, nullable=False),
    Column("since", String(10), nullable=False),
    Column("until", String(10), nullable=False),
    Column("ground", String(120), nullable=False),
    Column("ground_on", String(10), nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("standing", String(10), nullable=False),  # offered, active, declined, ended
    Column("standing_at", String(27), nullable=False),
    scope=Scope.SUBJECT,
)
mandate_words = table(
    "mandate_word",  # every word said on a mandate, each committed to the ledger
    Column("id", String(26), primary_key=True),
    Column("mandate", ForeignKey("mandate.id"), nullable=False, index=True),
    Column("at", String(27), nullable=False),
    Column("word", String(10), nullable=False),  # offered, accepted, declined, withdrawn, given_back, ended
    Column("by_kind", String(10), nullable=False),
    Column("by", String(40), nullable=False),
    Column("assisted_by", String(40), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("level", Integer, nullable=False),
    Column("terms", Text, nullable=False),  # JSON: what it said then
    Column("salt", LargeBinary(32), nullable=False),
    scope=Scope.SUBJECT,
)
services = table(
    "counter_service",  # an officer serves a person at the counter
    Column("id", String(26), primary_key=True),
    Column("officer", String(40), nullable=False, index=True),
    Column("agency", String(40), nullable=False),
    Column("person", String(12), nullable=False, index=True),
    Column("person_name", String(120), nullable=False),
    Column("title", String(10), nullable=False),
    Column("thing", String(60), nullable=False),  # draft it is about; "" before one is begun
    Column("began_at", String(27), nullable=False),
    Column("ended_at", String(27), nullable=False),
    scope=Scope.SUBJECT,
)
paper_codes = table(
    "paper_code",  # a code on paper, or shown on a telephone for the counter; only its keyed hash is kept
    Column("id", String(26), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("purpose", String(10), nullable=False),  # slip, counter
    Column("subject", String(12), nullable=False, index=True),
    Column("thing", String(60), nullable=False),  # the draft; "" on a slip made before one was begun
    Column("service", String(26), nullable=False, index=True),
    Column("made_at", String(27), nullable=False),
    Column("until", String(27), nullable=False, index=True),
    Column("ended_at", String(27), nullable=False),  # used up, or another took its place
    scope=Scope.SUBJECT,
)
