"""A file comes in: the form that takes it, the empty template to fill in, and what leaves the register."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.errors import Invalid, NotFound, Unavailable, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.api import Grounds
from lienthong.stewardship import api
from lienthong.stewardship.web import wording
from lienthong.webkit import forms
from lienthong.webkit.downloads import KINDS, saved
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
MOST = 300
"""Megabytes of a file that is handed in on the page; larger ones go through the command line."""
ACCEPT = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods,.jsonl,.ndjson,.parquet,.pdf,.jpg,.jpeg,.png"
_ROOM = 64 * 1024


@router.get("/steward/{definition}/import")
async def ask_for_file(request: Request, definition: str) -> Response:
    """Show the form that takes a file."""
    wording.steward(request)
    return _upload(request, definition)


@router.post("/steward/{definition}/import")
async def take_file(request: Request, definition: str) -> Response:
    """Keep a file and go on to its columns; one that cannot be read is answered in words on the page."""
    wording.steward(request)
    api.register(register=definition)
    typed: dict[str, str] = {}
    try:
        form = await forms.read(request, limit=MOST * 1024**2 + _ROOM, files=1)
        typed = form.texts()
        file = form.file("file")
        if file is None or not file.filename:
            missing = fault("file", "import.no_file", N_("Chọn một tệp trên máy của bạn."))
            raise Invalid("import.no_file", N_("Chưa chọn tệp nào."), [missing])
        try:
            batch = await run_in_threadpool(
                api.receive,
                form.who,
                register=definition,
                name=file.filename,
                source=file.file,
                grounds=Grounds(purpose="import", basis=form.text("basis")),
                reason=form.text("reason"),
            )
        finally:
            await file.close()
    except (Invalid, Unavailable) as refused:
        return _upload(request, definition, refused=refused, typed=typed)
    return redirect(f"/steward/batches/{batch.id}/columns")


@router.get("/steward/{definition}/template.{kind}")
async def get_template(request: Request, definition: str, kind: str) -> Response:
    """Answer the empty file with the titles of a register's fields."""
    wording.steward(request)
    if kind not in {"xlsx", "csv"}:
        raise NotFound("import.kind", N_("Tệp mẫu có hai dạng: xlsx và csv."))
    folder = TemporaryDirectory(prefix="lienthong-template-")
    path = Path(folder.name) / f"template.{kind}"
    api.template(register=definition, path=path)
    return saved(path, folder, f"{definition}.{kind}")


@router.get("/steward/{definition}/export")
async def ask_for_export(request: Request, definition: str) -> Response:
    """Show what an export is, and ask which part."""
    wording.steward(request)
    return _export(request, definition)


@router.post("/steward/{definition}/export")
async def export(request: Request, definition: str) -> Response:
    """Answer the records of a register as a file; everybody in it finds that in their log."""
    form = await forms.read(request)
    spec = api.register(register=definition)
    kind = form.text("kind")
    folder = TemporaryDirectory(prefix="lienthong-export-")
    path = Path(folder.name) / f"export.{kind if kind in KINDS else 'csv'}"
    try:
        if not form.checked("sure"):
            unsure = fault("sure", "export.sure", N_("Đánh dấu để xác nhận bạn cần tệp này cho công việc."))
            raise Invalid("export.sure", N_("Chưa xác nhận."), [unsure])
        await run_in_threadpool(
            api.export,
            form.who,
            register=definition,
            path=path,
            grounds=Grounds(purpose="export", basis=spec.basis[0]),
            unit=form.text("unit"),
        )
    except Invalid as refused:
        folder.cleanup()
        return _export(request, definition, refused=refused, typed=form.texts())
    except BaseException:
        folder.cleanup()
        raise
    return saved(path, folder, f"{definition}{path.suffix}")


def _upload(
    request: Request,
    definition: str,
    *,
    refused: Invalid | Unavailable | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    spec = api.register(register=definition)
    laws = [(each, reference.basis(each)) for each in spec.basis]
    return render(
        request,
        "stewardship/import_file.html",
        status=refused.status if refused else 200,
        register=spec,
        faults=wording.faults(refused, "file"),
        typed={"basis": spec.basis[0], "reason": "", **(typed or {})},
        laws=[(each, f"{law.title} ({law.number})") for each, law in laws],
        accept=ACCEPT,
        most=MOST,
        steps=wording.steps(),
    )


def _export(
    request: Request, definition: str, *, refused: Invalid | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    spec = api.register(register=definition)
    return render(
        request,
        "stewardship/export.html",
        status=refused.status if refused else 200,
        register=spec,
        faults=wording.faults(refused, "unit"),
        typed={"kind": "csv", "unit": "", **(typed or {})},
        provinces=[(each.code, str(each.name)) for each in reference.units(level="province")] if spec.unit else [],
    )
