"""Quality of a register: measured by its rules, worked off by units, told upwards as counts."""

from lienthong.stewardship.api.quality.measuring import Measured, measure_quality, recheck
from lienthong.stewardship.api.quality.reporting import RuleFigure, Standing, quality_of, was_measured
from lienthong.stewardship.api.quality.working import Item, WorkList, accept, resolve, work_list

__all__ = [
    "Item",
    "Measured",
    "RuleFigure",
    "Standing",
    "WorkList",
    "accept",
    "measure_quality",
    "quality_of",
    "recheck",
    "resolve",
    "was_measured",
    "work_list",
]
