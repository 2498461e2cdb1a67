"""The counter: begin to serve somebody, print their slip, open their one draft, end."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api as identity
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError, NotFound, TooMany, fault
from lienthong.kernel.i18n import N_
from lienthong.services import api
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require, served, set_session_cookie

router = APIRouter(include_in_schema=False)
menu = (
    MenuItem(
        id="counter",
        label=N_("Phục vụ tại quầy"),
        href="/counter",
        kinds=frozenset({Kind.OFFICER}),
        roles=frozenset({identity.ROLE}),
        order=30,
        place="side",
        group=N_("Tại quầy"),
        icon="people",
    ),
    MenuItem(
        id="guardians",
        label=N_("Người giám hộ"),
        href="/counter/guardians",
        kinds=frozenset({Kind.OFFICER}),
        roles=frozenset({identity.APPOINTS}),
        order=31,
        place="side",
        group=N_("Tại quầy"),
        icon="heart",
    ),
)


@router.get("/counter")
async def show_counter(request: Request) -> Response:
    """Ask whom to serve; goes on with the service that is under way."""
    require(request, Kind.OFFICER, role=identity.ROLE)
    if getattr(request.state, "serving", None) is not None:
        return redirect("/counter/now")
    return render(request, "services/counter.html", faults=(), typed={})


@router.post("/counter")
async def serve(request: Request) -> Response:
    """Begin to serve the person whose card was checked."""
    form = await forms.read(request)
    try:
        entry = api.serve(
            form.who,
            number=form.text("number"),
            name=form.text("name"),
            birth_date=form.text("birth_date"),
            seen=form.checked("seen"),
            code=form.text("code"),
        )
    except (Invalid, TooMany, Conflict) as wrong:
        return render(
            request, "services/counter.html", status=wrong.status, faults=faults_of(wrong), typed=form.texts()
        )
    return entered("/counter/now", entry)


@router.get("/counter/now")
async def show_service(request: Request) -> Response:
    """Show what this service is about and what can be done."""
    require(request, Kind.OFFICER, role=identity.ROLE)
    if getattr(request.state, "serving", None) is None:
        return redirect("/counter")
    return _service(request, served(request))


@router.post("/counter/slip")
async def print_slip(request: Request) -> Response:
    """Show the slip, to be printed and handed over; its code is shown this once."""
    form = await forms.read(request)
    slip = identity.print_slip(person_of(request, form))
    return render(request, "services/slip_paper.html", slip=slip, view=api.service(served(request)))


@router.post("/counter/lost")
async def replace_slip(request: Request) -> Response:
    """Give a new slip for a lost one: at once when there is one only, else after choosing which."""
    form = await forms.read(request)
    who, signed = person_of(request, form), form.checked("lost")
    try:
        lost = api.lost_slips(who, signed=signed)
        if len(lost) > 1 and not form.text("draft"):
            return render(request, "services/lost_slips.html", lost=lost)
        slip, view = api.replace_slip(who, draft=form.text("draft") or lost[0].draft, signed=signed)
    except (Invalid, Conflict, NotFound) as wrong:
        return _service(request, who, wrong)
    return render(request, "services/slip_paper.html", slip=slip, view=view)


@router.post("/counter/signing")
async def open_signing(request: Request) -> Response:
    """Open what the person came to sign: at once when there is one only, else after choosing which."""
    form = await forms.read(request)
    who = person_of(request, form)
    try:
        asked = api.signings(who)
        if len(asked) > 1 and not form.text("draft"):
            return render(request, "services/signings.html", asked=asked)
        draft = form.text("draft") or asked[0].draft
        api.open_signing(who, draft=draft)
    except (Invalid, Conflict, NotFound) as wrong:
        return _service(request, who, wrong)
    return redirect(f"/to-sign/{draft}")


@router.get("/counter/lost")
@router.get("/counter/acts")
@router.get("/counter/signing")
async def back_to_service(request: Request) -> Response:
    """Lead back whoever opens the address of a form again."""
    require(request, Kind.OFFICER, role=identity.ROLE)
    return redirect("/counter/now")


@router.post("/counter/acts")
async def print_acts(request: Request) -> Response:
    """Show the person served, who has no account, what others did for them: to be printed and taken home."""
    form = await forms.read(request)
    who = person_of(request, form)
    try:
        lines = api.acts_at_counter(who, word=word_of(form))
    except (Invalid, TooMany) as wrong:
        return _service(request, who, wrong, "acts")
    return render(request, "services/acts_paper.html", lines=lines)


@router.post("/counter/begin")
async def begin(request: Request) -> Response:
    """Begin a draft for the person."""
    form = await forms.read(request)
    who = person_of(request, form)
    try:
        draft = api.begin_at_counter(who, procedure=form.text("procedure"), word=word_of(form))
    except (Invalid, Conflict, TooMany) as wrong:
        return _service(request, who, wrong, form.text("procedure"))
    return redirect(f"/drafts/{draft}")


@router.post("/counter/end")
async def end(request: Request) -> Response:
    """End the service; the officer's session goes on without the person."""
    form = await forms.read(request)
    serving: Actor | None = getattr(request.state, "serving", None)
    if serving is None:
        return redirect("/counter")
    entry = identity.stop_serving(form.who, service=serving.under)
    return entered("/counter", entry)


@router.get("/counter/papers/{document}.pdf")
async def get_paper(request: Request, document: str) -> Response:
    """Give a result to print for the person; who opened it stands in their log."""
    require(request, Kind.OFFICER, role=identity.ROLE)
    content = api.paper_at_counter(served(request), document=document)
    headers = {"content-disposition": f'inline; filename="{document}.pdf"', "cache-control": "private, no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def entered(target: str, entry: identity.Entry) -> Response:
    """Go on to a page with the new session."""
    response = redirect(target)
    set_session_cookie(response, entry.token, max_age=int(entry.lifetime.total_seconds()))
    return response


def person_of(request: Request, form: forms.Form) -> Actor:
    """Return the person served, in the request of this form."""
    return replace(served(request), request_id=form.request_id)


def word_of(form: forms.Form) -> identity.Word:
    """Return how the person confirmed."""
    return identity.Word(code=form.text("slip"), signed=form.checked("signed"))


def faults_of(wrong: LienThongError) -> tuple[Fault, ...]:
    """Return what a page lists: every fault, or the one sentence."""
    if isinstance(wrong, Invalid) and wrong.faults:
        return wrong.faults
    return (fault("number", wrong.code, wrong.template, **wrong.data),)


def _service(request: Request, who: Actor, wrong: LienThongError | None = None, asked: str = "") -> Response:
    return render(
        request,
        "services/service.html",
        status=wrong.status if wrong else 200,
        view=api.service(who),
        procedures=[each for each in api.catalogue() if not each.for_enterprise],
        faults=faults_of(wrong) if wrong else (),
        asked=asked,
        confirm=asked if wrong and wrong.code.startswith("slip.") else "",
    )
