"""Two records of one person become one, and two again when that was wrong: nothing of either is lost.

The gone record is withdrawn by versions of its own, each saying from one of its days on that it holds nothing: today's
look-ups find it no more, while its history, and everything as it was known before, stays readable. Its key leads to
the kept record. Taking it back writes the same days once more, with what they held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean
from lienthong.registers.api import shaping as shapes
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.reading import current_row
from lienthong.registers.api.writing import load_history
from lienthong.registers.domain import Draft, Grounds, Values, state_at
from lienthong.registers.events import RecordsMerged, RecordsSeparated
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, merges, records, saving
from lienthong.registers.store.layout import Layout
from lienthong.registers.store.merges import Merge


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge, or taking it back, left: ids and keys of both records, and their versions now."""

    merge: str
    kept: str
    gone: str
    kept_key: str
    gone_key: str
    kept_version: int
    gone_version: int


def merge_records(
    who: Actor,
    *,
    register: str,
    keep: str,
    gone: str,
    grounds: Grounds,
    reason: str,
    values: Mapping[str, Any] | None = None,
    contract: str = "",
) -> Merged:
    """Make one record of two that are one person's. keep, gone: their keys, or ids where they have none.

    values: what the kept record says from now on in place of its own (a correction); the gone one's key cannot be among
    them. Merging what is merged already answers that merge. Raises Invalid without a reason or for one and the same
    record, NotFound, Conflict when one of them was merged into a third.
    """
    require(who, grounds)
    spec, why = definition(register), _reason(reason)
    given = shapes.parse(spec, values or {})
    shapes.refuse(shapes.emptied(spec, given))
    if spec.key in given:
        raise Invalid("merge.key", N_("Khóa của bản ghi giữ lại không đổi khi gộp; chọn giữ bản ghi mang khóa đúng."))

    def work() -> Merged:
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, register)
            if earlier := _standing_between(connection, layout, spec, keep, gone):
                return _told(connection, layout, earlier)
            first, second = _two(connection, layout, spec, keep, gone)
            people = [_person(spec, each) for each in (first, second)]
            made = _merge(connection, layout, spec, first, second, given, why, who, grounds)
            merges.add(
                connection, made, term=spec.term_of(spec.key), actor=f"{who.kind}:{who.subject}", agency=who.agency
            )
            _tell(connection, who, spec, people, grounds, why, contract)
            publish(
                who,
                RecordsMerged(register=register, kept=first.id, gone=second.id, merge=made.id, unit=_unit(spec, first)),
            )
            return _as_told(made, first.version, second.version)

    return requests.once(who, f"registers.merge.{register}"[:80], Merged, work)


def unmerge_records(
    who: Actor, *, register: str, gone: str, grounds: Grounds, reason: str, contract: str = ""
) -> Merged:
    """Take a merge back: the gone record says again what it said on each of its days, and has its key.

    gone: the key that leads elsewhere now, or the record's id. Values that the merge wrote into the kept record are put
    back, but for those that somebody changed since. Raises NotFound when no merge of it stands, Conflict when the kept
    record was itself merged later, or the key has been given to somebody else.
    """
    require(who, grounds)
    spec, why = definition(register), _reason(reason)

    def work() -> Merged:
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, register)
            made = _merge_of(connection, register, gone)
            if merges.standing(connection, register, gone=made.kept):
                raise Conflict(
                    "unmerge.later",
                    N_("Bản ghi giữ lại đã được gộp tiếp vào bản ghi khác; hãy tách lần gộp sau trước."),
                )
            first, second = _locked(connection, layout, [made.kept, made.gone])
            _revive(connection, layout, second, made.gone_versions)
            _put_back(connection, layout, first, made.kept_versions)
            merges.end(connection, made.id, clock.stamp(runtime.current().clock.now()))
            saving.save(connection, layout, who, [each for each in (first, second) if each.fresh], grounds, why)
            _tell(connection, who, spec, [_person(spec, each) for each in (first, second)], grounds, why, contract)
            fact = RecordsSeparated(
                register=register, kept=first.id, gone=second.id, merge=made.id, unit=_unit(spec, first)
            )
            publish(who, fact)
            return _as_told(made, first.version, second.version)

    return requests.once(who, f"registers.unmerge.{register}"[:80], Merged, work)


def led_keys(register: str) -> list[tuple[str, str]]:
    """Return the keys of a register that merges took away, each with the id of the record that it leads to now."""
    with runtime.current().database.reading() as connection:
        keys = [each.gone_key for each in merges.standing(connection, register) if each.gone_key]
        return sorted(merges.leads(connection, register, keys).items())


def records_of(register: str, key: str) -> list[str]:
    """Return the ids of the record that has a key, or that the key leads to, and of those merged into it.

    key: or the id of a record. They say which records are one person's, and nothing of the person is read.
    """
    asked = clean(key)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        record = records.id_of(connection, layout, definition(register).key, asked) or asked
        return merges.gone_into(connection, merges.kept_for(connection, register, key=asked, record=record) or record)


def _merge(
    connection: Connection,
    layout: Layout,
    spec: Register,
    first: Draft,
    second: Draft,
    given: Values,
    why: str,
    who: Actor,
    grounds: Grounds,
) -> Merge:
    now = clock.stamp(runtime.current().clock.now())
    keys = [str(each.values.get(spec.key) or "") for each in (first, second)]
    before = first.version
    if given:
        load_history(connection, layout, first)
        first.change(given, valid_from=_today(first), now=now, kind="corrected")
    gone_versions = _withdraw(connection, layout, second, now)
    saving.save(connection, layout, who, [each for each in (first, second) if each.fresh], grounds, why)
    kept_versions = tuple(range(before + 1, first.version + 1))
    return Merge(new_id(), now, spec.id, first.id, second.id, keys[0], keys[1], kept_versions, gone_versions, why)


