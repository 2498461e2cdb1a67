"""Quality of a register: measured by its rules, worked off by units, told upwards as counts."""

from lienthong.stewardship.api.quality.correcting import Finding, finding, put_right
from lienthong.stewardship.api.quality.measuring import Measured, measure_quality
from lienthong.stewardship.api.quality.reporting import (
    Figure,
    RuleFigure,
    Standing,
    quality_figures,
    quality_of,
    was_measured,
)
from lienthong.stewardship.api.quality.working import Item, WorkList, accept, resolve, work_list

__all__ = [
    "Figure",
    "Finding",
    "Item",
    "Measured",
    "RuleFigure",
    "Standing",
    "WorkList",
    "accept",
    "finding",
    "measure_quality",
    "put_right",
    "quality_figures",
    "quality_of",
    "resolve",
    "was_measured",
    "work_list",
]
