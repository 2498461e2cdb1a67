"""Tables of figures as files, and the page of figures that were published before the house counted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.oversight import api, spec
from lienthong.webkit import forms
from lienthong.webkit.page import render
from lienthong.webkit.request import require

router = APIRouter()
PIECE = 64 * 1024


@router.post("/oversight/export", include_in_schema=False)
async def export(request: Request) -> Response:
    """Give the table that the dashboard shows as CSV or XLSX, in pieces."""
    require(request, Kind.OFFICER)
    form = await forms.read(request)
    kind = form.text("kind")
    if kind not in api.KINDS:
        raise NotFound("export.kind", N_("Chỉ xuất được .csv và .xlsx."))
    folder = tempfile.TemporaryDirectory(prefix="lienthong-export-")
    path = Path(folder.name) / f"table.{kind}"
    asked = {name: form.text(name) for name in ("indicator", "month", "place")}
    try:
        await run_in_threadpool(api.export, form.who, path=path, view=form.text("view") or api.NOW, **asked)
    except BaseException:
        folder.cleanup()
        raise
    name = "-".join(each for each in (asked["indicator"], asked["place"], asked["month"]) if each)
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"', "cache-control": "private, no-store"}
    return StreamingResponse(_pieces(path, folder), media_type=api.KINDS[kind], headers=headers)


def _pieces(path: Path, folder: tempfile.TemporaryDirectory[str]) -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


@router.get("/oversight/published", include_in_schema=False)
async def show_published(request: Request) -> Response:
    """Show the figures that the press published, each with its source and quote, never mixed with computed ones."""
    who = require(request, Kind.OFFICER)
    api.may_oversee(who)
    figures = spec.reported_figures()
    sources = list(dict.fromkeys(each.source for each in figures))
    groups = [(source, [each for each in figures if each.source == source]) for source in sources]
    return render(request, "oversight/published.html", groups=groups, count=len(figures))
