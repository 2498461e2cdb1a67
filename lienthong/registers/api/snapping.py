"""A copy to begin a feed with, page by page, and the figures by which a subscriber compares its copy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.feeding import feed_end, log_page, offset_of, parsed
from lienthong.registers.api.logging import require
from lienthong.registers.api.portraying import Part, Portraits, on_list
from lienthong.registers.domain import Grounds, Record, Values
from lienthong.registers.store import accesses, changes, records
from lienthong.registers.store.changes import Entry
from lienthong.registers.store.layout import Layout

PAGE = 2000
_TRIES = 5
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A page of a copy. offset: where to follow from once it is whole; after: for the next page, "" at the end."""

    records: list[Record]
    offset: str
    after: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records a subscriber should have, and a digest of all they say: equal copies have equal ones."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Tallies at an offset: register → unit ("" where the feed knows none) → tally."""

    offset: str
    tallies: dict[str, dict[str, Tally]]


class Sum:
    """Adds records up, in any order."""

    def __init__(self) -> None:
        self._count, self._sum = 0, 0

    def add(self, record: str, values: Mapping[str, Any]) -> None:
        """Count a record with what it says."""
        digest = hashlib.blake2b(_encode([record, values]), digest_size=16).digest()
        self._count += 1
        self._sum = (self._sum + int.from_bytes(digest)) % (1 << 128)

    @property
    def tally(self) -> Tally:
        """All that was added."""
        return Tally(self._count, f"{self._sum:032x}")


def snapshot(
    who: Actor, *, parts: Sequence[Part], grounds: Grounds, contract: str = "", after: str = "", limit: int = PAGE
) -> Snapshot:
    """Return a page of the records that these parts describe, as they are now, part by part and unit by unit.

    after: what the page before gave, "" to begin. Whoever writes meanwhile is seen by following from ``offset``, the
    same for all pages. Everybody on the page finds it in their log. Raises Invalid for an ``after`` that no page gave.
    """
    require(who, grounds)
    offset, at, group, last = _cursor(after, parts) if after else (feed_end(), 0, "", "")
    size = max(1, min(limit, PAGE))
    with runtime.current().database.transaction() as connection:
        found: list[Record] = []
        part = parts[min(at, len(parts) - 1)]
        while at < len(parts) and not found:
            part = parts[at]
            rows, group, last = _next(connection, part, group, last, size)
            found = [each for each in rows if each.values]
            if not last:
                at, group = at + 1, ""
            subject = definition(part.register).subject
            people = dict.fromkeys(str(each.values.get(subject) or each.id) for each in found)
            log_page(who, connection, part.register, list(people), part.fields, grounds, contract)
    found = [_shown(part, each) for each in found]
    onward = "|".join((offset, str(at), group, last)) if at < len(parts) else ""
    return Snapshot(found, offset, onward)


def figures(who: Actor, *, parts: Sequence[Part], grounds: Grounds, contract: str = "") -> Figures:
    """Return how many records each unit has for these parts, with a digest of what they say, at an offset of now.

    Nobody is told a value: one entry says how many were counted. Raises Conflict when a list changes all the while.
    """
    require(who, grounds)
    database = runtime.current().database
    for _ in range(_TRIES):
        with database.transaction() as connection:  # tables of registers that were never used are made
            for name in {name for each in parts for name in each.registers}:
                layout_of(connection, name)
        end = changes.settled(database)
        with database.reading() as connection:
            names = sorted({name for each in parts for name in each.registers})
            unsettled = changes.unsettled(connection, end, names)
            if any(each.list_register == name for each in parts for name, _ in unsettled):
                continue  # who is on a list is known for now alone
            counted = {each.register: _counted(connection, each, unsettled) for each in parts}
        break
    else:
        raise Conflict("feed.busy", N_("Danh sách đang thay đổi liên tục nên chưa đếm được; thử lại sau ít phút."))
    with database.transaction() as connection:
        for part in parts:
            people = sum(each.count for each in counted[part.register].values())
            accesses.add(
                connection,
                who,
                act="compare",
                register=part.register,
                subjects=[""],
                fields=part.fields,
                grounds=grounds,
                contract=contract,
                people=people,
            )
    return Figures(offset_of(end + 1, 0), counted)


