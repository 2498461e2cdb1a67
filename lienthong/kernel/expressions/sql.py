"""The same expression as SQL for DuckDB, SQLite and PostgreSQL; text literals become parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal as OneOf
from typing import NoReturn

from lienthong.kernel import clock, runtime
from lienthong.kernel.expressions.check import Expression
from lienthong.kernel.expressions.kinds import TEXTUAL, Kind
from lienthong.kernel.expressions.parse import Call, Items, Literal, Macro, Name, Node, Operation, refuse
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold

Dialect = OneOf["duckdb", "sqlite", "postgresql"]
_PLACE = re.compile(r"\{(\d)\}")
_WHOLE_DAY = (
    "(CASE LENGTH({0}) WHEN 4 THEN {0} || '-01-01' WHEN 7 THEN {0} || '-01' WHEN 10 THEN {0} END)"  # partial dates
)
_LOCAL_DAY: dict[tuple[str, Kind], str] = {
    ("sqlite", Kind.MOMENT): "DATE(SUBSTR({0}, 1, 19), '+7 hours')",  # SQLite rounds .999999 up to the next day
    ("sqlite", Kind.EPOCH): "DATE({0} + 25200, 'unixepoch')",
    ("duckdb", Kind.MOMENT): "CAST(CAST(CAST({0} AS TIMESTAMP) + INTERVAL 7 HOUR AS DATE) AS TEXT)",
    ("duckdb", Kind.EPOCH): "CAST(CAST(MAKE_TIMESTAMP(({0} + 25200) * 1000000) AS DATE) AS TEXT)",
    (
        "postgresql",
        Kind.MOMENT,
    ): "CAST(CAST(CAST({0} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' + INTERVAL '7 hours' AS DATE) AS TEXT)",
    ("postgresql", Kind.EPOCH): "CAST(CAST(TO_TIMESTAMP({0}) AT TIME ZONE 'UTC' + INTERVAL '7 hours' AS DATE) AS TEXT)",
}
_DAY_NUMBER = {
    "sqlite": "(CAST(STRFTIME('%s', {0}) AS INTEGER) / 86400)",
    "duckdb": "DATE_DIFF('day', DATE '1970-01-01', CAST({0} AS DATE))",
    "postgresql": "(CAST({0} AS DATE) - DATE '1970-01-01')",
}


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL and the parameters of its placeholders, in order."""

    text: str
    parameters: tuple[str, ...] = ()


def to_sql(
    expression: Expression,
    *,
    dialect: Dialect,
    columns: Mapping[str, str],
    today: date | None = None,
    functions: Mapping[str, str] | None = None,
) -> tuple[str, list[str]]:
    """Return the SQL expression and its parameters (``?``, in PostgreSQL ``%s``).

    columns: SQL of each name (trusted, never input); ``fold(name)`` may map to a column of folded keys. functions: of
    a room, with their SQL (``{0}``, ``{1}`` … for the arguments). Raises Invalid for what only Python can do: macros,
    other functions of a room, ``fold`` or ``date`` of other text.
    """
    day = today or clock.today(runtime.current().clock)
    made = _Writer(expression, dialect, columns, day.isoformat(), functions or {}).node(expression.tree)
    return made.text, list(made.parameters)


def _fill(template: str, *parts: Fragment) -> Fragment:
    """Put the parts into ``{0}``, ``{1}`` …; a part used twice brings its parameters twice, in order."""
    used = [parts[int(each)] for each in _PLACE.findall(template)]
    pieces = iter(used)
    text = _PLACE.sub(lambda _: next(pieces).text, template)
    return Fragment(text, tuple(parameter for each in used for parameter in each.parameters))


