"""What a subscriber may see of a record: before and after a change, filtered by field, unit or list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.domain import Assertion, Kind, Values, content_at
from lienthong.registers.store import records
from lienthong.registers.store.changes import Entry

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a feed carries of one register: its fields, of the records of some units, or of the people on a list.

    unit: the lookup field that holds the record's unit; units: their codes, None for the whole country. list_register,
    list_field: another register's lookup field with the numbers of the people of this feed; "" for everybody.
    """

    register: str
    fields: tuple[str, ...]
    unit: str = ""
    units: frozenset[str] | None = None
    list_register: str = ""
    list_field: str = ""

    @property
    def registers(self) -> tuple[str, ...]:
        """The registers whose changes matter to it."""
        return (self.register, self.list_register) if self.list_register else (self.register,)

    def pick(self, values: Values) -> Values:
        """Return the values of its fields."""
        return {name: values[name] for name in self.fields if name in values}


@dataclass(frozen=True, slots=True)
class Before:
    """A record right before or after a save. values: nothing when it was not there, or stood for nothing."""

    version: int
    valid_from: str
    known_from: str
    kind: Literal["created", "changed", "corrected", "withdrawn"]
    values: Values


_NOTHING = Before(0, "", "", "created", {})


class Portraits:
    """The records of some entries of the log, with their histories."""

    def __init__(self, connection: Connection, register: str, entries: Sequence[Entry]) -> None:
        self._connection, self._register, self._entries = connection, register, entries
        layout = layout_of(connection, register)
        ids = list(dict.fromkeys(each.record for each in entries))
        self._rows = {row[0]: row for row in records.by_ids(connection, layout, ids)}
        changed = [name for name, row in self._rows.items() if row[1] > 1]
        self._said = records.told(connection, layout, changed)
        self._current = {name: _decode(row[4]) for name, row in self._rows.items()}
        self._listed: dict[Part, set[str]] = {}
        self._of_person: dict[Part, dict[str, list[tuple[str, Before]]]] = {}

    def before(self, entry: Entry) -> Before:
        """Return the record as it was before the save."""
        return self.at(entry.record, entry.before) if entry.before else _NOTHING

    def after(self, entry: Entry) -> Before:
        """Return the record as the save left it."""
        return self.at(entry.record, entry.after)

    def at(self, record: str, version: int) -> Before:
        """Return the record once it had this version."""
        if record not in self._rows:
            return _NOTHING
        _, newest, valid_from, known_from, _ = self._rows[record]
        # another writer's versions may have come between the two readings: the row is what counts
        told = [each for each in self._said.get(record, []) if each[1].version <= newest]
        if not told:
            return Before(version, valid_from, known_from, "created", self._current[record])
        kind, made = told[version - 1]
        return _portrait(version, kind, made, content_at(self._current[record], [each for _, each in told], version))

    def prepare(self, part: Part) -> None:
        """Find out who of the entries' people is on the part's list now, and whose records come or go with it."""
        if not part.list_register:
            return
        if part.register == self._register:
            subject = definition(part.register).subject
            self._listed[part] = on_list(self._connection, part, self._people(subject))
        elif part.list_register == self._register:
            people = self._people(part.list_field)
            self._listed[part] = on_list(self._connection, part, people)
            self._of_person[part] = _records(self._connection, part, people)

    def sees(self, part: Part, values: Values) -> bool:
        """Say whether the subscriber may know a record that says this."""
        if not values or (part.units is not None and values.get(part.unit) not in part.units):
            return False
        return not part.list_register or values.get(definition(part.register).subject) in self._listed[part]

    def records_of(self, part: Part, person: str) -> list[tuple[str, Before]]:
        """Return the records of a person of the list as they are now, each with its id."""
        return self._of_person[part].get(person, [])

    def _people(self, field: str) -> list[str]:
        states = (each.values for one in self._entries for each in (self.before(one), self.after(one)))
        return sorted({str(values[field]) for values in states if values.get(field)})


def on_list(connection: Connection, part: Part, people: Sequence[str]) -> set[str]:
    """Return those of the people who are on the part's list now."""
    layout = layout_of(connection, part.list_register)
    return {number for _, number in records.naming(connection, layout, part.list_field, people)}


def _records(connection: Connection, part: Part, people: Sequence[str]) -> dict[str, list[tuple[str, Before]]]:
    layout, subject = layout_of(connection, part.register), definition(part.register).subject
    ids = dict(records.naming(connection, layout, subject, people))
    found: dict[str, list[tuple[str, Before]]] = {}
    for row in records.by_ids(connection, layout, list(ids)):
        here = Before(row[1], row[2], row[3], "changed", _decode(row[4]))
        found.setdefault(ids[row[0]], []).append((row[0], here))
    return found


def _portrait(version: int, kind: Kind, made: Assertion, values: Values) -> Before:
    return Before(version, made.valid_from, made.known_from, kind, values)
