"""Pages of plans: what is known of each, its spreadsheet, the dry run and the import."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Invalid, LienThongError, NotFound
from lienthong.kernel.i18n import N_
from lienthong.oversight import api
from lienthong.oversight.api.planning import MOST_BYTES
from lienthong.oversight.web.tasks import faults_of
from lienthong.reference import api as reference
from lienthong.webkit import forms
from lienthong.webkit.downloads import KINDS
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
SHEETS = {"xlsx", "csv"}
SHOWN = 200
"""So many rejected cells are shown; the rest come with the next try."""


@router.get("/oversight/plans")
async def show_plans(request: Request) -> Response:
    """Show the plans of the catalogue and the form that takes a spreadsheet."""
    return _plans(request, require(request, Kind.OFFICER, role=api.ASSIGNERS))


@router.get("/oversight/plans/template.{kind}")
async def template(request: Request, kind: str, plan: str = "") -> Response:
    """Give an empty spreadsheet, or one that begins with what is known of a plan."""
    who = require(request, Kind.OFFICER, role=api.ASSIGNERS)
    if kind not in SHEETS:
        raise NotFound("plan.kind", N_("Tệp mẫu có hai dạng: xlsx và csv."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan.{kind}"
        api.template(who, path=path, plan=plan)
        content = path.read_bytes()
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(plan or 'nhiem-vu')}.{kind}"}
    return Response(content, media_type=KINDS[kind], headers=headers)


@router.post("/oversight/plans")
async def try_plan(request: Request) -> Response:
    """Take a spreadsheet and show what its import would do."""
    form = await forms.read(request, limit=MOST_BYTES + 64 * 1024)
    require(request, Kind.OFFICER, role=api.ASSIGNERS)
    name, content = next(iter(await form.uploads("file")), ("", b""))
    try:
        upload = api.stage(form.who, name=name, content=content)
        api.dry_run(form.who, upload=upload)
    except (Invalid, Conflict) as refused:
        return _plans(request, form.who, refused=refused)
    return redirect(f"/oversight/plans/{upload}")


@router.get("/oversight/plans/{upload}")
async def show_dry_run(request: Request, upload: str) -> Response:
    """Show what the import of a file would do: new, unchanged, and every rejected cell."""
    who = require(request, Kind.OFFICER, role=api.ASSIGNERS)
    name, tried = api.dry_run(who, upload=upload)
    return render(
        request, "oversight/plan_check.html", upload=upload, name=name, tried=tried, shown=tried.rejects[:SHOWN]
    )


@router.post("/oversight/plans/{upload}")
async def import_plan(request: Request, upload: str) -> Response:
    """Assign the tasks of the good rows."""
    form = await forms.read(request)
    api.import_plan(form.who, upload=upload)
    return redirect("/oversight/tasks?by=agency")


def _plans(request: Request, who: Actor, *, refused: LienThongError | None = None) -> Response:
    plans = api.plans(who)
    return render(
        request,
        "oversight/plans.html",
        status=refused.status if refused else 200,
        plans=plans,
        bases={each.plan: ", ".join(reference.basis(basis).number for basis in each.basis) for each in plans},
        faults=faults_of(refused, "file"),
        most=MOST_BYTES // 1024 // 1024,
    )