def _counted(connection: Connection, part: Part, unsettled: Mapping[tuple[str, str], int]) -> dict[str, Tally]:
    """Add up a part as it was before what is not settled yet: those records are taken back to the version before."""
    sums: dict[str, Sum] = {}
    open_ones = {record: version for (register, record), version in unsettled.items() if register == part.register}
    entries = [Entry(record, 0, version) for record, version in open_ones.items() if version]
    portraits = Portraits(connection, part.register, entries)
    portraits.prepare(part)
    states = [(each.record, portraits.after(each).values) for each in entries]
    counted = [(name, said) for name, said in states if portraits.sees(part, said)]
    for name, said in (*counted, *((n, s) for n, s in _everybody(connection, part) if n not in open_ones)):
        sums.setdefault(str(said.get(part.unit) or "") if part.unit else "", Sum()).add(name, part.pick(said))
    return {unit: made.tally for unit, made in sorted(sums.items())}


def _everybody(connection: Connection, part: Part) -> Iterator[tuple[str, Values]]:
    group, last = "", ""
    while True:
        rows, group, last = _next(connection, part, group, last, PAGE)
        yield from ((each.id, each.values) for each in rows if each.values)
        if not last:
            return


def _next(connection: Connection, part: Part, group: str, last: str, size: int) -> tuple[list[Record], str, str]:
    """Return the next records of a part, and where to go on: unit and id; no id when there are no more."""
    layout, spec = layout_of(connection, part.register), definition(part.register)
    if part.list_register:
        rows, last = _of_list(connection, part, layout, last, size)
    elif part.units is None:
        rows = records.page(connection, layout, last, size)
        last = rows[-1][0] if len(rows) == size else ""
    else:
        rows, group, last = _of_units(connection, layout, part, group, last, size)
    return [records.record_of(part.register, spec.key, row, ()) for row in rows], group, last


def _of_units(
    connection: Connection, layout: Layout, part: Part, group: str, last: str, size: int
) -> tuple[list[records.Row], str, str]:
    units = sorted(part.units or ())
    found: list[records.Row] = []
    for unit in units[units.index(group) if group in units else 0 :]:
        begun = last if unit == group else ""
        found += records.in_unit(connection, layout, part.unit, unit, begun, size - len(found))
        if len(found) == size:
            return found, unit, found[-1][0]
    return found, "", ""


def _of_list(connection: Connection, part: Part, layout: Layout, last: str, size: int) -> tuple[list[records.Row], str]:
    spec = definition(part.register)
    rows = records.page(connection, layout, last, size)
    people = [str(_decode(row[4]).get(spec.subject) or "") for row in rows]
    listed = on_list(connection, part, [each for each in people if each])
    kept = [row for row, person in zip(rows, people, strict=True) if person in listed]
    return kept, rows[-1][0] if len(rows) == size else ""


def _shown(part: Part, record: Record) -> Record:
    key = record.key if definition(part.register).key in part.fields else ""
    return Record(
        record.register, record.id, key, record.version, record.valid_from, record.known_from, part.pick(record.values)
    )


def _cursor(after: str, parts: Sequence[Part]) -> tuple[str, int, str, str]:
    said = after.split("|")
    if len(said) != 4 or not said[1].isascii() or not said[1].isdigit() or int(said[1]) >= len(parts):
        raise Invalid(
            "feed.page", N_("“%(after)s” không phải trang nào của bản chụp; bắt đầu lại từ đầu."), after=after[:60]
        )
    parsed(said[0])
    return said[0], int(said[1]), said[2], said[3]
