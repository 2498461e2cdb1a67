"""One import: how far it is, what it would do or did, going on, taking it back whole."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.errors import Conflict, Invalid
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship import api
from lienthong.stewardship.api import Progress, SourceRow
from lienthong.stewardship.domain.importing import Cause
from lienthong.stewardship.web import wording
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
_NEAR = 5_000
"""Samples are read from so many rows at the top of the file; what stands further down has a page of its own."""
_SAMPLES = 3
_CAUSES = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause with some of its rows. place: its number, for its own page.

    rows: each with its raw cells, what was understood, and its own sentence where it is another than the cause's.
    """

    place: int
    cause: Cause
    title: str
    rows: list[tuple[SourceRow, str, str, str]]


@router.get("/steward/batches/{batch}")
async def show_batch(request: Request, batch: str) -> Response:
    """Show an import as it stands: to be settled, being tried or brought in, tried, done, taken back."""
    who = wording.steward(request)
    found = api.batch(who, batch=batch)
    if (found.is_paper and found.state in {"reading", "running"}) or (
        found.is_paper and found.trouble == "paper.nothing"
    ):
        return redirect(f"/steward/batches/{batch}/papers")
    tried = found.state in {"ready", "trying"}
    progress = api.progress(who, batch=batch, trial=tried)
    if found.state == "begun" or (found.state == "ready" and not progress.at_row):
        return redirect(f"/steward/batches/{batch}/columns")
    return await _page(request, progress)


@router.get("/steward/batches/{batch}/problems/{place}")
async def show_problem(request: Request, batch: str, place: int, trial: bool = False) -> Response:
    """Show the first rows of one problem as they stand in the file, beside what was understood."""
    who = wording.steward(request)
    progress = api.progress(who, batch=batch, trial=trial)
    spec = api.register(register=progress.batch.register)
    if not 0 <= place < len(progress.causes):
        return redirect(f"/steward/batches/{batch}")
    cause = progress.causes[place]
    rows = await run_in_threadpool(api.source_rows, who, batch=batch, rows=cause.rows, trial=trial)
    return render(
        request,
        "stewardship/batch_problem.html",
        batch=progress.batch,
        register=spec,
        problem=_problem(progress, spec, place, cause, {each.row: each for each in rows}, len(rows)),
        kinds=wording.KINDS,
        more=cause.count - len(rows),
        trial=trial,
    )


@router.get("/steward/batches/{batch}/rows/{row}")
async def show_row(request: Request, batch: str, row: int, trial: bool = False) -> Response:
    """Show one row of the file cell by cell, what was understood, and what became of it."""
    who = wording.steward(request)
    found = api.batch(who, batch=batch)
    rows = await run_in_threadpool(api.source_rows, who, batch=batch, rows=[row], trial=trial)
    raw = rows[0].raw if rows else await run_in_threadpool(api.raw_row, who, batch=batch, row=row)
    spec = api.register(register=found.register)
    columns = found.settings.columns if found.settings else ()
    titles = (found.settings.names if found.settings else []) + [""] * max(0, len(raw) - len(columns))
    return render(
        request,
        "stewardship/batch_row.html",
        batch=found,
        register=spec,
        row=row,
        cells=[
            (
                titles[at],
                "" if cell is None else cell,
                list(columns[at].fields) if at < len(columns) else [],
            )
            for at, cell in enumerate(raw)
        ],
        told=rows[0] if rows else None,
        fates=wording.FATES,
        title=lambda name: wording.title(spec, name),
        shown=lambda name, value: wording.shown(spec, name, value),
    )


@router.post("/steward/batches/{batch}/run")
async def run(request: Request, batch: str) -> Response:
    """Bring a tried file in, or go on where it stopped; the worker does it, closing the page changes nothing."""
    return await _start(request, batch, trial=False)


@router.post("/steward/batches/{batch}/try")
async def try_again(request: Request, batch: str) -> Response:
    """Go on with a dry run that stopped, or try once more."""
    return await _start(request, batch, trial=True)


@router.post("/steward/batches/{batch}/drop")
async def drop(request: Request, batch: str) -> Response:
    """Give up an import that has not landed a row."""
    form = await forms.read(request)
    try:
        api.drop(form.who, batch=batch)
    except Conflict as refused:
        return await _page(request, api.progress(form.who, batch=batch), refused=refused)
    return redirect(f"/steward/{api.batch(form.who, batch=batch).register}")


@router.get("/steward/batches/{batch}/undo")
async def ask_undo(request: Request, batch: str) -> Response:
    """Show what taking a batch back means, and what rests on it."""
    wording.steward(request)
    return await _undo(request, batch)


