"""Turns given values into the form that registers store, by the dictionary; says every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.domain import Values
from lienthong.registers.spec import Register


def parse(spec: Register, given: Mapping[str, Any]) -> Values:
    """Return the given values as stored; None for an empty one. Raises Invalid with a fault for each bad field."""
    values: Values = {}
    faults: list[Fault] = []
    for name, raw in given.items():
        if name not in spec.fields:
            faults.append(fault(name, "field.unknown", N_("Không có trường “%(name)s”."), name=name))
        elif raw is None or raw == "":
            values[name] = None
        else:
            try:
                values[name] = reference.parse_value(spec.term_of(name), raw)
            except Invalid as error:
                faults.extend(Fault(name, each.code, each.message, each.data) for each in error.faults)
    if faults:
        raise Invalid("record.values", N_("Dữ liệu có chỗ sai; sửa các trường được nêu."), faults)
    return values


def complete(spec: Register, values: Values) -> None:
    """Check that a new record has every required field. Raises Invalid with each that is empty."""
    _require([name for name, field in spec.fields.items() if field.required and values.get(name) is None])


def still_complete(spec: Register, values: Values) -> None:
    """Check that a change empties no required field. Raises Invalid."""
    _require([name for name, value in values.items() if value is None and spec.fields[name].required])


def _require(missing: list[str]) -> None:
    if missing:
        raise Invalid(
            "record.values",
            N_("Dữ liệu có chỗ sai; sửa các trường được nêu."),
            [fault(name, "field.required", N_("Trường này bắt buộc phải có.")) for name in missing],
        )