@dataclass(frozen=True, slots=True)
class _Writer:
    expression: Expression
    dialect: Dialect
    columns: Mapping[str, str]
    today: str
    functions: Mapping[str, str]

    def node(self, node: Node) -> Fragment:
        """Return the SQL of a node, in parentheses where it needs them."""
        match node:
            case Literal():
                return self._literal(node.value)
            case Name():
                return self._column(node.path, node.place)
            case Operation():
                return self._operation(node)
            case Call():
                return self._call(node)
            case Items() | Macro():
                return _only_python(node.place)

    def _kind(self, node: Node) -> Kind:
        return self.expression.kinds[id(node)]

    def _literal(self, value: str | float | bool | None) -> Fragment:
        if isinstance(value, str):
            return Fragment("CAST(%s AS TEXT)" if self.dialect == "postgresql" else "?", (value,))
        if value is None or isinstance(value, bool):
            return Fragment("NULL" if value is None else "TRUE" if value else "FALSE")
        if isinstance(value, float) or self.dialect == "sqlite":
            return Fragment(repr(value))
        return Fragment(f"CAST({value} AS BIGINT)")  # a plain 3 is 32 bits wide there and overflows

    def _column(self, path: str, place: int) -> Fragment:
        if path not in self.columns:
            refuse("column", N_("Tập dữ liệu không có cột cho “%(name)s”."), place, name=path)
        return Fragment(self.columns[path])

    def _operation(self, node: Operation) -> Fragment:
        if node.sign == "in":
            return self._within(node)
        parts = [self.node(each) for each in node.operands]
        sqlite = self.dialect == "sqlite"
        match node.sign:
            case "?":
                return _fill("(CASE WHEN {0} THEN {1} ELSE {2} END)", *parts)
            case "!":
                return _fill("(NOT {0})", *parts)
            case "&&":
                return _fill("({0} AND {1})", *parts)
            case "||":
                return _fill("({0} OR {1})", *parts)
            case "==":
                return _fill("({0} IS {1})" if sqlite else "({0} IS NOT DISTINCT FROM {1})", *parts)
            case "!=":
                return _fill("({0} IS NOT {1})" if sqlite else "({0} IS DISTINCT FROM {1})", *parts)
            case "<" | "<=" | ">" | ">=":
                textual = all(self._kind(each) in TEXTUAL | {Kind.NULL} for each in node.operands)
                order = ' COLLATE "C"' if textual and self.dialect == "postgresql" else ""
                return _fill(f"({{0}}{order} {node.sign} {{1}})", *parts)
            case _:
                return self._calculated(node, parts)

    def _calculated(self, node: Operation, parts: list[Fragment]) -> Fragment:
        if len(parts) == 1:
            return _fill("(- {0})", *parts)
        if self._kind(node) is Kind.TEXT:
            return _fill("({0} || {1})", *parts)
        if node.sign != "/":
            return _fill(f"({{0}} {node.sign} {{1}})", *parts)
        if self._kind(node) is Kind.INT:
            return _fill("({0} // NULLIF({1}, 0))" if self.dialect == "duckdb" else "({0} / NULLIF({1}, 0))", *parts)
        real = "REAL" if self.dialect == "sqlite" else "DOUBLE PRECISION"
        return _fill(f"(CAST({{0}} AS {real}) / NULLIF({{1}}, 0))", *parts)

    def _within(self, node: Operation) -> Fragment:
        item, items = node.operands
        if not isinstance(items, Items):
            _only_python(items.place)
        made = self.node(item)
        for place, each in enumerate(items.items):
            made = _fill("{0} IN ({1}" if place == 0 else "{0}, {1}", made, self.node(each))
        return _fill("COALESCE({0}), FALSE)", made) if items.items else Fragment("FALSE")

    def _call(self, node: Call) -> Fragment:
        if node.function in {"date", "days", "year", "age"}:
            return self._of_dates(node)
        parts = [self.node(each) for each in node.arguments] if node.function != "fold" else []
        match node.function:
            case "today":
                return self._literal(self.today)
            case "has":
                return _fill("({0} IS NOT NULL)", *parts)
            case "known" | "none":
                unknown = "{0} IS NULL OR {0} = ''" if self._kind(node.arguments[0]) in TEXTUAL else "{0} IS NULL"
                return _fill(f"({unknown})" if node.function == "none" else f"(NOT ({unknown}))", *parts)
            case "len":
                return _fill("LENGTH({0})", *parts)
            case "starts":
                return _fill("(SUBSTR({0}, 1, LENGTH({1})) = {1})", *parts)
            case "fold":
                return self._folded(node.arguments[0])
            case name if name in self.functions:
                return _fill(self.functions[name], *parts)
            case _:
                return _only_python(node.place)

    def _folded(self, argument: Node) -> Fragment:
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            return self._literal(fold(argument.value))
        if isinstance(argument, Name):
            return self._column(f"fold({argument.path})", argument.place)
        return _only_python(argument.place)

    def _of_dates(self, node: Call) -> Fragment:
        days = [self._day(each) for each in node.arguments]
        match node.function:
            case "date":
                argument = node.arguments[0]
                whole = self._kind(argument) is not Kind.DATE
                return days[0] if whole else _fill("(CASE LENGTH({0}) WHEN 10 THEN {0} END)", self.node(argument))
            case "year":
                return _fill("CAST(SUBSTR({0}, 1, 4) AS INTEGER)", *days)
            case "age":
                on = days[1] if len(days) > 1 else self._literal(self.today)
                return _fill(
                    "(CAST(SUBSTR({0}, 1, 4) AS INTEGER) - CAST(SUBSTR({1}, 1, 4) AS INTEGER)"
                    " - CASE WHEN SUBSTR({0}, 6) < SUBSTR({1}, 6) THEN 1 ELSE 0 END)",
                    on,
                    days[0],
                )
            case _:
                return _fill("({1} - {0})", *(_fill(_DAY_NUMBER[self.dialect], day) for day in days))

    def _day(self, node: Node) -> Fragment:
        """Return the SQL of a value's whole calendar day as ISO text."""
        if isinstance(node, Literal) and isinstance(node.value, str):
            return _fill(_WHOLE_DAY, self._literal(node.value))
        kind = self._kind(node)
        if kind is Kind.DATE:
            return _fill(_WHOLE_DAY, self.node(node))
        if kind is Kind.NULL:
            return Fragment("CAST(NULL AS TEXT)")
        if (self.dialect, kind) not in _LOCAL_DAY:
            _only_python(node.place)
        return _fill(_LOCAL_DAY[self.dialect, kind], self.node(node))


def _only_python(place: int) -> NoReturn:
    refuse("sql", N_("Phần này chỉ tính được từng bản ghi, không dùng được trong truy vấn."), place)
