"""The pages of oversight, and what they offer to the menu."""

from __future__ import annotations

from fastapi import APIRouter

from lienthong.oversight.web import exports, figures, records, reports

router = APIRouter()
router.include_router(figures.router)
router.include_router(records.router)
router.include_router(exports.router)
router.include_router(reports.router)
menu = figures.menu
