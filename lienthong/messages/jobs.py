"""The room's slow work: what waits for a gateway."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.jobs import Handler
from lienthong.messages import api
from lienthong.messages.api.contacts import JOB as PROVE
from lienthong.messages.api.delivering import JOB as DELIVER


def _deliver(payload: dict[str, Any]) -> None:
    api.deliver(message=payload["message"], contact=payload["contact"], title=payload["title"], text=payload["text"])


def _prove(payload: dict[str, Any]) -> None:
    api.send_proof(contact=payload["contact"], asked=payload.get("asked", ""))  # none: asked before the upgrade


handlers = (Handler(DELIVER, _deliver), Handler(PROVE, _prove))
