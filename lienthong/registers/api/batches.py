"""Makes a batch of new records ready to be written: by whole columns, and without the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import msgspec

from lienthong.kernel.text import fold
from lienthong.registers.api import shaping as shapes
from lienthong.registers.api.shaping import Group
from lienthong.registers.api.writing import new_draft
from lienthong.registers.domain import Draft, Values, first_day
from lienthong.registers.spec import Register
from lienthong.registers.store import saving
from lienthong.registers.store.layout import Layout, lookup_key
from lienthong.registers.store.saving import Ready

RESERVED = {"_valid_from", "_id"}
Rows = Sequence[Mapping[str, Any]]
_encode = msgspec.json.Encoder().encode


def prepare(spec: Register, layout: Layout, rows: Rows, *, today: str) -> Ready | None:
    """Return the records that the rows tell of, as they will be written when none of them is there yet.

    rows: as ``bulk_load`` takes them. None when a row has a fault: ``Landing`` says which and why, row by row.
    """
    groups = shapes.groups(rows)
    if unread := shapes.unread(shapes.readers_of(spec), groups) - RESERVED:
        read = _read(spec, rows, unread)
        if read is None:
            return None
        rows, groups = read, shapes.groups(read)
    together = _told_together(spec.key, rows)
    slots: list[Sequence[Any] | None] = [None] * len(rows)
    for group in groups:
        alone = group.without(together)
        if any(shapes.has_empty(alone.column(name)) for name in spec.required):
            return None
        for place, made in zip(alone.places, _written(spec, layout, rows, alone, today), strict=True):
            slots[place] = made
    drafts = _Drafts(spec, today)
    if not all(drafts.take(place, rows[place]) for place in sorted(together)):
        return None
    for place, draft in drafts.first.items():
        payload = _encode(draft.values).decode()
        slots[place] = (draft.version, draft.valid_from, payload, *layout.keys(draft.values))
    turns = {place: turn for turn, place in enumerate(at for at, made in enumerate(slots) if made is not None)}
    return Ready(
        current=[made for made in slots if made is not None],
        past=[
            (turns[place], *saving.version_of(layout, draft, made))
            for place, draft in drafts.first.items()
            for made in draft.fresh
        ],
        named={name: turns[place] for name, place in drafts.named.items()},
    )


def _read(spec: Register, rows: Rows, unread: set[str]) -> list[Values] | None:
    """Return the rows with those fields read by the dictionary; None when a value cannot be read."""
    readers = shapes.readers_of(spec)
    done: list[Values] = []
    for row in rows:
        values, faults = shapes.try_parse(readers, {name: row[name] for name in unread if name in row})
        if faults:
            return None
        done.append({**row, **values})
    return done


def _told_together(key: str, rows: Rows) -> set[int]:
    """Return the places of rows that may be about the same record as another: their key comes again, or an ``_id``."""
    keys = [row.get(key) or "" for row in rows]
    found = {place for place, row in enumerate(rows) if "_id" in row}
    times = Counter(keys)
    often = {name for name in times if times[name] > 1} | {keys[place] for place in found}
    often.discard("")
    return found | {place for place, name in enumerate(keys) if name in often} if often else found


def _written(spec: Register, layout: Layout, rows: Rows, group: Group, today: str) -> Iterable[Sequence[Any]]:
    """Return version, first day, payload and lookup keys of each row of a group, each a record of its own."""
    extra = [name for name in RESERVED if name in group.names]
    hollow = [
        name
        for name, column in zip(group.names, group.columns, strict=True)
        if name not in RESERVED and shapes.has_empty(column)
    ]
    payloads: list[str] = []
    for place in group.places:
        values = dict(rows[place])
        for name in extra:
            del values[name]
        for name in hollow:
            if values[name] in shapes.EMPTY:
                del values[name]
        payloads.append(_encode(values).decode())
    given = group.column("_valid_from")
    days = [
        str(day) if day else min(first_day(str(begins or today)), today)
        for day, begins in zip(given, group.column(spec.begins), strict=True)
    ]
    keys = [_keys(kind, group.column(name)) for name, kind in layout.lookups.items()]
    return zip(repeat(1), days, payloads, *keys)


def _keys(kind: str, column: Sequence[Any]) -> Sequence[str | None]:
    """Return the lookup keys of a column of values."""
    if kind == "folded":
        return [_folded(value) if type(value) is str else lookup_key(kind, value) for value in column]
    return [value or None if type(value) is str else lookup_key(kind, value) for value in column]


@lru_cache(maxsize=20_000)
def _word(word: str) -> str:
    return fold(word)


def _folded(text: str) -> str | None:
    """Fold a text word by word: names are made of few different words."""
    folded = " ".join(map(_word, text.split(" ")))
    return folded if folded and "  " not in folded and folded.strip() == folded else lookup_key("folded", text)


class _Drafts:
    """Records that several rows tell of: the first row begins it, each further one changes it from its day on."""

    def __init__(self, spec: Register, today: str) -> None:
        self.first: dict[int, Draft] = {}  # by the place of the row that began it
        self.named: dict[str, int] = {}  # name made of an `_id` → place of the first row
        self._spec, self._today = spec, today
        self._met: dict[str, Draft] = {}

    def take(self, place: int, row: Mapping[str, Any]) -> bool:
        """Take the next row; False when it has a fault."""
        values = {name: value for name, value in row.items() if name not in RESERVED}
        day, same_as = str(row.get("_valid_from") or ""), str(row.get("_id") or "")
        names = names_of(self._spec, values, same_as)
        draft = next((self._met[name] for name in names if name in self._met), None)
        if draft is None:
            if shapes.missing(self._spec, values):
                return False
            draft = new_draft(self._spec, values, valid_from=day, now="", today=self._today, record="")
            self.first[place] = draft
        elif shapes.emptied(self._spec, values):
            return False
        else:
            given = {name: None if value == "" else value for name, value in values.items()}
            draft.change(given, valid_from=day or self._today, now="", kind="changed")
        for name in names:
            self._met[name] = draft
        if same_as:
            self.named[names[0]] = next(at for at, each in self.first.items() if each is draft)
        return True


def names_of(spec: Register, values: Mapping[str, Any], same_as: str) -> tuple[str, ...]:
    """Return what a row may be recognised by: the caller's ``_id``, the register's key."""
    key = values.get(spec.key)
    if same_as:
        return (f"_id:{same_as}", str(key)) if key else (f"_id:{same_as}",)
    return (str(key),) if key else ()
