"""Turns given values into the form that registers store, by the dictionary; says every fault at once.

The dictionary's own reader takes 25 µs a value. What it would return unchanged is recognised here in a fraction of
that, and what repeats (codes, units, days) is remembered; everything else goes to the dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.registers.domain import Values
from lienthong.registers.spec import Register

Read = Callable[[Any], Any]
_REMEMBERED = 100_000
_LIMITS = {"text": 200, "address": 300, "person_name": 120}


def parse(spec: Register, given: Mapping[str, Any]) -> Values:
    """Return the given values as stored; None for an empty one. Raises Invalid with a fault for each bad field."""
    values, faults = try_parse(spec, given)
    if faults:
        raise Invalid("record.values", N_("Dữ liệu có chỗ sai; sửa các trường được nêu."), faults)
    return values


def try_parse(spec: Register, given: Mapping[str, Any]) -> tuple[Values, list[Fault]]:
    """Return the values that could be read, as stored, and a fault for each that could not."""
    readers = readers_of(spec)
    values: Values = {}
    faults: list[Fault] = []
    for name, raw in given.items():
        if raw is None or raw == "":
            values[name] = None
            if name in readers:
                continue
        try:
            values[name] = readers[name](raw)
        except KeyError:
            values.pop(name, None)
            faults.append(fault(name, "field.unknown", N_("Không có trường “%(name)s”."), name=name))
        except TypeError:
            values.pop(name, None)
            faults.append(fault(name, "field.type", N_("Giá trị phải là chữ, số, ngày hoặc có/không.")))
        except Invalid as error:
            faults.extend(Fault(name, each.code, each.message, each.data) for each in error.faults)
    return values, faults


def missing(spec: Register, values: Values) -> list[Fault]:
    """Return a fault for each required field that a new record lacks."""
    return [_required(name) for name, field in spec.fields.items() if field.required and values.get(name) is None]


def emptied(spec: Register, values: Values) -> list[Fault]:
    """Return a fault for each required field that a change empties."""
    return [_required(name) for name, value in values.items() if value is None and spec.fields[name].required]


def refuse(faults: list[Fault]) -> None:
    """Raise Invalid when there are faults."""
    if faults:
        raise Invalid("record.values", N_("Dữ liệu có chỗ sai; sửa các trường được nêu."), faults)


def readers_of(spec: Register) -> dict[str, Read]:
    """Return, for each field of a register, what reads a value into its stored form or raises Invalid."""

    def make(_node: Runtime) -> dict[str, Read]:
        return {name: _reader(term) for name, term in spec.terms.items()}

    return runtime.current().part(("registers.readers", spec.id, spec.version), make)


def _required(name: str) -> Fault:
    return fault(name, "field.required", N_("Trường này bắt buộc phải có."))


def _reader(term: DataTerm) -> Read:
    if term.type == "personal_number":
        return _number_reader(term)
    if term.type in _LIMITS:
        return _text_reader(term)
    return _Remembered(term).__getitem__


def _number_reader(term: DataTerm) -> Read:
    def read(raw: Any) -> Any:
        if type(raw) is str and len(raw) == 12 and raw.isascii() and raw.isdigit():
            return raw
        return reference.parse_value(term.id, raw)

    return read


def _text_reader(term: DataTerm) -> Read:
    limit = term.max_length or _LIMITS[term.type]
    is_name = term.type == "person_name"
    matches = re.compile(term.format).fullmatch if term.format else None

    def read(raw: Any) -> Any:
        if (
            type(raw) is str
            and len(raw) <= limit
            and raw.isprintable()
            and unicodedata.is_normalized("NFC", raw)
            and "  " not in raw
            and raw == raw.strip()
            and (not is_name or raw.replace(" ", "").isalpha())
            and (matches is None or matches(raw))
        ):
            return raw
        return reference.parse_value(term.id, raw)

    return read


class _Remembered(dict[str, Any]):
    """Stored forms of texts that were read before. Only text is kept: True, 1 and 1.0 would be one key."""

    def __init__(self, term: DataTerm) -> None:
        super().__init__()
        self._term = term.id

    def __missing__(self, raw: Any) -> Any:
        value = reference.parse_value(self._term, raw)
        if type(raw) is str:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[raw] = value
        return value
