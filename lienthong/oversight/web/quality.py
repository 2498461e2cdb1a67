"""The page of a register's quality by field and rule, opened by the agencies that delivered and by month."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import gettext
from lienthong.oversight import api
from lienthong.oversight.api import Part
from lienthong.reference import api as reference
from lienthong.stewardship import api as stewardship
from lienthong.stewardship.events import DOUBLES
from lienthong.webkit.page import render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
UNKNOWN = "-"
"""Stands in an address for the records of which no agency is known; an empty source asks for all."""


@router.get("/oversight/quality")
async def show_quality(
    request: Request,
    register: str = "",
    month: str = "",
    place: str = "",
    source: str = "",
    field: str = "",
    rule: str = "",
) -> Response:
    """Show completeness by field and what breaks the rules; of one of them, by source and month."""
    who = require(request, Kind.OFFICER)
    asked = None if not source else "" if source == UNKNOWN else source
    found = api.quality(who, register=register, month=month, place=place, source=asked, field=field, rule=rule)

    def link(**changes: str) -> str:
        kept = {"register": found.register, "month": found.month, "place": place, "source": source}
        kept |= {"field": field, "rule": rule} | changes
        return "/oversight/quality?" + urlencode({name: value for name, value in kept.items() if value})

    return render(
        request,
        "oversight/quality.html",
        found=found,
        link=link,
        registers=[(each, register_title(each)) for each in found.registers],
        months=[(each, f"{each[5:]}/{each[:4]}") for each in reversed(found.months)],
        provinces=[(each.code, each.name) for each in reference.units(level="province")],
        title=part_title(found.register, found.chosen) if found.chosen else "",
        part_title=lambda part: part_title(found.register, part),
        register_title=register_title(found.register),
        place_name=_place_name(place),
        source_name=None if asked is None else agency_name(asked),
        agency_name=agency_name,
        unknown=UNKNOWN,
    )


def register_title(register: str) -> str:
    """Return what a register is called; its id when it is no longer in force."""
    try:
        return str(stewardship.register(register=register).title)
    except NotFound:
        return register


def part_title(register: str, part: Part) -> str:
    """Return what a field or a rule is called; its id when the register no longer has it."""
    if part.rule == DOUBLES:
        return gettext("Không trùng với bản ghi khác")
    try:
        spec = stewardship.register(register=register)
    except NotFound:
        return part.field or part.rule
    if part.field:
        return str(spec.title_of(part.field)) if part.field in spec.fields else part.field
    return str(spec.rules[part.rule].title) if part.rule in spec.rules else part.rule


def agency_name(code: str) -> str:
    """Return what an agency is called; its code when nobody knows it."""
    if not code:
        return gettext("Không rõ nguồn")
    known = reference.agency(code)
    return str(known.short) if known else code


def _place_name(place: str) -> str:
    known = reference.unit(place) if place else None
    return known.full_name if known else gettext("Cả nước")
