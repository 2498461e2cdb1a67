"""Pages of services: what can be asked for, drafts, dossiers, the desk. Each handler is one verb of the api."""

from fastapi import APIRouter

from lienthong.kernel.actor import ACTS, Kind
from lienthong.kernel.i18n import N_
from lienthong.services.web import (
    acting,
    attachments,
    catalogue,
    counter,
    desk,
    dossiers,
    drafts,
    guardians,
    home,
    signing,
    slips,
)
from lienthong.webkit.parts import MenuItem, Place

router = APIRouter()
for part in (catalogue, drafts, attachments, signing, dossiers, desk, counter, guardians, acting, slips):
    router.include_router(part.router)

menu: tuple[MenuItem, ...] = (
    MenuItem(id="services", label=N_("Dịch vụ"), href="/services", kinds=frozenset({Kind.CITIZEN}), order=20),
    *desk.menu,
    *counter.menu,
)
panels = home.panels
places = (
    Place(path="/services", needs="file"),
    Place(path="/drafts", needs="file", at_counter=True),
    Place(path="/dossiers", needs="file", at_counter=True),
    Place(path="/to-sign", needs="file", at_counter=True),
    Place(path="/my/mandates", needs="open"),
    Place(path="/my/acts", needs=ACTS),
    Place(path="/slip", needs="open"),
)

__all__ = ["menu", "panels", "places", "router"]