@router.post("/steward/batches/{batch}/undo")
async def undo(request: Request, batch: str) -> Response:
    """Take a whole batch back."""
    form = await forms.read(request)
    try:
        await run_in_threadpool(api.undo, form.who, batch=batch, reason=form.text("reason"))
    except (Invalid, Conflict) as refused:
        return await _undo(request, batch, refused=refused, reason=form.text("reason"))
    return redirect(f"/steward/batches/{batch}")


async def _start(request: Request, batch: str, *, trial: bool) -> Response:
    form = await forms.read(request)
    try:
        api.start(form.who, batch=batch, trial=trial)
    except Conflict as refused:
        return await _page(request, api.progress(form.who, batch=batch), refused=refused)
    return redirect(f"/steward/batches/{batch}")


async def _page(request: Request, progress: Progress, *, refused: Conflict | None = None) -> Response:
    found, who = progress.batch, wording.steward(request)
    spec = api.register(register=found.register)
    works = found.state in {"trying", "running"}
    near: list[int] = []
    if not works and found.settings:
        near = [row for each in progress.causes[:_CAUSES] for row in each.rows[:_SAMPLES] if row <= _NEAR]
    rows = (
        await run_in_threadpool(api.source_rows, who, batch=found.id, rows=near, trial=progress.trial)
        if near and not found.purged
        else []
    )
    by_row = {each.row: each for each in rows}
    answer = render(
        request,
        "stewardship/batch.html",
        status=refused.status if refused else 200,
        batch=found,
        progress=progress,
        counts=progress.counts,
        register=spec,
        refused=refused.message if refused else "",
        works=works,
        law=reference.basis(found.grounds.basis),
        problems=[
            (kind, look, text, [_problem(progress, spec, at, each, by_row) for at, each in _of_kind(progress, kind)])
            for kind, (look, text) in wording.KINDS.items()
            if _of_kind(progress, kind)
        ],
        assumed=api.assumed(spec, found.settings) if found.settings else [],
        changes=[
            (
                each.row,
                [
                    (wording.title(spec, name), *(wording.shown(spec, name, one) for one in pair))
                    for name, pair in each.changes.items()
                ],
            )
            for each in progress.samples[:5]
        ],
        state=wording.STATES[found.state],
        steps=wording.steps(),
        trial=progress.trial,
        waiting=f"/steward/batches/{found.id}/{'papers' if found.is_paper else 'reviews'}",
    )
    if works and not found.trouble:
        answer.headers["refresh"] = wording.EVERY
    return answer


def _of_kind(progress: Progress, kind: str) -> list[tuple[int, Cause]]:
    return [(at, each) for at, each in enumerate(progress.causes[:_CAUSES]) if each.kind == kind]


def _problem(
    progress: Progress, spec: Register, place: int, cause: Cause, rows: dict[int, SourceRow], most: int = _SAMPLES
) -> Problem:
    """Return a cause with some of its rows: the cells that the field is read from, and what was understood."""
    columns = progress.batch.settings.columns if progress.batch.settings else ()
    about_all = not cause.at or cause.code.startswith("row.")
    places = [at for at, each in enumerate(columns) if cause.at in each.fields or (about_all and each.fields)]
    shown: list[tuple[SourceRow, str, str, str]] = []
    for row in [rows[number] for number in cause.rows[:most] if number in rows]:
        cells = [row.raw[at] for at in places or range(len(row.raw)) if at < len(row.raw) and row.raw[at]]
        understood = wording.shown(spec, cause.at, row.values.get(cause.at)) if cause.at in spec.fields else ""
        own = next((each.text for each in row.said if (each.at, each.code) == (cause.at, cause.code)), "")
        shown.append((row, " | ".join(cells)[:200], understood, own if own != cause.text else ""))
    return Problem(place, cause, wording.title(spec, cause.at), shown)


async def _undo(
    request: Request, batch: str, *, refused: Invalid | Conflict | None = None, reason: str = ""
) -> Response:
    who = wording.steward(request)
    progress = api.progress(who, batch=batch)
    rests = (
        await run_in_threadpool(api.depends, who, batch=batch) if progress.batch.state in {"done", "running"} else []
    )
    return render(
        request,
        "stewardship/batch_undo.html",
        status=refused.status if refused else 200,
        batch=progress.batch,
        counts=progress.counts,
        register=api.register(register=progress.batch.register),
        faults=wording.faults(refused, "reason") if not rests else (),
        rests=rests[:50],
        many=len(rests),
        reason=reason,
    )
