"""Taking back what a batch wrote: its new records are withdrawn, its changes corrected back, with author and reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Invalid
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.registers.api.defining import definition, known, layout_of
from lienthong.registers.api.following import FOLLOWER
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.api.portions import Touched
from lienthong.registers.domain import Assertion, Draft, Grounds, Values, state_at
from lienthong.registers.events import RecordsTakenBack
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, merges, records, saving
from lienthong.registers.store.layout import Layout, lookup_key

_MOST = 1 << 40
How = Literal["changed", "merged", "repeated", "named", "followed", "listed", "used"]


@dataclass(frozen=True, slots=True)
class Dependent:
    """Why a record's version cannot be taken back.

    how: ``changed`` by something later, ``merged`` with another record, ``repeated`` by a later batch, ``named`` by a
    record of another register or batch, ``followed`` by a register that did what a life event asks, ``listed`` on a
    roll, ``used`` by a dossier. key: of the record (its id without one), or the name of the later batch. by: the
    version that stands now, the other record, how many records the later batch repeats, the register, the agency of the
    roll, the dossier.
    """

    how: How
    key: str
    by: str


def dependents(
    who: Actor, *, register: str, touched: Sequence[Touched], since: str, grounds: Grounds, limit: int = 50
) -> list[Dependent]:
    """Return what has come to rest on versions of records since they were written; at most ``limit`` of each kind.

    since: stamp of the first of these writes. touched: each record once.
    """
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    ours = {each.record for each in touched}
    changed: list[Dependent] = []
    named: list[Dependent] = []
    followed: list[Dependent] = []
    used: list[Dependent] = []
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        for portion in _portions(touched):
            drafts = _drafts(connection, layout, portion)
            merged = _merged(connection, register, portion, drafts, ours)
            new: list[str] = []
            subjects: list[str] = []
            for each in portion:
                draft = drafts[each.record]
                key = str(draft.values.get(spec.key) or draft.id)
                if each.record in merged:
                    changed.append(merged[each.record])
                elif not _stands_as_written(draft, each):
                    changed.append(Dependent("changed", key, str(draft.version)))
                if each.before == 0 and spec.terms[spec.key].type == "personal_number":
                    new.append(key)
                subjects.append(str(draft.values.get(spec.subject) or draft.id))
            named += _named(connection, register, new, ours)
            used += [Dependent("used", *found) for found in accesses.used_by(connection, subjects, register, since)]
            followed += _followed(connection, register, subjects, ours, since)
            if max(map(len, (changed, named, followed, used))) >= limit:
                break
    return [*changed[:limit], *named[:limit], *followed[:limit], *used[:limit]]


def take_back(who: Actor, *, register: str, touched: Sequence[Touched], grounds: Grounds, reason: str) -> int:
    """Undo versions of records, each record given once, in one transaction (or the caller's); answer how many.

    A record that the act made is withdrawn: no look-up finds it any more, its history stays and what was known before
    stays readable with ``known_at``. Of the others each value returns to what stood before, from the same day on.
    Ask ``dependents`` first. Raises Invalid without a reason, or when a record no longer stands as it was written.
    """
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    if not reason.strip():
        raise Invalid("undo.reason", N_("Cần nêu lý do hoàn tác."))
    spec = definition(register)
    now = clock.stamp(runtime.current().clock.now())
    count = 0
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        for portion in _portions(touched):
            count += _take_back(connection, layout, spec, portion, who, grounds, reason, now)
        if count:
            publish(who, RecordsTakenBack(register=register, rows=count))
    return count


def _take_back(
    connection: Connection,
    layout: Layout,
    spec: Register,
    portion: Sequence[Touched],
    who: Actor,
    grounds: Grounds,
    reason: str,
    now: str,
) -> int:
    found = _drafts(connection, layout, portion, lock=True)
    drafts: list[Draft] = []
    subjects: list[str] = []
    for each in portion:
        draft = found[each.record]
        if not _stands_as_written(draft, each):
            raise Invalid("undo.changed", N_("Bản ghi đã có thay đổi sau lần nhập này; xem lại trước khi hoàn tác."))
        subjects.append(str(draft.values.get(spec.subject) or draft.id))
        if each.before == 0:
            _withdraw(draft, now)
        else:
            _correct_back(draft, each, now)
        drafts.append(draft)
    saving.save(connection, layout, who, drafts, grounds, reason)
    (entry,) = accesses.add(
        connection,
        who,
        act="write",
        register=spec.id,
        subjects=[""],
        fields=list(spec.fields),
        grounds=grounds,
        reason=reason,
        people=len(drafts),
    )
    accesses.cover(connection, entry, subjects)
    return len(drafts)


def _drafts(
    connection: Connection, layout: Layout, portion: Sequence[Touched], *, lock: bool = False
) -> dict[str, Draft]:
    """Return the records of a portion by id, with all that was said of them."""
    ids = [each.record for each in portion]
    drafts = {row[0]: records.draft_of(row) for row in records.by_ids(connection, layout, ids, lock=lock)}
    for record, said in records.assertions(connection, layout, ids).items():
        drafts[record].assertions = said
    return drafts


def _stands_as_written(draft: Draft, touched: Touched) -> bool:
    """Say whether a record says on every day what the act left: later changes that were taken back do not count."""
    if draft.version == touched.after:
        return True
    said = draft.assertions or []
    return all(
        _told(draft.values, said, each.valid_from) == _told(draft.values, said, each.valid_from, touched.after + 1)
        for each in said
    )


def _told(values: Values, said: Sequence[Assertion], day: str, below: int = 1 << 60) -> Values:
    held = state_at(values, said, as_of=day, below=below)
    return {name: value for name, value in (held.values if held else {}).items() if value is not None}


def _withdraw(draft: Draft, now: str) -> None:
    """Let a record say nothing from its first day on, and nothing from each day on that a later row told of."""
    said = list(draft.assertions or [])
    ever = {*draft.values, *(name for each in said for name in (*each.before, *each.after))}
    for day in sorted({each.valid_from for each in said}):
        draft.change(dict.fromkeys(sorted(ever)), valid_from=day, now=now, kind="withdrawn")


def _correct_back(draft: Draft, touched: Touched, now: str) -> None:
    said = list(draft.assertions or [])
    values = dict(draft.values)
    for made in reversed(said[touched.before : touched.after]):
        held = state_at(values, said, as_of=made.valid_from, below=touched.before + 1)
        before = held.values if held else {}
        back: Values = {name: before.get(name) for name in made.after}
        draft.change(back, valid_from=made.valid_from, now=now, kind="corrected")


def _merged(
    connection: Connection, register: str, portion: Sequence[Touched], drafts: dict[str, Draft], ours: set[str]
) -> dict[str, Dependent]:
    """Return the records that were merged since: away, or, where the act made them, with one that leads to them now."""
    by_record = {each.record: each for each in portion}
    found: dict[str, Dependent] = {}
    for merge in merges.touching(connection, register, list(by_record)):
        gone, kept = by_record.get(merge.gone), by_record.get(merge.kept)
        if gone and not _stands_as_written(drafts[gone.record], gone):
            found[gone.record] = Dependent("merged", merge.gone_key or merge.gone, merge.kept_key or merge.kept)
        if kept and kept.before == 0 and merge.gone not in ours:
            found[kept.record] = Dependent("merged", merge.kept_key or merge.kept, merge.gone_key or merge.gone)
    return found


def _followed(
    connection: Connection, register: str, subjects: Sequence[str], ours: set[str], since: str
) -> list[Dependent]:
    """Return what other records say since because of life events of these people; a later word lets go of it."""
    found: dict[str, Dependent] = {}
    for name, versions in sorted(known().versions.items()):
        spec = versions[-1]
        fields = {next(iter(each.find)) for each in spec.follows if each.after.startswith(f"{register}.")}
        layout = layout_of(connection, name)
        for field in sorted(fields):
            keys = [key for each in subjects if (key := lookup_key(layout.lookups[field], each))]
            ids = records.find_ever(connection, layout, {field: keys}, _MOST) if keys else []
            actor = f"{Kind.SYSTEM}:{FOLLOWER}"
            for record, values in records.last_said_by(connection, layout, ids, actor=actor, since=since):
                if name != register or record not in ours:
                    found[record] = Dependent("followed", str(values.get(spec.key) or record), name)
    return list(found.values())


def _named(connection: Connection, register: str, keys: Sequence[str], ours: set[str]) -> list[Dependent]:
    """Return who names one of these people: records of any register that are not of the batch."""
    if not keys:
        return []
    found: list[Dependent] = []
    for name, versions in sorted(known().versions.items()):
        spec = versions[-1]
        layout = layout_of(connection, name)
        for field in spec.lookups:
            if spec.terms[field].type == "personal_number" and not (name == register and field == spec.key):
                for record, key in records.naming(connection, layout, field, keys):
                    if name != register or record not in ours:
                        found.append(Dependent("named", key, name))
    return found


def _portions(touched: Sequence[Touched], size: int = driver.CHUNK) -> Iterable[Sequence[Touched]]:
    return (touched[at : at + size] for at in range(0, len(touched), size))
