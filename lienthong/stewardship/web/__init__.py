"""Pages of stewardship. What registers hold is public; each handler is one verb of the api."""

from fastapi import APIRouter

from lienthong.stewardship.web import catalogue, own_rolls, roll_objections, rolls

router = APIRouter()
for part in (catalogue, roll_objections, rolls, own_rolls):
    router.include_router(part.router)
menu = rolls.menu
panels = own_rolls.panels

__all__ = ["menu", "panels", "router"]
