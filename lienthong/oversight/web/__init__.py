"""The pages of oversight, and what they offer to the menu."""

from __future__ import annotations

from fastapi import APIRouter

from lienthong.oversight.web import figures

router = APIRouter()
router.include_router(figures.router)
menu = figures.menu
