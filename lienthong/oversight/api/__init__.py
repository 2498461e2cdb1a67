"""The verbs of oversight."""

from __future__ import annotations

from lienthong.oversight.api.figures import (
    SIDES,
    Dashboard,
    Drill,
    Headline,
    Point,
    UnitRow,
    dashboard,
    drill,
    figure,
    may_oversee,
)

__all__ = [
    "SIDES",
    "Dashboard",
    "Drill",
    "Headline",
    "Point",
    "UnitRow",
    "dashboard",
    "drill",
    "figure",
    "may_oversee",
]
