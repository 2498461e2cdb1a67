"""Tables of sessions and tasks. ``agency`` of a task answers for it; ``body`` is the agency that assigned it.

A session of a committee is a ``meeting`` here: a ``session`` is a signed-in browser.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint

from lienthong.kernel.database import Scope, table
from lienthong.kernel.keeping import names_file

meetings = table(
    "meeting",
    Column("id", String(26), primary_key=True),
    Column("agency", String(40), nullable=False),  # the body that meets
    Column("unit", String(8), nullable=False),  # "" for the nation
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("held_on", String(10), nullable=False),
    Column("begins", String(5), nullable=False),
    Column("place", Text, nullable=False),
    Column("agenda", Text, nullable=False),  # JSON: list of {at, title, who}
    Column("state", String(10), nullable=False),  # open, concluded
    Column("previous", String(26), nullable=False),
    Column("opened_by", String(80), nullable=False),
    Column("opened_at", String(27), nullable=False),
    Column("concluded_by", String(80), nullable=False),
    Column("concluded_at", String(27), nullable=False),
    UniqueConstraint("agency", "number"),
    scope=Scope.OWNER,
)
snapshots = table(
    "meeting_snapshot",  # what changed since the last session, frozen; only ever added to
    Column("id", String(26), primary_key=True),  # also the id of the ledger entry that proves it
    Column("meeting", ForeignKey("meeting.id"), nullable=False, index=True),
    Column("agency", String(40), nullable=False),
    Column("at", String(27), nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON
    Column("digest", String(64), nullable=False),  # SHA-256 of the content
    Column("salt", LargeBinary(32), nullable=False),
    scope=Scope.OWNER,
)
conclusions = table(
    "meeting_conclusion",
    Column("id", String(26), primary_key=True),
    Column("meeting", ForeignKey("meeting.id"), nullable=False, index=True),
    Column("agency", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("task", String(26), nullable=False),  # "" until it is one
    Column("at", String(27), nullable=False),
    Column("by", String(80), nullable=False),
    scope=Scope.OWNER,
)
papers = table(
    "meeting_paper",  # minutes and reports that somebody signs
    Column("id", String(26), primary_key=True),
    Column("meeting", ForeignKey("meeting.id"), nullable=False, index=True),
    Column("agency", String(40), nullable=False),
    Column("kind", String(10), nullable=False),  # minutes, report
    Column("snapshot", String(26), nullable=False),
    Column("signer", String(80), nullable=False),
    Column("asked_at", String(27), nullable=False),
    Column("pdf", String(64), nullable=False, info=names_file()),  # SHA-256 in the file store, "" until signed
    UniqueConstraint("meeting", "kind", "snapshot"),
    scope=Scope.OWNER,
)
tasks = table(
    "task",
    Column("id", String(26), primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("origin", String(200), nullable=False, unique=True),  # what it was made from: never made twice
    Column("agency", String(40), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("province", String(8), nullable=False, index=True),
    Column("body", String(40), nullable=False),
    Column("assigner", String(80), nullable=False),
    Column("meeting", String(26), nullable=False, index=True),
    Column("plan", String(80), nullable=False),
    Column("item", String(40), nullable=False),
    Column("special", Boolean, nullable=False),  # the "+1" of its agency
    Column("pillar", String(40), nullable=False),
    Column("goal", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("staff", String(80), nullable=False),  # account of the responsible person, "" when none is named
    Column("work", Text, nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("counted_on", String(10), nullable=False),  # the working day that counts
    Column("responsibility", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("indicator", String(80), nullable=False),
    Column("target", Float),
    Column("source", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("assigned_at", String(27), nullable=False),
    Column("answered_at", String(27), nullable=False),
    Column("closed_at", String(27), nullable=False),
    Column("on_time", Boolean),
    Column("judged", Boolean, nullable=False),  # told upwards, once, whether it was on time
    Index("ix_task_agency", "agency", "counted_on", "code"),
    Index("ix_task_body", "body", "counted_on", "code"),
    Index("ix_task_due", "state", "counted_on"),
    scope=Scope.PARTICIPANTS,
)
moments = table(
    "task_moment",  # the history of a task, only ever added to
    Column("id", String(26), primary_key=True),  # also the id of the ledger entry that proves it
    Column("task", ForeignKey("task.id"), nullable=False, index=True),
    Column("at", String(27), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("by_kind", String(10), nullable=False),
    Column("by", String(80), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("note", Text, nullable=False),
    Column("data", Text, nullable=False),  # JSON: what was assigned, answered or measured
    Column("salt", LargeBinary(32), nullable=False),
    scope=Scope.PARTICIPANTS,
)
products = table(
    "task_product",
    Column("id", String(26), primary_key=True),
    Column("task", ForeignKey("task.id"), nullable=False, index=True),
    Column("moment", String(26), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("name", String(140), nullable=False),
    Column("type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    scope=Scope.PARTICIPANTS,
)
reminders = table(
    "task_reminder",
    Column("task", ForeignKey("task.id"), primary_key=True),
    Column("step", String(10), primary_key=True),  # before, due, after
    Column("counted_on", String(10), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("told", Integer, nullable=False),  # how many people
    scope=Scope.PARTICIPANTS,
)
uploads = table(
    "plan_upload",  # a spreadsheet between its dry run and its import
    Column("id", String(26), primary_key=True),
    Column("agency", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("digest", String(64), nullable=False, info=names_file()),
    Column("name", String(140), nullable=False),
    Column("at", String(27), nullable=False),
    scope=Scope.OWNER,
)
numbers = table(
    "task_number",
    Column("series", String(60), primary_key=True),
    Column("last", Integer, nullable=False),
    scope=Scope.INTERNAL,
)
