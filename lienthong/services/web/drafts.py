"""A dossier being prepared: confirm what is fetched, answer the few questions, have it co-signed, check and file."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.services import api
from lienthong.services.api.views import DraftView
from lienthong.services.web import shown
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
STEPS = (N_("Lấy dữ liệu"), N_("Bổ sung và đồng ý"), N_("Kiểm tra và nộp"))


@router.get("/drafts/{draft}")
async def show_draft(request: Request, draft: str, saved: str = "") -> Response:
    """Show where the draft is: what will be fetched, the questions, or whose signature is awaited."""
    who = require(request, Kind.CITIZEN)
    view = api.draft(who, draft=draft)
    if view.state == "filed":
        return redirect(f"/dossiers/{view.dossier}")
    if view.state == "begun":
        return render(request, "services/fetch.html", view=view, steps=_steps())
    return _questions(request, view, saved=bool(saved))


@router.post("/drafts/{draft}/fetch")
async def fetch(request: Request, draft: str) -> Response:
    """Read what the registers know, after the applicant confirmed."""
    form = await forms.read(request)
    api.fetch_facts(form.who, draft=draft)
    return redirect(f"/drafts/{draft}")


@router.post("/drafts/{draft}/answers")
async def answer(request: Request, draft: str) -> Response:
    """Save the answers and the sharing, right or wrong; go on when nothing stands against it."""
    form = await forms.read(request)
    view = api.draft(form.who, draft=draft)
    asked = {question.name for page in view.pages for question in page.questions}
    asked |= {group.name for group in view.groups if group.state == "choose" or group.choices}
    answers = {name: text for name, text in form.texts().items() if name in asked}
    api.answer(form.who, draft=draft, values=answers, sharing=form.all("sharing") if view.sharing else None)
    view = api.draft(form.who, draft=draft)
    if form.text("then") == "later":
        return redirect(f"/drafts/{draft}?saved=1")
    if view.state == "asking":
        return _questions(request, view, status=422, tried=True)
    return redirect(f"/drafts/{draft}/check")


@router.get("/drafts/{draft}/check")
async def check(request: Request, draft: str) -> Response:
    """Show everything once more before signing and filing."""
    who = require(request, Kind.CITIZEN)
    view = api.draft(who, draft=draft)
    if view.state == "filed":
        return redirect(f"/dossiers/{view.dossier}")
    if view.state in {"begun", "asking"}:
        return redirect(f"/drafts/{draft}")
    return _check(request, view)


@router.post("/drafts/{draft}/file")
async def file(request: Request, draft: str) -> Response:
    """Sign and file; a double click, a second tab or a retry shows the one dossier."""
    form = await forms.read(request)
    view = api.draft(form.who, draft=draft)
    if view.state == "filed":
        return redirect(f"/dossiers/{view.dossier}/receipt")
    if not form.checked("true"):
        return _check(request, view, faults=[fault("true", "required", N_("Đánh dấu cam đoan trước khi nộp."))])
    try:
        code = api.file(form.who, draft=draft)
    except Invalid as wrong:
        return _check(request, api.draft(form.who, draft=draft), faults=list(wrong.faults))
    return redirect(f"/dossiers/{code}/receipt")


@router.post("/drafts/{draft}/discard")
async def discard(request: Request, draft: str) -> Response:
    """Throw the draft away; thrown away already, nothing is left to do."""
    form = await forms.read(request)
    with suppress(NotFound):
        api.discard(form.who, draft=draft)
    return redirect("/")


@router.get("/to-sign/{draft}")
async def show_to_sign(request: Request, draft: str) -> Response:
    """Show the other parent what they are asked to sign, and why."""
    who = require(request, Kind.CITIZEN)
    found = next((each for each in api.mine(who).to_sign if each.draft == draft), None)
    if found is None:
        raise NotFound("signature.unknown", N_("Không có hồ sơ nào đang chờ bạn ký ở địa chỉ này."))
    return render(request, "services/to_sign.html", asked=found, source=shown.source)


@router.post("/to-sign/{draft}")
async def sign(request: Request, draft: str) -> Response:
    """Sign, or decline to sign, exactly what was shown."""
    form = await forms.read(request)
    api.cosign(form.who, draft=draft, agree=form.text("answer") == "agree")
    return redirect(f"/to-sign/{draft}" if form.text("answer") == "agree" else "/")


def _questions(
    request: Request, view: DraftView, *, status: int = 200, tried: bool = False, saved: bool = False
) -> Response:
    return render(
        request,
        "services/questions.html",
        status=status,
        view=view,
        tried=tried,
        faults=view.faults if tried else (),
        saved=saved,
        steps=_steps(),
        source=shown.source,
        options=shown.option_rows,
    )


def _check(request: Request, view: DraftView, *, faults: list[Fault] | None = None) -> Response:
    values = [each for group in view.groups for each in group.values]
    declared, known = shown.by_source(values)
    return render(
        request,
        "services/check.html",
        status=422 if faults else 200,
        view=view,
        declared=declared,
        known=[(group, shown.by_source(group.values)[1]) for group in view.groups],
        faults=faults or [],
        steps=_steps(),
        source=shown.source,
        until=shown.until,
        count=len(known),
    )


def _steps() -> list[str]:
    return [gettext(each) for each in STEPS]
