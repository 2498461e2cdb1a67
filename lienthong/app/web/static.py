"""Serves the static files of every room from memory, compressed once, kept by browsers for a year."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lienthong.webkit import static_files


class Static:
    """Answers ``/static/<hash>/<name>``; an address of an older program is not found rather than answered wrongly."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        await _response(HTTPConnection(scope))(scope, receive, send)


def _response(request: HTTPConnection) -> Response:
    version, _, name = request.url.path.removeprefix("/static/").partition("/")
    file = static_files.files().get(name)
    if file is None or version != static_files.version() or request.scope["method"] not in {"GET", "HEAD"}:
        return PlainTextResponse("404\n", 404)
    packed = file.compressed if "gzip" in request.headers.get("accept-encoding", "") else b""
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(packed or file.content, media_type=file.media_type, headers=headers)
