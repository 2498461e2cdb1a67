"""Pages of stewardship. What registers hold is public; the rest is a desk, where a handler is one verb of the api."""

from fastapi import APIRouter

from lienthong.stewardship.web import catalogue, duplicates, finding, people, work

router = APIRouter()
for part in (catalogue, duplicates, finding, people, work):
    router.include_router(part.router)

__all__ = ["router"]
