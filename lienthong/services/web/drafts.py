"""A dossier being prepared: confirm what is fetched, answer the few questions, have it co-signed, check and file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.services import api
from lienthong.services.api.views import DraftView, Question
from lienthong.services.api.words import term
from lienthong.services.web import attachments, shown
from lienthong.services.web.counter import word_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import may_open, require, you
from lienthong.webkit.show import day, day_time, upper_first

router = APIRouter(include_in_schema=False)
HEADINGS = {
    0: N_("%(you)s không phải khai gì thêm"),
    1: N_("Một điều cần %(you)s cho biết"),
    2: N_("Hai điều cần %(you)s cho biết"),
    3: N_("Ba điều cần %(you)s cho biết"),
}
STEPS = (N_("Lấy dữ liệu"), N_("Bổ sung và xác nhận"), N_("Kiểm tra và nộp"))


@router.get("/drafts/{draft}")
async def show_draft(request: Request, draft: str, saved: str = "") -> Response:
    """Show where the draft is: what will be fetched, the questions, or whose signature is awaited."""
    who = require(request, Kind.CITIZEN)
    view = api.draft(who, draft=draft)
    if view.state == "filed":
        return redirect(f"/dossiers/{view.dossier}")
    if view.state == "begun":
        return render(request, "services/fetch.html", view=view, steps=_steps(), faults=())
    return _questions(request, view, saved=bool(saved))


@router.post("/drafts/{draft}/fetch")
async def fetch(request: Request, draft: str) -> Response:
    """Read what the registers know, after the applicant confirmed."""
    form = await forms.read(request)
    return _fetched(request, form, draft)


@router.post("/drafts/{draft}/answers")
async def answer(request: Request, draft: str) -> Response:
    """Save the answers, the papers, and what is left out, right or wrong; to go on is to confirm, nothing else is."""
    require(request, Kind.CITIZEN)  # before a large form is read
    form = await forms.read(request, limit=attachments.ALL_FILES, files=attachments.FILES)
    view = api.draft(form.who, draft=draft)
    asked = {question.name for question in _all_questions(view)}
    asked |= {group.name for group in view.groups if group.state == "choose" or group.choices}
    answers = {name: text for name, text in form.texts().items() if name in asked}
    left_out, goes_on = form.all("skip"), form.text("then") == "check"
    chosen = [each.step for each in view.sharing if each.step not in left_out] if view.sharing else None
    api.answer(form.who, draft=draft, values=answers, sharing=chosen, confirmed=goes_on)
    faults = await attachments.keep(form, view)
    if form.text("then") == "again" and not faults:
        return _fetched(request, form, draft)
    view = api.draft(form.who, draft=draft)
    if faults:
        return _questions(request, view, status=422, tried=goes_on, faults=faults)
    if not goes_on:
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
        code = api.file(form.who, draft=draft, word=word_of(form))
    except Invalid as wrong:
        return _not_filed(request, api.draft(form.who, draft=draft), wrong.faults)
    return redirect(f"/dossiers/{code}/receipt")


@router.post("/drafts/{draft}/discard")
async def discard(request: Request, draft: str) -> Response:
    """Throw the draft away; thrown away already, nothing is left to do."""
    form = await forms.read(request)
    with suppress(NotFound):
        api.discard(form.who, draft=draft)
    return redirect("/")


def _fetched(request: Request, form: forms.Form, draft: str) -> Response:
    """Read what the registers know, and go on with the draft."""
    try:
        api.fetch_facts(form.who, draft=draft, word=word_of(form))
    except Invalid as wrong:
        view, faults = api.draft(form.who, draft=draft), wrong.faults
        if view.state != "begun":
            return _questions(request, view, status=422, faults=faults)
        return render(request, "services/fetch.html", status=422, view=view, steps=_steps(), faults=faults)
    return redirect(f"/drafts/{draft}")


def _not_filed(request: Request, view: DraftView, faults: Sequence[Fault]) -> Response:
    """Show what stands against filing where it can be mended: on the questions, or beside the signatures."""
    if view.state in {"begun", "asking"}:
        return _questions(request, view, status=422, tried=True)
    return _check(request, view, faults=faults)


def _questions(
    request: Request,
    view: DraftView,
    *,
    status: int = 200,
    tried: bool = False,
    saved: bool = False,
    faults: Sequence[Fault] = (),
) -> Response:
    """Show the questions. tried: with everything that stands against going on; faults: of what was sent just now."""
    missing = {group.name for group in view.groups if group.state == "missing"}
    if missing:
        faults = [*(each for each in view.faults if each.at in missing), *faults]
        return render(
            request, "services/missing.html", status=status, view=view, faults=faults, known=shown.blocks(view.groups)
        )
    return render(
        request,
        "services/questions.html",
        status=status,
        view=view,
        tried=tried,
        faults=_both(faults, view.faults if tried else ()),
        saved=saved,
        **attachments.LIMITS,
        steps=_steps(),
        heading=upper_first(_heading(view.asked, you(request))),
        kept=_kept(view),
        questions=[question for page in view.pages for question in page.questions],
        known=shown.blocks(view.groups, declared=False, own=may_open(request, "/my/data")),
        elsewhere=_elsewhere(view) if tried else [],
        recipients=shown.recipients(view.sharing),
        options=shown.option_rows,
        choices=shown.choice_rows,
        chosen=shown.chosen,
    )


def _check(request: Request, view: DraftView, *, faults: Sequence[Fault] = ()) -> Response:
    return render(
        request,
        "services/check.html",
        status=422 if faults else 200,
        view=view,
        typed=shown.typed(view.groups),
        pages=[page for paper in view.papers for page in paper.pages],
        known=shown.blocks(view.groups, declared=False, own=may_open(request, "/my/data")),
        faults=faults,
        steps=_steps(),
        term=upper_first(term(view.procedure.term)),
        until=shown.until,
    )


def _elsewhere(view: DraftView) -> list[Fault]:
    """Return what is wrong with values that nobody types here: shown beside what was fetched."""
    asked = {question.name for question in _all_questions(view)}
    asked |= {"sharing", *(group.name for group in view.groups)}
    return [each for each in view.faults if each.at not in asked]


def _both(first: Sequence[Fault], then: Sequence[Fault]) -> list[Fault]:
    """The faults of what was sent just now, then the others; of one field the first only."""
    told = {each.at for each in first}
    return [*first, *(each for each in then if each.at not in told)]


def _all_questions(view: DraftView) -> list[Question]:
    """Every question of the page: what papers tell, then the rest."""
    return [each for part in (*view.papers, *view.pages) for each in part.questions]


def _heading(asked: int, you: str) -> str:
    """How many things are asked, in words for the first few."""
    return gettext(HEADINGS.get(asked, N_("%(count)s điều cần %(you)s cho biết")), count=asked, you=you)


def _kept(view: DraftView) -> str:
    return gettext(
        "Đã lưu lúc %(when)s. Bản nháp giữ đến %(until)s, mở tiếp được trên máy khác.",
        when=day_time(view.saved_at),
        until=day(view.kept_until),
    )


def _steps() -> list[str]:
    return [gettext(each) for each in STEPS]
