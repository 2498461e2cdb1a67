"""WebAuthn over JSON: the script of the page asks, the browser signs, we verify."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from lienthong.identity import api
from lienthong.identity.web.sign_in import device_of, entered
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_, gettext
from lienthong.webkit import forms
from lienthong.webkit.request import actor, same_origin

router = APIRouter(prefix="/api/identity", tags=["identity"])
TOKEN_HEADER = "x-form-token"  # noqa: S105  the name of a header


class Ceremony(BaseModel):
    """What the browser's WebAuthn call needs. attempt: to be handed back with the answer within five minutes."""

    attempt: str
    options: dict[str, Any]


class Answer(BaseModel):
    """What the browser's WebAuthn call answered, as JSON (``PublicKeyCredential.toJSON``)."""

    attempt: str = Field(max_length=100)
    credential: dict[str, Any]
    next: str = Field(default="/", max_length=500)
    name: str = Field(default="", max_length=80)


class Done(BaseModel):
    """Where to go on to."""

    next: str


@router.post("/passkey/options")
async def options(request: Request) -> Ceremony:
    """Ask for a signature by any passkey of this site."""
    asked = api.passkey_options(_ours(request))
    return Ceremony(attempt=asked.attempt, options=asked.options)


@router.post("/passkey", response_model=Done)
async def sign_in(request: Request, answer: Answer) -> Response:
    """Begin a session for the owner of the passkey that signed; the session is set as a cookie."""
    entry = api.finish_passkey(
        _ours(request), attempt=answer.attempt, credential=answer.credential, device=device_of(request)
    )
    return entered(JSONResponse({"next": api.safe_path(answer.next)}), entry)


@router.post("/passkeys/options")
async def new_options(request: Request) -> Ceremony:
    """Ask this device to make a passkey for one's own account."""
    asked = api.new_passkey_options(_ours(request))
    return Ceremony(attempt=asked.attempt, options=asked.options)


@router.post("/passkeys")
async def add(request: Request, answer: Answer) -> Done:
    """Let the new passkey open one's own account."""
    name = answer.name or device_of(request) or gettext(N_("Thiết bị không rõ"))
    api.add_passkey(_ours(request), attempt=answer.attempt, credential=answer.credential, name=name)
    return Done(next="/account#passkeys")


def _ours(request: Request) -> Actor:
    """Return who asks, when a page of ours does. Raises Denied."""
    token = request.headers.get(TOKEN_HEADER, "")
    if not same_origin(request) or not forms.is_form_token(request, token):
        raise Denied("form.token", N_("Trang này đã cũ. Mở lại trang rồi thử lại; chưa có gì thay đổi."))
    return actor(request)
