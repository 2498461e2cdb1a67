"""Small rules that keep the house readable and its time one."""

from __future__ import annotations

import ast

from tests.architecture.source import Source, calls, sources

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "time.time"}
MAY_READ_THE_MACHINE = {"lienthong/kernel/clock.py", "lienthong/app/web/limits.py"}


def public_functions(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


def test_every_public_verb_says_what_it_does() -> None:
    silent = [
        f"{each.name}:{function.lineno} {function.name}"
        for each in sources()
        if each.part in {"api", "domain", "spec", "store"} or each.room in {"kernel", "webkit"}
        for function in public_functions(each)
        if not ast.get_docstring(function)
    ]
    assert silent == []


def test_only_the_clock_knows_what_time_it_is() -> None:
    wrong = [
        f"{each.name}: {call}"
        for each in sources()
        if each.name not in MAY_READ_THE_MACHINE
        for call in sorted(set(calls(each.tree)) & CLOCKS)
    ]
    assert wrong == []


def test_verbs_are_called_with_who_first() -> None:
    """In an api, a function that takes an actor takes it first, under the name ``who``."""
    wrong: list[str] = []
    for each in sources():
        if each.part != "api":
            continue
        for function in public_functions(each):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            at = [
                place
                for place, one in enumerate(arguments)
                if one.annotation and ast.unparse(one.annotation) == "Actor"
            ]
            if at and (at[0] != 0 or arguments[0].arg != "who"):
                wrong.append(f"{each.name}:{function.lineno} {function.name}")
    assert wrong == []
