"""Kinds of values, and how a value of each looks at run time."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from lienthong.kernel.clock import stamp


class Kind(StrEnum):
    """What sort of value a name or an expression stands for."""

    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    """A decimal number; whole numbers mix with it."""
    TEXT = "text"
    DATE = "date"
    """ISO text, a year, a month or a day."""
    MOMENT = "moment"
    """A stamp of ``kernel.clock``."""
    EPOCH = "epoch"
    """Whole seconds since 1970-01-01 UTC."""
    LIST = "list"
    """Its elements are named ``list[]`` (plain values) or ``list[].field`` (records)."""
    NULL = "null"
    ANY = "any"
    """Not known before it is evaluated; what does not fit is null then."""


TERMS = {
    **dict.fromkeys(("integer", "money"), Kind.INT),
    **dict.fromkeys(("boolean",), Kind.BOOL),
    **dict.fromkeys(("partial_date",), Kind.DATE),
    **dict.fromkeys(
        ("personal_number", "person_name", "code", "unit", "address", "phone", "agency", "time", "household_code"),
        Kind.TEXT,
    ),
}
"""Types of the field dictionary that are not kinds themselves."""
NUMERIC = {Kind.INT, Kind.NUMBER, Kind.EPOCH}
TEXTUAL = {Kind.TEXT, Kind.DATE, Kind.MOMENT}


def kind_of(name: str) -> Kind:
    """Return the kind of a kind's or a dictionary type's name. Raises KeyError for any other."""
    return TERMS[name] if name in TERMS else Kind._value2member_map_[name]  # type: ignore[return-value]


def plain(value: Any) -> Any:
    """Return a value as expressions see it: dates and moments as their stored text."""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def comparable(left: Kind, right: Kind) -> bool:
    """Tell whether values of the two kinds can be equal or ordered."""
    if Kind.ANY in {left, right} or Kind.NULL in {left, right} or left == right:
        return True
    if left in NUMERIC and right in NUMERIC:
        return True
    # a date or a moment is written as a text literal
    return Kind.TEXT in {left, right} and left in TEXTUAL and right in TEXTUAL


def joined(left: Kind, right: Kind) -> Kind | None:
    """Return the kind of a value that is either of the two; None when they do not go together."""
    if left == right or right is Kind.NULL:
        return left
    if left is Kind.NULL:
        return right
    if Kind.ANY in {left, right}:
        return Kind.ANY
    if left in NUMERIC and right in NUMERIC:
        return Kind.NUMBER if Kind.NUMBER in {left, right} else Kind.INT
    return Kind.TEXT if left in TEXTUAL and right in TEXTUAL else None
