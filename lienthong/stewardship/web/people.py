"""One person: the record on both axes of time, what changed it, life and family; taking a merge back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel import clock
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers.api import Grounds, Happening, Record, Related, Version
from lienthong.stewardship import api
from lienthong.stewardship.web.shown import (
    KINDS,
    agency_name,
    faults_of,
    link,
    named,
    purposes,
    steward,
    value_of,
    values_of,
    why_first,
)
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
TABS = {
    "now": N_("Bản ghi"),
    "past": N_("Các lần sửa"),
    "life": N_("Cuộc đời"),
    "kin": N_("Gia đình, tài sản"),
}


@router.get("/steward/{definition}/people/{record}")
async def show_person(
    request: Request,
    definition: str,
    record: str,
    view: str = "now",
    purpose: str = "",
    dossier: str = "",
    as_of: str = "",
    known: str = "",
    steps: str = "1",
    done: str = "",
) -> Response:
    """Show a record as it is or was, what changed it, a life, or a family; first of all why it is opened."""
    who = steward(request)
    asked = {"view": view if view in TABS else "now", "purpose": purpose, "dossier": dossier}
    if not purpose:
        return why_first(request, definition, f"/steward/{definition}/people/{record}", asked)
    asked |= {"as_of": as_of, "known": known, "steps": steps}
    return _person(request, who, definition, record, asked, done=done)


@router.post("/steward/{definition}/people/{record}/separate")
async def separate(request: Request, definition: str, record: str) -> Response:
    """Take a merge back, with the reason."""
    steward(request)
    form = await forms.read(request)
    asked = {"view": "now", "purpose": "matching", "dossier": ""}
    why = api.grounds_for(register=definition, purpose="matching")
    try:
        api.unmerge(
            form.who, register=definition, gone=form.text("gone"), reason=form.text("separate_because"), grounds=why
        )
    except (Invalid, Conflict) as refused:
        return _person(request, form.who, definition, record, asked, refused=refused)
    return redirect(link(f"/steward/{definition}/people/{record}", purpose="matching", done="separated"))


def _person(
    request: Request,
    who: Actor,
    definition: str,
    record: str,
    asked: dict[str, str],
    *,
    refused: LienThongError | None = None,
    done: str = "",
) -> Response:
    """Show one side of a person; a day that is none is said beside the boxes of the days."""
    spec, here = api.register(register=definition), f"/steward/{definition}/people/{record}"
    why = api.grounds_for(register=definition, purpose=asked["purpose"], dossier=asked["dossier"])
    faults = faults_of(refused, "separate_because")
    if not faults:
        asked, faults = _days(asked)
    kept = {name: asked[name] for name in ("purpose", "dossier")}
    shown = _side(who, definition, record, why, asked)
    person: Record = shown["person"]
    return render(
        request,
        "stewardship/person.html",
        status=422 if faults else 200,
        faults=faults,
        done=done,
        register=spec,
        here=here,
        asked=asked,
        kept=kept,
        name=named(spec, person.values, person.key),
        purpose=dict(purposes())[asked["purpose"]],
        tabs=[(gettext(text), link(here, view=tab, **kept), tab == asked["view"]) for tab, text in TABS.items()],
        kinds=KINDS,
        agency_name=agency_name,
        opened=lambda each: link(f"/steward/{each.register}/people/{each.id}", **kept),
        **shown,
    )


def _side(who: Actor, definition: str, record: str, why: Grounds, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the chosen side of the page shows, by one verb."""
    which = {"register": definition, "key": record, "grounds": why}
    view = asked["view"]
    if view == "past":
        past = api.past_of(who, **which)
        told = [(each, changes(definition, each), past.scans.get(each.version)) for each in reversed(past.versions)]
        return {"person": past.now, "versions": told}
    if view == "life":
        now, life = api.life_of(who, **which)
        told = [(each, api.register(register=each.record.register), _told(each)) for each in life.happenings]
        held = {each.register: api.register(register=each.register) for each in life.records}
        return {"person": now, "happenings": told, "held": [(held[each.register], each) for each in life.records]}
    if view == "kin":
        steps = int(asked.get("steps", "1")) if asked.get("steps", "1") in {"1", "2", "3"} else 1
        around = api.kin_of(who, **which, steps=steps)
        return {"person": around.records[around.centre], "around": around, "steps": steps, "ties": _ties(around)}
    as_of, known = asked.get("as_of", ""), asked.get("known", "")
    found = api.person(who, **which, as_of=_day(as_of), known_at=_end_of(_day(known)))
    spec = api.register(register=definition)
    then = values_of(spec, found.then.values) if found.then else []
    today = {each.name: each.text for each in values_of(spec, found.now.values)}
    return {
        "person": found.now,
        "then": found.then,
        "values": [(each, today.get(each.name, "")) for each in then],
        "merged": found.merged,
        "at_another_time": bool(as_of or known),
    }


def changes(definition: str, version: Version) -> list[tuple[str, str, str]]:
    """Return what a version changed: (title, before, after), as people read them."""
    spec = api.register(register=definition)
    return [
        (str(spec.title_of(name)), value_of(spec, name, before).text, value_of(spec, name, after).text)
        for name, (before, after) in version.changes.items()
        if name in spec.fields
    ]


def _told(each: Happening) -> list[tuple[str, str, str]]:
    return [] if each.version.kind == "created" else changes(each.record.register, each.version)


def _ties(around: Related) -> list[tuple[int, str, str, Record, str]]:
    """Return (steps away, name of the near one, what the far one is to it, the far one, its name), nearest first."""
    found: list[tuple[int, str, str, Record, str]] = []
    for each in around.ties:
        near, far = around.records[each.near], around.records[each.far]
        step = max(around.steps[near.id], around.steps[far.id])
        found.append((step, _name(near), str(each.title), far, _name(far)))
    return sorted(found, key=lambda each: each[0])


def _name(record: Record) -> str:
    spec = api.register(register=record.register)
    return named(spec, record.values, record.key or str(spec.short))


def _days(asked: dict[str, str]) -> tuple[dict[str, str], Sequence[Fault]]:
    """Return what was asked without the days that are none, and a fault for each of these."""
    faults: list[Fault] = []
    kept = dict(asked)
    for name in ("as_of", "known"):
        try:
            _day(asked.get(name, ""))
        except Invalid:
            kept[name] = ""
            faults.append(Fault(name, "look.day", N_("Nhập ngày đầy đủ, ví dụ 14/11/2026.")))
    return kept, faults


def _day(text: str) -> date | None:
    """Return the day that somebody typed. Raises Invalid for one that is none."""
    return date.fromisoformat(str(reference.parse_value("date", text[:40]))) if text else None


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else clock.local(datetime(day.year, day.month, day.day, 23, 59, 59, 999_999))  # noqa: DTZ001
