"""Pages of figures that agencies report by hand: the list, the form, the answer, the evidence."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Invalid, LienThongError
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.uploads import LIMIT
from lienthong.oversight import api, spec
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter()
STATES = {
    "waiting": ("wait", N_("Chờ duyệt")),
    "approved": ("ok", N_("Đã duyệt")),
    "returned": ("risk", N_("Trả lại")),
}
FORM = ("indicator", "unit", "month", "part", "of", "note")


@router.get("/oversight/reports", include_in_schema=False)
async def show_reports(request: Request, indicator: str = "", unit: str = "", month: str = "") -> Response:
    """Show the reports of one's own units beside the computed figures, and a form for a new one."""
    who = require(request, Kind.OFFICER)
    return _page(request, who, {"indicator": indicator, "unit": unit, "month": month})


@router.post("/oversight/reports", include_in_schema=False)
async def report(request: Request) -> Response:
    """Take a report with its evidence."""
    require(request, Kind.OFFICER)
    form = await forms.read(request, limit=LIMIT + forms.LIMIT)
    typed = {name: form.text(name) for name in FORM}
    file = form.file("file")
    content, name = (await file.read(), file.filename or "") if file else (b"", "")
    await form.fields.close()
    digits = typed["month"].split("/")
    month = f"{digits[1]}-{digits[0]:0>2}" if len(digits) == 2 else typed["month"]
    try:
        api.report(form.who, **typed | {"month": month}, content=content, name=name)
    except Invalid as refused:
        return _page(request, form.who, typed, refused)
    return redirect(f"/oversight/reports?unit={typed['unit']}")


@router.post("/oversight/reports/{report_id}/answer", include_in_schema=False)
async def answer(request: Request, report_id: str) -> Response:
    """Approve a report or return it."""
    require(request, Kind.OFFICER)
    form = await forms.read(request)
    try:
        api.answer(form.who, report=report_id, decision=form.text("decision"), reason=form.text("reason"))
    except Invalid as refused:
        return _page(request, form.who, {}, refused)
    return redirect("/oversight/reports")


@router.get("/oversight/reports/{report_id}/evidence", include_in_schema=False)
async def show_evidence(request: Request, report_id: str) -> Response:
    """Give the paper that proves a report."""
    name, kind, content = api.paper(require(request, Kind.OFFICER), report=report_id)
    ending = name.rpartition(".")[2] if name.isascii() else "bin"
    headers = {
        "content-disposition": f'attachment; filename="{report_id}.{ending}"',
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=kind, headers=headers)


def _page(request: Request, who: Actor, typed: dict[str, str], refused: LienThongError | None = None) -> Response:
    asked = {name: typed.get(name, "") if refused is None else "" for name in ("indicator", "unit", "month")}
    return render(
        request,
        "oversight/reports.html",
        reports=api.reports(who, **asked),
        states={name: (state, gettext(text)) for name, (state, text) in STATES.items()},
        indicators=[(each.id, str(each.title)) for each in spec.indicators().values()],
        typed=dict.fromkeys(FORM, "") | typed,
        unit=typed.get("unit") or (min(who.units) if len(who.units) == 1 else ""),
        faults=refused.faults if isinstance(refused, Invalid) else (),
        status=refused.status if refused else 200,
    )
