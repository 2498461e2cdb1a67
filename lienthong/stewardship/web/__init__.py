"""Pages of stewardship. What registers hold is public; each handler is one verb of the api."""

from fastapi import APIRouter

from lienthong.stewardship.web import catalogue

router = APIRouter()
for part in (catalogue,):
    router.include_router(part.router)

__all__ = ["router"]
