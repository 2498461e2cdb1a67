"""Definition files of oversight: indicators and plans, their shape and their check; figures of published reports."""

from __future__ import annotations

import lienthong.oversight.events  # noqa: F401  indicators may count the facts of tasks
from lienthong.kernel.errors import Fault
from lienthong.oversight.spec import plans
from lienthong.oversight.spec.indicators import Indicator, IndicatorFile, indicator, indicators
from lienthong.oversight.spec.indicators import check as _check_indicators
from lienthong.oversight.spec.plans import Item, Plan
from lienthong.oversight.spec.published import ReportedFigure, least_shown, reported_figures

__all__ = [
    "Indicator",
    "IndicatorFile",
    "Item",
    "Plan",
    "ReportedFigure",
    "check",
    "indicator",
    "indicators",
    "least_shown",
    "plans",
    "reported_figures",
]


def check() -> list[Fault]:
    """Return every fault of every definition file of oversight, with file and line."""
    return [*_check_indicators(), *plans.check()]
