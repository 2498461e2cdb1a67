"""Guardians and carers: entered by the commune's civil-status officer on the ground of a decision."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Invalid, LienThongError, TooMany, fault
from lienthong.kernel.i18n import N_
from lienthong.services.web.acting import day_in, scope_in, scope_of, scopes
from lienthong.services.web.counter import faults_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)


@router.get("/counter/guardians")
async def show_guardians(request: Request, done: str = "") -> Response:
    """Ask for whom a guardian is entered."""
    require(request, Kind.OFFICER, role=identity.APPOINTS)
    return _page(request, done=done)


@router.post("/counter/guardians")
async def appoint(request: Request) -> Response:
    """Enter a guardian, or the end of one."""
    form = await forms.read(request)
    require(request, Kind.OFFICER, role=identity.APPOINTS)
    try:
        if form.text("list"):
            return _page(request, person=form.text("person"), typed=form)
        if form.text("end"):
            identity.withdraw(form.who, mandate=form.text("end"))
            return redirect("/counter/guardians?done=ended")
        decided = day_in(form, "ground_on")
        if decided is None:
            sentence = N_("Nhập ngày của quyết định.")
            raise Invalid("guardian.day", sentence, [fault("ground_on", "guardian.day", sentence)])
        identity.appoint(
            form.who,
            person=form.text("person"),
            representative=form.text("representative"),
            name=form.text("name"),
            ground=form.text("ground"),
            ground_on=decided,
            scope=scope_in(form),
        )
    except (Invalid, TooMany) as wrong:
        return _page(request, wrong=wrong, typed=form)
    return redirect("/counter/guardians?done=made")


def _page(
    request: Request,
    *,
    person: str = "",
    done: str = "",
    wrong: LienThongError | None = None,
    typed: forms.Form | None = None,
) -> Response:
    who = require(request, Kind.OFFICER, role=identity.APPOINTS)
    today = clock.today(runtime.current().clock)
    found = identity.appointed(who, person=person) if person else []
    return render(
        request,
        "services/guardians.html",
        status=wrong.status if wrong else 200,
        standing=[each for each in found if not each.over(today)],
        looked=bool(person),
        done=done,
        faults=faults_of(wrong) if wrong else (),
        typed=typed.texts() if typed else {},
        chosen=typed.all("scope") if typed else [],
        scopes=scopes(),
        scope=scope_of,
    )
