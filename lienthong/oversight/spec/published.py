"""Tables that come with the house: figures published before it counted, and which small counts stay covered.

Both are CSV files of ``oversight/data``; a file of the same name in ``LIENTHONG_HOME/oversight`` takes its place.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from lienthong.kernel.i18n import Bilingual
from lienthong.kernel.runtime import Runtime, current

NO_LIMIT = 1


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """A figure that the press reported: what, how much, when, where, from which report, in which words.

    kind: fact (a reported value), target (a number of things set as goals), derived (worked out from the quote).
    value: as written there, in ``unit`` (Vietnamese, may say "more than"). territory: VN, or a place's name.
    """

    id: str
    title: Bilingual
    value: float
    unit: str
    as_of: str
    territory: str
    source: str
    quote: str
    kind: str


def reported_figures() -> tuple[ReportedFigure, ...]:
    """Return the published figures in the order of their list."""
    return current().part("oversight.reported", _reported)


def least_shown(month: str) -> int:
    """Return from how many on a count of a month's records is shown outside of its unit."""
    rules = current().part("oversight.small_cells", _rules)
    return max((rule for rule in rules if rule[0] <= month), default=("", NO_LIMIT))[1]


def _reported(_node: Runtime) -> tuple[ReportedFigure, ...]:
    return tuple(
        ReportedFigure(
            id=row["id"],
            title=Bilingual(row["indicator_vi"], row["indicator_en"]),
            value=float(row["value"]),
            unit=row["unit"],
            as_of=row["as_of"],
            territory=row["territory"],
            source=row["source_file"],
            quote=row["quote"],
            kind=row["kind"],
        )
        for row in _rows("reported_figures.csv")
    )


def _rules(_node: Runtime) -> tuple[tuple[str, int], ...]:
    return tuple((row["valid_from"], int(row["least"])) for row in _rows("small_cells.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    own = current().settings.home / "oversight" / name
    path = own if own.exists() else resources.files("lienthong") / "oversight" / "data" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    return csv.DictReader(line for line in lines if not line.startswith("#"))
