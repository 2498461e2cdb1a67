"""Many rows at once into one register: one transaction, one event and one access entry for each batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, Fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.registers.api import shaping as shapes
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import deny, require
from lienthong.registers.api.writing import load_history, new_draft
from lienthong.registers.domain import Draft, Grounds, Values
from lienthong.registers.events import RecordsImported
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, records
from lienthong.registers.store.layout import Layout

Rejected = list[tuple[int, Fault]]
"""Place of a row (its number in the file, or in the call) and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row on its way: its place, its values as stored, since when they hold, and who it is ("": by its key)."""

    place: int
    values: Values
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
    Raises Invalid with every fault of a batch that has any; earlier batches stay, unless the caller's transaction ends.
    """
    spec = definition(register)
    why = grounds or Grounds(purpose="bulk-load", basis=spec.basis[0])
    require(who, why)
    require_owner(who, spec, why)
    landing = Landing(who, spec, why)
    for portion in _portions(enumerate(rows), batch):
        ready = list(landing.shaped(portion))
        shapes.refuse([_placed(each) for each in landing.result.rejects])
        landing.land(ready)
        shapes.refuse([_placed(each) for each in landing.result.rejects])
    return landing.result


def require_owner(who: Actor, spec: Register, grounds: Grounds) -> None:
    """Refuse an agency that is neither the register's owner nor below it, and write that it was refused."""
    if who.agency == spec.owner or who.agency.startswith(f"{spec.owner}."):
        return
    deny(who, register=spec.id, subjects=[], fields=[], grounds=grounds, reason="not-owner")
    raise Denied(
        "registers.not_owner",
        N_("Chỉ cơ quan chủ quản (%(owner)s) được làm việc này trên %(register)s; dùng --as với mã của cơ quan đó."),
        owner=spec.owner,
        register=spec.short,
    )


class Landing:
    """Takes rows into a register, batch by batch, and remembers what the call has already brought."""

    def __init__(self, who: Actor, spec: Register, grounds: Grounds, *, reason: str = "") -> None:
        self.result = Landed()
        self._who, self._spec, self._grounds, self._reason = who, spec, grounds, reason
        self._named: dict[str, str] = {}  # `_id` of a row without a key → id of its record

    def shaped(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Row]:
        """Yield the rows whose values can be read; the others are rejected with each fault."""
        for place, given in rows:
            values = dict(given)
            valid_from, same_as = str(values.pop("_valid_from", "")), str(values.pop("_id", ""))
            stored, faults = shapes.try_parse(self._spec, values)
            if faults:
                self.result.rejects.extend((place, each) for each in faults)
            else:
                yield Row(place, stored, valid_from, same_as)

    def land(self, rows: Sequence[Row], *, changes_from: str = "") -> None:
        """Write a batch in one transaction. changes_from: the day since when changes hold, today when empty."""
        node = runtime.current()
        rejects: Rejected = []
        with node.database.transaction() as connection:
            layout = layout_of(connection, self._spec.id)
            drafts = self._drafts(connection, layout, rows, changes_from, rejects)
            records.save(connection, layout, self._who, drafts, self._grounds, self._reason)
            written = sum(1 for each in drafts if not each.stored or each.fresh)
            batch = self._tell(connection, len(rows), written, len(rejects))
        self.result.batches.append(batch)
        self.result.created += sum(1 for each in drafts if not each.stored)
        self.result.changed += sum(1 for each in drafts if each.stored and each.fresh)
        self.result.unchanged += len(drafts) - written
        self.result.rejects.extend(rejects)

    def _drafts(
        self,
        connection: Connection,
        layout: Layout,
        rows: Sequence[Row],
        changes_from: str,
        rejects: Rejected,
    ) -> list[Draft]:
        spec, moment = self._spec, runtime.current().clock.now()
        now, today = clock.stamp(moment), moment.date().isoformat()
        stored = self._stored(connection, layout, rows)
        drafts: dict[str, Draft] = {}
        for row in rows:
            name = str(row.values.get(spec.key) or row.same_as or f"#{row.place}")
            draft = drafts.get(name)
            if draft is None and name in stored:
                draft = drafts[name] = records.draft_of(stored[name])
            faults = shapes.missing(spec, row.values) if draft is None else shapes.emptied(spec, row.values)
            if faults:
                rejects.extend((row.place, each) for each in faults)
            elif draft is None:
                draft = new_draft(spec, row.values, valid_from=row.valid_from, now=now, today=today)
                drafts[name] = draft
                if row.same_as:
                    self._named[row.same_as] = draft.id
            else:
                day = row.valid_from or changes_from or today
                if draft.needs_history(day):
                    load_history(connection, layout, draft)
                draft.change(row.values, valid_from=day, now=now, kind="changed")
        return list(drafts.values())

    def _stored(self, connection: Connection, layout: Layout, rows: Sequence[Row]) -> dict[str, records.Row]:
        key = self._spec.key
        keys = {str(row.values[key]) for row in rows if row.values.get(key)}
        found = records.by_keys(connection, layout, key, keys, lock=True)
        again = {row.same_as: self._named[row.same_as] for row in rows if row.same_as in self._named}
        if again:
            by_id = {row[0]: row for row in records.by_ids(connection, layout, list(again.values()), lock=True)}
            found.update({name: by_id[record] for name, record in again.items() if record in by_id})
        return found

    def _tell(self, connection: Connection, people: int, written: int, rejected: int) -> str:
        batch = new_id()
        if written:
            fact = RecordsImported(register=self._spec.id, batch=batch, rows=written, rejected=rejected, unit="")
            publish(self._who, fact)
        accesses.add(
            connection,
            self._who,
            act="import",
            register=self._spec.id,
            subjects=[""],
            fields=list(self._spec.fields),
            grounds=self._grounds,
            reason=self._reason,
            people=people,
        )
        return batch


def _placed(rejected: tuple[int, Fault]) -> Fault:
    place, each = rejected
    return Fault(f"rows[{place}].{each.at}", each.code, each.message, each.data)


def _portions(rows: Iterator[tuple[int, Mapping[str, Any]]], size: int) -> Iterator[list[Any]]:
    while portion := list(islice(rows, size)):
        yield portion
