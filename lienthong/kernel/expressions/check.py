"""Checks a tree against the names, kinds and functions it may use, and makes it run."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from lienthong.kernel import clock, runtime
from lienthong.kernel.errors import Invalid
from lienthong.kernel.expressions import run
from lienthong.kernel.expressions.functions import TABLE, Function
from lienthong.kernel.expressions.kinds import NUMERIC, TEXTUAL, Kind, comparable, joined, kind_of
from lienthong.kernel.expressions.parse import Call, Items, Literal, Macro, Name, Node, Operation, parse, refuse
from lienthong.kernel.expressions.run import Run
from lienthong.kernel.i18n import N_

_LITERALS = {bool: Kind.BOOL, int: Kind.INT, float: Kind.NUMBER, str: Kind.TEXT, type(None): Kind.NULL}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": run.divided,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. kind: what it answers. reads: the names it uses, ``list[].field`` for those in a macro.

    tree, kinds (by node identity) and run are for the compiler and the evaluator.
    """

    text: str
    kind: Kind
    reads: frozenset[str]
    tree: Node
    kinds: Mapping[int, Kind]
    run: Run

    def evaluate(self, values: Mapping[str, Any], *, today: date | None = None) -> Any:
        """Return the value over ``values`` (nested maps, or flat with dotted names; what is missing is null)."""
        day = today or clock.today(runtime.current().clock)
        return self.run(values, day.isoformat())

    def test(self, values: Mapping[str, Any], *, today: date | None = None) -> bool:
        """Return whether it is true; null counts as false."""
        return self.evaluate(values, today=today) is True


def compile_expression(
    text: str, *, names: Mapping[str, str], functions: Sequence[Function] = (), gives: Kind | None = None
) -> Expression:
    """Return the checked expression. names: dotted name → kind or dictionary type. gives: the kind it must answer.

    Raises Invalid, with the character's place, for a fault of grammar, name, kind, function or depth.
    """
    try:
        kinds = {name: kind_of(each) for name, each in names.items()}
    except KeyError as unknown:
        raise Invalid("expression.kind", N_("Không có kiểu dữ liệu %(kind)s."), kind=str(unknown.args[0])) from None
    checker = _Checker(kinds, {**TABLE, **{each.name: each for each in functions}})
    tree = parse(text)
    made, kind = checker.node(tree)
    if gives is not None and kind is not Kind.ANY and joined(gives, kind) != gives:
        _kinds_differ(0, gives, kind)
    return Expression(text, kind, frozenset(checker.reads), tree, checker.kinds, made)


