"""How each kind of node runs: closures over the given values (see the package for what null means)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from lienthong.kernel.expressions.functions import Function
from lienthong.kernel.expressions.kinds import plain

Run = Callable[[Mapping[str, Any], str], Any]
"""Evaluates a node over the given values; the text is today's ISO date."""
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def constant(value: Any) -> Run:
    """Return what always answers the value."""
    return lambda _values, _today: value


def reader(path: str) -> Run:
    """Return what looks a dotted name up, flat first, then step by step; null when it is missing."""
    parts = path.split(".")

    def run(values: Mapping[str, Any], _today: str) -> Any:
        if path in values:
            return plain(values[path])
        found: Any = values
        for part in parts:
            if not isinstance(found, Mapping):
                return None
            found = cast("Mapping[str, Any]", found).get(part)
        return plain(found)

    return run


def listed(items: Sequence[Run]) -> Run:
    """Return what answers the list of the items' values."""
    return lambda values, today: [run(values, today) for run in items]


def called(function: Function, arguments: Sequence[Run]) -> Run:
    """Return what calls the function; today is put in where it is left out."""
    put_today = function.needs_today and len(arguments) == len(function.takes) - function.optional

    def run(values: Mapping[str, Any], today: str) -> Any:
        found = [each(values, today) for each in arguments]
        if not function.sees_null and None in found:
            return None
        return function.call(*found, today) if put_today else function.call(*found)

    return run


def chosen(condition: Run, when: Run, otherwise: Run) -> Run:
    """``condition ? when : otherwise``."""
    return lambda values, today: (when if condition(values, today) is True else otherwise)(values, today)


def both(left: Run, right: Run, *, decides: bool) -> Run:
    """``&&`` (false decides) and ``||`` (true decides), three-valued."""

    def run(values: Mapping[str, Any], today: str) -> bool | None:
        first = left(values, today)
        if first is decides:
            return decides
        second = right(values, today)
        if second is decides:
            return decides
        return None if first is None or second is None else not decides

    return run


def opposite(operand: Run) -> Run:
    """``!``."""

    def run(values: Mapping[str, Any], today: str) -> bool | None:
        found = operand(values, today)
        return None if found is None else not found

    return run


def compared(sign: str, left: Run, right: Run) -> Run:
    """``== != < <= > >=``."""
    if sign == "==":
        return lambda values, today: _same(left(values, today), right(values, today))
    if sign == "!=":
        return lambda values, today: not _same(left(values, today), right(values, today))
    return over_two(_ORDER[sign], left, right)


def within(item: Run, items: Run) -> Run:
    """``in``: false for null and when there is no list."""

    def run(values: Mapping[str, Any], today: str) -> bool:
        found, among = item(values, today), items(values, today)
        if found is None or not isinstance(among, list | tuple):
            return False
        return any(_same(found, each) for each in cast("Sequence[Any]", among))

    return run


def over_items(over: Run, variable: str, body: Run, *, every: bool) -> Run:
    """``list.all`` and ``list.exists``, three-valued; null when there is no list."""

    def run(values: Mapping[str, Any], today: str) -> bool | None:
        items = over(values, today)
        if not isinstance(items, list | tuple):
            return None
        answers = [body({**values, variable: item}, today) for item in cast("Sequence[Any]", items)]
        if (not every) in answers:
            return not every
        return None if None in answers else every

    return run


def over_two(work: Callable[[Any, Any], Any], left: Run, right: Run) -> Run:
    """Return what works on two values; null when one is null or (of kind ANY) does not fit."""

    def run(values: Mapping[str, Any], today: str) -> Any:
        first, second = left(values, today), right(values, today)
        if first is None or second is None:
            return None
        try:
            return work(first, second)
        except TypeError:
            return None

    return run


def divided(left: Any, right: Any) -> Any:
    """``/``: null by zero; whole numbers towards zero, as CEL and SQL do."""
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        whole = abs(left) // abs(right)
        return whole if (left < 0) == (right < 0) else -whole
    return left / right


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)
