"""Pages of stewardship: registers are described to everybody; the rest is a steward's desk on the api."""

from fastapi import APIRouter

from lienthong.kernel.actor import Kind
from lienthong.kernel.i18n import N_
from lienthong.stewardship import api
from lienthong.stewardship.web import (
    batches,
    catalogue,
    columns,
    downloads,
    duplicates,
    finding,
    home,
    households,
    importing,
    links,
    own_rolls,
    papers,
    people,
    reviews,
    roll_objections,
    rolls,
    work,
)
from lienthong.webkit.parts import MenuItem

router = APIRouter()
for part in (
    catalogue,
    households,
    home,
    importing,
    columns,
    papers,
    reviews,
    downloads,
    batches,
    duplicates,
    links,
    finding,
    people,
    work,
    roll_objections,
    rolls,
    own_rolls,
):
    router.include_router(part.router)

panels = own_rolls.panels
menu = (
    MenuItem(
        id="steward",
        label=N_("Dữ liệu"),
        href="/steward",
        kinds=frozenset({Kind.OFFICER}),
        roles=frozenset({api.ROLE}),
        order=20,
    ),
    *rolls.menu,
)

__all__ = ["menu", "panels", "router"]
