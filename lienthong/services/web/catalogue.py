"""What can be asked for: the catalogue, and what one procedure needs before anybody begins."""

from __future__ import annotations

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from lienthong.kernel.text import fold
from lienthong.services import api
from lienthong.services.api.words import term
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)


@router.get("/services")
async def show_catalogue(request: Request, q: str = "") -> Response:
    """Show the procedures in force; ``q`` looks in titles, without diacritics too."""
    listed = api.catalogue()
    asked = fold(q)
    found = [each for each in listed if asked in fold(f"{each.title.vi} {each.title.en} {each.about.vi} {each.code}")]
    return render(request, "services/catalogue.html", found=found, q=q, all=len(listed))


@router.get("/services/{procedure}")
async def show_procedure(request: Request, procedure: str) -> Response:
    """Show what a procedure is for, what it asks, what it takes from registers, who decides, on what basis."""
    found = api.procedure(procedure=procedure)
    return render(
        request,
        "services/procedure.html",
        procedure=found,
        picture=Markup(api.flow_picture(procedure=procedure)),  # noqa: S704  drawn by us, its texts escaped
        term=term(found.term),
    )


@router.get("/services/{procedure}/schema.json")
async def get_schema(procedure: str) -> dict[str, object]:
    """Answer the JSON Schema of what an applicant declares, generated from the definition."""
    return api.schema(procedure=procedure)


@router.post("/services/{procedure}/begin")
async def begin(request: Request, procedure: str) -> Response:
    """Begin a draft, or go on with the one that is open."""
    found = api.procedure(procedure=procedure)
    require(request, level=found.level)
    form = await forms.read(request)
    return redirect(f"/drafts/{api.begin(form.who, procedure=procedure)}")
