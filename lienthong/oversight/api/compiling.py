"""A session compiles by itself what changed since the last one, from evidence and tasks; nobody types a figure."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Row

from lienthong.evidence import api as evidence
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.ids import new_id
from lienthong.ledger import api as ledger
from lienthong.oversight import spec, store
from lienthong.oversight.api import counting, rights
from lienthong.oversight.api.history import proofs
from lienthong.oversight.api.views import ProofState
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain.figures import NOTHING, Figure, State, months_back, state
from lienthong.oversight.domain.tasks import OPEN
from lienthong.oversight.domain.tasks import State as TaskState
from lienthong.oversight.spec import Indicator
from lienthong.oversight.store.tables import tasks as table
from lienthong.reference import api as reference

_encode = msgspec.json.Encoder(order="sorted").encode
TREND = 12


def compile_changes(who: Actor, meeting: Row[Any]) -> str:
    """Freeze what changed since the session before, in the open transaction; answer the SHA-256 of the content.

    The content names what it rests on: the position of evidence in the outbox, the version of each indicator, the
    ledger's checkpoint. A ledger entry commits to its digest.
    """
    content = _encode(_changes(who, meeting))
    digest, entry, salt = hashlib.sha256(content).hexdigest(), new_id(), secrets.token_bytes(32)
    store.meetings.put_snapshot(
        {
            "id": entry,
            "meeting": meeting.id,
            "agency": meeting.agency,
            "at": clock.stamp(runtime.current().clock.now()),
            "content": content.decode(),
            "digest": digest,
            "salt": salt,
        }
    )
    ledger.record(entry_id=entry, digest=_committed(entry, meeting.id, digest, salt))
    return digest


def proof_of(snapshot: Row[Any]) -> ProofState:
    """Say whether the frozen content still has its digest and the ledger proves it."""
    if hashlib.sha256(snapshot.content.encode()).hexdigest() != snapshot.digest:
        return "wrong"
    digest = _committed(snapshot.id, snapshot.meeting, snapshot.digest, snapshot.salt)
    return proofs({snapshot.id: digest})[snapshot.id]


def content_of(snapshot: Row[Any]) -> dict[str, Any]:
    """Return the frozen content."""
    return msgspec.json.decode(snapshot.content, type=dict[str, Any])


def _committed(entry: str, meeting: str, digest: str, salt: bytes) -> bytes:
    return ledger.digest_of({"id": entry, "meeting": meeting, "sha256": digest}, salt)


def _changes(who: Actor, meeting: Row[Any]) -> dict[str, Any]:
    before = store.meetings.find(meeting.previous) if meeting.previous else None
    frozen = store.meetings.snapshot(before.id) if before is not None else None
    earlier = content_of(frozen) if frozen is not None else {}
    month = min(counting.newest_month(), runtime.current().clock.now().strftime("%Y-%m"))
    fresh, checkpoint = evidence.freshness(), ledger.checkpoint()
    return {
        "since": before.held_on if before is not None else "",
        "month": month,
        "rests_on": {
            "evidence_position": fresh.position,
            "evidence_at": clock.stamp(fresh.at) if fresh.at else "",
            "ledger": {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()},
        },
        "indicators": [
            _indicator(each, meeting.unit, month, earlier.get("indicators", ())) for each in spec.indicators().values()
        ],
        "tasks": _tasks(who, before.held_on if before is not None else ""),
        "previous": _previous(before),
    }


def _indicator(indicator: Indicator, place: str, month: str, earlier: Any) -> dict[str, Any]:
    """One indicator then and now, whole and by unit. Then is what the last session froze, else the month before."""
    same = next((each for each in earlier if each["id"] == indicator.id), None)
    then_month = same["month"] if same else months_back(month, 2)[0]
    known = {row["unit"]: row["now"] for row in same["rows"]} | {place: same["now"]} if same else {}
    units = reference.units(level="commune", parent=place) if place else reference.units(level="province")
    target = indicator.target_of(month, place)
    now = counting.NOW
    cube = counting.by_commune(indicator, place, now) if place else counting.by_province(indicator, now)

    def counted(unit: str, of_month: str) -> list[int]:
        found = cube.get(("" if unit == place else unit, of_month), NOTHING)
        return [found.of, found.part]

    def then(unit: str) -> list[int]:
        return known[unit] if unit in known else counted(unit, then_month)

    rows = [
        {"unit": unit.code, "name": unit.name, "then": then(unit.code), "now": counted(unit.code, month)}
        for unit in units
    ]
    for row in rows:
        own = indicator.target_of(month, str(row["unit"]))
        row["state"] = str(state(share(row["now"]), own, higher_is_better=indicator.higher_is_better))
    whole = counted(place, month)
    return {
        "id": indicator.id,
        "version": indicator.version,
        "title": {"vi": indicator.title.vi, "en": indicator.title.en},
        "higher_is_better": indicator.higher_is_better,
        "target": target,
        "then_month": then_month,
        "month": month,
        "then": then(place),
        "now": whole,
        "state": str(state(share(whole), target, higher_is_better=indicator.higher_is_better)),
        "reached": sum(row["state"] == State.OK for row in rows),
        "missed": sum(row["state"] in {State.RISK, State.LATE} for row in rows),
        "trend": [share(counted(place, each)) for each in months_back(month, TREND)],
        "rows": [row for row in rows if row["then"][0] or row["now"][0]],
    }


def share(counted: Any) -> float | None:
    """Return numerator over denominator of [of, part], None when there is nothing to count."""
    return Figure(counted[0], counted[1]).share


def _tasks(who: Actor, since: str) -> dict[str, Any]:
    """How the tasks that this body gave stand, and what was done since the last session."""
    today = clock.today(runtime.current().clock)
    own = (table.c.body == who.agency, table.c.state.not_in([TaskState.DRAFT, TaskState.WITHDRAWN]))
    rows = store.tasks.listed(rights.reach(who), where=own, limit=10_000)
    closed = [row for row in rows if row.state == TaskState.ACCEPTED]
    late = [row for row in rows if row.state in OPEN and date.fromisoformat(row.counted_on) < today]
    return {
        "given": len(rows),
        "done": len(closed),
        "done_on_time": sum(bool(row.on_time) for row in closed),
        "done_since": sum(not since or row.closed_at[:10] >= since for row in closed),
        "waiting": sum(row.state == TaskState.ANSWERED for row in rows),
        "late": [_told(row) for row in late],
    }


def _previous(before: Row[Any] | None) -> list[dict[str, Any]]:
    """What became of the conclusions of the session before."""
    if before is None:
        return []
    tasks = {row.id: row for row in store.tasks.of_meeting(before.id)}
    told: list[dict[str, Any]] = []
    for each in store.meetings.conclusions_of(before.id):
        row = tasks.get(each.task)
        told.append({"number": each.number, "said": each.said, "task": _told(row) if row is not None else None})
    return told


def _told(row: Row[Any]) -> Mapping[str, Any]:
    today = clock.today(runtime.current().clock)
    counted_on = date.fromisoformat(row.counted_on)
    stands = domain.standing(
        TaskState(row.state), counted_on=counted_on, on_time=row.on_time, today=today, works=reference.working_day
    )
    days = domain.working_days_between(counted_on, today, reference.working_day)
    return {
        "code": row.code,
        "agency": row.agency,
        "work": row.work,
        "person": row.person,
        "due_on": row.counted_on,
        "standing": str(stands),
        "late_days": max(0, days) if row.state in OPEN else 0,
    }
