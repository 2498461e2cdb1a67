"""Tables of dossiers. A draft and the dossier filed from it are the same row: nothing is copied at filing.

``code`` is None until filed. Stamps are UTC text; "" where a moment has not come.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Text

from lienthong.kernel.database import Scope, table

dossiers = table(
    "dossier",
    Column("id", String(26), primary_key=True),
    Column("code", String(60), unique=True),
    Column("procedure", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # draft, open, paused, finished
    Column("applicant", String(12), nullable=False),
    Column("applicant_name", String(200), nullable=False),
    Column("name", String(200), nullable=False),  # what lists call it by
    Column("channel", String(12), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("saved_at", String(27), nullable=False),
    Column("keep_until", String(10), nullable=False),
    Column("fetched_at", String(27), nullable=False),
    Column("chosen", Text, nullable=False),  # JSON: item → record id
    Column("sharing", Text, nullable=False),  # JSON: step → chosen, "@" → when it was confirmed; "" at first
    Column("filed_at", String(27), nullable=False),
    Column("received_at", String(27), nullable=False),
    Column("due_at", String(27), nullable=False),
    Column("finished_at", String(27), nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("fee", Integer, nullable=False),
    Column("extended", Boolean, nullable=False),
    Column("compared", Integer, nullable=False),
    Column("mismatches", Integer, nullable=False),
    Index("ix_dossier_applicant", "applicant", "state", "saved_at"),
    Index("ix_dossier_keep", "state", "keep_until"),
    Index("ix_dossier_due", "state", "due_at"),
    scope=Scope.PARTICIPANTS,
)
Index(
    "ix_dossier_one_draft",  # one draft of a procedure for a person: two tabs prepare the same one
    dossiers.c.applicant,
    dossiers.c.procedure,
    unique=True,
    sqlite_where=dossiers.c.state == "draft",
    postgresql_where=dossiers.c.state == "draft",
)
records = table(
    "dossier_record",  # what was read from registers for the dossier, one row per record
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("record", String(60), primary_key=True),
    Column("register", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String(27), nullable=False),
    Column("payload", Text, nullable=False),  # JSON: field → value
    scope=Scope.PARTICIPANTS,
)
values = table(
    "dossier_value",  # what was declared, and what the flow added, one row per value
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("kind", String(10), nullable=False),  # declared, decision, matched (name: an item)
    Column("value", Text, nullable=False),
    Column("at", String(27), nullable=False),
    scope=Scope.PARTICIPANTS,
)
steps = table(
    "dossier_step",
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("step", String(40), primary_key=True),
    Column("code", String(60), nullable=False),
    Column("lead", String(40), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("role", String(60), nullable=False),  # who acts next: the officer's role, then the signer's
    Column("state", String(10), nullable=False),  # open, signing, auto, paused, done, refused, declined, closed
    Column("active", Boolean, nullable=False),
    Column("away", Boolean, nullable=False),  # active at an agency that is not the lead
    Column("opened_at", String(27), nullable=False),
    Column("due_at", String(27), nullable=False),  # FAR while the clock stands still
    Column("decided_at", String(27), nullable=False),
    Column("decided_by", String(80), nullable=False),
    Column("signed_by", String(80), nullable=False),
    Column("reasons", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_step_queue", "agency", "role", "state", "due_at", "code", "step"),
    scope=Scope.PARTICIPANTS,
)
Index(
    "ix_step_lead",
    steps.c.lead,
    steps.c.due_at,
    steps.c.code,
    steps.c.step,
    sqlite_where=steps.c.active.is_(True),
    postgresql_where=steps.c.active.is_(True),
)
Index(
    "ix_step_away",
    steps.c.lead,
    steps.c.due_at,
    steps.c.code,
    steps.c.step,
    sqlite_where=steps.c.away.is_(True),
    postgresql_where=steps.c.away.is_(True),
)
Index(
    "ix_step_due",  # what has passed its own clock
    steps.c.due_at,
    sqlite_where=steps.c.active.is_(True),
    postgresql_where=steps.c.active.is_(True),
)
moments = table(
    "dossier_event",  # the dossier's history as its people see it
    Column("id", String(26), primary_key=True),
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", String(27), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("step", String(40), nullable=False),
    Column("by_kind", String(10), nullable=False),
    Column("by", String(80), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("data", Text, nullable=False),
    scope=Scope.PARTICIPANTS,
)
stops = table(
    "clock_stop",  # a supplement was asked: the clock stands still from, until
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("step", String(40), nullable=False),
    Column("reasons", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("from_at", String(27), nullable=False),
    Column("until_at", String(27), nullable=False),
    Column("answer_by", String(27), nullable=False),
    scope=Scope.PARTICIPANTS,
)
marks = table(
    "clock_mark",  # what befell a clock, each at most once: extended, apology, late
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("step", String(40), primary_key=True),  # "" for the whole dossier
    Column("kind", String(10), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("due_at", String(27), nullable=False),  # as it was
    Column("next_at", String(27), nullable=False),  # the new date; "" for none
    Column("note", Text, nullable=False),
    scope=Scope.PARTICIPANTS,
)
signatures = table(
    "dossier_signature",  # a person signed, or would not sign, exactly the values with this digest
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("person", String(12), nullable=False, index=True),
    Column("state", String(10), nullable=False),  # needed, signed, declined
    Column("digest", String(64), nullable=False),
    Column("at", String(27), nullable=False),
    scope=Scope.SUBJECT,
)
papers = table(
    "dossier_paper",
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("type", String(80), primary_key=True),
    Column("step", String(40), nullable=False),
    Column("document", String(60), nullable=False),  # "" while it is being made
    Column("at", String(27), nullable=False),
    scope=Scope.PARTICIPANTS,
)
attachments = table(
    "dossier_attachment",  # a page of a paper that stands in for a register without an answer
    Column("id", String(26), primary_key=True),
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), nullable=False),
    Column("item", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("kind", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", String(27), nullable=False),
    Column("erased_at", String(27), nullable=True),  # by order: the bytes and the name are gone, the digest stays
    Index("ix_attachment_once", "dossier", "item", "digest", unique=True),
    scope=Scope.PARTICIPANTS,
)
acts = table(
    "dossier_act",  # what others did for a person or with them at a counter; it outlives a draft thrown away
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("person", String(12), nullable=False, index=True),
    Column("dossier", String(26), nullable=False, index=True),
    Column("procedure", String(80), nullable=False),
    Column("act", String(12), nullable=False),
    Column("way", String(10), nullable=False),  # mandate, parent, counter, enterprise
    Column("by", String(80), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("agency", String(40), nullable=False),
    Column(
        "under", String(26), nullable=False
    ),  # the mandate or counter service, or the version of the enterprise's record
    Column("how", String(40), nullable=False),  # what the person confirmed it with at the counter
    Column("digest", String(64), nullable=False),  # of the values confirmed
    Column("salt", LargeBinary(32), nullable=False),
    scope=Scope.SUBJECT,
)
complaints = table(
    "dossier_complaint",  # a complaint on an access that the dossier answers
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("complaint", String(26), nullable=False, unique=True),
    Column("officer", String(80), nullable=False),  # complained about: may not answer it
    scope=Scope.PARTICIPANTS,
)
claims = table(
    "dossier_claim",  # what a person asks about a record of theirs, which the dossier answers
    Column("dossier", ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True),
    Column("claim", String(26), nullable=False, unique=True),
    scope=Scope.PARTICIPANTS,
)
counters = table(
    "counter",
    Column("name", String(120), primary_key=True),
    Column("value", Integer, nullable=False),
    scope=Scope.INTERNAL,
)
FAR = "9999-12-31T00:00:00.000000Z"
"""Due time of a clock that stands still: sorts after every other."""
