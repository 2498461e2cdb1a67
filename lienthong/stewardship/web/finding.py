"""Finding somebody by whatever is known, and the people of a commune: first of all, why they are looked at."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.errors import Invalid, TooMany
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.api import Found
from lienthong.stewardship import api
from lienthong.stewardship.web.shown import (
    faults_of,
    link,
    named,
    purposes,
    steward,
    unit_name,
    units_below,
    value_of,
    why_first,
)
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
PAGE, MOST = 20, 100
WHY = {
    "number": N_("khớp số"),
    "name": N_("đúng họ tên"),
    "name-order": N_("họ tên khác thứ tự"),
    "name-near": N_("họ tên gần giống"),
    "birth": N_("đúng ngày sinh"),
    "birth-near": N_("lệch một năm sinh"),
    "unit": N_("đúng nơi ở"),
    "address": N_("giống địa chỉ"),
}


@router.get("/steward/{definition}/find")
async def ask(request: Request, definition: str) -> Response:
    """Show the box: whom, and why they are looked up."""
    steward(request)
    return _asked(request, definition, {"purpose": request.query_params.get("purpose", "")})


@router.post("/steward/{definition}/find")
async def find(request: Request, definition: str) -> Response:
    """Show who the text may mean, best first; nothing of it stands in an address."""
    steward(request)
    form = await forms.read(request)
    typed = {name: form.text(name) for name in ("text", "purpose", "dossier")}
    skip = form.text("skip")
    shown = int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 4 else 0
    try:
        why = api.grounds_for(register=definition, purpose=typed["purpose"], dossier=typed["dossier"])
        found = api.find_person(
            form.who, register=definition, text=typed["text"][:200], grounds=why, skip=shown, limit=PAGE
        )
    except (Invalid, TooMany) as refused:
        return _asked(request, definition, typed, refused=refused)
    return _asked(request, definition, typed, found=found, skip=min(shown, MOST - PAGE))


@router.get("/steward/{definition}/units")
async def choose_unit(
    request: Request, definition: str, province: str = "", unit: str = "", purpose: str = "", dossier: str = ""
) -> Response:
    """Let a commune be chosen, and why its people are looked at."""
    steward(request)
    if unit and purpose:
        return redirect(link(f"/steward/{definition}/units/{unit}", purpose=purpose, dossier=dossier))
    return render(
        request,
        "stewardship/units.html",
        register=api.register(register=definition),
        provinces=units_below(""),
        communes=units_below(province) if reference.unit(province) else [],
        province=province,
        purposes=purposes(),
        typed={"purpose": purpose, "dossier": dossier},
    )


@router.get("/steward/{definition}/units/{unit}")
async def show_unit(
    request: Request, definition: str, unit: str, purpose: str = "", dossier: str = "", after: str = ""
) -> Response:
    """Show the people of a commune in the order of their names, page by page, never counted."""
    who = steward(request)
    here = f"/steward/{definition}/units/{unit}"
    asked = {"purpose": purpose, "dossier": dossier}
    if not purpose:
        return why_first(request, definition, here, asked)
    why = api.grounds_for(register=definition, purpose=purpose, dossier=dossier)
    page = api.people_of_unit(who, register=definition, unit=unit, grounds=why, limit=50, after=after)
    spec = api.register(register=definition)
    return render(
        request,
        "stewardship/unit.html",
        register=spec,
        unit=unit_name(unit),
        records=page.records,
        named=named,
        value_of=value_of,
        asked=asked,
        opened=lambda record: link(f"/steward/{definition}/people/{record.id}", **asked),
        next_href=link(here, **asked, after=page.after) if page.after else "",
        first_href=link(here, **asked) if after else "",
    )


def _asked(
    request: Request,
    definition: str,
    typed: Mapping[str, str],
    *,
    refused: Invalid | TooMany | None = None,
    found: Found | None = None,
    skip: int = 0,
) -> Response:
    spec = api.register(register=definition)
    kept = {"purpose": typed.get("purpose", ""), "dossier": typed.get("dossier", "")}
    return render(
        request,
        "stewardship/find.html",
        status=refused.status if refused else 200,
        faults=faults_of(refused, "purpose" if refused and refused.code == "look.purpose" else "text"),
        register=spec,
        typed=typed,
        purposes=purposes(),
        found=found,
        skip=skip,
        page=PAGE,
        more=bool(found and found.more and skip + PAGE < MOST),
        why=WHY,
        named=named,
        value_of=value_of,
        unit_name=unit_name,
        opened=lambda record: link(f"/steward/{definition}/people/{record.id}", **kept),
    )
