"""Pages of services: what can be asked for, drafts, dossiers, the desk. Each handler is one verb of the api."""

from fastapi import APIRouter

from lienthong.kernel.actor import Kind
from lienthong.kernel.i18n import N_
from lienthong.services.web import catalogue, desk, dossiers, drafts, home
from lienthong.webkit.parts import MenuItem

router = APIRouter()
for part in (catalogue, drafts, dossiers, desk):
    router.include_router(part.router)

menu: tuple[MenuItem, ...] = (
    MenuItem(id="services", label=N_("Dịch vụ"), href="/services", kinds=frozenset({Kind.CITIZEN}), order=20),
    *desk.menu,
)
panels = home.panels

__all__ = ["menu", "panels", "router"]
