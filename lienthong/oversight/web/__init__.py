"""The pages of oversight, and what they offer to the menu."""

from __future__ import annotations

from fastapi import APIRouter

from lienthong.oversight.web import exports, figures, meetings, plans, quality, records, reports, tasks

router = APIRouter()
for part in (figures, quality, records, exports, reports, tasks, meetings, plans):
    router.include_router(part.router)
menu = (*figures.menu, *tasks.menu, *meetings.menu)
