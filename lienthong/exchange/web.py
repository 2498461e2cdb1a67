"""Who looked at my data: the page, its proofs, the file to take home, and what one agreed to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.i18n import N_
from lienthong.ledger import api as ledger
from lienthong.webkit import forms, page
from lienthong.webkit.parts import MenuItem, Panel
from lienthong.webkit.request import require

router = APIRouter()
PAGE = 20
PERIODS = {"month": timedelta(days=30), "year": timedelta(days=365), "denied": timedelta(days=365)}
VERBS = {
    "read": N_("Đọc %(register)s"),
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
        limit=PAGE + 1,
        since=runtime.current().clock.now() - PERIODS[shown],
        denied=shown == "denied",
    )
    more, entries = len(entries) > PAGE, entries[:PAGE]
    return page.render(
        request,
        "exchange/access.html",
        entries=entries,
        shown=shown,
        verbs=VERBS,
        next_href=f"/my/access?show={shown}&after={entries[-1].id}" if more else "",
        first_href=f"/my/access?show={shown}" if request.query_params.get("after") else "",
        proved=sum(each.proof.state is api.ProofState.PROVED for each in entries),
        broken=sum(each.proof.state is api.ProofState.BROKEN for each in entries),
        sealed_at=next((each.proof.sealed_at for each in entries if each.proof.sealed_at), None),
        agreements=api.agreements(who),
    )


@router.get("/my/access/export", include_in_schema=False)
async def export(request: Request) -> Response:
    """Give the person their log with every proof, for ``lienthong ledger verify --file``."""
    who = require(request, kind=Kind.CITIZEN, level=2)
    name = {"content-disposition": 'attachment; filename="nhat-ky-du-lieu.jsonl"', "cache-control": "no-store"}
    return Response("".join(api.access_proofs(who)), media_type="application/jsonl", headers=name)


@router.get("/my/access/how", include_in_schema=False)
async def how(request: Request) -> Response:
    """Say how anybody checks the log, with the newest checkpoint and the public key."""
    key = ledger.public_key().hex()
    return page.render(request, "exchange/how.html", checkpoint=ledger.checkpoint(), public_key=key)


@router.post("/my/consents", include_in_schema=False)
async def consents(request: Request) -> Response:
    """Agree to a contract, or take it back."""
    form = await forms.read(request)
    change = api.consent_given if form.text("given") == "1" else api.consent_withdrawn
    change(form.who, contract=form.text("contract"))
    return page.redirect("/my/access#consents")


@router.get("/api/my/access/{entry}/proof")
async def proof(request: Request, entry: str) -> dict[str, Any]:
    """Return what proves one entry of one's own log: its content and salt, the inclusion proof, the public key.

    ``proof`` is null while the entry waits to be sealed. Digest: SHA-256 of the salt and the content as canonical JSON.
    """
    who = require(request, kind=Kind.CITIZEN, level=2)
    found = api.access_entry(who, entry=entry)
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


menu: tuple[MenuItem, ...] = (
    MenuItem(id="access", label=N_("Nhật ký"), href="/my/access", kinds=frozenset({Kind.CITIZEN}), order=40),
)
panels: tuple[Panel, ...] = (Panel(id="access", order=20, render=newest, place="home-side"),)
