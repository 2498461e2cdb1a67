"""The verbs of oversight."""

from __future__ import annotations

from lienthong.oversight.api.counting import NOW, THEN, UNCERTAIN
from lienthong.oversight.api.exporting import KINDS, export
from lienthong.oversight.api.figures import (
    SIDES,
    VIEWS,
    Dashboard,
    Drill,
    Headline,
    Point,
    Sums,
    UnitRow,
    dashboard,
    drill,
    figure,
    may_oversee,
    sums,
)
from lienthong.oversight.api.reporting import Report, answer, paper, report, reports
from lienthong.oversight.domain.small_cells import Cover

__all__ = [
    "KINDS",
    "NOW",
    "SIDES",
    "THEN",
    "UNCERTAIN",
    "VIEWS",
    "Cover",
    "Dashboard",
    "Drill",
    "Headline",
    "Point",
    "Report",
    "Sums",
    "UnitRow",
    "answer",
    "dashboard",
    "drill",
    "export",
    "figure",
    "may_oversee",
    "paper",
    "report",
    "reports",
    "sums",
]
