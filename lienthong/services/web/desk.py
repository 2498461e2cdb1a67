"""The desk: the queue in the order of the legal clock, a dossier with declarations beside facts, and the decision."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api as identity
from lienthong.kernel import runtime
from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.services import api
from lienthong.services.api.views import DossierView, Moment, ProcedureView, QueueRow, StepView, Tab
from lienthong.services.web import shown
from lienthong.webkit import forms
from lienthong.webkit.forms import Form
from lienthong.webkit.page import redirect, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
DESKS = frozenset(
    {
        "one-stop-officer",
        "civil-status-officer",
        "commune-chair",
        "residence-officer",
        "insurance-officer",
        "identity-officer",
        "data-protection-officer",
    }
)
TABS: dict[Tab, tuple[str, str]] = {
    "todo": (N_("Cần xử lý"), "list"),
    "sign": (N_("Chờ ký"), "sign"),
    "citizen": (N_("Chờ người dân"), "pause"),
    "others": (N_("Chờ cơ quan khác"), "people"),
    "all": (N_("Tất cả đang mở"), "paper"),
}
GROUPS = {
    "late": N_("Quá hạn"),
    "soon": N_("Đến hạn hôm nay hoặc ngày làm việc tới"),
    "later": N_("Còn thời gian"),
    "paused": N_("Đồng hồ đang dừng"),
}
VERDICTS = {
    "approve": (N_("Đồng ý"), N_("Đủ điều kiện, dữ liệu đã đối chiếu")),
    "sign": (N_("Ký"), N_("Ký bằng chữ ký số của bạn; kết quả được ghi vào cơ sở dữ liệu")),
    "return": (N_("Trả lại người thẩm định"), N_("Chưa ký, cần xem lại")),
    "supplement": (N_("Yêu cầu bổ sung"), N_("Chỉ một lần, ghi đủ mọi mục; đồng hồ dừng")),
    "refuse": (N_("Từ chối"), N_("Phải có lý do và căn cứ pháp lý")),
}


menu = (
    MenuItem(
        id="desk-complaints",
        label=N_("Khiếu nại"),
        href="/desk?tab=todo",
        kinds=frozenset({Kind.OFFICER}),
        roles=identity.HEADS - DESKS,
        order=60,
    ),
    MenuItem(id="desk", label=N_("Hồ sơ"), href="/desk", kinds=frozenset({Kind.OFFICER}), roles=DESKS, order=10),
    *(
        MenuItem(
            id=f"desk-{tab}",
            label=title,
            href=f"/desk?tab={tab}",
            kinds=frozenset({Kind.OFFICER}),
            roles=DESKS,
            order=10 + place,
            place="side",
            group=N_("Việc của tôi"),
            icon=icon,
        )
        for place, (tab, (title, icon)) in enumerate(TABS.items())
    ),
)


@router.get("/desk")
async def show_queue(request: Request, tab: Tab = "todo", after: str = "", done: str = "") -> Response:
    """Show the queue, nearest legal clock first. done: code of the dossier decided a moment ago."""
    who = require(request, Kind.OFFICER, role=DESKS | identity.HEADS)
    page = api.queue(who, tab=tab, after=after)
    counts = api.counts(who)
    return render(
        request,
        "services/queue.html",
        tab=tab,
        here=f"desk-{tab}",
        decided=(done, api.recorded(who, dossier=done)) if done else ("", None),
        tabs=[(name, gettext(title), _capped(counts.get(name))) for name, (title, _icon) in TABS.items()],
        title=gettext(TABS[tab][0]),
        groups=_grouped(page.rows),
        left=shown.left,
        until=shown.until,
        next_href=f"/desk?tab={tab}&after={page.after}" if page.after else "",
        first_href=f"/desk?tab={tab}" if after else "",
        states={"late": "late", "soon": "risk", "later": "ok", "paused": "paused"},
    )


@router.get("/desk/find")
async def find(request: Request, code: str = "") -> Response:
    """Open a dossier by its code."""
    require(request, Kind.OFFICER, role=DESKS | identity.HEADS)
    return redirect(f"/desk/{code.strip().upper()}" if code.strip() else "/desk")


@router.get("/desk/register.pdf")
async def get_register_pdf(request: Request, period: str = "") -> Response:
    """Answer the register of the dossiers taken in (form 06), of this month when no period is given."""
    who = require(request, Kind.OFFICER, role=DESKS | identity.HEADS)
    period = period or f"{runtime.current().clock.now():%Y-%m}"
    return shown.pdf(api.register_pdf(who, period=period), f"so-theo-doi-{period}")


@router.get("/desk/{code}/forms/{form}.pdf")
async def get_form_pdf(request: Request, code: str, form: str, step: str = "") -> Response:
    """Answer one form of a dossier as a paper."""
    who = require(request, Kind.OFFICER)
    follow = f"{runtime.current().settings.origin}/dossiers/{code}"
    return shown.pdf(api.form_pdf(who, dossier=code, form=form, step=step, follow=follow), f"{code}-{form}")


@router.get("/desk/{code}")
async def show_dossier(request: Request, code: str, done: str = "") -> Response:
    """Show a dossier to an officer: all of it to the lead agency, its own step to another. done: after an act."""
    who = require(request, Kind.OFFICER)
    view = api.dossier(who, code=code)
    return _dossier(request, view, decided=api.recorded(who, dossier=code) if done else None)


@router.get("/desk/{code}/clock")
async def show_clock(request: Request, code: str, step: str = "") -> Response:
    """Explain day by day how the date of a dossier, or of one of its steps, was reached."""
    page = api.clock_page(require(request, Kind.OFFICER), code=code, step=step)
    return render(request, "services/desk_clock.html", page=page, **shown.clock(page.clock))


@router.post("/desk/{code}/steps/{step}")
async def decide(request: Request, code: str, step: str) -> Response:
    """Decide a step: approve, sign, return, ask for a supplement, refuse."""
    form = await forms.read(request)
    if form.text("then") == "language":
        return _dossier(request, api.dossier(form.who, code=code), form=form)
    verdict = form.text("verdict")
    reasons = form.all(reason_field(verdict))
    try:
        if verdict == "extend":
            api.extend(form.who, dossier=code, reasons=reasons, note=form.text("extend-note"))
        else:
            api.decide(form.who, dossier=code, step=step, verdict=verdict, reasons=reasons, note=form.text("note"))  # type: ignore[arg-type]  an unknown verdict is refused by the verb
    except (Invalid, Conflict) as wrong:
        return _dossier(request, api.dossier(form.who, code=code), wrong=wrong, form=form)
    return redirect(f"/desk?done={code}" if verdict != "extend" else f"/desk/{code}?done=1")


@router.post("/desk/{code}/apology")
async def apologise(request: Request, code: str) -> Response:
    """Send the one apology with its new appointment before the machine would."""
    form = await forms.read(request)
    if form.text("then") == "language":
        return _dossier(request, api.dossier(form.who, code=code), form=form)
    try:
        api.apologise_early(form.who, dossier=code, note=form.text("apology-note"))
    except Conflict as wrong:
        return _dossier(request, api.dossier(form.who, code=code), wrong=wrong, form=form)
    return redirect(f"/desk/{code}?done=1")


def reason_field(verdict: str) -> str:
    """Return the name of the field with the reasons of a verdict."""
    return f"reasons-{verdict}"


def _faults(wrong: Invalid | Conflict | None, form: Form | None) -> dict[str, str]:
    """Return what stands against a decision: field of the page → the first sentence about it."""
    if wrong is None or form is None:
        return {}
    fields = {"reasons": reason_field(form.text("verdict")), "note": "note"}
    found = [(fields.get(each.at, "verdict"), each.text) for each in wrong.faults] if isinstance(wrong, Invalid) else []
    return dict(reversed(found)) or {"verdict": wrong.message}


def _dossier(
    request: Request,
    view: DossierView,
    *,
    wrong: Invalid | Conflict | None = None,
    form: Form | None = None,
    decided: Moment | None = None,
) -> Response:
    own = next((each for each in view.steps if each.may), None)
    matching = [each for each in view.compared if each.state == "match"]
    return render(
        request,
        "services/desk_dossier.html",
        status=422 if wrong else 200,
        view=view,
        own=own,
        verdicts=(verdicts := _verdicts(own, view.procedure)),
        preset="" if view.procedure.answers or not verdicts else verdicts[0][0],  # an answer is never suggested
        reasons={"approve": own.approvals, "supplement": own.supplements, "refuse": own.refusals} if own else {},
        extensions=own.extensions if own else (),
        faults=_faults(wrong, form),
        chosen=form.texts() if form else {},
        ticked={code for each in (*VERDICTS, "extend") for code in form.all(reason_field(each))}
        if form
        else set[str](),
        decided=decided,
        mismatches=sum(each.state == "mismatch" for each in view.compared),
        differing=[each for each in view.compared if each.state != "match"],
        matching=len(matching),
        matched=[(whose, list(listed)) for whose, listed in groupby(matching, key=lambda each: str(each.whose))],
        **shown.clock(view.clock),
        forms=api.forms(require(request), dossier=view.code),
        step_clock=_step_clock(request, view),
        own_left=shown.left(own.clock) if own and own.clock else "",
        way=shown.way(view.steps),
        source=shown.source,
        tag=shown.tag,
        ended=shown.ended(view),
    )


def _step_clock(request: Request, view: DossierView) -> dict[str, Any] | None:
    """Return the clock of its own step for an agency that does not lead."""
    if view.role != "participant":
        return None
    own = api.clock_page(require(request), code=view.code).clock
    return {**shown.clock(own), "state": "ok" if own.state == "done" else own.state}


def _verdicts(own: StepView | None, procedure: ProcedureView) -> list[tuple[str, str, str]]:
    """What may be decided: name, title, hint; a procedure that answers says its own titles."""
    return [
        (name, str(procedure.answers[name]), "") if name in procedure.answers else (name, gettext(title), gettext(hint))
        for name, (title, hint) in VERDICTS.items()
        if own and name in own.may
    ]


def _grouped(rows: tuple[QueueRow, ...]) -> list[tuple[str, str, list[QueueRow]]]:
    return [
        (name, gettext(title), listed)
        for name, title in GROUPS.items()
        if (listed := [row for row in rows if row.group == name])
    ]


def _capped(count: int | None) -> str:
    if count is None:
        return ""
    return "99+" if count >= 100 else str(count)
