"""A steward's desk: the registers of the agency, and one of them with everything that can be done."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel import clock
from lienthong.stewardship import api
from lienthong.stewardship.web import wording
from lienthong.webkit.page import render

router = APIRouter(include_in_schema=False)
_RECENT = 8


@router.get("/steward")
async def show_home(request: Request) -> Response:
    """Show the registers that the agency keeps, each with its newest import."""
    who = wording.steward(request)
    kept = [(each, api.batches(who, register=each.id, limit=1)) for each in api.kept_by(who)]
    return render(request, "stewardship/home.html", kept=kept, states=wording.STATES)


@router.get("/steward/{definition}")
async def show_register(request: Request, definition: str, after: str = "") -> Response:
    """Show one register: how it stands, what can be done, the imports, newest first. after: the last one shown."""
    who, spec = wording.steward(request), api.register(register=definition)
    found = api.batches(who, register=definition, limit=_RECENT + 1, after=after[:26])
    recent = [api.progress(who, batch=each.id, trial=each.state in {"ready", "trying"}) for each in found[:_RECENT]]
    standing = api.quality_of(register=definition)
    return render(
        request,
        "stewardship/at_register.html",
        register=spec,
        standing=standing,
        measured=clock.moment(standing.measured_at) if standing.measured_at else None,
        recent=recent,
        waiting=sum(each.counts.review for each in recent if each.batch.state == "done"),
        states=wording.STATES,
        next_href=f"/steward/{definition}?after={found[_RECENT - 1].id}" if len(found) > _RECENT else "",
        first_href=f"/steward/{definition}" if after else "",
    )
