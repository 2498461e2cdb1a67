"""Who looked at my data: the page, its proofs, and the file to take home."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.ledger import api as ledger
from lienthong.webkit import forms, page
from lienthong.webkit.request import require

router = APIRouter()
PAGE, MOST = 20, 60
"""A page shows so many rows; a run of own looks is one row, and at most so many entries stand on a page."""
PERIODS = {"month": timedelta(days=30), "year": timedelta(days=365), "denied": timedelta(days=365)}
VERBS = {
    "read": N_("Đọc %(register)s"),
    "compare": N_("Đối chiếu với %(register)s"),
    "search": N_("Tìm trong %(register)s"),
    "history": N_("Xem lịch sử trong %(register)s"),
    "export": N_("Xuất từ %(register)s"),
    "write": N_("Ghi vào %(register)s"),
    "import": N_("Nhập vào %(register)s"),
}


@router.get("/my/access", include_in_schema=False)
async def access(request: Request) -> Response:
    """Show the log of the person (or of the child they act for), newest first."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    shown = request.query_params.get("show", "month")
    shown = shown if shown in PERIODS else "month"
    entries = api.access_log(
        who,
        after=request.query_params.get("after", ""),
        limit=MOST + 1,
        since=runtime.current().clock.now() - PERIODS[shown],
        denied=shown == "denied",
    )
    groups = api.grouped(entries[:MOST])[:PAGE]
    on_page = [each for group in groups for each in group.entries]
    more = len(entries) > len(on_page)
    return page.render(
        request,
        "exchange/access.html",
        groups=groups,
        all=len(on_page),
        shown=shown,
        verbs=VERBS,
        complaints=api.contested(who, entries=[each.id for each in on_page]),
        next_href=f"/my/access?show={shown}&after={on_page[-1].id}" if more else "",
        first_href=f"/my/access?show={shown}" if request.query_params.get("after") else "",
        proved=sum(each.proof.state is api.ProofState.PROVED for each in on_page),
        broken=sum(each.proof.state is api.ProofState.BROKEN for each in on_page),
        sealed_at=next((each.proof.sealed_at for each in on_page if each.proof.sealed_at), None),
    )


@router.get("/my/access/export", include_in_schema=False)
async def export(request: Request) -> Response:
    """Give the person their log with every proof, for ``lienthong ledger verify --file``."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    name = {"content-disposition": 'attachment; filename="nhat-ky-du-lieu.jsonl"', "cache-control": "no-store"}
    return Response("".join(api.access_proofs(who)), media_type="application/jsonl", headers=name)


@router.get("/my/access/how", include_in_schema=False)
async def how(request: Request) -> Response:
    """Say how anybody checks the log, with the newest checkpoint and public key, and how many entries are sealed."""
    key = ledger.public_key().hex()
    shown = {"checkpoint": ledger.checkpoint(), "public_key": key, "sealed": api.sealed_now()}
    return page.render(request, "exchange/how.html", **shown)


@router.get("/my/access/{entry}", include_in_schema=False)
async def one(request: Request, entry: str) -> Response:
    """Show one entry of the person's log, with their complaint about it and its answer."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    shown, said = api.access_view(who, entry=entry), api.contested(who, entries=[entry]).get(entry)
    return page.render(request, "exchange/entry.html", each=shown, said=said, verbs=VERBS)


@router.post("/my/access/{entry}/complaint", include_in_schema=False)
async def complain(request: Request, entry: str) -> Response:
    """Complain about one entry of one's own log: one click, said twice it is one complaint."""
    require(request, kind=Kind.CITIZEN, level=2)
    form = await forms.read(request)
    api.complain(form.who, entry=entry, text=form.text("text"))
    return page.redirect(f"/my/access/{entry}")


@router.get("/api/my/access/{entry}/proof")
async def proof(request: Request, entry: str) -> dict[str, Any]:
    """Return what proves one entry of one's own log: its content and salt, the inclusion proof, the public key.

    ``proof`` is null while the entry waits to be sealed. Digest: SHA-256 of the salt and the content as canonical JSON.
    """
    who = require(request, kind=Kind.CITIZEN, level=2)
    found = api.access_entry(who, entry=entry)
    if found.erased:
        raise NotFound("access.erased", N_("Bằng chứng của dòng này đã xóa theo quyết định nêu ở nhật ký."))
    shown = ledger.proof(entry)
    return {
        "content": found.content(),
        "salt": found.salt.hex(),
        "proof": shown.as_dict() if shown else None,
        "public_key": ledger.public_key().hex(),
    }


def newest(request: HTTPConnection, who: Actor) -> str:
    """Show on My page how often others looked in 30 days, and who last."""
    if who.kind is not Kind.CITIZEN or who.level < 2:
        return ""
    return page.fragment(request, "exchange/panel.html", summary=api.access_summary(who, days=30))
