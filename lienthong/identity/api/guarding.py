"""Tries are counted before they are made, under a keyed hash of what was typed, and bring growing pauses."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from lienthong.identity import store
from lienthong.kernel import keys, runtime
from lienthong.kernel.errors import TooMany
from lienthong.kernel.i18n import N_


def count(kind: str, subject: str, *, forget_at: datetime) -> int:
    """Count one more try and answer how many there were in a row. Raises TooMany (``retry_after`` seconds)."""
    now = runtime.current().clock.now()
    tries, wait_until = store.attempts.count_try(guard(kind, subject), now=now, forget_at=forget_at)
    if wait_until is not None:
        seconds = max(1, round((wait_until - now).total_seconds()))
        raise TooMany(
            "sign_in.wait",
            N_("Đã thử quá nhiều lần. Vì an toàn, hãy chờ %(retry_after)s giây rồi thử lại."),
            retry_after=seconds,
        )
    return tries


def held(kind: str, subject: str) -> None:
    """Note that the try that was counted held; what failed before it still counts."""
    store.attempts.give_back(guard(kind, subject))


def guard(kind: str, subject: str) -> str:
    """Return the key under which tries of a kind are counted: nobody reads from it who or what was tried."""
    key = keys.secret("identity-guard")
    return hmac.new(key, f"{kind}:{subject}".encode(), hashlib.sha256).hexdigest()
