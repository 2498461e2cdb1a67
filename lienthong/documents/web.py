"""Pages of the wallet and of verification. One endpoint gives what a verifier keeps to work without the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.requests import HTTPConnection
from starlette.responses import Response

from lienthong.documents import api, spec
from lienthong.documents.api.ending import SIGNING_LEVEL
from lienthong.documents.api.statuses import FRESH
from lienthong.documents.api.verifying import WORDS, State
from lienthong.documents.api.wallet import WHOLE
from lienthong.documents.spec import qr_svg
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import PAPERS, Actor, Kind
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.webkit import forms, page
from lienthong.webkit.page import redirect
from lienthong.webkit.parts import MenuItem, Panel, Place, Source
from lienthong.webkit.request import require
from lienthong.webkit.show import day
from lienthong.webkit.static_files import files

router = APIRouter()
menu = (MenuItem(id="wallet", label=N_("Ví giấy tờ"), href="/wallet", kinds=frozenset({Kind.CITIZEN}), order=30),)
SOON = 30
"""Days before its end that a document is shown with a warning."""
ON_PANEL = 3
VERDICTS: Mapping[State, tuple[str, str]] = {
    "genuine": ("ok", N_("Chữ ký số đúng, nội dung không bị sửa.")),
    "expired": ("wait", N_("Mã trên màn hình chỉ dùng được một phút; xin người đưa mở mã mới.")),
    "not_active": ("no", N_("Cơ quan cấp đã thu hồi giấy tờ này; đừng dùng nó nữa.")),
    "replaced": ("no", N_("Cơ quan cấp đã cấp bản khác; xin xem bản mới trong ví hoặc trên giấy mới.")),
    "altered": ("no", N_("Nội dung đã bị sửa sau khi ký, hoặc chữ ký là giả.")),
    "unknown_signer": ("no", N_("Khóa ký này không thuộc cơ quan nào mà hệ thống biết.")),
    "unreadable": ("wait", N_("Dán lại toàn bộ nội dung mã, bắt đầu bằng LT1: trên giấy.")),
}
"""Verdict → how it looks and what it means; its word is in ``WORDS``."""
STATUSES = {
    "valid": N_("Còn hiệu lực theo danh sách ngày"),
    "revoked": N_("Đã bị thu hồi, theo danh sách ngày"),
    "replaced": N_("Đã có bản khác thay thế, theo danh sách ngày"),
    "none": N_("Không biết: thiết bị chưa tải danh sách thu hồi."),
    "old": N_("Không biết: danh sách trên thiết bị đã quá cũ, của ngày"),
    "unlisted": N_("Không biết: giấy này cấp trước khi có danh sách thu hồi."),
}
"""What the device says of the status from the lists it keeps; a day and an hour follow where one is named."""


@dataclass(frozen=True, slots=True)
class Card:
    """A document as a card of the wallet."""

    href: str
    title: str
    note: str
    warning: str
    code: str
    colour: str
    source: Source


@router.get("/wallet", include_in_schema=False)
async def show_wallet(request: Request, of: str = "") -> Response:
    """Show the wallet: all of it, or only the documents about one person (``of``: their place in the list)."""
    who = require(request, Kind.CITIZEN)
    held = api.wallet(who)
    people = {each.subject: each.subject_name for each in held}
    chosen = list(people)[int(of) - 1] if of.isdecimal() and 0 < int(of) <= len(people) else None
    chips = [
        {
            "name": gettext("Của tôi") if subject == who.person else name,
            "href": f"/wallet?of={place}",
            "current": subject == chosen,
            "count": sum(each.subject == subject for each in held),
        }
        for place, (subject, name) in enumerate(people.items(), 1)
    ]
    shown = [_card(each) for each in held if chosen in {None, each.subject}]
    return page.render(request, "documents/wallet.html", cards=shown, chips=chips, total=len(held), chosen=chosen)


@router.get("/wallet/{document}.pdf", include_in_schema=False)
async def download(request: Request, document: str) -> Response:
    """Give the signed paper."""
    content = api.pdf(require(request), document)
    headers = {"content-disposition": f'inline; filename="{document}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/wallet/{document}", include_in_schema=False)
async def show_document(request: Request, document: str) -> Response:
    """Show one document to who holds it, or to an officer of the agency that issued it."""
    who = require(request)
    found = api.document(who, document)
    kind = spec.document_type(found.type)
    return page.render(
        request,
        "documents/document.html",
        document=found,
        card=_card(found),
        facts=[(str(kind.title_of(name)), found.shown[name]) for name in kind.spec.fields if name in found.shown],
        shows=_shows(kind) if who.kind is Kind.CITIZEN else [],
        ended=api.ended(found),
        may_end=api.may_end(who, found) and found.ready,
    )


@router.get("/wallet/{document}/revoke", include_in_schema=False)
async def ask_revoke(request: Request, document: str) -> Response:
    """Ask the officer who may sign for the reason to take a document back."""
    return _revoke_page(request, require(request, Kind.OFFICER, level=SIGNING_LEVEL), document)


@router.post("/wallet/{document}/revoke", include_in_schema=False)
async def revoke(request: Request, document: str) -> Response:
    """Take a document back."""
    form = await forms.read(request)
    try:
        api.revoke(form.who, document=document, reason=form.text("reason"))
    except (Invalid, Conflict) as wrong:
        return _revoke_page(request, form.who, document, refusal=wrong.message)
    return redirect(f"/wallet/{document}")


@router.get("/wallet/{document}/reissue", include_in_schema=False)
async def ask_reissue(request: Request, document: str) -> Response:
    """Show what the registers say now beside what the paper says, and ask for the reason."""
    return _reissue_page(request, require(request, Kind.OFFICER, level=SIGNING_LEVEL), document)


@router.post("/wallet/{document}/reissue", include_in_schema=False)
async def reissue(request: Request, document: str) -> Response:
    """Issue a document anew from the registers."""
    form = await forms.read(request)
    try:
        newer = api.reissue(form.who, document=document, reason=form.text("reason"))
    except (Invalid, Conflict) as wrong:
        return _reissue_page(request, form.who, document, refusal=wrong.message)
    return redirect(f"/wallet/{newer.id}")


@router.get("/wallet/{document}/show", include_in_schema=False)
async def show_part(request: Request, document: str, what: str = WHOLE) -> Response:
    """Show a part of a document, full screen, with a code that lives for a minute."""
    part = api.present(require(request, Kind.CITIZEN), document, show=what)
    return page.render(
        request,
        "documents/show.html",
        part=part,
        whole=what == WHOLE,
        qr=_qr(part.text, gettext("Mã QR: %(title)s", title=part.title)),
        agency=str(part.document.agency_name),
        expires=clock.local(part.expires_at),
        others=[each for each in _shows(spec.document_type(part.document.type)) if each["id"] != what],
    )


@router.get("/verify", include_in_schema=False)
async def verify(request: Request) -> Response:
    """Ask whether a document is genuine. The script of the page checks without the network, once it was loaded."""
    return _verify_page(request, "", None)


@router.post("/verify", include_in_schema=False)
async def verify_here(request: Request) -> Response:
    """Check on the server, for browsers without script; nothing of it is kept."""
    form = await forms.read(request)
    text = form.text("statement")
    return _verify_page(request, text, api.verify(text))


@router.get("/verify/worker.js", include_in_schema=False)
async def worker() -> Response:
    """Give the script that keeps /verify working without the network; it may look after that page only."""
    file = files()["documents/verify-worker.js"]
    return Response(file.content, media_type=file.media_type, headers={"service-worker-allowed": "/verify"})


@router.get("/api/documents/keys")
async def keys() -> dict[str, Any]:
    """Public keys, titles of document types and fields: all that is needed to check a document without the network."""
    return api.verification_keys()


@router.get("/api/documents/status/{status_list}")
async def kept_list(status_list: int) -> Response:
    """One signed status list (IETF Token Status List, JWT): which documents were taken back, by place, never whose."""
    headers = {"cache-control": f"public, max-age={int(FRESH.total_seconds())}"}
    return Response(api.status_list_of(status_list), media_type="application/statuslist+jwt", headers=headers)


def _revoke_page(request: Request, who: Actor, document: str, *, refusal: str = "") -> Response:
    found = api.signable(who, document)
    valid = found.status is api.Status.ACTIVE
    return page.render(
        request,
        "documents/end.html",
        status=422 if refusal else 200,
        document=found,
        open=valid,
        reasons=_reasons(found, by="revoke"),
        changes=None,
        refusal=refusal if valid else gettext("Giấy tờ này đã bị thu hồi hoặc thay thế trước đó."),
    )


def _reissue_page(request: Request, who: Actor, document: str, *, refusal: str = "") -> Response:
    status = 422 if refusal else 200
    try:
        renewal = api.renewal(who, document=document)
    except Conflict as wrong:
        refusal = refusal or wrong.message
        renewal = api.Renewal(api.signable(who, document), ())
    return page.render(
        request,
        "documents/end.html",
        status=status,
        document=renewal.document,
        open=bool(renewal.changes),
        reasons=_reasons(renewal.document, by="reissue"),
        changes=renewal.changes,
        refusal=refusal,
    )


def _reasons(document: api.Document, *, by: str) -> list[tuple[str, str, str]]:
    laws = reference.bases()
    return [
        (each.id, str(each.title), f"{(law := laws[each.basis]).title} ({law.number})")
        for each in api.reasons(document, by=by)
    ]


def _verify_page(request: Request, text: str, verdict: api.Verdict | None) -> Response:
    texts = {state: (look, gettext(WORDS[state]), gettext(meaning)) for state, (look, meaning) in VERDICTS.items()}
    look, word, meaning = texts[verdict.state] if verdict else ("", "", "")
    return page.render(
        request,
        "documents/verify.html",
        text=text,
        verdict=verdict,
        look=look,
        word=word,
        meaning=meaning,
        texts=texts,
        statuses={name: gettext(text) for name, text in STATUSES.items()},
        checked_at=runtime.current().clock.now(),
    )


def _panel(request: HTTPConnection, who: Actor) -> str:
    held = api.wallet(who)
    cards = [_card(each) for each in held[:ON_PANEL]]
    return page.fragment(request, "documents/panel.html", cards=cards, total=len(held))


places = (
    Place(path="/wallet", needs=PAPERS),
    Place(path="/verify", needs="open"),
)
panels = (Panel(id="documents", order=30, render=_panel, needs=PAPERS),)


def _card(document: api.Document) -> Card:
    kind = spec.types().get(document.type)
    until = document.values.get(kind.spec.until, "") if kind else ""
    left = (date.fromisoformat(until) - clock.today(runtime.current().clock)).days if len(until) == 10 else None
    if document.status is api.Status.REPLACED:
        warning = gettext("Đã có bản thay thế")
    elif document.status is api.Status.REVOKED:
        warning = gettext("Đã bị thu hồi")
    elif left is not None and left < 0:
        warning = gettext("Hết hạn từ %(day)s", day=day(until))
    elif left is not None and left <= SOON:
        warning = gettext("Còn %(left)s ngày", left=left)
    else:
        warning = ""
    return Card(
        href=f"/wallet/{document.id}",
        title=str(document.title),
        note=gettext("%(name)s · đến %(day)s", name=document.subject_name, day=day(until))
        if until
        else document.subject_name,
        warning=warning,
        code=document.number,
        colour=kind.spec.colour if kind else "muc",
        source=Source(str(document.agency_name), gettext("ký số %(day)s", day=day(document.issued_at))),
    )


def _shows(kind: spec.DocumentType) -> list[dict[str, str]]:
    choices = [{"id": each.id, "title": str(each.title)} for each in kind.spec.shows]
    return [*choices, {"id": WHOLE, "title": gettext("Toàn bộ giấy")}]


def _qr(text: str, label: str) -> Markup:
    drawing = qr_svg(text, border=0).removeprefix("<svg ")
    return Markup('<svg role="img" aria-label="{}" {}').format(label, Markup(drawing))  # noqa: S704  drawn by qr_svg
