"""Writing records: a new one, a change from a day on, a correction of what was wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.registers.api import shaping as shapes
from lienthong.registers.api.announcing import announce
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.reading import current_row
from lienthong.registers.domain import Draft, Grounds, Record, Values, first_day
from lienthong.registers.events import RecordWritten
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, merges, records, saving
from lienthong.registers.store.layout import Layout


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be written, by whom and why."""

    who: Actor
    spec: Register
    given: Values
    grounds: Grounds
    reason: str
    contract: str


def write(
    who: Actor,
    *,
    register: str,
    values: Mapping[str, Any],
    grounds: Grounds,
    key: str = "",
    valid_from: date | None = None,
    reason: str = "",
    contract: str = "",
    create: bool = False,
) -> Record:
    """Create a record, or change what it says from a day on; answer it as it is now.

    values: field → value, None empties a field; fields not named stay. key: the record's key (or id, when it has no
    key yet); without it the key among the values counts. valid_from: today when None; a new record begins on the day
    its register's ``begins`` field names. create: a record that is there already must have these values.
    Writing what is there already changes nothing, so a retry is harmless. Raises Invalid with every fault and every
    rule of severity ``refuse`` that the record would break, Conflict when the values carry the key of another record,
    or the record should have been new.
    """
    require(who, grounds)
    spec = definition(register)
    order = _Order(who, spec, shapes.parse(spec, values), grounds, reason, contract)
    day = valid_from.isoformat() if valid_from else ""
    wanted = key or str(order.given.get(spec.key) or "")
    if wanted:
        return _write(order, wanted, day, create)
    made: list[Record] = []

    def work() -> str:
        made.append(_write(order, "", day, create))
        return made[0].id

    # nothing to recognise it by: only the request tells a retry from a second newborn
    digest = hashlib.sha256(msgspec.json.encode(order.given, order="sorted")).hexdigest()[:16]
    record = requests.once(who, f"registers.write.{register}.{digest}", str, work)
    return made[0] if made else _write(order, record, day, create)


def correct(
    who: Actor,
    *,
    register: str,
    key: str,
    values: Mapping[str, Any],
    grounds: Grounds,
    reason: str,
    contract: str = "",
) -> Record:
    """Put right what was wrong: each value replaces the one that stands, from the day that one was said to begin.

    What was believed before stays readable with ``known_at``. reason: why it was wrong, needed. Raises NotFound.
    """
    require(who, grounds)
    if not reason:
        raise Invalid("correct.reason", N_("Cần nêu lý do cải chính."))
    spec = definition(register)
    order = _Order(who, spec, shapes.parse(spec, values), grounds, reason, contract)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        draft = _draft(connection, layout, spec, key)
        if draft is None:
            raise NotFound("record.none", N_("Không có bản ghi mang khóa này."))
        shapes.refuse(shapes.emptied(spec, order.given))
        load_history(connection, layout, draft)
        by_day: dict[str, Values] = {}
        for name, value in order.given.items():
            by_day.setdefault(_stands_since(draft, name), {})[name] = value
        now = clock.stamp(runtime.current().clock.now())
        for day, part in sorted(by_day.items()):
            draft.change(part, valid_from=day, now=now, kind="corrected")
        return _finish(connection, layout, order, draft)


def load_history(connection: Connection, layout: Layout, draft: Draft) -> None:
    """Give a draft the assertions it was stored with."""
    if draft.assertions is None:
        stored = records.assertions(connection, layout, [draft.id]).get(draft.id, [])
        draft.assertions = [*stored, *draft.fresh]


def new_draft(spec: Register, given: Mapping[str, Any], *, valid_from: str, now: str, today: str, record: str) -> Draft:
    """Return a record that is not stored yet; required fields have been checked."""
    begins = valid_from or min(first_day(str(given.get(spec.begins) or today)), today)
    if None in given.values() or "" in given.values():
        filled = {name: value for name, value in given.items() if value not in shapes.EMPTY}
    else:
        filled = dict(given)
    return Draft(record=record, values=filled, version=1, valid_from=begins, known_from=now, stored=False)


