"""The whole house as a process of its own on its own home: really started, really killed, really started again.

A fork server imports the house once; every life of the house is a new process group forked from it, which opens the
node, serves its pages and works in the background exactly as ``lienthong serve`` does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import ssl
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from lienthong.app import node, rooms, serving
from lienthong.kernel import jobs
from lienthong.kernel.clock import local
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings

PAUSE = jobs.LEASE + timedelta(seconds=1)
"""How long the house lies dead after each kill, by its own clock: the leases of what it was doing have ended."""
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""No certificates: the house is on this machine, and reading them takes longer than an answer."""
PATIENCE = 60.0
"""Seconds to wait for a start."""


class RunningClock:
    """A clock that was set to a moment and runs on from there."""

    def __init__(self, moment: datetime) -> None:
        self._moment = local(moment)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Return the present moment in Viet Nam's zone."""
        return self._moment + timedelta(seconds=time.monotonic() - self._since)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a house keeps everything: its folder, its database, the moment its first day begins."""

    folder: Path
    database_url: str
    moment: datetime

    @property
    def on_sqlite(self) -> bool:
        """True when its database is a file of the home."""
        return self.database_url.startswith("sqlite")

    def settings(self, port: int = 8000) -> Settings:
        """Return the settings of a node over this home."""
        return Settings(home=self.folder, database_url=self.database_url, port=port)

    def open(self, *, after: timedelta = timedelta()) -> Runtime:
        """Return a node over this home, ``after`` its first moment; its caller runs it."""
        return start(self.settings(), clock=RunningClock(self.moment + after))


def live(home: Home, port: int, after: timedelta, worker: bool) -> None:
    """Serve until killed: the body of the house's process."""
    os.setsid()
    rooms.load_tables()
    settings = home.settings(port)
    with running(home.open(after=after)) as opened, node.only_one(settings):
        opened.settings = settings
        node.prepare()
        serving.serve(settings, serving.Serving(worker=worker), ready=lambda: None)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@dataclass
class House:
    """A running house, which dies and lives again. lives: how often it was started.

    shift: how far its clock stands off besides; worker: whether it works in the background.
    """

    home: Home
    port: int = field(default_factory=free_port)
    lives: int = 0
    shift: timedelta = timedelta()
    worker: bool = True
    process: ForkServerProcess | None = None

    @property
    def address(self) -> str:
        """Where people find it."""
        return f"http://localhost:{self.port}"

    @property
    def after(self) -> timedelta:
        """How far its clock is from the first moment at the beginning of this life."""
        return PAUSE * max(0, self.lives - 1) + self.shift

    def start(self) -> None:
        """Begin a life and wait until it answers."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, "tests.proofs.warm", "tests.proofs.warm_definitions"])
        self.lives += 1
        self.process = context.Process(target=live, args=(self.home, self.port, self.after, self.worker), daemon=True)
        self.process.start()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._answers():
                return
            if not self.process.is_alive():
                break
            time.sleep(0.02)
        message = f"life {self.lives} of the house did not begin: exit code {self.process.exitcode}"
        raise RuntimeError(message)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5, verify=PLAIN).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Kill the whole process group with SIGKILL: nothing is finished, nothing is flushed."""
        if self.process is not None and self.process.pid is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()
            self.process = None

    def stop(self) -> None:
        """Ask it to end, as an operator does; kill it when it does not."""
        if self.process is not None:
            self.process.terminate()
            self.process.join(10)
            if self.process.is_alive():
                self.kill()
            self.process = None
