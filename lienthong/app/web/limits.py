"""Limits by account and by browser; by address only coarsely, for a counter or a mobile network is one address."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from lienthong.app.web.errors import answer
from lienthong.kernel import runtime
from lienthong.kernel.errors import TooMany
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime
from lienthong.webkit.request import actor, device, is_loopback

BY_PERSON = RateLimitItemPerMinute(1200)
BY_PERSON_CHANGES = RateLimitItemPerMinute(240)
BY_ADDRESS = RateLimitItemPerMinute(12000)
_SWEEP_SECONDS = 60.0


class _Windows(MemoryStorage):
    """Counts in memory, forgetting what is over once a minute: the library's own starts a thread at nearly each hit."""

    def __init__(self) -> None:
        super().__init__()
        self._swept = time.time()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count a hit; answer how many there are in the window of ``expiry`` seconds."""
        now = time.time()
        if now - self._swept > _SWEEP_SECONDS:
            self._swept = now
            for each in [each for each, ends in self.expirations.items() if ends <= now]:
                self.clear(each)
        if self.get(key) == 0:
            self.expirations[key] = now + expiry
        self.storage[key] += amount
        return self.storage[key]


class Limits:
    """Refuses with 429 and the seconds to wait; sits behind ``Entry``, which knows who asks. Counts are the node's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (wait := self._wait(HTTPConnection(scope))):
            refusal = TooMany(
                "limit.reached", N_("Bạn gửi quá nhanh; hãy chờ %(retry_after)s giây rồi tiếp tục."), retry_after=wait
            )
            await answer(HTTPConnection(scope), refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _wait(self, request: HTTPConnection) -> int:
        """Return the seconds to wait, 0 when the request may pass."""
        who = actor(request)
        person = who.subject or device(request)
        windows = [(BY_PERSON, person)]
        if request.scope["method"] == "POST":
            windows.append((BY_PERSON_CHANGES, person))
        if not is_loopback(request) and request.client is not None:
            windows.append((BY_ADDRESS, request.client.host))
        limiter = runtime.current().part("app.limits", _limiter)
        for limit, key in windows:
            if not limiter.hit(limit, key):
                return max(1, round(limiter.get_window_stats(limit, key).reset_time - time.time()))
        return 0


def _limiter(_node: Runtime) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(_Windows())
