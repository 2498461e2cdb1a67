"""Turns given values into the form that registers store, by the dictionary; says every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, time
from itertools import compress
from typing import Any, NamedTuple

from lienthong.kernel import definitions
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.registers.api.readers import Reader, reader
from lienthong.registers.domain import Values
from lienthong.registers.spec import Register

Readers = Mapping[str, Reader]
EMPTY = (None, "")
SIMPLE = (str, int, float, bool, date, time)


def readers_of(spec: Register) -> Readers:
    """Return what reads the fields of a register."""

    def make() -> Readers:
        return {name: reader(term) for name, term in spec.terms.items()}

    return definitions.once(("registers.readers", spec.id, spec.version), make)


def parse(spec: Register, given: Mapping[str, Any]) -> Values:
    """Return the given values as stored; None for an empty one. Raises Invalid with a fault for each bad field."""
    values, faults = try_parse(readers_of(spec), given)
    refuse(faults)
    return values


def try_parse(readers: Readers, given: Mapping[str, Any]) -> tuple[Values, list[Fault]]:
    """Return the values that could be read, as stored, and a fault for each that could not."""
    values: Values = {}
    faults: list[Fault] = []
    for name, raw in given.items():
        if name not in readers:
            faults.append(fault(name, "field.unknown", N_("Không có trường “%(name)s”."), name=name))
        elif raw in EMPTY:
            values[name] = None
        elif not isinstance(raw, SIMPLE):
            faults.append(fault(name, "field.type", N_("Giá trị phải là chữ, số, ngày hoặc có/không.")))
        else:
            try:
                values[name] = readers[name].read(raw)
            except Invalid as error:
                faults.extend(Fault(name, each.code, each.message, each.data) for each in error.faults)
    return values, faults


class Group(NamedTuple):
    """Rows that name the same fields in the same order: their places, and one column of values for each field."""

    names: tuple[str, ...]
    places: Sequence[int]
    columns: Sequence[Sequence[Any]]

    def column(self, name: str) -> Sequence[Any]:
        """Return the values of a field; None for each row when the rows do not name it."""
        return self.columns[self.names.index(name)] if name in self.names else (None,) * len(self.places)

    def without(self, places: Set[int]) -> Group:
        """Return the group without the rows at some places."""
        if places.isdisjoint(self.places):
            return self
        kept = [place not in places for place in self.places]
        return Group(
            self.names, list(compress(self.places, kept)), [list(compress(column, kept)) for column in self.columns]
        )


def groups(rows: Sequence[Mapping[str, Any]]) -> list[Group]:
    """Return the rows of a batch by the fields they name, as columns made without a step for each value."""
    found: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(tuple(row), []).append(place)
    return [
        Group(names, places, list(zip(*[rows[place].values() for place in places], strict=True)))
        for names, places in found.items()
    ]


def unread(readers: Readers, batch: Sequence[Group]) -> set[str]:
    """Return the fields of a batch that hold anything but stored forms: only these need reading, value by value.

    Whole columns are checked at once, which is what makes a load fast. Names that are no fields are among them.
    """
    columns: dict[str, list[Any]] = {}
    for group in batch:
        for name, column in zip(group.names, group.columns, strict=True):
            columns.setdefault(name, []).extend(column)
    found: set[str] = set()
    for name, column in columns.items():
        told = [value for value in column if value is not None and value != ""] if has_empty(column) else column
        if name not in readers or not readers[name].all_stored(told):
            found.add(name)
    return found


def has_empty(column: Sequence[Any]) -> bool:
    """Say whether a value of a column is empty."""
    return None in column or "" in column


def missing(spec: Register, values: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each required field that a new record lacks."""
    for name in spec.required:
        if values.get(name) in EMPTY:
            return [_required(each) for each in spec.required if values.get(each) in EMPTY]
    return []


def emptied(spec: Register, values: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each required field that a change empties."""
    return [_required(name) for name in spec.required if name in values and values[name] in EMPTY]


def broken(spec: Register, values: Mapping[str, Any], today: date) -> list[Fault]:
    """Return a fault for each rule of severity ``refuse`` that a record as it would stand breaks."""
    return [
        fault(
            spec.points_at(rule)[0],
            f"rule.{rule.id}",
            N_("%(title)s. %(remedy)s"),
            title=rule.title,
            remedy=rule.remedy,
        )
        for rule in spec.broken(values, today=today, severity="refuse")
    ]


def refuse(faults: Sequence[Fault]) -> None:
    """Raise Invalid when there are faults."""
    if faults:
        raise Invalid("record.values", N_("Dữ liệu có chỗ sai; sửa các trường được nêu."), faults)


def _required(name: str) -> Fault:
    return fault(name, "field.required", N_("Trường này bắt buộc phải có."))
