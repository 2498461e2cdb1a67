"""The feed: what changed of the records that a subscriber may know, in order, from any offset.

An offset says up to where a subscriber has read: a position in the log of changes and how many records of that row.
A change carries every field the subscriber may know as it was right after it, so taking one twice does no harm, and
a copy that keeps the highest version of each record is right whatever it missed between a snapshot and the feed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_
from lienthong.registers.api.defining import definition
from lienthong.registers.api.logging import require
from lienthong.registers.api.portraying import Before, Part, Portraits
from lienthong.registers.domain import Grounds, Values
from lienthong.registers.store import accesses, changes, merges
from lienthong.registers.store.changes import Entry, Logged

What = Literal["created", "changed", "corrected", "withdrawn", "merged", "restored", "moved-in", "moved-out"]
_BATCH = 200
_LOOKED_THROUGH = 10
"""How many records of the log a page looks through for each change it may answer: most are other subscribers'."""
MOST = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one record by one save, as far as the subscriber may know it.

    offset: up to here is read once this change is taken. what: ``moved-in`` and ``moved-out`` are seen from the
    subscriber's units (or list); ``merged``: the record stands for nothing now, ``into`` is the id of the kept one;
    ``restored``: it stands again. values: all the subscriber's fields after it, none once the record is out of sight.
    """

    offset: str
    register: str
    record: str
    key: str
    what: What
    version: int
    valid_from: str
    known_from: str
    values: Values
    into: str = ""

    @property
    def leaves(self) -> bool:
        """True when the subscriber's copy no longer has the record."""
        return not self.values


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of a feed. offset: give it back for the next page; more: there is a next page already."""

    changes: list[Change]
    offset: str
    more: bool


def feed_end() -> str:
    """Return the offset of now: what is written from here on comes after it."""
    return offset_of(changes.settled(runtime.current().database) + 1, 0)


def changes_after(
    who: Actor,
    *,
    parts: Sequence[Part],
    after: str,
    grounds: Grounds,
    contract: str = "",
    limit: int = 500,
    until: str = "",
) -> Changes:
    """Return what changed after an offset of the records that these parts describe; the same page however often asked.

    Each person's changes are in order. A save that touched no field of a part is left out. until: an offset that the
    page does not go beyond. Everybody on the page finds it in their log. Raises Invalid for what is no offset, Conflict
    when the log no longer reaches back to it, or a whole table came since: then take a snapshot.
    """
    require(who, grounds)
    place, skip = parsed(after)
    database = runtime.current().database
    last = changes.settled(database)
    with database.transaction() as connection:
        names = sorted({name for each in parts for name in each.registers})
        if place <= changes.mark(connection, names):
            raise too_old()
        if until:
            last = min(last, parsed(until)[0] - 1)
        page = _Page(connection, parts, max(1, min(limit, MOST)), after)
        logged = changes.after(connection, place, names, up_to=last)
        page.fill(_one_by_one(logged, place, skip), offset_of(last + 1, 0) if last >= place else "")
        _log(who, connection, page, parts, grounds, contract)
    return Changes(page.found, page.offset, page.more)


def purge(*, keep: timedelta = timedelta(days=90)) -> int:
    """Forget what the log of changes says of longer ago; answer how many rows went. Who stood there begins anew."""
    with runtime.current().database.transaction() as connection:
        return changes.forget(connection, clock.stamp(runtime.current().clock.now() - keep))


def offset_of(position: int, skip: int) -> str:
    """Return an offset: everything before a position of the log is read, and so many records of its row."""
    return f"{position}.{skip}"


def parsed(offset: str) -> tuple[int, int]:
    """Return position and records read of an offset. Raises Invalid."""
    position, dot, skip = offset.partition(".")
    if not dot or not (position + skip).isascii() or not position.isdigit() or not skip.isdigit() or len(offset) > 30:
        raise Invalid(
            "feed.offset",
            N_("“%(offset)s” không phải vị trí của luồng thay đổi; bắt đầu bằng một bản chụp."),
            offset=offset,
        )
    return int(position), int(skip)


def too_old() -> Conflict:
    """Return the refusal of an offset from before what the log still holds."""
    return Conflict(
        "feed.too_old",
        N_("Vị trí này đã quá cũ, hoặc từ đó cả cơ sở dữ liệu đã được nạp lại: lấy bản chụp mới rồi theo tiếp."),
    )


class _Seen(NamedTuple):
    """One record of a row of the log. offset: everything up to it is read."""

    register: str
    entry: Entry
    offset: str


class _Page:
    """A page being filled from the log."""

    def __init__(self, connection: Connection, parts: Sequence[Part], limit: int, offset: str) -> None:
        self._connection, self._parts, self._limit = connection, parts, limit
        self.found: list[Change] = []
        self.people: dict[str, dict[str, None]] = {}
        self.offset, self.more = offset, False

    def fill(self, seen: Iterator[_Seen], end: str) -> None:
        """Take records until the page is full or enough was looked through; without more of them it reaches ``end``."""
        left = self._limit * _LOOKED_THROUGH
        while batch := list(islice(seen, min(left, max(self._limit, _BATCH)))):
            portraits = self._portraits(batch)
            for each in batch:
                if len(self.found) >= self._limit:
                    self.more = True
                    return
                self._take(each, portraits[each.register])
                self.offset = each.offset
            left -= len(batch)
            if left <= 0:
                self.more = True
                return
        self.offset = end or self.offset

    def _portraits(self, batch: Sequence[_Seen]) -> dict[str, Portraits]:
        """Read the records of a batch; the registers that were looked into are noted, whoever will be told of."""
        for name in {name for each in self._parts for name in each.registers}:
            self.people.setdefault(name, {})
        entries: dict[str, list[Entry]] = {}
        for each in batch:
            entries.setdefault(each.register, []).append(each.entry)
        made = {name: Portraits(self._connection, name, found) for name, found in entries.items()}
        for portraits in made.values():
            for part in self._parts:
                portraits.prepare(part)
        return made

    def _take(self, seen: _Seen, portraits: Portraits) -> None:
        for part in self._parts:
            if part.register == seen.register:
                self._add(part, portraits, seen.entry, seen.offset)
            if part.list_register == seen.register:
                self._add_joined(part, portraits, seen.entry, seen.offset)

    def _add(self, part: Part, portraits: Portraits, entry: Entry, offset: str) -> None:
        was, now = portraits.before(entry), portraits.after(entry)
        sees, saw = portraits.sees(part, now.values), portraits.sees(part, was.values)
        shown = part.pick(now.values) if sees else {}
        if not (sees or saw) or (sees and saw and shown == part.pick(was.values)):
            return
        what: What = now.kind
        into = ""
        if sees and not saw:
            what = "created" if not entry.before else "moved-in" if was.values else "restored"
        elif saw and not sees:
            what = "moved-out" if now.values else "withdrawn"
        if what == "withdrawn" and (into := _merged_into(self._connection, part.register, entry)):
            what = "merged"
        self._tell(part, entry.record, now.values or was.values, offset, what, now, shown, into)

    def _add_joined(self, part: Part, portraits: Portraits, entry: Entry, offset: str) -> None:
        """Add the records of who came on the list, or left it, by this entry of the list's register."""
        was, now = (each.values.get(part.list_field) for each in (portraits.before(entry), portraits.after(entry)))
        for person in dict.fromkeys(each for each in (was, now) if each and was != now):
            for record, here in portraits.records_of(part, str(person)):
                sees = portraits.sees(part, here.values)
                what: What = "moved-in" if sees else "moved-out"
                self._tell(part, record, here.values, offset, what, here, part.pick(here.values) if sees else {}, "")

    def _tell(
        self, part: Part, record: str, said: Values, offset: str, what: What, now: Before, shown: Values, into: str
    ) -> None:
        key = definition(part.register).key
        self.found.append(
            Change(
                offset=offset,
                register=part.register,
                record=record,
                key=str(said.get(key) or "") if key in part.fields else "",
                what=what,
                version=now.version,
                valid_from=now.valid_from,
                known_from=now.known_from,
                values=shown,
                into=into,
            )
        )
        subject = str(said.get(definition(part.register).subject) or record)
        self.people.setdefault(part.register, {})[subject] = None


