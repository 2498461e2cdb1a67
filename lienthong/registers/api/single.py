"""One record opened by itself: by its key or its id, at any point of both axes of time, with those merged into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.reading import current_row, moments
from lienthong.registers.domain import Grounds, Query, Record
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, merges, records
from lienthong.registers.store.layout import Layout
from lienthong.registers.store.merges import Merge


@dataclass(frozen=True, slots=True)
class Opened:
    """A record. now: as it is today; then: as it was asked for, None when it said nothing then.

    merged: the merges into it that stand, oldest first.
    """

    now: Record
    then: Record | None
    merged: list[Merge]


def open_record(
    who: Actor,
    *,
    register: str,
    key: str,
    grounds: Grounds,
    as_of: date | None = None,
    known_at: datetime | None = None,
    contract: str = "",
) -> Opened:
    """Return one record and write who opened it. key: the record's key, its id, or one that was merged into another.

    as_of: the day whose truth is asked; known_at: what was known at that moment. Raises NotFound; the question is
    logged all the same.
    """
    require(who, grounds)
    spec = definition(register)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        now = _found(connection, layout, spec, key)
        accesses.add(
            connection,
            who,
            act="read",
            register=register,
            subjects=_about(spec, now, key),
            fields=list(spec.fields),
            grounds=grounds,
            contract=contract,
        )
        then = _then(connection, layout, spec, now, as_of, known_at) if now else None
        merged = merges.standing(connection, register, kept=now.id) if now else []
    if now is None:
        raise NotFound("record.none", N_("Không có bản ghi mang khóa này."))
    return Opened(now, then, merged)


def _found(connection: Connection, layout: Layout, spec: Register, key: str) -> Record | None:
    row = current_row(connection, layout, spec, key)
    asked = ""
    if row is None or row[4] == records.SAYS_NOTHING:
        kept = merges.kept_for(connection, spec.id, key=clean(key), record=row[0] if row else "")
        asked = clean(key) if kept else ""
        row = (records.by_ids(connection, layout, [kept]) or [None])[0] if kept else None
    return replace(records.record_of(spec.id, spec.key, row, ()), asked_as=asked) if row else None


def _about(spec: Register, now: Record | None, key: str) -> list[str]:
    """Return whom the question is about: the person found, and the number that was asked for."""
    if now is None:
        return [clean(key)[:40]]
    known = {str(now.values.get(spec.subject) or now.id): None}
    return list(known | ({now.asked_as: None} if now.asked_as and spec.subject == spec.key else {}))


def _then(
    connection: Connection,
    layout: Layout,
    spec: Register,
    now: Record,
    as_of: date | None,
    known_at: datetime | None,
) -> Record | None:
    if as_of is None and known_at is None:
        return now
    day, known = moments(Query(spec.id, as_of=as_of, known_at=known_at))
    rows = records.by_ids(connection, layout, [now.id])
    said = records.assertions(connection, layout, [now.id]).get(now.id, ())
    state = records.state_of(rows[0], said, as_of=day, known_at=known)
    if state is None or not state.values:
        return None
    shown = str(state.values.get(spec.key) or "")
    return Record(spec.id, now.id, shown, state.version, state.valid_from, state.known_from, state.values)
