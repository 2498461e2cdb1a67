"""Rows that wait for a person: each question once, its candidates, and one word for all rows that ask the same."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError
from lienthong.stewardship import api
from lienthong.stewardship.web import wording
from lienthong.webkit import forms
from lienthong.webkit.forms import Form
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
_SHOWN = 100


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
        if form.checked("alike"):
            told = await run_in_threadpool(api.decide_alike, form.who, batch=batch, row=row, land=land, choices=choices)
            return redirect(f"/steward/batches/{batch}/reviews?done={told.rows}&left={told.left}")
        api.decide(form.who, batch=batch, row=row, land=land, choices=choices)
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
    columns = found.settings.columns if found.settings else ()
    cells: list[tuple[str, Any]] = [
        (columns[at].title if at < len(columns) else "", cell)
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
        faults=_faults(refused, review.questions),
        typed=form.texts() if form else {},
        title=lambda name: wording.title(spec, name),
        shown=lambda name, value: wording.shown(spec, name, value),
    )


def _faults(refused: LienThongError | None, asked: dict[str, Any]) -> list[Fault]:
    """Return the faults at the questions of the page; what is about another field stands at the first of them."""
    first = f"q-{next(iter(asked))}" if asked else "verdict"
    return [
        Fault(f"q-{each.at}" if each.at in asked else first, each.code, each.message, each.data)
        for each in wording.faults(refused, first)
    ]