def _write(order: _Order, key: str, day: str, create: bool) -> Record:
    spec, given, moment = order.spec, order.given, runtime.current().clock.now()
    now, today = clock.stamp(moment), moment.date().isoformat()
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, spec.id)
        draft = _draft(connection, layout, spec, key) if key else None
        if draft is None:
            shapes.refuse(shapes.missing(spec, given))
            draft = new_draft(spec, given, valid_from=day, now=now, today=today, record=new_id())
            if key and draft.values.get(spec.key) != key:
                raise Invalid(
                    "record.key", N_("Không có bản ghi mang khóa này, và khóa trong dữ liệu không phải khóa đó.")
                )
            return _finish(connection, layout, order, draft)
        shapes.refuse(shapes.emptied(spec, given))
        _refuse_future(day, today)
        if draft.needs_history(day or today):
            load_history(connection, layout, draft)
        if draft.change(given, valid_from=day or today, now=now, kind="changed") and create:
            raise Conflict("record.exists", N_("Bản ghi này đã có với nội dung khác; đọc lại rồi quyết định."))
        return _finish(connection, layout, order, draft)


def _draft(connection: Connection, layout: Layout, spec: Register, key: str) -> Draft | None:
    found = current_row(connection, layout, spec, key)
    if found is None:
        return None
    locked = records.by_ids(connection, layout, [found[0]], lock=True)
    return records.draft_of(locked[0]) if locked else None


def _stands_since(draft: Draft, name: str) -> str:
    said = [each for each in draft.assertions or [] if each.version == 1 or name in each.after]
    return max((each.valid_from for each in said), default=draft.valid_from)


def _finish(connection: Connection, layout: Layout, order: _Order, draft: Draft) -> Record:
    """Save a draft that changed, tell of it, write the access entry, and answer the record."""
    spec, values = order.spec, draft.values
    written = not draft.stored or bool(draft.fresh)
    if written:
        shapes.refuse(shapes.broken(spec, values, runtime.current().clock.now().date()))
        _refuse_taken(connection, layout, spec, draft)
        saving.save(connection, layout, order.who, [draft], order.grounds, order.reason)
        fact = RecordWritten(
            register=spec.id,
            record=draft.id,
            version=draft.version,
            kind=draft.kinds.get(draft.version, "created"),
            unit=str(values.get(spec.unit) or ""),
            dossier=order.grounds.dossier,
        )
        publish(order.who, fact)
        announce(order.who, spec, [draft])
    accesses.add(
        connection,
        order.who,
        act="write",
        register=spec.id,
        subjects=[str(values.get(spec.subject) or draft.id)],
        fields=list(order.given),
        grounds=order.grounds,
        contract=order.contract,
        reason=order.reason,
    )
    key = str(values.get(spec.key) or "")
    return Record(spec.id, draft.id, key, draft.version, draft.valid_from, draft.known_from, values, written)


def _refuse_future(day: str, today: str) -> None:
    if day > today:
        raise Invalid(
            "record.future",
            N_("Thay đổi chưa tới ngày có hiệu lực; ghi vào ngày đó hoặc chọn ngày từ hôm nay trở về trước."),
            [fault("valid_from", "record.future", N_("Ngày %(day)s ở tương lai."), day=day)],
        )


def _refuse_taken(connection: Connection, layout: Layout, spec: Register, draft: Draft) -> None:
    key = draft.values.get(spec.key)
    if key and not draft.stored and merges.leads(connection, spec.id, [str(key)]):
        raise Conflict(
            "record.merged",
            N_("Bản ghi mang khóa này đã được gộp vào bản ghi khác; đọc lại và ghi vào bản ghi được giữ lại."),
        )
    if key and any(row[0] != draft.id for row in records.find(connection, layout, {spec.key: [str(key)]}, 2)):
        raise Conflict("record.key_taken", N_("Đã có bản ghi khác mang khóa này; đọc lại rồi quyết định."))
