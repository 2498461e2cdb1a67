"""Reports what has grown: files over 300 lines, functions over 40, an api with over 20 verbs. A smell, not a law."""

from __future__ import annotations

import ast
from pathlib import Path

FILE_LINES, FUNCTION_LINES, VERBS = 300, 40, 20


def main() -> None:
    """Print one line for each thing that is larger than is pleasant."""
    root = Path(__file__).resolve().parents[1]
    for path in sorted((root / "lienthong").rglob("*.py")):
        text = path.read_text()
        name, lines = path.relative_to(root).as_posix(), text.count("\n")
        tree = ast.parse(text)
        if lines > FILE_LINES:
            print(f"{name}: {lines} lines")
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for each in functions:
            length = (each.end_lineno or each.lineno) - each.lineno + 1
            if length > FUNCTION_LINES:
                print(f"{name}:{each.lineno}: {each.name} has {length} lines")
        if path.name == "api.py":
            verbs = [each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name[0] != "_"]
            if len(verbs) > VERBS:
                print(f"{name}: {len(verbs)} verbs")


if __name__ == "__main__":
    main()
