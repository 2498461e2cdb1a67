"""A scan on the screen: how far its pages are, and each draft record with the picture of every field beside it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship import api
from lienthong.stewardship.api import Draft, DraftField
from lienthong.stewardship.web import wording
from lienthong.stewardship.web.reviews import beside
from lienthong.stewardship.web.shown import named
from lienthong.webkit import forms
from lienthong.webkit.forms import Form
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
_SHOWN = 100
_CODES = 12
"""So many codes are chosen from a list; of more a person types the name."""


@router.get("/steward/batches/{batch}/papers")
async def show_paper(request: Request, batch: str, done: str = "") -> Response:
    """Show how far the pages of a scan are, and the draft records that came of them. done: what was just decided."""
    return _overview(request, wording.steward(request), batch, done=done)


@router.post("/steward/batches/{batch}/papers/again")
async def read_again(request: Request, batch: str) -> Response:
    """Go on reading where it had stopped."""
    form = await forms.read(request)
    try:
        api.read_again(form.who, batch=batch)
    except Conflict as refused:
        return _overview(request, form.who, batch, refused=refused)
    return redirect(f"/steward/batches/{batch}/papers")


@router.get("/steward/batches/{batch}/papers/pages/{page}.jpg")
async def show_page(request: Request, batch: str, page: int) -> Response:
    """Answer the picture of a whole page, upright."""
    picture = api.page_picture(wording.steward(request), batch=batch, page=page)
    return Response(picture, media_type="image/jpeg", headers={"cache-control": "private, no-store"})


@router.get("/steward/batches/{batch}/papers/{row}")
async def show_draft(request: Request, batch: str, row: int) -> Response:
    """Show one draft record: each field as it was read, beside its picture."""
    return await _page(request, wording.steward(request), batch, row)


@router.post("/steward/batches/{batch}/papers/{row}")
async def decide(request: Request, batch: str, row: int) -> Response:
    """Take a person's word on a draft and go on to the next one that waits."""
    wording.steward(request)
    form = await forms.read(request)
    verdict = form.text("verdict")
    texts = {name[2:]: value for name, value in form.texts().items() if name.startswith("f-")}
    try:
        if verdict == "land":
            # on a page that did not ask who it is, nothing chosen is no answer
            person = form.text("person") if form.checked("asked") else None
            reason = form.text("reason")
            decided = await run_in_threadpool(
                api.confirm_draft, form.who, batch=batch, row=row, texts=texts, person=person, reason=reason
            )
            if not decided:
                return redirect(f"/steward/batches/{batch}/papers/{row}#beside")
        elif verdict == "refuse":
            api.refuse_draft(form.who, batch=batch, row=row)
        else:
            return redirect(f"/steward/batches/{batch}/papers/{row}")
    except (Invalid, Conflict) as refused:
        return await _page(request, form.who, batch, row, refused=refused, form=form)
    behind = api.next_draft(form.who, batch=batch, after=row)
    return redirect(
        f"/steward/batches/{batch}/papers/{behind}" if behind else f"/steward/batches/{batch}/papers?done=1"
    )


def _overview(request: Request, who: Actor, batch: str, *, done: str = "", refused: Conflict | None = None) -> Response:
    found = api.batch(who, batch=batch)
    spec = api.register(register=found.register)
    if not found.is_paper:
        return redirect(f"/steward/batches/{batch}")
    pages = api.pages(who, batch=batch)
    listed, left = list[Draft](), 0
    if found.settings and found.state in {"running", "done", "undone"}:
        left = api.progress(who, batch=batch).counts.review
        # those that wait first: of a thick scan not all are shown
        for state in ("open", "landed", "refused"):
            listed += api.drafts(who, batch=batch, state=state, limit=_SHOWN)
    read = sum(each.state != "waiting" for each in pages)
    answer = render(
        request,
        "stewardship/papers.html",
        status=refused.status if refused else 200,
        batch=found,
        register=spec,
        pages=pages,
        read=read,
        drafts=[(each, _called(spec, each), _doubts(spec, each)) for each in listed],
        waiting=left,
        first=api.next_draft(who, batch=batch) if left else 0,
        most=_SHOWN,
        done=bool(done),
        refused=refused.message if refused else "",
        states=wording.DRAFTS,
        pages_states=wording.PAGES,
        steps=wording.steps(),
    )
    if found.state in {"reading", "running"} and not found.trouble:
        answer.headers["refresh"] = wording.EVERY
    return answer


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
    draft = await run_in_threadpool(api.draft, who, batch=batch, row=row)
    typed = form.texts() if form else {}
    names = {each.name for each in draft.fields}
    return render(
        request,
        "stewardship/paper.html",
        status=refused.status if refused else 200,
        batch=found,
        register=spec,
        draft=draft,
        fields=[_field(spec, each, typed) for each in draft.fields],
        faults=_faults(refused, names),
        beside=await run_in_threadpool(beside, who, batch, spec, draft) if draft.state == "open" else [],
        words=api.in_words,
        named=named,
        typed=typed,
        title=lambda name: wording.title(spec, name),
        states=wording.DRAFTS,
    )


def _field(spec: Register, each: DraftField, typed: dict[str, str]) -> dict[str, Any]:
    """Return one field as the page shows it."""
    term = spec.terms[each.name]
    codes = list(reference.code_list(term.code_list).codes.values()) if term.type == "code" else []
    choices = [(str(code.title), str(code.title)) for code in codes] if 0 < len(codes) <= _CODES else []
    return {
        "name": each.name,
        "title": str(spec.title_of(each.name)),
        "text": typed.get(f"f-{each.name}", each.text),
        "read": each.read,
        "required": each.name in spec.required,
        "picture": f"data:image/png;base64,{b64encode(each.picture).decode()}" if each.picture else "",
        "confidence": each.confidence,
        "sure": each.is_sure,
        "said": [one.text for one in each.said if one.code != "paper.unsure"],
        "options": each.options,
        "choices": choices if each.text == "" or each.text in {value for value, _ in choices} else [],
        "corrected": each.corrected,
    }


def _faults(refused: LienThongError | None, names: set[str]) -> list[Fault]:
    return [
        Fault(_place(each.at, names), each.code, each.message, each.data) for each in wording.faults(refused, "verdict")
    ]


def _place(at: str, names: set[str]) -> str:
    return at if at == "person" else f"f-{at}" if at in names else "verdict"


def _called(spec: Register, draft: Draft) -> str:
    """Return what a draft is known by: the name and the key of its record as they were read."""
    told = {each.name: each.text for each in draft.fields}
    return " · ".join(told[name] for name in (spec.name, spec.key) if told.get(name))


def _doubts(spec: Register, draft: Draft) -> str:
    return ", ".join(wording.title(spec, name) for name in draft.doubtful)
