"""Puts the rooms' pages and endpoints together into one ASGI application."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from lienthong import __version__
from lienthong.app import rooms
from lienthong.app.web import errors, interface, pages
from lienthong.app.web.compress import Compress
from lienthong.app.web.entry import Address, Entry, places
from lienthong.app.web.errors import Catch
from lienthong.app.web.headers import Headers
from lienthong.app.web.limits import Limits
from lienthong.app.web.measures import Measures
from lienthong.app.web.static import Static
from lienthong.app.web.switch import Switch

DESCRIPTION = """Lỗi nào cũng có dạng sau. | Every error looks like this:
`{"error": {"code", "message_vi", "message_en", "data"}}`"""


def make_app(*, worker_alive: Callable[[], bool] = lambda: True) -> ASGIApp:
    """Return the application over the running node. worker_alive: for /healthz when the worker runs in this process."""
    return Measures(pages_and_endpoints(), worker_alive=worker_alive)


def pages_and_endpoints() -> FastAPI:
    """Return what answers every address, whatever node runs; making it takes as long as fifty answers."""
    app = FastAPI(
        title="Liên Thông",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=interface.ERRORS,
        middleware=[Middleware(each) for each in (Address, Headers, Compress, Static, Entry, Limits, Catch)],
    )
    errors.install(app)
    app.include_router(pages.router)
    for room in rooms.ROOMS:
        router = getattr(rooms.module(room, "web"), "router", None)
        if router is not None:
            app.include_router(router)
    app.router.middleware_stack = Switch(app.router.middleware_stack, app.routes)
    app.state.menu = (*pages.menu, *rooms.offered("web", "menu"))
    app.state.places = places()
    app.state.panels = tuple(rooms.offered("web", "panels"))
    return app
