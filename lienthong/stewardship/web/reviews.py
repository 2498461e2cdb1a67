"""Rows that wait for a person: each question once, its candidates, and one word for all rows that ask the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError
from lienthong.registers.api import Record, Register
from lienthong.stewardship import api
from lienthong.stewardship.api import Compared, Draft, PairRow, Review
from lienthong.stewardship.domain.importing import Twin
from lienthong.stewardship.domain.matching import Evidence
from lienthong.stewardship.web import wording
from lienthong.stewardship.web.duplicates import compared_lines
from lienthong.stewardship.web.pairs import Line
from lienthong.stewardship.web.shown import named
from lienthong.webkit import forms
from lienthong.webkit.forms import Form
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """A row beside somebody whom it may be. there: None when the record may not be shown, or is not there yet."""

    twin: Twin
    pair: PairRow
    there: Record | None
    lines: list[Line]


@router.get("/steward/batches/{batch}/reviews")
async def show_questions(request: Request, batch: str, done: int = 0, left: int = 0) -> Response:
    """Show what rows of a batch wait for, each question once. done, left: rows decided a moment ago, and not."""
    who = wording.steward(request)
    found = api.batch(who, batch=batch)
    spec = api.register(register=found.register)
    asked = await run_in_threadpool(api.questions, who, batch=batch)
    return render(
        request,
        "stewardship/batch_reviews.html",
        batch=found,
        register=spec,
        asked=asked[:_SHOWN],
        more=len(asked) - _SHOWN,
        waiting=sum(each.count for each in asked),
        title=lambda name: wording.title(spec, name),
        shown=lambda name, value: wording.shown(spec, name, value),
        done=max(0, done),
        left=max(0, left),
    )


@router.get("/steward/batches/{batch}/reviews/{row}")
async def show_question(request: Request, batch: str, row: int) -> Response:
    """Show one row that waits: as it stands, as it was understood, what it may be."""
    return await _page(request, wording.steward(request), batch, row)


@router.post("/steward/batches/{batch}/reviews/{row}")
async def decide(request: Request, batch: str, row: int) -> Response:
    """Take a person's word on a row, or on every row that asks the same."""
    wording.steward(request)
    form = await forms.read(request)
    land = form.text("verdict") == "land"
    choices = {name[2:]: value for name, value in form.texts().items() if name.startswith("q-") and value}
    try:
        if form.text("verdict") not in {"land", "refuse"}:
            return redirect(f"/steward/batches/{batch}/reviews/{row}")
        person = form.text("person")
        if form.checked("alike"):
            if person not in {"", api.OTHER}:
                person = api.SAME
            told = await run_in_threadpool(
                api.decide_alike, form.who, batch=batch, row=row, land=land, choices=choices, person=person
            )
            return redirect(f"/steward/batches/{batch}/reviews?done={told.rows}&left={told.left}")
        reason = form.text("reason")
        api.decide(form.who, batch=batch, row=row, land=land, choices=choices, person=person, reason=reason)
    except (Invalid, Conflict) as refused:
        return await _page(request, form.who, batch, row, refused=refused, form=form)
    return redirect(f"/steward/batches/{batch}/reviews?done=1")


async def _page(
    request: Request,
    who: Actor,
    batch: str,
    row: int,
    *,
    refused: LienThongError | None = None,
    form: Form | None = None,
) -> Response:
    found = api.batch(who, batch=batch)
    spec = api.register(register=found.register)
    review = api.review(who, batch=batch, row=row)
    rows = await run_in_threadpool(api.source_rows, who, batch=batch, rows=[row])
    names = found.settings.names if found.settings else []
    cells: list[tuple[str, Any]] = [
        (names[at] if at < len(names) else "", cell)
        for at, cell in enumerate(rows[0].raw if rows else [])
        if cell not in {None, ""}
    ]
    return render(
        request,
        "stewardship/batch_review.html",
        status=refused.status if refused else 200,
        batch=found,
        register=spec,
        review=review,
        cells=cells,
        same=await run_in_threadpool(api.alike, who, batch=batch, row=row),
        beside=beside(who, batch, spec, review),
        words=api.in_words,
        named=named,
        faults=_faults(refused, review.questions),
        typed=form.texts() if form else {},
        title=lambda name: wording.title(spec, name),
        shown=lambda name, value: wording.shown(spec, name, value),
    )


def beside(who: Actor, batch: str, spec: Register, waits: Review | Draft) -> list[Beside]:
    """Return a row, or a draft of a scan, beside everybody whom it may be; what a person may not see is left out."""
    mine = Record(spec.id, f"row {waits.row}", str(waits.values.get(spec.key) or ""), 0, "", "", waits.values)
    shown: list[Beside] = []
    for twin, there in api.twins_of(who, batch=batch, row=waits.row) if waits.twins else ():
        evidence = tuple(Evidence(*each) for each in twin.evidence)
        pair = PairRow(spec.id, mine.id, twin.record, "", twin.bits, twin.verdict, twin.held, evidence, "", "", "", "")
        lines = compared_lines(spec, Compared(mine, there, pair, ({}, {}))) if there else []
        shown.append(Beside(twin, pair, there, lines))
    return shown


def _faults(refused: LienThongError | None, asked: dict[str, Any]) -> list[Fault]:
    """Return the faults at the questions of the page; what is about another field stands at the first of them."""
    first = f"q-{next(iter(asked))}" if asked else "verdict"
    return [
        Fault(_place(each.at, asked, first), each.code, each.message, each.data)
        for each in wording.faults(refused, first)
    ]


def _place(at: str, asked: dict[str, Any], first: str) -> str:
    return at if at == "person" else f"q-{at}" if at in asked else first
