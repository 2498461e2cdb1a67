"""Writing records: a new one, a change from a day on, a correction of what was wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.reading import current_row
from lienthong.registers.domain import Draft, Grounds, Kind, Record, Values, changed_fields, first_day
from lienthong.registers.events import RecordWritten
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, records
from lienthong.registers.store.layout import Layout

_KEY_TAKEN = N_("Đã có bản ghi khác mang khóa này; đọc lại rồi quyết định.")


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
    its register's ``begins`` field names. create: it must be a new record (Conflict when its key says other things).
    Writing what is there already changes nothing, so a retry is harmless.
    Raises Invalid with every fault, Conflict when the values carry the key of another record.
    """
    require(who, grounds)
    spec = definition(register)
    given = shapes.parse(spec, values)
    wanted = key or str(given.get(spec.key) or "")
    made = ""
    if not wanted:  # nothing to recognise it by: only the request tells a retry from a second newborn
        digest = hashlib.sha256(msgspec.json.encode(given, order="sorted")).hexdigest()[:16]
        verb = f"registers.write.{register}.{digest}"
        made = requests.once(
            who, verb, str, lambda: _write(who, spec, given, grounds, "", valid_from, reason, contract, create).id
        )
        wanted = made
    return _write(who, spec, given, grounds, wanted, valid_from, reason, contract, create and not made)


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
    given = shapes.parse(spec, values)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        draft = _draft(connection, layout, spec, key)
        if draft is None:
            raise NotFound("record.none", N_("Không có bản ghi mang khóa này."))
        load_history(connection, layout, draft)
        by_day: dict[str, Values] = {}
        for name, value in given.items():
            by_day.setdefault(_stands_since(draft, name), {})[name] = value
        now = clock.stamp(runtime.current().clock.now())
        for day, part in sorted(by_day.items()):
            draft.change(part, valid_from=day, now=now, kind="corrected")
        return _finish(connection, who, spec, layout, draft, given, grounds, reason, contract)


def load_history(connection: Connection, layout: Layout, draft: Draft) -> None:
    """Give a draft the assertions it was stored with."""
    if draft.assertions is None:
        stored = records.assertions(connection, layout, [draft.id]).get(draft.id, [])
        draft.assertions = [*stored, *draft.fresh]


def new_draft(spec: Register, given: Values, *, valid_from: str, now: str, today: str) -> Draft:
    """Return a record that is not stored yet. Raises Invalid when a required field is empty."""
    shapes.refuse(shapes.missing(spec, given))
    begins = valid_from or min(first_day(str(given.get(spec.begins) or today)), today)
    filled = {name: value for name, value in given.items() if value is not None}
    return Draft(record=new_id(), values=filled, version=1, valid_from=begins, known_from=now, stored=False)


def _write(
    who: Actor,
    spec: Register,
    given: Values,
    grounds: Grounds,
    key: str,
    valid_from: date | None,
    reason: str,
    contract: str,
    create: bool,
) -> Record:
    node = runtime.current()
    now, today = clock.stamp(node.clock.now()), node.clock.now().date().isoformat()
    day = valid_from.isoformat() if valid_from else ""
    with node.database.transaction() as connection:
        layout = layout_of(connection, spec.id)
        draft = _draft(connection, layout, spec, key) if key else None
        if draft is None:
            draft = new_draft(spec, given, valid_from=day, now=now, today=today)
            if key and draft.values.get(spec.key) != key:
                raise Invalid(
                    "record.key",
                    N_("Không có bản ghi mang khóa này, và khóa trong dữ liệu không phải khóa đó."),
                )
        else:
            if create and changed_fields(draft.values, given):
                raise Conflict("record.key_taken", _KEY_TAKEN)
            shapes.refuse(shapes.emptied(spec, given))
            if day > today:
                raise Invalid(
                    "record.future",
                    N_("Thay đổi chưa tới ngày có hiệu lực; ghi vào ngày đó hoặc chọn ngày từ hôm nay trở về trước."),
                    [fault("valid_from", "record.future", N_("Ngày %(day)s ở tương lai."), day=day)],
                )
            if draft.needs_history(day or today):
                load_history(connection, layout, draft)
            draft.change(given, valid_from=day or today, now=now, kind="changed")
        return _finish(connection, who, spec, layout, draft, given, grounds, reason, contract)


def _draft(connection: Connection, layout: Layout, spec: Register, key: str) -> Draft | None:
    found = current_row(connection, layout, spec, key)
    if found is None:
        return None
    locked = records.by_ids(connection, layout, [found[0]], lock=True)
    return records.draft_of(locked[0]) if locked else None


def _stands_since(draft: Draft, name: str) -> str:
    said = [each for each in draft.assertions or [] if each.version == 1 or name in each.after]
    return max((each.valid_from for each in said), default=draft.valid_from)


def _finish(
    connection: Connection,
    who: Actor,
    spec: Register,
    layout: Layout,
    draft: Draft,
    given: Values,
    grounds: Grounds,
    reason: str,
    contract: str,
) -> Record:
    kind: Kind = draft.kinds.get(draft.version, "created")
    if not draft.stored or draft.fresh:
        _refuse_taken(connection, layout, spec, draft)
        records.save(connection, layout, who, [draft], grounds, reason)
        publish(
            who,
            RecordWritten(
                register=spec.id,
                record=draft.id,
                version=draft.version,
                kind=kind,
                unit=str(draft.values.get(spec.unit) or ""),
                dossier=grounds.dossier,
            ),
        )
    accesses.add(
        connection,
        who,
        act="write",
        register=spec.id,
        subjects=[str(draft.values.get(spec.subject) or draft.id)],
        fields=list(given),
        grounds=grounds,
        contract=contract,
        reason=reason,
    )
    key = str(draft.values.get(spec.key) or "")
    return Record(spec.id, draft.id, key, draft.version, draft.valid_from, draft.known_from, draft.values)


def _refuse_taken(connection: Connection, layout: Layout, spec: Register, draft: Draft) -> None:
    key = draft.values.get(spec.key)
    if key and any(row[0] != draft.id for row in records.find(connection, layout, {spec.key: [str(key)]}, 2)):
        raise Conflict("record.key_taken", _KEY_TAKEN)
