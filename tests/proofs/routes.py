"""Every address of the house, found in the application itself, filled in with what a curious person could guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.browsing import house

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
OUTSIDE_ROUTERS = ("/healthz", "/metrics", "/static/none.css", "/favicon.ico", "/no-such-page")
"""Addresses that middleware answers before any router."""
OPEN_NAMES = {
    "procedure": "linked-birth",
    "indicator": "on-time-share",
    "status_list": "1",
    "kind": "minutes",
    "definition": "population",
    "linked": "driving_licences",
    "contract": "local-feed",
    "unit": "26929",
}
"""Parameters that name a definition, a published list or a kind of paper, which everybody may read."""
_REPORTS = "an agency's figures, about no case and no person: oversight/test_reports_and_exports"
_LISTS = "a list of an operator, of no case: exchange/test_reconciling_pages: nobody_else"
_HOUSEHOLDS = (
    "a household by its code, for the steward of the owner alone: stewardship/test_household_screens: nobody_else"
)
CANNOT_BE_FILLED = {
    "/steward/residence/households/{household}": _HOUSEHOLDS,
    "/reconciliations/{reconciliation}": _LISTS,
    "/reconciliations/{reconciliation}/cancel": _LISTS,
    "/reconciliations/{reconciliation}/result.{kind}": _LISTS,
    "/oversight/reports/{report_id}/answer": _REPORTS,
    "/oversight/reports/{report_id}/evidence": _REPORTS,
}
"""Path of a route → why it cannot be asked here, and where it is tested instead."""


@dataclass(frozen=True, slots=True)
class Address:
    """One method of one route. of_case: its path names something of a case. query: names it takes after ``?``."""

    method: str
    pattern: str
    query: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The parameters of its path."""
        return PARAMETER.findall(self.pattern)

    @property
    def of_case(self) -> bool:
        """True when the path names something of a case, not only definitions."""
        return bool(set(self.names) - OPEN_NAMES.keys())

    def filled(self, known: Mapping[str, str]) -> str:
        """Return the path with its parameters filled in. Raises KeyError for one that nothing is known for."""
        return PARAMETER.sub(lambda found: ({**OPEN_NAMES, **known})[found[1]], self.pattern)

    def asked(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return the query with everything that is known."""
        return {name: ({**OPEN_NAMES, **known})[name] for name in self.query if name in {**OPEN_NAMES, **known}}


def addresses() -> list[Address]:
    """Return every address of the house, those of included routers too."""
    found = [Address("GET", path) for path in OUTSIDE_ROUTERS]
    for route in _inside(house().app.routes):  # type: ignore[attr-defined]
        if route.path not in CANNOT_BE_FILLED:
            query = tuple(each.alias for each in getattr(getattr(route, "dependant", None), "query_params", ()))
            found += [Address(method, route.path, query) for method in sorted(route.methods - {"HEAD"})]
    return found


def _inside(routes: Iterable[Any]) -> Iterator[Any]:
    for each in routes:
        if hasattr(each, "original_router"):
            yield from _inside(each.original_router.routes)
        else:
            yield each
