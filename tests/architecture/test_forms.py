"""Every POST page reads its form through ``webkit.forms.read``: token of the session, same origin, limited size."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.routing import APIRoute

from tests.architecture.source import Source, calls, sources
from tests.browsing import Browser, house

READS = {"forms.read", "forms.is_form_token"}


def web_sources() -> list[Source]:
    return [each for each in sources() if each.part == "web"]


def post_handlers(source: Source) -> Iterator[tuple[str, ast.AsyncFunctionDef | ast.FunctionDef]]:
    """Return (path, function) of every handler of a POST address."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith(".post"):
                    yield ast.literal_eval(decorator.args[0]), node


def reads_form(room: str, function: ast.AST, seen: frozenset[str] = frozenset()) -> bool:
    """True when the handler, or a function of the room's web files that it calls, reads the form."""
    called = set(calls(function))
    if called & READS:
        return True
    helpers = {
        node.name: node
        for each in web_sources()
        if each.room == room
        for node in ast.walk(each.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    }
    names = {name.rsplit(".", 1)[-1] for name in called} & set(helpers) - seen
    return any(reads_form(room, helpers[name], seen | names) for name in names)


def all_routes() -> list[APIRoute]:
    """Return every endpoint of the house, those of included routers too."""

    def inside(routes: Iterable[Any]) -> Iterator[APIRoute]:
        for each in routes:
            if isinstance(each, APIRoute):
                yield each
            elif hasattr(each, "original_router"):
                yield from inside(each.original_router.routes)

    return list(inside(house().app.routes))  # type: ignore[attr-defined]


def test_every_post_page_reads_its_form_through_the_one_door() -> None:
    handlers = [(each, path, function) for each in web_sources() for path, function in post_handlers(each)]
    assert handlers
    wrong = [
        f"{each.name}:{function.lineno} POST {path}"
        for each, path, function in handlers
        if not path.startswith("/api/") and not reads_form(each.room, function)
    ]
    assert wrong == []


def test_no_page_post_is_obeyed_without_a_token(client: Browser) -> None:
    routes = [each for each in all_routes() if "POST" in each.methods and not each.path.startswith("/api/")]
    obeyed = []
    for route in routes:
        answer = client.send(re.sub(r"\{[^}]+\}", "x", route.path), {})
        if answer.status_code not in {401, 403, 404, 422}:
            obeyed.append(f"{route.path}: {answer.status_code}")
    assert routes
    assert obeyed == []


def test_the_whole_house_can_be_described() -> None:
    """A path that two rooms claim, or a model that cannot be described, shows here and not at a newcomer's screen."""
    claimed = [(method, route.path) for route in all_routes() for method in sorted(route.methods)]
    assert len(claimed) > 10
    assert sorted(each for each in set(claimed) if claimed.count(each) > 1) == []
    assert house().app.openapi()["openapi"].startswith("3.")  # type: ignore[attr-defined]