def _withdraw(connection: Connection, layout: Layout, draft: Draft, now: str) -> tuple[int, ...]:
    """Say, from each day on which the record said something, that it does not; answer the versions that say so."""
    load_history(connection, layout, draft)
    said = list(draft.assertions or [])
    held = state_at(draft.values, said, below=2)
    by_day: dict[str, set[str]] = {}
    for each in said:
        fields = set(held.values) if each.version == 1 and held else set(each.after)
        by_day.setdefault(each.valid_from, set()).update(fields)
    versions: list[int] = []
    for day, fields in sorted(by_day.items()):
        made = draft.change(dict.fromkeys(fields), valid_from=day, now=now, kind="corrected")
        versions += [made.version] if made else []
    return tuple(versions)


def _revive(connection: Connection, layout: Layout, draft: Draft, versions: tuple[int, ...]) -> None:
    """Say on each of those days again what held before the withdrawal."""
    load_history(connection, layout, draft)
    now = clock.stamp(runtime.current().clock.now())
    said = list(draft.assertions or [])
    values = dict(draft.values)
    for each in [one for one in said if one.version in versions]:
        held = state_at(values, said, as_of=each.valid_from, below=versions[0])
        back = {name: held.values[name] for name in each.after if held and name in held.values}
        draft.change(back, valid_from=each.valid_from, now=now, kind="corrected")


def _put_back(connection: Connection, layout: Layout, draft: Draft, versions: tuple[int, ...]) -> None:
    load_history(connection, layout, draft)
    now = clock.stamp(runtime.current().clock.now())
    said = list(draft.assertions or [])
    for each in [one for one in said if one.version in versions]:
        touched = {name for one in said if one.version > each.version for name in one.after}
        still = {name: value for name, value in each.after.items() if draft.values.get(name) == value}
        back = {name: each.before.get(name) for name in still if name not in touched}
        if back:
            draft.change(back, valid_from=each.valid_from, now=now, kind="corrected")


def _two(connection: Connection, layout: Layout, spec: Register, keep: str, gone: str) -> tuple[Draft, Draft]:
    rows = [current_row(connection, layout, spec, key) for key in (keep, gone)]
    if rows[0] is None or rows[1] is None or "{}" in (rows[0][4], rows[1][4]):
        taken = merges.leads(connection, spec.id, [clean(keep), clean(gone)])
        if taken:
            raise Conflict(
                "merge.gone", N_("Một trong hai bản ghi đã được gộp vào bản ghi khác; đọc lại rồi quyết định.")
            )
        raise NotFound("record.none", N_("Không có bản ghi mang khóa này."))
    if rows[0][0] == rows[1][0]:
        raise Invalid("merge.same", N_("Hai khóa này là của cùng một bản ghi; chọn hai bản ghi khác nhau để gộp."))
    return _locked(connection, layout, [rows[0][0], rows[1][0]])


def _locked(connection: Connection, layout: Layout, ids: list[str]) -> tuple[Draft, Draft]:
    found = {row[0]: records.draft_of(row) for row in records.by_ids(connection, layout, ids, lock=True)}
    return found[ids[0]], found[ids[1]]


def _standing_between(connection: Connection, layout: Layout, spec: Register, keep: str, gone: str) -> Merge | None:
    row = current_row(connection, layout, spec, keep)
    for each in merges.standing(connection, spec.id, kept=row[0]) if row else []:
        if clean(gone) in {each.gone, each.gone_key}:
            return each
    return None


def _merge_of(connection: Connection, register: str, gone: str) -> Merge:
    name = clean(gone)
    found = merges.of_key(connection, register, name) or (
        merges.standing(connection, register, gone=name) if name else []
    )
    if not found:
        raise NotFound("unmerge.none", N_("Không có lần gộp nào đang có hiệu lực cho bản ghi này."))
    return found[-1]


def _told(connection: Connection, layout: Layout, made: Merge) -> Merged:
    versions = {row[0]: row[1] for row in records.by_ids(connection, layout, [made.kept, made.gone])}
    return _as_told(made, versions[made.kept], versions[made.gone])


def _as_told(made: Merge, kept_version: int, gone_version: int) -> Merged:
    return Merged(made.id, made.kept, made.gone, made.kept_key, made.gone_key, kept_version, gone_version)


def _tell(
    connection: Connection, who: Actor, spec: Register, people: list[str], grounds: Grounds, reason: str, contract: str
) -> None:
    """Write an entry for the person, under both names that the records have for them."""
    accesses.add(
        connection,
        who,
        act="write",
        register=spec.id,
        subjects=list(dict.fromkeys(people)),
        fields=list(spec.fields),
        grounds=grounds,
        contract=contract,
        reason=reason,
    )


def _person(spec: Register, draft: Draft) -> str:
    return str(draft.values.get(spec.subject) or draft.id)


def _reason(reason: str) -> str:
    if not clean(reason):
        raise Invalid("merge.reason", N_("Cần nêu lý do gộp hoặc tách bản ghi."))
    return clean(reason)[:500]


def _today(draft: Draft) -> str:
    return max(draft.valid_from, clock.local(runtime.current().clock.now()).date().isoformat())


def _unit(spec: Register, draft: Draft) -> str:
    return str(draft.values.get(spec.unit) or "")
