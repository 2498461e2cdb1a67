"""Security headers of every answer, and what browsers may keep."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lienthong.kernel import runtime

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
FIXED = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), payment=(), usb=(), camera=(self)",
}


ALWAYS = [(name.encode(), value.encode()) for name, value in {**FIXED, "cache-control": "no-store"}.items()]
OVER_TLS = [*ALWAYS, (b"strict-transport-security", b"max-age=31536000")]


class Headers:
    """Adds the headers; an answer that sets one itself (a document's own policy) keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        over_tls = runtime.current().settings.origin.startswith("https://")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                wanted = OVER_TLS if over_tls else ALWAYS
                message["headers"] = [*message["headers"], *(each for each in wanted if each[0] not in own)]
            await send(message)

        await self.app(scope, receive, with_headers)
