"""The room's jobs: sealed entries that open, breaches whose time runs out, lists compared portion by portion."""

from __future__ import annotations

from typing import Any

from lienthong.exchange.api import reconciling
from lienthong.exchange.api.opening import tell_opened
from lienthong.exchange.api.sealing import JOB
from lienthong.exchange.api.warning import JOB as BREACH
from lienthong.exchange.api.warning import warn
from lienthong.kernel.jobs import Handler


def _opened(_payload: dict[str, Any]) -> None:
    tell_opened()


def _warn(payload: dict[str, Any]) -> None:
    warn(breach=payload["breach"], notice=payload["notice"])


handlers = (Handler(JOB, _opened), Handler(BREACH, _warn), Handler(reconciling.JOB, reconciling.run_reconciliation))
