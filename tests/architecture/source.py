"""What the architecture tests read: the source of the house, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "lienthong"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file. room: its room; part: ``web``, ``api`` … (the file's name, or its folder's)."""

    path: Path
    room: str
    part: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path from the root of the repository, for messages."""
        return self.path.relative_to(ROOT).as_posix()


@cache
def sources() -> tuple[Source, ...]:
    """Return every Python file of the package."""
    found: list[Source] = []
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        part = parts[1] if len(parts) > 1 else ""
        found.append(Source(path, parts[0], part, ast.parse(path.read_text())))
    return tuple(found)


def templates() -> list[Path]:
    """Return every template of the house."""
    return sorted(HOUSE.glob("*/templates/**/*.html"))


def imports(tree: ast.AST) -> Iterator[str]:
    """Return every module that is imported, and every name imported from one, as dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def calls(tree: ast.AST) -> Iterator[str]:
    """Return what is called, as written: ``forms.read``, ``require``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
