"""What a batch gives to be saved: the rejects to mend, every row with its fate, the report."""

from __future__ import annotations

from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.stewardship import api
from lienthong.stewardship.web import wording
from lienthong.webkit.downloads import saved

router = APIRouter(include_in_schema=False)


@router.get("/steward/batches/{batch}/rejects.csv")
async def get_rejects(request: Request, batch: str, trial: bool = False) -> Response:
    """Answer the refused rows as they stand, with the reason in a last column; mended, the file comes in again."""
    who = wording.steward(request)
    found = api.batch(who, batch=batch)
    folder = TemporaryDirectory(prefix="lienthong-rejects-")
    path = Path(folder.name) / "rejects.csv"
    try:
        count = await run_in_threadpool(api.write_rejects, who, batch=batch, path=path, trial=trial)
        if not count:
            raise NotFound("import.no_rejects", N_("Lô này không có dòng nào bị từ chối."))
    except BaseException:
        folder.cleanup()
        raise
    return saved(path, folder, f"{PurePath(found.name).stem}-rejects.csv")


@router.get("/steward/batches/{batch}/rows.csv")
async def get_rows(request: Request, batch: str, trial: bool = False) -> Response:
    """Answer a line for each row of the file: what became of it, values understood, problems."""
    who = wording.steward(request)
    found = api.batch(who, batch=batch)
    folder = TemporaryDirectory(prefix="lienthong-rows-")
    path = Path(folder.name) / "rows.csv"
    try:
        await run_in_threadpool(api.write_rows, who, batch=batch, path=path, trial=trial)
    except BaseException:
        folder.cleanup()
        raise
    return saved(path, folder, f"{PurePath(found.name).stem}-rows.csv")


@router.get("/steward/batches/{batch}/report.json")
async def get_report(request: Request, batch: str, trial: bool = False) -> dict[str, object]:
    """Answer what became of a file, for machines."""
    who = wording.steward(request)
    return api.report(api.progress(who, batch=batch, trial=trial))
