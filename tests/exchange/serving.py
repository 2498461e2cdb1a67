"""A node that serves over a real line, and a server of an agency that asks it."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lienthong.exchange import api
from lienthong.exchange.domain.signing import pem_of, sign
from lienthong.kernel.actor import system
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from tests.browsing import house

OPERATOR = system("operator")
CONTRACT = "local-feed"


@dataclass
class Served:
    """A node at its address, and the key of a server that was let in for an agency."""

    node: Runtime
    origin: str
    key: Ed25519PrivateKey
    name: str
    remotes: list[api.Remote] = field(default_factory=list)

    def remote(self, **how: Any) -> api.Remote:
        """The feed as the server of the agency sees it; it does not wait to try again."""
        given = {"key": self.key, "contract": CONTRACT, "agency": "H29", "clock": self.node.clock, "waits": ()}
        self.remotes.append(api.Remote(self.origin, **{**given, **how}))
        return self.remotes[-1]

    def signed(
        self, path: str, *, method: str = "GET", origin: str = "", key: Any = None, ago: int = 0
    ) -> dict[str, str]:
        """Return the headers of a request for a path, signed so many seconds ago."""
        created = int(self.node.clock.now().timestamp()) - ago
        target = (origin or self.origin) + path
        return sign(key or self.key, method=method, target=target, created=created, nonce=new_id())

    def ask(
        self, path: str, headers: dict[str, str], *, method: str = "GET", body: bytes | None = None
    ) -> tuple[int, str]:
        """Send any request; answer its status and the code of the error ("" for none)."""
        status, said = self.read(path, headers, method=method, body=body)
        return status, said.get("error", {}).get("code", "")

    def read(
        self, path: str, headers: dict[str, str], *, method: str = "GET", body: bytes | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Send any request; answer its status and what it says."""
        line = http.client.HTTPConnection("localhost", int(self.origin.rpartition(":")[2]), timeout=20)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, msgspec.json.decode(answer.read())
        finally:
            line.close()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(node: Runtime, *, agency: str = "H29") -> Iterator[Served]:
    """Serve the whole house of the running node at a port of its own, with one server let in."""
    port = free_port()
    node.settings = replace(node.settings, port=port)
    key = Ed25519PrivateKey.generate()
    made = api.admit_server(OPERATOR.again(), agency=agency, public_key=pem_of(key)[1], note="máy thử")
    server = uvicorn.Server(
        uvicorn.Config(house(), host="127.0.0.1", port=port, log_level="critical", ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        running = Served(node, node.settings.origin, key, made.key)
        yield running
        for each in running.remotes:
            each.close()
    finally:
        server.should_exit = True
        thread.join(20)
