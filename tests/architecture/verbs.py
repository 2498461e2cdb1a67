"""Which public verbs of the rooms write: found in the source, by following every call down to a transaction."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from tests.architecture.source import sources

ABOVE = {"web", "cli", "demonstration", "spec", "events"}
"""Parts that no verb calls to change something, and that are not read here."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def writing_verbs() -> frozenset[str]:
    """Return the public verbs that open a transaction themselves or through what they call, as ``room.verb``."""
    house = _House()
    writes = {name for name, function in house.functions.items() if _opens_transaction(function)}
    callers = {name: set(house.called(name)) for name in house.functions}
    while found := {name for name, called in callers.items() if name not in writes and called & writes}:
        writes |= found
    return frozenset(verb for verb, function in house.verbs() if function in writes)


def _opens_transaction(function: Function) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == "transaction" for each in ast.walk(function))


class _House:
    """Every function of the package at the top of its module, and what a name means in a module."""

    def __init__(self) -> None:
        self.names: dict[str, dict[str, str]] = {}
        self.functions: dict[str, Function] = {}
        self._trees: dict[str, ast.Module] = {}
        for source in sources():
            if source.part in ABOVE:
                continue
            module = source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            self._trees[module], self.names[module] = source.tree, dict(names_imported(source.tree))
            for node in source.tree.body:
                self._keep(module, node)

    def _keep(self, module: str, node: ast.stmt) -> None:
        """Keep a function, the methods of a class, and of which class a module's own object is."""
        if isinstance(node, Function | ast.ClassDef):
            self.names[module][node.name] = f"{module}.{node.name}"
        if isinstance(node, Function):
            self.functions[f"{module}.{node.name}"] = node
        elif isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, Function))
            self.functions |= {f"{module}.{node.name}.{each.name}": each for each in methods}
        for name, made in _made(node):
            self.names[module][name] = f"{module}.{made}"

    def verbs(self) -> Iterator[tuple[str, str]]:
        """Yield each public function of a room's api, as ``room.verb`` and by where it is defined."""
        for module, tree in self._trees.items():
            if module.count(".") == 2 and module.endswith(".api"):
                for verb in _public(tree):
                    if (function := self._defined(f"{module}.{verb}")) in self.functions:
                        yield f"{module.split('.')[1]}.{verb}", function

    def called(self, function: str) -> Iterator[str]:
        """Yield every function that the body of one names, called there or handed on."""
        module = function.rpartition(".")[0]
        known = self.names[module] if module in self.names else self.names[module.rpartition(".")[0]] | {"self": module}
        for node in ast.walk(self.functions[function]):
            first, *rest = _dotted(node)
            if first in known and (found := self._defined(".".join([known[first], *rest]))) in self.functions:
                yield found

    def _defined(self, dotted: str) -> str:
        """Follow a name that a module only passes on, and an object to its class, to where it is defined."""
        while dotted not in self.functions:
            module, *rest = self._split(dotted)
            onward = ".".join([self.names[module].get(rest[0], ""), *rest[1:]]) if module and rest else ""
            if not onward or onward.startswith(".") or onward == dotted:
                break
            dotted = onward
        return dotted

    def _split(self, dotted: str) -> list[str]:
        """Return the longest module that a dotted name begins with, and what follows."""
        parts = dotted.split(".")
        for at in range(len(parts) - 1, 0, -1):
            if ".".join(parts[:at]) in self.names:
                return [".".join(parts[:at]), *parts[at:]]
        return [""]


def names_imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield every name that is imported from a module, with where it stands there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)


def _made(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield each name that a statement gives to what it makes, with what makes it: ``_A, _B = Rows(..), Rows(..)``."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        pairs = zip(target.elts, value.elts, strict=True) if both else [(target, value)]
        for name, each in pairs:
            if isinstance(name, ast.Name) and isinstance(each, ast.Call):
                yield name.id, ast.unparse(each.func)


def _public(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return [node.name for node in tree.body if isinstance(node, Function) and not node.name.startswith("_")]


def _dotted(node: ast.AST) -> list[str]:
    """Return the parts of a name such as ``store.dossiers.begin``; an empty one for anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)) != [""]:
        return [*before, node.attr]
    return [""]
