"""The room's slow work: a slice of an import, and the next one asked for."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.jobs import Handler
from lienthong.stewardship import api


def go_on(payload: dict[str, Any]) -> None:
    """Do a slice of the import or dry run that the payload names."""
    api.go_on(batch=payload["batch"], trial=payload["trial"])


handlers = (Handler(api.JOB, go_on),)