def _one_by_one(logged: Iterator[Logged], place: int, skip: int) -> Iterator[_Seen]:
    for row in logged:
        for at in range(skip if row.position == place else 0, len(row.entries)):
            is_last = at + 1 == len(row.entries)
            offset = offset_of(row.position + 1, 0) if is_last else offset_of(row.position, at + 1)
            yield _Seen(row.register, row.entries[at], offset)


def _merged_into(connection: Connection, register: str, entry: Entry) -> str:
    found = merges.ever(connection, register, gone=entry.record)
    return next((each.kept for each in found if entry.after in each.gone_versions), "")


def _log(
    who: Actor, connection: Connection, page: _Page, parts: Sequence[Part], grounds: Grounds, contract: str
) -> None:
    for register, people in page.people.items():
        fields = next((each.fields for each in parts if each.register == register), ())
        log_page(who, connection, register, list(people), fields, grounds, contract)


def log_page(
    who: Actor,
    connection: Connection,
    register: str,
    people: Sequence[str],
    fields: Sequence[str],
    grounds: Grounds,
    contract: str,
) -> None:
    """Write the one entry of a page, which everybody on it finds (nobody: it was looked all the same), in the open
    transaction.
    """
    (entry,) = accesses.add(
        connection,
        who,
        act="export",
        register=register,
        subjects=[""],
        fields=fields,
        grounds=grounds,
        contract=contract,
        people=len(people),
    )
    accesses.cover(connection, entry, people)
