"""The verbs of a steward. First argument who acts, the rest by keyword; every one leaves its access entry."""

from lienthong.stewardship.api.describing import catalogue, description, document, register
from lienthong.stewardship.api.quality import (
    Item,
    Measured,
    RuleFigure,
    Standing,
    WorkList,
    accept,
    measure_quality,
    quality_of,
    recheck,
    resolve,
    was_measured,
    work_list,
)

__all__ = [
    "Item",
    "Measured",
    "RuleFigure",
    "Standing",
    "WorkList",
    "accept",
    "catalogue",
    "description",
    "document",
    "measure_quality",
    "quality_of",
    "recheck",
    "register",
    "resolve",
    "was_measured",
    "work_list",
]
