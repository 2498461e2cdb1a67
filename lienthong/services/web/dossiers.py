"""Dossiers as their applicant follows them: the receipt, where each one stands, and what is asked in addition."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel import runtime
from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Conflict, Fault, Invalid, NotFound, TooMany, Unavailable, fault
from lienthong.kernel.i18n import N_
from lienthong.services import api
from lienthong.services.api.views import DossierView
from lienthong.services.web import attachments, shown
from lienthong.services.web.counter import faults_of, word_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import may_open, require

router = APIRouter(include_in_schema=False)


@router.get("/dossiers")
async def show_all(request: Request) -> Response:
    """Show all of one's own dossiers, newest first."""
    who = require(request, Kind.CITIZEN)
    mine = api.mine(who, limit=100)
    return render(
        request,
        "services/dossiers.html",
        mine=mine,
        signing=[each for each in mine.to_sign if each.state == "needed"],
        lines=[(each, shown.ended(each) or shown.promise(each.clock)) for each in mine.dossiers],
        tag=shown.tag,
    )


@router.get("/dossiers/{code}")
async def show_dossier(request: Request, code: str) -> Response:
    """Show where a dossier stands, who has it, what was fetched, and its results. Officers go to their desk."""
    who = require(request)
    if who.kind is Kind.OFFICER:
        return redirect(f"/desk/{code}")
    return _dossier(request, api.dossier(who, code=code))


@router.get("/dossiers/{code}/clock")
async def show_clock(request: Request, code: str, step: str = "") -> Response:
    """Explain day by day how the date of a dossier, or of one of its steps, was reached."""
    page = api.clock_page(require(request, Kind.CITIZEN), code=code, step=step)
    return render(request, "services/clock.html", page=page, **shown.clock(page.clock))


@router.get("/dossiers/{code}/receipt")
async def show_receipt(request: Request, code: str) -> Response:
    """Show the receipt: code, due date, what happens next, the newest signed head of the ledger."""
    who = require(request, Kind.CITIZEN)
    receipt = api.receipt(who, dossier=code)
    return render(
        request,
        "services/receipt.html",
        receipt=receipt,
        **shown.clock(receipt.clock),
        consents=[each for each in api.consents(who, dossier=code) if each.at is None],
        qr=_qr(f"{runtime.current().settings.origin}/dossiers/{code}"),
    )


@router.get("/dossiers/{code}/receipt.pdf")
async def get_receipt_pdf(request: Request, code: str) -> Response:
    """Answer the receipt as a paper (form 01 of the one-stop rules)."""
    who = require(request, Kind.CITIZEN)
    pdf = api.receipt_pdf(who, dossier=code, follow=f"{runtime.current().settings.origin}/dossiers/{code}")
    return shown.pdf(pdf, code)


@router.get("/dossiers/{code}/forms/{form}.pdf")
async def get_form_pdf(request: Request, code: str, form: str, step: str = "") -> Response:
    """Answer one form of one's own dossier as a paper."""
    who = require(request, Kind.CITIZEN)
    follow = f"{runtime.current().settings.origin}/dossiers/{code}"
    return shown.pdf(api.form_pdf(who, dossier=code, form=form, step=step, follow=follow), f"{code}-{form}")


@router.post("/dossiers/{code}/supplement")
async def give_supplement(request: Request, code: str) -> Response:
    """Complete the dossier as asked; the clock goes on."""
    require(request, Kind.CITIZEN)  # before a large form is read
    form = await forms.read(request, limit=attachments.ALL_FILES, files=attachments.FILES)
    view, typed = api.dossier(form.who, code=code), form.texts()
    if form.text("then") == "language":
        return _dossier(request, view, typed=typed)
    papers = view.supplement.papers if view.supplement else ()
    files = {each.item: [api.Handed(*one) for one in await form.uploads(f"paper-{each.item}")] for each in papers}
    values = {name: text for name, text in typed.items() if name not in {f"paper-{item}" for item in files}}
    try:
        await run_in_threadpool(api.give_supplement, form.who, dossier=code, values=values, files=files)
    except Unavailable as silent:
        at = next(iter(files), "")
        return _dossier(request, view, faults=[fault(at, silent.code, silent.template, **silent.data)], typed=typed)
    except Invalid as wrong:
        return _dossier(request, view, faults=list(wrong.faults), typed=typed)
    return redirect(f"/dossiers/{code}")


@router.get("/dossiers/{code}/withdraw")
async def ask_withdrawal(request: Request, code: str) -> Response:
    """Ask whether the dossier shall be taken back, and say what that means."""
    return _withdrawal(request, api.dossier(require(request, Kind.CITIZEN), code=code))


@router.post("/dossiers/{code}/withdraw")
async def withdraw(request: Request, code: str) -> Response:
    """Take one's own dossier back."""
    form = await forms.read(request)
    if form.text("then") == "language":
        return _withdrawal(request, api.dossier(form.who, code=code), typed=form.text("reason"))
    try:
        api.withdraw(form.who, dossier=code, reason=form.text("reason"), word=word_of(form))
    except (Invalid, TooMany, Conflict) as wrong:
        faults = () if isinstance(wrong, Conflict) else faults_of(wrong)
        return _withdrawal(request, api.dossier(form.who, code=code), faults=faults, typed=form.text("reason"))
    return redirect(f"/dossiers/{code}")


def _withdrawal(request: Request, view: DossierView, *, faults: Sequence[Fault] = (), typed: str = "") -> Response:
    if view.kept_because is None:
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    return render(
        request,
        "services/withdraw.html",
        status=409 if view.kept_because else 422 if faults else 200,
        view=view,
        faults=faults,
        typed=typed,
    )


def _dossier(
    request: Request, view: DossierView, *, faults: list[Fault] | None = None, typed: dict[str, str] | None = None
) -> Response:
    return render(
        request,
        "services/dossier.html",
        status=422 if faults else 200,
        view=view,
        faults=faults or [],
        typed=typed or {},
        **shown.clock(view.clock),
        way=shown.way(view.steps),
        ended=shown.ended(view),
        blocks=shown.blocks(view.groups, own=view.role == "applicant" and may_open(request, "/my/data")),
        forms=api.forms(require(request), dossier=view.code),
        tag=shown.tag,
        options=shown.option_rows,
        **attachments.LIMITS,
    )


def _qr(address: str) -> Markup:
    """Return a QR code as SVG."""
    svg = segno.make(address, error="m").svg_inline(scale=1, border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(svg)  # noqa: S704  made by segno from an address of ours
