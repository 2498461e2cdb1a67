"""Papers handed in where a register has no answer: files of a form, and a page of a paper shown to who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel import uploads
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Fault, Invalid, Unavailable, fault
from lienthong.services import api
from lienthong.services.api.views import DraftView
from lienthong.webkit.forms import LIMIT, Form
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
FILES = 20
"""How many file fields one form may have: one a paper, one a page that is replaced."""
ALL_FILES = 10 * uploads.LIMIT + LIMIT
"""Bytes of one form with its files; more are sent one after another."""
ENDINGS = sorted(uploads.ENDINGS[each] for each in uploads.PAPERS)
ACCEPT = ",".join([*ENDINGS, ".jpeg"])
LIMITS = {
    "accept": ACCEPT,
    "endings": ", ".join(each.removeprefix(".").upper() for each in ENDINGS),
    "most": uploads.LIMIT // 1024**2,
}
"""What templates say of a file field."""
_ALONE = {"content-security-policy": "default-src 'none'; sandbox", "cache-control": "private, no-store"}


@router.get("/drafts/{draft}/papers/{attachment}")
async def show_of_draft(request: Request, draft: str, attachment: str, small: bool = False) -> Response:
    """Answer a page of one's own draft."""
    return await _shown(require(request, Kind.CITIZEN), draft, attachment, small=small)


@router.get("/dossiers/{code}/papers/{attachment}")
async def show_of_dossier(request: Request, code: str, attachment: str) -> Response:
    """Answer a page of one's own dossier."""
    return await _shown(require(request, Kind.CITIZEN), code, attachment)


@router.get("/desk/{code}/papers/{attachment}")
async def show_at_desk(request: Request, code: str, attachment: str) -> Response:
    """Answer a page of a dossier to an officer of its agency; that they opened it stands in the person's log."""
    return await _shown(require(request, Kind.OFFICER), code, attachment)


async def keep(form: Form, view: DraftView) -> list[Fault]:
    """Keep the files of a form, take away the page it drops, and answer what is wrong."""
    if dropped := form.text("drop"):
        api.take_back(form.who, draft=view.id, attachment=dropped)
    faults: list[Fault] = []
    for item, instead_of, name in _fields(view):
        files = [api.Handed(*each) for each in await form.uploads(name)]
        if files:
            try:
                await run_in_threadpool(
                    api.hand_in, form.who, draft=view.id, item=item, files=files, instead_of=instead_of
                )
            except (Invalid, Unavailable) as wrong:
                told = wrong.faults if isinstance(wrong, Invalid) else ()
                faults += told or (fault(item, wrong.code, wrong.template, **wrong.data),)
    return faults


def _fields(view: DraftView) -> Iterator[tuple[str, str, str]]:
    """Yield (item, id of the page replaced, name of the file field)."""
    for paper in view.papers:
        yield paper.item, "", f"paper-{paper.item}"
        yield from ((paper.item, page.id, f"instead-{page.id}") for page in paper.pages)


async def _shown(who: Actor, dossier: str, attachment: str, *, small: bool = False) -> Response:
    """Answer a page: a picture to be seen, everything else to be saved, never with any right of our pages."""
    found, content = await run_in_threadpool(api.attachment, who, dossier=dossier, attachment=attachment, small=small)
    kind = "image/jpeg" if small and found.is_picture else found.kind
    how = "inline" if found.is_picture else "attachment"
    headers = {**_ALONE, "content-disposition": f"{how}; filename*=UTF-8''{quote(found.name)}"}
    return Response(content, media_type=kind, headers=headers)
