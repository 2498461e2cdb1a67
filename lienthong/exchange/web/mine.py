"""My data in every register, one version of a record, what I may ask about it, and my family."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.webkit import forms, page
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
KINDS = {"created": N_("Lập mới"), "changed": N_("Thay đổi"), "corrected": N_("Cải chính"), "withdrawn": N_("Thu hồi")}


@router.get("/my/data")
async def data(request: Request) -> Response:
    """Show what every register holds about the person; the look stands in their log."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    shown = {"found": api.own_data(who), "claims": api.claimed(who), "rights": _rights(), "reply": _within("response")}
    return page.render(request, "exchange/data.html", own=who.person, **shown)


@router.get("/my/data/copy")
async def copy(request: Request) -> Response:
    """Give the person a copy of what every register holds about them, at once; the look stands in their log."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    found = [asdict(each) for each in api.own_data(who)]
    name = {"content-disposition": 'attachment; filename="du-lieu-cua-toi.json"', "cache-control": "no-store"}
    return Response(msgspec.json.format(msgspec.json.encode(found)), media_type="application/json", headers=name)


@router.get("/my/data/{register}/{record}/{version}")
async def version(request: Request, register: str, record: str, version: str) -> Response:
    """Show what one version of one of the person's own records says, since when, by whom, and what proves it."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    return _version(request, who, register, record, version)


@router.post("/my/data/{register}/{record}/{version}/claim")
async def claim(request: Request, register: str, record: str, version: str) -> Response:
    """Ask to correct, restrict or erase a record of one's own; asked twice it is one claim."""
    require(request, kind=Kind.CITIZEN, level=2)
    form = await forms.read(request)
    typed = {"right": form.text("right"), "text": form.text("text"), "fields": form.all("fields")}
    try:
        api.claim(form.who, register=register, record=record, version=_number(version), **typed)
    except Invalid as wrong:
        return _version(request, form.who, register, record, version, faults=wrong.faults, typed=typed)
    return page.redirect("/my/data#claims")


def _version(request: Request, who: Actor, register: str, record: str, version: str, **more: Any) -> Response:
    shown = api.own_version(who, register=register, record=record, version=_number(version))
    href = f"/my/data/{register}/{record}/{version}"
    names = [(each.name, each.title) for each in shown.data if each.text]
    about = {"shown": shown, "kinds": KINDS, "own": who.person, "href": href, "rights": _rights(), "names": names}
    claims = [each for each in api.claimed(who) if each.href == href]
    blank: dict[str, Any] = {"faults": (), "typed": {"right": "", "text": "", "fields": []}}
    status = 422 if more else 200
    return page.render(request, "exchange/version.html", status=status, claims=claims, **about, **blank | more)


def _number(version: str) -> int:
    return int(version) if version.isascii() and version.isdigit() and len(version) < 7 else 0


def _rights() -> list[tuple[str, Bilingual, Bilingual, str]]:
    """What may be asked about a record: id, title, what it is, and within what time."""
    return [(name, right.title, right.about, _words(duty.within)) for name, (right, duty) in api.rights().items()]


def _within(duty: str) -> str:
    return _words(api.owed()[duty].within)


def _words(term: str) -> str:
    return reference.term_in_words(reference.Term.parse(term))


@router.get("/my/family")
async def family(request: Request) -> Response:
    """Show to whom the registers tie the person; the look stands in the log of everybody shown."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    return page.render(request, "exchange/family.html", family=api.family(who), own=who.person)


def glance(request: HTTPConnection, who: Actor) -> str:
    """Show spouse, children and address on My page."""
    if who.kind is not Kind.CITIZEN or who.level < 2:
        return ""
    return page.fragment(request, "exchange/glance.html", family=api.family_glance(who))
