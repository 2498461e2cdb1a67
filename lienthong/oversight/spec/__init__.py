"""Definition files of oversight: their shape and their check."""

from __future__ import annotations

from lienthong.oversight.spec.indicators import Indicator, IndicatorFile, check, indicator, indicators

__all__ = ["Indicator", "IndicatorFile", "check", "indicator", "indicators"]
