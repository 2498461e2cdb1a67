"""Doubles: a search by the worker, pairs likeliest first, two people side by side, and a person's word on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, LienThongError
from lienthong.kernel.i18n import N_
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship import api
from lienthong.stewardship.api import Compared, PairRow
from lienthong.stewardship.domain.matching import OUTCOMES
from lienthong.stewardship.web.pairs import EVERY, STEPS, Line, asked, cursor, oldest, place_of, state_of
from lienthong.stewardship.web.shown import agency_name, faults_of, link, named, steward, value_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
PAGE = 20
VIEWS = {"review": N_("Cần người xem"), "sure": N_("Chắc chắn trùng"), "decided": N_("Đã có kết luận")}
DECISIONS = {
    "same": N_("Cùng một người"),
    "different": N_("Hai người khác nhau"),
    "unsure": N_("Chưa rõ"),
    "merged": N_("Cùng một người, đã gộp"),
}


@router.get("/steward/{definition}/duplicates")
async def show_duplicates(
    request: Request, definition: str, verdict: str = "review", after: str = "", done: str = ""
) -> Response:
    """Show the searches over a register and the pairs that wait for a word, page by page."""
    who, spec = steward(request), api.register(register=definition)
    view = verdict if verdict in VIEWS else "review"
    why = _why(definition)
    found = api.duplicate_runs(who, register=definition, grounds=why)
    working = next((each for each in found if each.state == "working" and each.at > oldest()), None)
    pairs = _pairs(who, definition, view, after, PAGE + 1)
    answer = render(
        request,
        "stewardship/duplicates.html",
        register=spec,
        runs=found[:5],
        working=working,
        steps=STEPS,
        pairs=pairs[:PAGE],
        view=view,
        views=VIEWS,
        decisions=DECISIONS,
        done=done if done in DECISIONS else "",
        words=api.in_words,
        agency_name=agency_name,
        next_href=_list_of(definition, view, cursor(pairs[PAGE - 1])) if len(pairs) > PAGE else "",
        first_href=_list_of(definition, view) if after else "",
    )
    if working:
        answer.headers["refresh"] = EVERY
    return answer


@router.post("/steward/{definition}/duplicates")
async def search_duplicates(request: Request, definition: str) -> Response:
    """Ask the worker to compare everybody in the register."""
    form = await forms.read(request)
    api.start_duplicates(form.who, register=definition, grounds=_why(definition))
    return redirect(f"/steward/{definition}/duplicates")


@router.get("/steward/{definition}/duplicates/together")
async def show_together(request: Request, definition: str) -> Response:
    """Show sure pairs in short, to be merged together."""
    return _together(request, steward(request), definition)


@router.post("/steward/{definition}/duplicates/together")
async def merge_together(request: Request, definition: str) -> Response:
    """Merge the pairs that are ticked."""
    form = await forms.read(request)
    chosen = [(keep, gone) for each in form.all("pair") for keep, _, gone in [each.partition(".")]]
    try:
        done = api.merge_together(
            form.who, register=definition, pairs=chosen, reason=form.text("reason"), grounds=_why(definition)
        )
    except Invalid as refused:
        return _together(request, form.who, definition, refused=refused, reason=form.text("reason"))
    path = f"/steward/{definition}/duplicates/together"
    return redirect(link(path, merged=str(done.merged), passed=str(done.passed)))


@router.get("/steward/{definition}/duplicates/{one}/{other}")
async def show_pair(request: Request, definition: str, one: str, other: str, done: str = "") -> Response:
    """Show two people side by side: what is alike, what differs, what speaks for one person."""
    return _pair(request, steward(request), definition, one, other, done=done)


@router.post("/steward/{definition}/duplicates/{one}/{other}")
async def decide_pair(request: Request, definition: str, one: str, other: str) -> Response:
    """Take a word on two people; that they are one goes to a page of its own first, which says what will happen."""
    form = await forms.read(request)
    said, typed = form.text("decision"), {"reason": form.text("reason"), "seen": form.text("seen")}
    if said in {"same-one", "same-other"}:
        keep = one if said == "same-one" else other
        return _confirm(request, form.who, definition, one, other, keep, typed)
    try:
        made = api.decide_pair(
            form.who,
            register=definition,
            one=one,
            other=other,
            decision=said,
            reason=typed["reason"],
            grounds=_why(definition),
            seen=typed["seen"],
        )
    except (Invalid, Conflict) as refused:
        return _pair(request, form.who, definition, one, other, refused=refused, typed=typed)
    return _next(form.who, definition, made, said)


@router.post("/steward/{definition}/duplicates/{one}/{other}/merge")
async def merge_pair(request: Request, definition: str, one: str, other: str) -> Response:
    """Make one record of two, as the page before has said."""
    form = await forms.read(request)
    keep = form.text("keep")
    typed = {"reason": form.text("reason"), "seen": form.text("seen")}
    try:
        api.merge(
            form.who,
            register=definition,
            keep=keep if keep in {one, other} else "",
            gone=one if keep == other else other,
            reason=typed["reason"],
            grounds=_why(definition),
            take=form.all("take"),
            seen=typed["seen"],
        )
    except (Invalid, Conflict) as refused:
        return _pair(request, form.who, definition, one, other, refused=refused, typed=typed)
    both = api.compare_pair(form.who, register=definition, one=one, other=other, grounds=_why(definition))
    return _next(form.who, definition, both.pair, "merged")


def compared_lines(spec: Register, both: Compared) -> list[Line]:
    """Return every field that one of both says, those that differ first."""
    roles = {field: role for role, field in (spec.matching.same if spec.matching else {}).items()}
    outcomes = {each.field: each.outcome for each in both.pair.evidence}
    lines: list[Line] = []
    for name in spec.fields:
        mine, theirs = both.one.values.get(name), both.other.values.get(name)
        if mine is None and theirs is None:
            continue
        outcome = outcomes.get(roles.get(name, ""), "")
        state = state_of(mine, theirs, outcome)
        why = OUTCOMES[outcome] if state == "near" else ""
        lines.append(Line(value_of(spec, name, mine), value_of(spec, name, theirs), state, why))
    order = ("different", "near", "alone", "same")
    return sorted(lines, key=lambda each: order.index(each.state))


def _together(
    request: Request, who: Actor, definition: str, *, refused: Invalid | None = None, reason: str = ""
) -> Response:
    spec = api.register(register=definition)
    shown = [each for each in (spec.key, spec.name, spec.begins, spec.unit) if each]
    counted = {name: request.query_params.get(name, "") for name in ("merged", "passed")}
    done = {name: int(said) for name, said in counted.items() if said.isascii() and said.isdigit() and len(said) < 4}
    return render(
        request,
        "stewardship/together.html",
        status=refused.status if refused else 200,
        faults=faults_of(refused, "reason"),
        register=spec,
        proposed=api.sure_pairs(who, register=definition, grounds=_why(definition), limit=PAGE),
        fields=shown,
        value_of=value_of,
        named=named,
        reason=reason,
        done=done if done.get("merged") is not None else {},
    )


def _pair(
    request: Request,
    who: Actor,
    definition: str,
    one: str,
    other: str,
    *,
    refused: LienThongError | None = None,
    typed: Mapping[str, str] | None = None,
    done: str = "",
) -> Response:
    both = api.compare_pair(who, register=definition, one=one, other=other, grounds=_why(definition))
    return render(
        request,
        "stewardship/pair.html",
        next_href=_next_href(who, definition, both.pair),
        **asked(refused, typed, done, DECISIONS),
        **_both(definition, both),
    )


def _confirm(
    request: Request, who: Actor, definition: str, one: str, other: str, keep: str, typed: Mapping[str, str]
) -> Response:
    both = api.compare_pair(who, register=definition, one=one, other=other, grounds=_why(definition))
    if not typed["reason"]:
        missing = Invalid("duplicates.decision", N_("Nêu lý do trước khi gộp: vì sao biết đây là một người."))
        return _pair(request, who, definition, one, other, refused=missing, typed=typed)
    spec = api.register(register=definition)
    gone = both.other if keep == one else both.one
    lines = [
        each
        for each in compared_lines(spec, both)
        if each.state != "same" and each.one.name not in {spec.key, spec.subject} and gone.values.get(each.one.name)
    ]
    return render(
        request,
        "stewardship/merge.html",
        keep=keep,
        typed=typed,
        choices=[
            (each.one.name, *((each.one, each.other) if keep == one else (each.other, each.one))) for each in lines
        ],
        **_both(definition, both),
    )


def _both(definition: str, both: Compared) -> dict[str, Any]:
    spec = api.register(register=definition)
    lines = compared_lines(spec, both)
    return {
        "register": spec,
        "both": both,
        "names": [named(spec, each.values, each.key) for each in (both.one, both.other)],
        "differing": [each for each in lines if each.state != "same"],
        "alike": [each for each in lines if each.state == "same"],
        "words": api.in_words,
        "base": f"/steward/{definition}/duplicates/{both.pair.one}/{both.pair.other}",
    }


def _pairs(who: Actor, definition: str, view: str, after: str, limit: int) -> list[PairRow]:
    decided = view == "decided"
    return api.duplicates(
        who,
        register=definition,
        grounds=_why(definition),
        verdict="" if decided else view,
        decided=decided,
        limit=limit,
        after=place_of(after),
    )


def _next(who: Actor, definition: str, pair: PairRow, done: str) -> Response:
    following = _pairs(who, definition, _view(pair), cursor(pair), 1)
    if not following:
        return redirect(link(f"/steward/{definition}/duplicates", verdict=_view(pair), done=done))
    return redirect(link(f"/steward/{definition}/duplicates/{following[0].one}/{following[0].other}", done=done))


def _next_href(who: Actor, definition: str, pair: PairRow) -> str:
    following = _pairs(who, definition, _view(pair), cursor(pair), 1)
    return f"/steward/{definition}/duplicates/{following[0].one}/{following[0].other}" if following else ""


def _view(pair: PairRow) -> str:
    return pair.verdict if pair.verdict in VIEWS else "review"


def _list_of(definition: str, view: str, after: str = "") -> str:
    return link(f"/steward/{definition}/duplicates", verdict=view, after=after)


def _why(definition: str) -> Grounds:
    return api.grounds_for(register=definition, purpose="matching")
