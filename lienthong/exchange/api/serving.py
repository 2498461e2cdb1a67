"""The feed for servers of other agencies: what they sign for, under the same contracts as on this machine."""

from __future__ import annotations

from lienthong.exchange import store
from lienthong.exchange.api.admitting import Asked, server_signed
from lienthong.exchange.api.feeding import Changes, Figures, Snapshot, changes, feed_figures, snapshot
from lienthong.exchange.api.sources import Local, Terms
from lienthong.exchange.store.servers import Read
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor


def serve_terms(asked: Asked, *, contract: str) -> Terms:
    """Return what the server that signed may follow under a contract. Raises as ``server_signed``, Denied."""
    return Local(server_signed(asked, contract=contract), contract).terms()


def serve_snapshot(asked: Asked, *, contract: str, after: str, limit: int) -> Snapshot:
    """Return a page of a snapshot to the server that signed. Raises as ``server_signed`` and ``snapshot``."""
    who = server_signed(asked, contract=contract)
    with runtime.current().database.transaction():
        page = snapshot(who, contract=contract, after=after, limit=limit)
        _note(who, contract, page.offset, whole=False, building=True)
    return page


def serve_changes(asked: Asked, *, contract: str, after: str, until: str, limit: int) -> Changes:
    """Return what changed after an offset to the server that signed. Raises as ``server_signed`` and ``changes``."""
    who = server_signed(asked, contract=contract)
    with runtime.current().database.transaction():
        page = changes(who, contract=contract, after=after, until=until, limit=limit)
        _note(who, contract, page.offset, whole=not page.more and not until, building=False)
    return page


def serve_figures(asked: Asked, *, contract: str) -> Figures:
    """Return what a whole copy has to the server that signed. Raises as ``server_signed`` and ``feed_figures``."""
    return feed_figures(server_signed(asked, contract=contract), contract=contract)


def _note(who: Actor, contract: str, offset: str, *, whole: bool, building: bool) -> None:
    now = clock.stamp(runtime.current().clock.now())
    key = who.subject.removeprefix("server:")
    store.servers.note_read(Read(key, contract, offset, now, now if whole else "", building))
