"""Looking somebody up for a case: who, which case; what the registers say; and when the person will see it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.i18n import N_
from lienthong.webkit import forms, page
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
ROLE, LEVEL = "investigator", 3
menu = (
    MenuItem(
        id="lookup",
        label=N_("Tra cứu theo vụ án"),
        href="/lookup",
        kinds=frozenset({Kind.OFFICER}),
        roles=frozenset({ROLE}),
        order=40,
    ),
)


@router.get("/lookup")
async def ask(request: Request) -> Response:
    """Show the question: under which contract, about whom, for which case."""
    who = require(request, Kind.OFFICER, role=ROLE, level=LEVEL)
    return _show(request, who)


@router.post("/lookup")
async def answer(request: Request) -> Response:
    """Show what the registers say, once; nothing of it stands in an address."""
    require(request, Kind.OFFICER, role=ROLE, level=LEVEL)
    form = await forms.read(request)
    typed = {name: form.text(name) for name in ("contract", "number", "case")}
    try:
        found = api.look_up(form.who, **typed)
    except Invalid as wrong:
        return _show(request, form.who, status=wrong.status, faults=wrong.faults, typed=typed)
    return _show(request, form.who, typed=typed, found=found, about="".join(typed["number"].split()))


def _show(request: Request, who: Actor, *, status: int = 200, **shown: Any) -> Response:
    contracts = api.case_contracts(who)
    if not contracts:
        raise Denied("lookup.party", N_("Bạn không phải là bên của thỏa thuận tra cứu nào theo vụ án."))
    blank: dict[str, Any] = {"faults": (), "typed": {}, "found": None, "about": ""}
    choices = [(each.id, each.title) for each in contracts]
    whole = blank | shown | {"contracts": contracts, "choices": choices}
    return page.render(request, "exchange/lookup.html", status=status, **whole)
