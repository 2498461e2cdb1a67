"""A task's indicator as evidence counts it: nobody types that it is reached."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from lienthong.oversight import spec
from lienthong.oversight.api import counting
from lienthong.oversight.api.views import Measured


def measured(row: Row[Any]) -> Measured | None:
    """Return the indicator of a task in its agency's unit, newest month; None for a task without one."""
    indicator = spec.indicators().get(row.indicator)
    if indicator is None or row.target is None:
        return None
    month = counting.newest_month()
    share = counting.figure_of(indicator, row.unit, month, counting.NOW).share
    reached = share is not None and (share >= row.target if indicator.higher_is_better else share <= row.target)
    return Measured(
        indicator=indicator.id,
        title=str(indicator.title),
        target=row.target,
        higher_is_better=indicator.higher_is_better,
        share=share,
        month=month,
        reached=reached,
    )


def counted(row: Row[Any], month: str) -> tuple[int, int]:
    """Return denominator and numerator of a task's indicator in a month."""
    found = counting.figure_of(spec.indicator(row.indicator), row.unit, month, counting.NOW)
    return found.of, found.part
