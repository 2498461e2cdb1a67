"""Pages of the exchange: my data, my family, who looked, what I agreed to; lists compared; the feed for servers."""

from __future__ import annotations

from fastapi import APIRouter

from lienthong.exchange.web import access, consents, feed, lookup, mine, reconciling, registers
from lienthong.kernel.actor import DATA, Kind
from lienthong.kernel.i18n import N_
from lienthong.webkit.parts import MenuItem, Panel, Place

router = APIRouter()
for part in (access, consents, feed, lookup, mine, reconciling):
    router.include_router(part.router)

menu: tuple[MenuItem, ...] = (
    MenuItem(id="access", label=N_("Nhật ký"), href="/my/access", kinds=frozenset({Kind.CITIZEN}), order=40),
    *lookup.menu,
    *reconciling.menu,
)
panels: tuple[Panel, ...] = (
    Panel(id="family", order=10, render=mine.glance, place="home-side", needs=DATA),
    Panel(id="access", order=20, render=access.newest, place="home-side", needs=DATA),
    Panel(id="contracts", order=30, render=registers.contracts, place="register", needs="open"),
)
places = tuple(Place(path=each, needs=DATA) for each in ("/my/access", "/api/my/access", "/my/data", "/my/family"))

__all__ = ["menu", "panels", "places", "router"]
