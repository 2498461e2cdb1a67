"""The room's slow work: typeset, sign, deliver."""

from __future__ import annotations

from typing import Any

from lienthong.documents import api
from lienthong.documents.api.issuing import JOB
from lienthong.kernel.jobs import Handler


def finish(payload: dict[str, Any]) -> None:
    """Finish the document that the payload names."""
    api.finish(payload["document"])


handlers = (Handler(JOB, finish),)
