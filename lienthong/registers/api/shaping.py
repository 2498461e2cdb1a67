"""Turns given values into the form that registers store, by the dictionary; says every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime
from lienthong.registers.api.readers import Reader, reader
from lienthong.registers.domain import Values
from lienthong.registers.spec import Register

Readers = Mapping[str, Reader]
EMPTY = (None, "")
SIMPLE = (str, int, float, bool, date, time)


def readers_of(spec: Register) -> Readers:
    """Return what reads the fields of a register."""

    def make(_node: Runtime) -> Readers:
        return {name: reader(term) for name, term in spec.terms.items()}

    return runtime.current().part(("registers.readers", spec.id, spec.version), make)


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


def unread(readers: Readers, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the fields of a batch that hold anything but stored forms: only these need reading, value by value.

    Whole columns are checked at once, which is what makes a load fast. Names that are no fields are among them.
    """
    found: set[str] = set()
    for name in set[str]().union(*rows):
        column = [row.get(name) for row in rows]
        if None in column or "" in column:
            column = [value for value in column if value is not None and value != ""]
        if name not in readers or not readers[name].all_stored(column):
            found.add(name)
    return found


def missing(spec: Register, values: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each required field that a new record lacks."""
    for name in spec.required:
        if values.get(name) in EMPTY:
            return [_required(each) for each in spec.required if values.get(each) in EMPTY]
    return []


def emptied(spec: Register, values: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each required field that a change empties."""
    return [_required(name) for name in spec.required if name in values and values[name] in EMPTY]


def refuse(faults: Sequence[Fault]) -> None:
    """Raise Invalid when there are faults."""
    if faults:
        raise Invalid("record.values", N_("Dữ liệu có chỗ sai; sửa các trường được nêu."), faults)


def _required(name: str) -> Fault:
    return fault(name, "field.required", N_("Trường này bắt buộc phải có."))
