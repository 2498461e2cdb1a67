"""The room's jobs: people are told when sealed entries of their log open; lists are compared portion by portion."""

from __future__ import annotations

from typing import Any

from lienthong.exchange.api import reconciling
from lienthong.exchange.api.opening import tell_opened
from lienthong.exchange.api.sealing import JOB
from lienthong.kernel.jobs import Handler


def _opened(_payload: dict[str, Any]) -> None:
    tell_opened()


handlers = (Handler(JOB, _opened), Handler(reconciling.JOB, reconciling.run_reconciliation))
