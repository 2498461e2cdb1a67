"""Runs the web server and the background worker of one node in one process."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lienthong.app import schedule
from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_
from lienthong.kernel.settings import Settings

COLLECT = (10_000, 10, 20)
"""New objects before a collection of the youngest, of those before the middle ones, of those before all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How to serve. engine: granian or uvicorn; tls: certificate and key; worker: with the background thread."""

    engine: str = "granian"
    tls: tuple[Path, Path] | None = None
    worker: bool = True


def serve(settings: Settings, how: Serving, *, ready: Callable[[], None]) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM). ready: called when the address answers."""
    from lienthong.app.asgi import make_app

    worker = schedule.Background() if how.worker else None
    app = make_app(worker_alive=(lambda: worker.is_alive) if worker else (lambda: True))
    overlook_what_stays()
    if worker:
        worker.start()
    try:
        run = _granian if how.engine == "granian" else _uvicorn
        asyncio.run(run(app, settings, how, ready))
    finally:
        if worker:
            worker.stop()


def overlook_what_stays() -> None:
    """Let the garbage collector pass over what the start has loaded, and look at the rest less often.

    A look at everything stopped all pages for 150 ms, every few hundred pages: a tenth of their time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


async def _granian(app: object, settings: Settings, how: Serving, ready: Callable[[], None]) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    certificate, key = how.tls or (None, None)
    server = Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        ssl_cert=certificate,
        ssl_key=key,
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, server.stop)
    await asyncio.gather(server.serve(), _when_ready(settings, ready))


async def _uvicorn(app: object, settings: Settings, how: Serving, ready: Callable[[], None]) -> None:
    import uvicorn

    certificate, key = how.tls or (None, None)
    config = uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType]
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        proxy_headers=False,
        server_header=False,
    )
    await asyncio.gather(uvicorn.Server(config).serve(), _when_ready(settings, ready))


async def _when_ready(settings: Settings, ready: Callable[[], None]) -> None:
    for _attempt in range(100):
        try:
            _reader, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            ready()
            return


def need_free_port(settings: Settings) -> None:
    """Make sure that the port is free before anything else is begun. Raises Conflict when it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise Conflict(
                "port.busy",
                N_("Cổng %(port)s đang có chương trình khác dùng; chọn cổng khác, ví dụ PORT=8001."),
                port=settings.port,
            ) from None
