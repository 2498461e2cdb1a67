"""The expressions of a procedure: which names they may use, compiled once, evaluated over a dossier's values."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from lienthong.kernel.expressions import Expression, Function, Kind, compile_expression
from lienthong.reference import api as reference
from lienthong.services.spec.shape import Procedure

Value = str | int | bool | None
Values = Mapping[str, Mapping[str, Value]]


def _years_after(day: str, years: int) -> str | None:
    if len(day) != 10:
        return None
    year = int(day[:4]) + years
    last = 28 if day[5:] == "02-29" and not isleap(year) else int(day[8:])
    return f"{year:04d}-{day[5:7]}-{last:02d}"


def _full_address(line: str, unit: str) -> str | None:
    place = reference.show_value("unit", unit)
    return f"{line}, {place}" if line else place


_ANY = frozenset({Kind.ANY, Kind.DATE, Kind.TEXT})
FUNCTIONS = (
    Function("years_after", (_ANY, frozenset({Kind.INT})), Kind.DATE, _years_after),
    Function("full_address", (_ANY, _ANY), Kind.TEXT, _full_address),
)
"""What procedures need beyond the common functions.

years_after(day, n): the same day n years later. full_address(line, unit): an address with its commune and province.
"""


def compiled(procedure: Procedure, text: str) -> Expression:
    """Return an expression over this procedure's names. Raises Invalid."""
    return _compile(text, procedure.names)


def evaluate(procedure: Procedure, text: str, values: Values, *, submitted: date, today: date) -> Any:
    """Return what an expression says about a dossier's values; what is not known is null."""
    scope: dict[str, Any] = {**values, "submitted": submitted.isoformat()}
    return compiled(procedure, text).evaluate(scope, today=today)


def filter_names(where: str, fields: frozenset[str]) -> frozenset[str]:
    """Return the register fields a ``where`` looks at. Raises Invalid when it names others."""
    return _compile(where, fields).reads if where else frozenset()


def matches(where: str, values: Mapping[str, Value], *, fields: frozenset[str], today: date) -> bool:
    """Say whether a record's values satisfy a ``where`` over the register's fields."""
    return not where or _compile(where, fields).test(values, today=today)


@lru_cache(maxsize=8192)
def _compile(text: str, known: frozenset[str]) -> Expression:
    return compile_expression(text, names=dict.fromkeys(known, "any"), functions=FUNCTIONS)
