"""What the state keeps about people: every register with its fields, its law, its rules. Open to everybody."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from starlette.responses import Response

from lienthong.kernel import clock
from lienthong.reference import api as reference
from lienthong.stewardship import api
from lienthong.stewardship.api import words
from lienthong.webkit.page import panels, render

router = APIRouter(include_in_schema=False)


@router.get("/registers")
async def show_registers(request: Request) -> Response:
    """Show every register in force: what it holds and who answers for it."""
    owners = {each.owner: reference.agency(each.owner) for each in api.catalogue()}
    return render(request, "stewardship/registers.html", registers=api.catalogue(), owners=owners)


@router.get("/registers/{definition}")
async def show_register(request: Request, definition: str) -> Response:
    """Show one register: fields with class and retention, rules in words, sources, life events, how it stands."""
    spec = api.register(register=definition)
    standing = api.quality_of(register=definition)
    return render(
        request,
        "stewardship/register.html",
        register=spec,
        owner=reference.agency(spec.owner),
        laws=[reference.basis(each) for each in spec.basis],
        words=words,
        standing=standing,
        measured=clock.moment(standing.measured_at) if standing.measured_at else None,
        panels=panels(request, "register"),
        events=list(dict.fromkeys(each.event for each in spec.announces)),
    )


@router.get("/registers/{definition}/definition.json")
async def get_definition(definition: str) -> dict[str, object]:
    """Answer the definition as plain data, in both languages."""
    return api.description(register=definition)


@router.get("/registers/{definition}/definition.md")
async def get_document(definition: str) -> Response:
    """Answer the documentation as Markdown, in the language being spoken."""
    return PlainTextResponse(api.document(api.register(register=definition)), media_type="text/markdown; charset=utf-8")
