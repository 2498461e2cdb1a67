"""Links between two registers: a search by the worker, pairs likeliest first, side by side, a person's word on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, LienThongError
from lienthong.kernel.i18n import N_, gettext
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship import api
from lienthong.stewardship.api import Link, PairRow
from lienthong.stewardship.domain.matching import FIELDS, OUTCOMES
from lienthong.stewardship.web.pairs import EVERY, STEPS, Line, asked, cursor, oldest, place_of, state_of
from lienthong.stewardship.web.shown import Value, faults_of, link, named, steward, value_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
PAGE = 20
VIEWS = {"review": N_("Cần người xem"), "sure": N_("Chắc chắn là một người"), "decided": N_("Đã có kết luận")}
DECISIONS = {"same": N_("Cùng một người"), "different": N_("Hai người khác nhau"), "unsure": N_("Chưa rõ")}


@router.get("/steward/{definition}/links")
async def show_choices(request: Request, definition: str) -> Response:
    """Show the registers whose people may be found in this one, each with how far its links are."""
    who, spec = steward(request), api.register(register=definition)
    why = _why(definition)
    others = api.linkable(who, register=definition)
    found = [(each, api.duplicate_runs(who, register=f"{definition}:{each.id}", grounds=why)) for each in others]
    return render(request, "stewardship/links.html", register=spec, found=found)


@router.get("/steward/{definition}/links/{linked}")
async def show_links(
    request: Request, definition: str, linked: str, verdict: str = "review", after: str = "", done: str = ""
) -> Response:
    """Show the searches and the pairs that wait for a word, page by page; no value of anybody is on the page."""
    who, view = steward(request), verdict if verdict in VIEWS else "review"
    both, why = _name(definition, linked), _why(definition)
    nobody = api.unlinked(who, register=both, grounds=why)
    runs = api.duplicate_runs(who, register=both, grounds=why)
    working = next((each for each in runs if each.state == "working" and each.at > oldest()), None)
    pairs = _pairs(who, both, why, view, after, PAGE + 1)
    answer = render(
        request,
        "stewardship/links_found.html",
        register=api.register(register=definition),
        other=api.register(register=linked),
        runs=runs[:5],
        working=working,
        nobody=nobody,
        steps=STEPS,
        pairs=pairs[:PAGE],
        view=view,
        views=VIEWS,
        decisions=DECISIONS,
        done=done if done in DECISIONS else "",
        words=api.in_words,
        next_href=_list(definition, linked, view, cursor(pairs[PAGE - 1])) if len(pairs) > PAGE else "",
        first_href=_list(definition, linked, view) if after else "",
    )
    if working:
        answer.headers["refresh"] = EVERY
    return answer


@router.post("/steward/{definition}/links/{linked}")
async def search_links(request: Request, definition: str, linked: str) -> Response:
    """Ask the worker to look for the people of one register in the other."""
    form = await forms.read(request)
    api.start_links(form.who, register=definition, other=linked, grounds=_why(definition))
    return redirect(f"/steward/{definition}/links/{linked}")


@router.get("/steward/{definition}/links/{linked}/together")
async def show_together(request: Request, definition: str, linked: str) -> Response:
    """Show sure pairs in short, to be confirmed or refused together."""
    return _together(request, steward(request), definition, linked)


@router.post("/steward/{definition}/links/{linked}/together")
async def decide_together(request: Request, definition: str, linked: str) -> Response:
    """Take one word on all pairs that are ticked."""
    form = await forms.read(request)
    chosen = [(one, two) for each in form.all("pair") for one, _, two in [each.partition(".")]]
    said = form.text("decision")
    try:
        done = api.decide_links(
            form.who,
            register=_name(definition, linked),
            pairs=chosen,
            decision=said,
            reason=form.text("reason"),
            grounds=_why(definition),
        )
    except Invalid as refused:
        return _together(request, form.who, definition, linked, refused=refused, reason=form.text("reason"))
    counted = {"decided": str(done.decided), "numbered": str(done.numbered), "passed": str(done.passed)}
    return redirect(link(f"/steward/{definition}/links/{linked}/together", **counted))


@router.get("/steward/{definition}/links/{linked}/{one}/{other}")
async def show_link(request: Request, definition: str, linked: str, one: str, other: str, done: str = "") -> Response:
    """Show somebody of both registers side by side."""
    return _pair(request, steward(request), definition, linked, one, other, done=done)


@router.post("/steward/{definition}/links/{linked}/{one}/{other}")
async def decide_link(request: Request, definition: str, linked: str, one: str, other: str) -> Response:
    """Take a word on one pair, and go on with the next one."""
    form = await forms.read(request)
    typed = {"reason": form.text("reason"), "seen": form.text("seen")}
    both, why, said = _name(definition, linked), _why(definition), form.text("decision")
    try:
        api.decide_links(
            form.who,
            register=both,
            pairs=[(one, other)],
            decision=said,
            reason=typed["reason"],
            grounds=why,
            seen=typed["seen"],
        )
    except (Invalid, Conflict) as refused:
        return _pair(request, form.who, definition, linked, one, other, refused=refused, typed=typed)
    pair = api.link(form.who, register=both, one=one, other=other, grounds=why).pair
    following = _pairs(form.who, both, why, _view(pair), cursor(pair), 1)
    if not following:
        return redirect(link(f"/steward/{definition}/links/{linked}", verdict=_view(pair), done=said))
    return redirect(link(f"/steward/{definition}/links/{linked}/{following[0].one}/{following[0].other}", done=said))


def linked_lines(first: Register, second: Register, shown: Link) -> list[Line]:
    """Return what both registers say of a person, by what matching compares; those that differ first."""
    outcomes = {each.field: each.outcome for each in shown.pair.evidence}
    mine, theirs = api.compared_fields(first), api.compared_fields(second)
    lines: list[Line] = []
    for role in (each for each in FIELDS if each in mine or each in theirs):
        sides: list[Value] = []
        for spec, record, fields in ((first, shown.one, mine), (second, shown.other, theirs)):
            name = fields.get(role, "")
            value = value_of(spec, name, record.values.get(name)) if name else Value(role, "", "", False)
            sides.append(Value(role, gettext(FIELDS[role]), value.text, value.number))
        one, other = sides
        if one.text or other.text:
            outcome = outcomes.get(role, "")
            state = state_of(one.text or None, other.text or None, outcome)
            lines.append(Line(one, other, state, OUTCOMES[outcome] if state == "near" else ""))
    order = ("different", "near", "alone", "same")
    return sorted(lines, key=lambda each: order.index(each.state))


def _together(
    request: Request, who: Actor, definition: str, other: str, *, refused: Invalid | None = None, reason: str = ""
) -> Response:
    both, why = _name(definition, other), _why(definition)
    waiting = [each for each in _pairs(who, both, why, "sure", "", PAGE) if not each.decision]
    counted = {name: request.query_params.get(name, "") for name in ("decided", "numbered", "passed")}
    done = {name: int(said) for name, said in counted.items() if said.isascii() and said.isdigit() and len(said) < 4}
    first, second = (api.register(register=each) for each in (definition, other))
    return render(
        request,
        "stewardship/links_together.html",
        status=refused.status if refused else 200,
        faults=faults_of(refused, "reason"),
        register=first,
        other=second,
        shown=api.links(who, register=both, pairs=waiting, grounds=why),
        value_of=value_of,
        fields_of=api.compared_fields,
        named=named,
        reason=reason,
        done=done if "decided" in done else {},
    )


def _pair(
    request: Request,
    who: Actor,
    definition: str,
    other: str,
    one: str,
    two: str,
    *,
    refused: LienThongError | None = None,
    typed: Mapping[str, str] | None = None,
    done: str = "",
) -> Response:
    both, why = _name(definition, other), _why(definition)
    shown = api.link(who, register=both, one=one, other=two, grounds=why)
    first, second = (api.register(register=each) for each in (definition, other))
    lines = linked_lines(first, second, shown)
    following = _pairs(who, both, why, _view(shown.pair), cursor(shown.pair), 1)
    said: dict[str, Any] = {
        "register": first,
        "other": second,
        "shown": shown,
        "names": [named(first, shown.one.values, shown.one.key), named(second, shown.other.values, shown.other.key)],
        "differing": [each for each in lines if each.state != "same"],
        "alike": [each for each in lines if each.state == "same"],
        "words": api.in_words,
        "base": f"/steward/{definition}/links/{other}/{one}/{two}",
        "next_href": f"/steward/{definition}/links/{other}/{following[0].one}/{following[0].other}"
        if following
        else "",
    }
    return render(
        request,
        "stewardship/link.html",
        **asked(refused, typed, done, DECISIONS),
        **said,
    )


def _pairs(who: Actor, both: str, why: Grounds, view: str, after: str, limit: int) -> list[PairRow]:
    decided = view == "decided"
    return api.duplicates(
        who,
        register=both,
        grounds=why,
        verdict="" if decided else view,
        decided=decided,
        limit=limit,
        after=place_of(after),
    )


def _view(pair: PairRow) -> str:
    return pair.verdict if pair.verdict in VIEWS else "review"


def _list(definition: str, other: str, view: str, after: str = "") -> str:
    return link(f"/steward/{definition}/links/{other}", verdict=view, after=after)


def _name(definition: str, other: str) -> str:
    """Return what links between two registers are kept under. Raises NotFound for an unknown one."""
    return f"{api.register(register=definition).id}:{api.register(register=other).id}"


def _why(definition: str) -> Grounds:
    return api.grounds_for(register=definition, purpose="matching")
