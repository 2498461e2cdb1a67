"""The room's slow work: finding the doubles of a register."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.actor import system
from lienthong.kernel.jobs import Handler
from lienthong.stewardship.api import matching


def _duplicates(payload: dict[str, Any]) -> None:
    matching.run_job(system(matching.JOB), payload)


handlers = (Handler(matching.JOB, _duplicates),)
