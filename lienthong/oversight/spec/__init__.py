"""Definition files of oversight: their shape and their check."""

from __future__ import annotations

from lienthong.oversight.spec.indicators import Indicator, IndicatorFile, check, indicator, indicators
from lienthong.oversight.spec.published import ReportedFigure, least_shown, reported_figures

__all__ = [
    "Indicator",
    "IndicatorFile",
    "ReportedFigure",
    "check",
    "indicator",
    "indicators",
    "least_shown",
    "reported_figures",
]
