"""From text to a tree: the grammar of the CEL subset, with the place of every fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_

MAX_LENGTH = 2000
MAX_DEPTH = 24
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.\d+|\d+)|(?P<text>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/<>!?:.,()\[\]]))"
)
_ESCAPES = {"\\\\": "\\", "\\'": "'", '\\"': '"'}
RELATIONS = ("==", "!=", "<=", ">=", "<", ">", "in")
MACROS = ("all", "exists")
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    place: int
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A value that is given: ``birth.date``."""

    place: int
    path: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    place: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """``!``, ``-`` with one operand; the rest with two; ``?`` with three."""

    place: int
    sign: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the table."""

    place: int
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Macro:
    """``list.all(x, body)`` or ``list.exists(x, body)``."""

    place: int
    kind: str
    over: Name
    variable: str
    body: Node


Node = Literal | Name | Items | Operation | Call | Macro


@dataclass(frozen=True, slots=True)
class _Token:
    place: int
    kind: str
    text: str


def refuse(code: str, message: str, place: int, **data: object) -> NoReturn:
    """Raise Invalid for a fault at a character of the text (from 0; people count from 1)."""
    raise Invalid(
        "expression." + code,
        N_("Biểu thức không dùng được ở ký tự %(place)s."),
        [fault(str(place + 1), "expression." + code, message, **data)],
        place=place + 1,
    )


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises Invalid with the place of the fault."""
    if len(text) > MAX_LENGTH:
        refuse("long", N_("Biểu thức dài quá %(limit)s ký tự; hãy chia nhỏ."), MAX_LENGTH, limit=MAX_LENGTH)
    return _Parser(_tokens(text), len(text)).whole()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            refuse("sign", N_("Không hiểu dấu “%(found)s”."), place, found=text[place])
        tokens.append(_Token(match.start(match.lastgroup), match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Parser:
    """Recursive descent, one method for each level of precedence."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens = tokens
        self._end = _Token(end, "end", "")
        self._at = 0
        self._depth = 0
        self._in_macro = False

    def whole(self) -> Node:
        node = self._choice()
        if self._next.kind != "end":
            refuse("rest", N_("Không hiểu phần “%(found)s” ở đây."), self._next.place, found=self._next.text)
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _takes(self, *signs: str) -> str:
        """Take the next token when it is one of these signs; answer it, or nothing."""
        token = self._next
        if token.text in signs and token.kind in {"sign", "name"}:
            self._at += 1
            return token.text
        return ""

    def _must(self, sign: str) -> None:
        if not self._takes(sign):
            found = self._next
            refuse(
                "expected",
                N_("Cần dấu “%(sign)s” ở đây, đang có “%(found)s”."),
                found.place,
                sign=sign,
                found=found.text or "…",
            )

    def _choice(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            refuse(
                "deep", N_("Biểu thức lồng nhau quá %(limit)s tầng; hãy chia nhỏ."), self._next.place, limit=MAX_DEPTH
            )
        node = self._binary(0)
        if self._takes("?"):
            place = self._next.place
            when = self._choice()
            self._must(":")
            node = Operation(place, "?", (node, when, self._choice()))
        self._depth -= 1
        return node

    _LEVELS = (("||",), ("&&",), RELATIONS, ("+", "-"), ("*", "/"))

    def _binary(self, level: int) -> Node:
        if level == len(self._LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        place = self._next.place
        while sign := self._takes(*self._LEVELS[level]):
            node = Operation(place, sign, (node, self._binary(level + 1)))
            place = self._next.place
        return node

    def _unary(self) -> Node:
        place = self._next.place
        sign = self._takes("!", "-")
        if not sign:
            return self._member()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            refuse("deep", N_("Biểu thức lồng nhau quá %(limit)s tầng; hãy chia nhỏ."), place, limit=MAX_DEPTH)
        node = Operation(place, sign, (self._unary(),))
        self._depth -= 1
        return node

    def _member(self) -> Node:
        token = self._take()
        if token.kind == "number":
            return Literal(token.place, self._number(token))
        if token.kind == "text":
            return Literal(token.place, _unquoted(token))
        if token.text == "(" and token.kind == "sign":
            node = self._choice()
            self._must(")")
            return node
        if token.text == "[" and token.kind == "sign":
            return Items(token.place, self._arguments("]"))
        if token.kind != "name" or token.text == "in":
            refuse("value", N_("Cần một giá trị, một tên hoặc dấu ngoặc ở đây."), token.place)
        if token.text in WORDS:
            return Literal(token.place, WORDS[token.text])
        if self._takes("("):
            return Call(token.place, token.text, self._arguments(")"))
        return self._path(token)

    def _path(self, first: _Token) -> Node:
        path = [first.text]
        while self._takes("."):
            part = self._take()
            if part.kind != "name":
                refuse("field", N_("Sau dấu chấm cần tên một trường."), part.place)
            if self._takes("("):
                return self._macro(Name(first.place, ".".join(path)), part)
            path.append(part.text)
        return Name(first.place, ".".join(path))

    def _macro(self, over: Name, kind: _Token) -> Node:
        if kind.text not in MACROS or self._in_macro:
            refuse("macro", N_("Chỉ có .all(x, …) và .exists(x, …), một tầng."), kind.place)
        variable = self._take()
        if variable.kind != "name":
            refuse("macro", N_("Chỉ có .all(x, …) và .exists(x, …), một tầng."), variable.place)
        self._must(",")
        self._in_macro = True
        body = self._choice()
        self._in_macro = False
        self._must(")")
        return Macro(kind.place, kind.text, over, variable.text, body)

    def _arguments(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._takes(closing):
            return ()
        found.append(self._choice())
        while self._takes(","):
            found.append(self._choice())
        self._must(closing)
        return tuple(found)

    @staticmethod
    def _number(token: _Token) -> int | float:
        if "." in token.text:
            return float(token.text)
        value = int(token.text)
        if value >= 2**63:
            refuse("number", N_("Số này quá lớn."), token.place)
        return value


def _unquoted(token: _Token) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[0] not in _ESCAPES:
            refuse("escape", N_("Trong chữ chỉ dùng được \\\\, \\' và \\\"."), token.place + match.start() + 1)
        return _ESCAPES[match[0]]

    if "\0" in token.text:
        refuse("sign", N_("Không hiểu dấu “%(found)s”."), token.place, found="\\0")
    return re.sub(r"\\.", plain, token.text[1:-1])
