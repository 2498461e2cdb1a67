"""Many rows at once into one register: one transaction, one event and one access entry for each batch."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id, new_ids
from lienthong.registers.api import shaping as shapes
from lienthong.registers.api.announcing import announce
from lienthong.registers.api.batches import RESERVED, names_of, prepare
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.api.writing import load_history, new_draft
from lienthong.registers.domain import Act, Draft, Grounds, Values
from lienthong.registers.events import RecordsImported
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, merges, records, saving
from lienthong.registers.store.layout import Layout, lookup_key
from lienthong.registers.store.saving import Ready

Rejected = list[tuple[int, Fault]]
"""Place of a row (its number in the file, or in the call) and what is wrong with it."""
Hold = Callable[[Values, Mapping[str, Any]], Fault | None]
"""Says, of what a record holds and what a row says, why the row must not land without a person's word; None: it may."""

Keep = Callable[[int, Values, Mapping[str, Any]], Mapping[str, Any]]
"""Answers what a row, by its place, may say of a record: what the record holds in a better form is left out."""


class Row(NamedTuple):
    """One row on its way: its place, its values as stored, since when they hold, and who it is ("": by its key)."""

    place: int
    values: Mapping[str, Any]
    valid_from: str = ""
    same_as: str = ""


@dataclass(slots=True)
class Landed:
    """What became of the rows. rejects: place and fault of each that could not land."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    batches: list[str] = field(default_factory=list[str])
    rejects: Rejected = field(default_factory=list[tuple[int, Fault]])


def bulk_load(
    who: Actor,
    *,
    register: str,
    rows: Iterable[Mapping[str, Any]],
    grounds: Grounds | None = None,
    batch: int = 5000,
) -> Landed:
    """Load many rows of field → value the fast way; each batch is one transaction (or joins the caller's).

    Two keys are not fields: ``_valid_from`` (ISO day since when this row holds) and ``_id`` (any text that says
    "the same record" for rows that have no key). A row whose key, or ``_id``, came before asserts its fields from its
    day on. Rows as the registers store them are taken as they are; others are read by the dictionary.
    A batch of new records lands by columns, and quality rules do not look at it: a measure finds what breaks them.
    Raises Invalid with every fault of a batch that has any; earlier batches stay, unless the caller's transaction ends.
    """
    spec = definition(register)
    why = grounds or Grounds(purpose="bulk-load", basis=spec.basis[0])
    require(who, why)
    require_owner(who, register=register, grounds=why)
    landing = Landing(who, spec, why)
    with _few_collections():
        for portion in _portions(enumerate(rows), batch):
            landing.load(portion)
    return landing.result


def load_ready(who: Actor, *, register: str, ready: Ready, grounds: Grounds) -> bool:
    """Load a batch of new records that ``batches.prepare`` made ready; False when one of them is there already."""
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    return Landing(who, spec, grounds).land_ready(ready)


class Landing:
    """Takes rows into a register, batch by batch, and remembers what the call has already brought.

    recognise: a row without a key that says nothing new about a record without a key is that record.
    announce: life events in the rows are told, as those of a write are; not when a register is first filled.
    """

    def __init__(
        self,
        who: Actor,
        spec: Register,
        grounds: Grounds,
        *,
        reason: str = "",
        recognise: bool = False,
        announce: bool = False,
    ) -> None:
        self.result = Landed()
        self._readers = shapes.readers_of(spec)
        self._who, self._spec, self._grounds, self._reason = who, spec, grounds, reason
        self._recognise, self._announce = recognise, announce
        self._named: dict[str, str] = {}  # `_id` of a row without a key → id of its record
        self._met = False  # the last batch had records that were there already
        self.ids: list[str] = []  # of the last batch that was new
        self.told: dict[int, Draft] = {}  # place of a row of the last other batch → its record
        self.hold: Hold | None = None
        self.keep: Keep | None = None
        self.held: list[tuple[int, Fault]] = []  # rows of the last batch that must not land as they stand

    def load(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        """Write a batch whole, by columns when all of it is new. Raises Invalid with every fault of its rows."""
        ready = None if self._met else self._prepared([row for _, row in rows])
        if ready is None or not self.land_ready(ready):
            shaped = list(self.shaped(rows))
            refuse(self.result.rejects)
            self.land(shaped, whole=True)

    def load_new(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Write a batch by columns when each row is a new record; False, and nothing written, when one is not."""
        ready = self._prepared(rows)
        return ready is not None and self.land_ready(ready)

    def _prepared(self, rows: Sequence[Mapping[str, Any]]) -> Ready | None:
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, self._spec.id)
        return prepare(self._spec, layout, rows, today=runtime.current().clock.now().date().isoformat())

    def shaped(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Row]:
        """Yield the rows whose values can be read; the others are rejected with each fault."""
        unread = shapes.unread(self._readers, shapes.groups([row for _, row in rows]))
        reserved, unread = unread & RESERVED, unread - RESERVED
        for place, given in rows:
            if not reserved and not unread:
                yield Row(place, given)
                continue
            values = dict(given)
            valid_from, same_as = values.pop("_valid_from", ""), values.pop("_id", "")
            if unread:
                read, faults = shapes.try_parse(self._readers, {name: values[name] for name in unread & values.keys()})
                if faults:
                    self.result.rejects.extend((place, each) for each in faults)
                    continue
                values.update(read)
            yield Row(place, values, str(valid_from), str(same_as))

    def faults(self, given: Mapping[str, Any]) -> list[Fault]:
        """Return what is wrong with values that will not land anyway."""
        return shapes.try_parse(self._readers, given)[1]

    def land(self, rows: Sequence[Row], *, changes_from: str = "", whole: bool = False) -> None:
        """Write a batch in one transaction. changes_from: the day since when changes hold, today when empty.

        whole: raise Invalid when one row cannot land, instead of rejecting that one.
        """
        rejects: Rejected = []
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, self._spec.id)
            drafts = self._drafts(connection, layout, rows, changes_from, rejects)
            if whole:
                refuse(rejects)
            saving.save(connection, layout, self._who, drafts, self._grounds, self._reason)
            if self._announce:
                announce(self._who, self._spec, drafts)
            written = sum(1 for each in drafts if not each.stored or each.fresh)
            read = [str(each.values.get(self._spec.subject) or each.id) for each in drafts if each.stored]
            batch = self.tell(connection, people=len(drafts), written=written, rejected=len(rejects), read=read)
        self._met = any(each.stored for each in drafts)
        self.result.batches.append(batch)
        self.result.created += sum(1 for each in drafts if not each.stored)
        self.result.changed += sum(1 for each in drafts if each.stored and each.fresh)
        self.result.unchanged += len(drafts) - written
        self.result.rejects.extend(rejects)

    def look(self, rows: Sequence[Row], *, changes_from: str = "") -> None:
        """Find out what ``land`` would do, and write nothing but that these people's records were compared."""
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, self._spec.id)
            drafts = self._drafts(connection, layout, rows, changes_from, self.result.rejects)
            read = [str(each.values.get(self._spec.subject) or each.id) for each in drafts if each.stored]
            if read:
                self.tell(connection, people=len(read), written=0, read=read, act="compare")

    def land_ready(self, ready: Ready) -> bool:
        """Write a batch of new records; False, and nothing written, when one of them is there already."""
        with runtime.current().database.transaction() as connection:
            layout = layout_of(connection, self._spec.id)
            at = 3 + list(layout.lookups).index(self._spec.key)
            keys = [row[at] for row in ready.current]
            known = records.used_keys(connection, layout, self._spec.key, filter(None, keys))
            taken = known or merges.gone_keys(connection, filter(None, keys), self._spec.id)
            self._met = bool(taken or ready.named.keys() & self._named.keys())
            if self._met:
                return False
            now = clock.stamp(runtime.current().clock.now())
            ids = saving.insert(connection, layout, self._who, ready, self._grounds, self._reason, now=now)
            self.ids = ids
            if self._announce and self._spec.announces:
                announce(self._who, self._spec, saving.drafts_of(ids, ready, now))
            batch = self.tell(connection, people=len(ids), written=len(ids))
        self._named.update((name, ids[place]) for name, place in ready.named.items() if not keys[place])
        self.result.batches.append(batch)
        self.result.created += len(ids)
        return True

    def _drafts(
        self, connection: Connection, layout: Layout, rows: Sequence[Row], changes_from: str, rejects: Rejected
    ) -> list[Draft]:
        spec, moment = self._spec, runtime.current().clock.now()
        now, today = clock.stamp(moment), moment.date().isoformat()
        met = self._stored(connection, layout, rows)
        gone = merges.gone_keys(connection, (str(row.values.get(spec.key) or "") for row in rows), spec.id)
        drafts: list[Draft] = []
        ids = new_ids(len(rows))
        self.told, self.held = {}, []
        for row in rows:
            names = names_of(spec, row.values, row.same_as)
            draft = next((met[name] for name in names if name in met), None)
            if draft is not None and self.hold is not None and (why := self.hold(draft.values, row.values)):
                self.held.append((row.place, why))
                continue
            if draft is not None and self.keep is not None:
                row = row._replace(values=self.keep(row.place, draft.values, row.values))  # noqa: PLW2901
            faults = shapes.missing(spec, row.values) if draft is None else shapes.emptied(spec, row.values)
            if draft is None and row.values.get(spec.key) in gone:
                faults = [_was_merged(spec)]
            stands = {**(draft.values if draft else {}), **row.values}
            faults = faults or shapes.broken(spec, stands, moment.date())
            if faults:
                rejects.extend((row.place, each) for each in faults)
                continue
            if draft is None:
                record = ids[len(drafts)]
                draft = new_draft(spec, row.values, valid_from=row.valid_from, now=now, today=today, record=record)
                drafts.append(draft)
                if row.same_as and not draft.values.get(spec.key):
                    self._named[names[0]] = draft.id
            else:
                self._change(connection, layout, draft, row, row.valid_from or changes_from or today, now)
            self.told[row.place] = draft
            for name in names:
                met[name] = draft
        known = {draft.id: draft for draft in met.values() if draft.stored}
        return [*drafts, *known.values()]

    def _change(self, connection: Connection, layout: Layout, draft: Draft, row: Row, day: str, now: str) -> None:
        if draft.needs_history(day):
            load_history(connection, layout, draft)
        given = {each: None if value == "" else value for each, value in row.values.items()}
        draft.change(given, valid_from=day, now=now, kind="changed")

    def _stored(self, connection: Connection, layout: Layout, rows: Sequence[Row]) -> dict[str, Draft]:
        """Return the records that rows of the batch are about and that are there already, by name."""
        key = self._spec.key
        keys = {str(row.values[key]) for row in rows if row.values.get(key)}
        found = records.by_keys(connection, layout, key, keys, lock=True)
        drafts = {name: records.draft_of(row) for name, row in found.items()}
        if self._recognise:
            for row in rows:
                if not row.values.get(key) and (twin := self._twin(connection, layout, row)):
                    drafts[names_of(self._spec, row.values, row.same_as)[0]] = twin
        again = {
            name: self._named[name]
            for row in rows
            for name in names_of(self._spec, row.values, row.same_as)
            if name in self._named
        }
        if again:
            by_id = {row[0]: row for row in records.by_ids(connection, layout, list(again.values()), lock=True)}
            same = {draft.id: draft for draft in drafts.values()}
            for name, record in again.items():
                drafts[name] = same.setdefault(record, records.draft_of(by_id[record]))
        return drafts

    def _twin(self, connection: Connection, layout: Layout, row: Row) -> Draft | None:
        """Return the record without a key that says all that the row says."""
        said = {name: value for name, value in row.values.items() if value not in shapes.EMPTY}
        keys = {name: [key] for name, kind in layout.lookups.items() if (key := lookup_key(kind, said.get(name)))}
        for found in records.find(connection, layout, keys, 50) if keys else []:
            draft = records.draft_of(found)
            if self._spec.key not in draft.values and said.items() <= draft.values.items():
                return draft
        return None

    def tell(
        self,
        connection: Connection,
        *,
        people: int,
        written: int,
        rejected: int = 0,
        read: Sequence[str] = (),
        act: Act = "import",
    ) -> str:
        """Write a batch's event and access entry in the open transaction; answer the batch's id.

        read: whose records were read to be compared: they find the entry in their log.
        """
        batch, spec = new_id(), self._spec
        if written:
            fact = RecordsImported(register=spec.id, batch=batch, rows=written, rejected=rejected, unit="")
            publish(self._who, fact)
        (entry,) = accesses.add(
            connection,
            self._who,
            act=act,
            register=spec.id,
            subjects=[""],
            fields=list(spec.fields),
            grounds=self._grounds,
            reason=self._reason,
            people=people,
        )
        accesses.cover(connection, entry, read)
        return batch


def _was_merged(spec: Register) -> Fault:
    message = N_("Bản ghi mang khóa này đã được gộp vào bản ghi khác; dùng khóa của bản ghi được giữ lại.")
    return fault(spec.key, "record.merged", message)


@contextmanager
def _few_collections() -> Generator[None]:
    """Look for garbage seldom: a load makes much that lives for one batch, and a fifth of its time went there."""
    usual = gc.get_threshold()
    gc.set_threshold(max(usual[0], 200_000), *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def refuse(rejects: Rejected) -> None:
    """Raise Invalid with every rejected row's faults, each at its row and field."""
    shapes.refuse([Fault(f"rows[{place}].{each.at}", each.code, each.message, each.data) for place, each in rejects])


def _portions(rows: Iterator[tuple[int, Mapping[str, Any]]], size: int) -> Iterator[list[Any]]:
    while portion := list(islice(rows, size)):
        yield portion
