"""What an operator watches: ``/healthz`` and ``/metrics`` (Prometheus), the second one for this machine only."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import select
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lienthong import __version__
from lienthong.app import rooms
from lienthong.app.waiting import outbox_lag
from lienthong.kernel import delivery, jobs, runtime
from lienthong.webkit.request import is_loopback

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Measures:
    """Times every request by its route's pattern (never its path: a path may name a dossier)."""

    def __init__(self, app: ASGIApp, *, worker_alive: Callable[[], bool]) -> None:
        self.app = app
        self.registry = CollectorRegistry()
        self._worker_alive = worker_alive
        self._seconds = Histogram(
            "lienthong_request_seconds", "Duration of requests", ("route",), buckets=BUCKETS, registry=self.registry
        )
        self._answers = Counter(
            "lienthong_answers", "Answers by route and status", ("route", "status"), registry=self.registry
        )
        self._state = {
            name: Gauge(f"lienthong_{name}", text, labels, registry=self.registry)
            for name, text, labels in (
                ("outbox_lag", "Facts not yet delivered, by listener", ("listener",)),
                ("parked_facts", "Facts in trouble, by listener", ("listener",)),
                ("jobs", "Jobs not yet done, by state", ("state",)),
                ("room", "Figures of the rooms", ("figure",)),
            )
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/healthz":
            await self._health()(scope, receive, send)
            return
        if scope["path"] == "/metrics" and is_loopback(HTTPConnection(scope)):
            await self._metrics()(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "static" if scope["path"].startswith("/static/") else "none")
            self._seconds.labels(route).observe(time.perf_counter() - began)
            self._answers.labels(route, str(status)).inc()

    def _health(self) -> Response:
        try:
            with runtime.current().database.reading() as connection:
                connection.execute(select(1))
            database = True
        except Exception:
            database = False
        well = database and self._worker_alive()
        state = {"status": "ok" if well else "failing", "database": database, "worker": self._worker_alive()}
        return JSONResponse({**state, "version": __version__}, 200 if well else 503)

    def _metrics(self) -> Response:
        for gauge in self._state.values():
            gauge.clear()
        for listener, behind in outbox_lag().items():
            self._state["outbox_lag"].labels(listener).set(behind)
        for listener, troubled in delivery.waiting().items():
            self._state["parked_facts"].labels(listener).set(troubled)
        for state, number in jobs.states().items():
            self._state["jobs"].labels(state).set(number)
        for figure, value in rooms.offered("jobs", "figures"):
            self._state["room"].labels(figure).set(value())
        return PlainTextResponse(generate_latest(self.registry), media_type="text/plain; version=0.0.4; charset=utf-8")