class _Checker:
    def __init__(self, names: Mapping[str, Kind], functions: Mapping[str, Function]) -> None:
        self._names = names
        self._functions = functions
        self._variable = ""
        self._over = ""
        self.reads: set[str] = set()
        self.kinds: dict[int, Kind] = {}

    def node(self, node: Node) -> tuple[Run, Kind]:
        """Return what runs a node, and its kind."""
        match node:
            case Literal():
                made = run.constant(node.value), _LITERALS[type(node.value)]
            case Name():
                made = run.reader(node.path), self._named(node)
            case Items():
                made = self._items(node)
            case Operation():
                made = self._operation(node)
            case Call():
                made = self._call(node)
            case Macro():
                made = self._macro(node)
        self.kinds[id(node)] = made[1]
        return made

    def _named(self, node: Name) -> Kind:
        head, _, rest = node.path.partition(".")
        path = node.path
        if self._variable and head == self._variable:
            path = f"{self._over}[]" + (f".{rest}" if rest else "")
        if path not in self._names:
            known = ", ".join(sorted(self._names)) or "–"
            message = N_("Không có tên “%(name)s”; các tên dùng được: %(known)s.")
            refuse("name", message, node.place, name=node.path, known=known)
        self.reads.add(path)
        return self._names[path]

    def _items(self, node: Items) -> tuple[Run, Kind]:
        made = [self.node(each) for each in node.items]
        kind: Kind = Kind.NULL
        for each, (_, found) in zip(node.items, made, strict=True):
            together = joined(kind, found)
            if together is None or found in {Kind.NULL, Kind.LIST}:
                refuse("items", N_("Các phần tử của danh sách phải cùng kiểu và không được là null."), each.place)
            kind = together
        return run.listed([each for each, _ in made]), Kind.LIST

    def _call(self, node: Call) -> tuple[Run, Kind]:
        function = self._functions.get(node.function)
        if function is None:
            known = ", ".join(sorted(self._functions))
            message = N_("Không có hàm “%(name)s”; các hàm dùng được: %(known)s.")
            refuse("function", message, node.place, name=node.function, known=known)
        count, most = len(node.arguments), len(function.takes)
        if not most - function.optional <= count <= most:
            message = N_("Hàm %(name)s nhận %(most)s giá trị, ở đây có %(count)s.")
            refuse("arguments", message, node.place, name=function.name, most=most, count=count)
        made = [self.node(each) for each in node.arguments]
        for each, (_, kind), allowed in zip(node.arguments, made, function.takes, strict=False):
            written_date = isinstance(each, Literal) and kind is Kind.TEXT and Kind.DATE in allowed
            if kind not in allowed | {Kind.NULL, Kind.ANY} and not written_date:
                _kinds_differ(each.place, min(allowed - {Kind.ANY}), kind)
        return run.called(function, [each for each, _ in made]), function.returns

    def _macro(self, node: Macro) -> tuple[Run, Kind]:
        over, kind = self.node(node.over)
        if kind is not Kind.LIST:
            _kinds_differ(node.over.place, Kind.LIST, kind)
        self._variable, self._over = node.variable, node.over.path
        body, found = self.node(node.body)
        self._variable = self._over = ""
        _must_be(Kind.BOOL, found, node.body.place)
        return run.over_items(over, node.variable, body, every=node.kind == "all"), Kind.BOOL

    def _operation(self, node: Operation) -> tuple[Run, Kind]:
        made = [self.node(each) for each in node.operands]
        runs = [each for each, _ in made]
        kinds = [kind for _, kind in made]
        places = [each.place for each in node.operands]
        match node.sign:
            case "?":
                _must_be(Kind.BOOL, kinds[0], places[0])
                kind = joined(kinds[1], kinds[2])
                if kind is None:
                    _kinds_differ(places[2], kinds[1], kinds[2])
                return run.chosen(*runs), kind
            case "&&" | "||":
                for place, kind in zip(places, kinds, strict=True):
                    _must_be(Kind.BOOL, kind, place)
                return run.both(*runs, decides=node.sign == "||"), Kind.BOOL
            case "!":
                _must_be(Kind.BOOL, kinds[0], places[0])
                return run.opposite(runs[0]), Kind.BOOL
            case "in":
                self._check_within(node, kinds)
                return run.within(*runs), Kind.BOOL
            case "==" | "!=" | "<" | "<=" | ">" | ">=":
                if not comparable(*kinds) or Kind.LIST in kinds or (node.sign[0] in "<>" and Kind.BOOL in kinds):
                    _kinds_differ(places[1], *kinds)
                return run.compared(node.sign, *runs), Kind.BOOL
            case _:
                return _calculated(node, runs, kinds)

    def _check_within(self, node: Operation, kinds: Sequence[Kind]) -> None:
        item, items = node.operands
        if kinds[1] not in {Kind.LIST, Kind.ANY}:
            _kinds_differ(items.place, Kind.LIST, kinds[1])
        elements: list[Kind] = []
        if isinstance(items, Items):
            elements = [self.kinds[id(each)] for each in items.items]
        elif isinstance(items, Name):
            elements = [self._names.get(f"{items.path}[]", Kind.ANY)]
        for element in elements:
            if not comparable(kinds[0], element):
                _kinds_differ(item.place, element, kinds[0])


def _calculated(node: Operation, runs: Sequence[Run], kinds: Sequence[Kind]) -> tuple[Run, Kind]:
    for each, kind in zip(node.operands, kinds, strict=True):
        if kind not in NUMERIC | {Kind.ANY, Kind.NULL} and not (node.sign == "+" and kind in TEXTUAL):
            _kinds_differ(each.place, Kind.NUMBER, kind)
    if len(runs) == 1:
        return run.over_two(operator.sub, run.constant(0), runs[0]), kinds[0]
    kind = joined(*kinds)
    if kind is None:
        _kinds_differ(node.operands[1].place, *kinds)
    answered = {Kind.EPOCH: Kind.INT, Kind.DATE: Kind.TEXT, Kind.MOMENT: Kind.TEXT}.get(kind, kind)
    return run.over_two(_ARITHMETIC[node.sign], *runs), answered


def _must_be(wanted: Kind, found: Kind, place: int) -> None:
    if found not in {wanted, Kind.ANY, Kind.NULL}:
        _kinds_differ(place, wanted, found)


def _kinds_differ(place: int, wanted: Kind, found: Kind) -> NoReturn:
    message = N_("Kiểu dữ liệu không hợp ở đây: cần %(wanted)s, đang là %(found)s.")
    refuse("kinds", message, place, wanted=wanted.value, found=found.value)
