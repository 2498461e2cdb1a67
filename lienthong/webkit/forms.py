"""Reads the form of a POST page: token bound to the session, same origin, limited size, clean text."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request

from lienthong.kernel import keys
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean
from lienthong.webkit.request import actor, device, same_origin

LIMIT = 256 * 1024
FILES = 10
MAX_FIELDS = 500
_KEPT = "lienthong.form-token"


@dataclass(frozen=True, slots=True)
class Form:
    """The answers of a form. request_id: made with the form, so that sending it twice is one request."""

    fields: FormData
    request_id: str
    who: Actor
    """Who sent it, with the form's request id: hand this one to a changing verb."""

    def text(self, name: str) -> str:
        """Return the answer as clean text (NFC, trimmed); "" when absent."""
        value = self.fields.get(name, "")
        return clean(value) if isinstance(value, str) else ""

    def all(self, name: str) -> list[str]:
        """Return every answer of a name (checkboxes), clean, empty ones left out."""
        values = (clean(each) for each in self.fields.getlist(name) if isinstance(each, str))
        return [each for each in values if each]

    def checked(self, name: str) -> bool:
        """True when a checkbox was ticked."""
        return bool(self.text(name))

    def texts(self) -> dict[str, str]:
        """Return every answer by name (the last of repeated ones), without the form's own fields."""
        return {name: self.text(name) for name in self.fields if name not in {"token", "request_id"}}

    async def uploads(self, name: str) -> list[tuple[str, bytes]]:
        """Read every chosen file of a name and let go of it; answer their names and contents."""
        chosen = [each for each in self.fields.getlist(name) if isinstance(each, UploadFile)]
        read = [(each.filename, await each.read()) for each in chosen]
        for each in chosen:
            await each.close()
        return [(filename, content) for filename, content in read if filename]

    def file(self, name: str) -> UploadFile | None:
        """Return a chosen file, None when none was chosen."""
        value = self.fields.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


async def read(request: Request, *, limit: int = LIMIT, files: int = FILES) -> Form:
    """Read the form of this request. limit: bytes, of all its files together. files: how many file fields it has.

    Raises Denied when it comes from elsewhere or its page is too old, Invalid when it is too large or broken.
    """
    if not same_origin(request):
        raise Denied("form.origin", N_("Biểu mẫu này được gửi từ một trang khác nên không được nhận."))
    fields = await _fields(request, limit, files)
    token = fields.get("token")
    if not isinstance(token, str) or not is_form_token(request, token):
        raise Denied(
            "form.token",
            N_("Trang bạn gửi đã cũ hoặc thuộc phiên đăng nhập khác. Mở lại trang rồi gửi lại; chưa có gì thay đổi."),
        )
    request_id = fields.get("request_id")
    if not isinstance(request_id, str) or not (request_id.isascii() and request_id.isalnum() and len(request_id) <= 64):
        request_id = new_id()
    return Form(fields, request_id, replace(actor(request), request_id=request_id))


def form_token(request: HTTPConnection) -> str:
    """Return a token for a form of this session (before sign-in: of this browser).

    Every page has another one, so that compressed pages over TLS do not give it away bit by bit (BREACH).
    """
    salt = secrets.token_hex(8)
    return f"{salt}.{_proof(request, salt)}"


def is_form_token(request: HTTPConnection, token: str) -> bool:
    """True when the token was made for a form of this session (or, before sign-in, of this browser)."""
    salt, _, proof = token.partition(".")
    return hmac.compare_digest(proof.encode(), _proof(request, salt).encode())


def hidden_fields(request: HTTPConnection) -> Markup:
    """Return the two hidden fields of every POST form: the page's token and the form's own request id."""
    owner = _owner(request)
    known: tuple[str, str] | None = request.scope.get(_KEPT)
    if known is None or known[0] != owner:
        known = request.scope[_KEPT] = (owner, form_token(request))
    return Markup(  # noqa: S704  hexadecimal digits, a dot, an id
        f'<input type="hidden" name="token" value="{known[1]}">'
        f'<input type="hidden" name="request_id" value="{new_id()}">'
    )


def _proof(request: HTTPConnection, salt: str) -> str:
    return hmac.new(keys.secret("forms"), f"{salt}:{_owner(request)}".encode(), hashlib.sha256).hexdigest()


def _owner(request: HTTPConnection) -> str:
    return actor(request).session or device(request)


async def _fields(request: Request, limit: int, files: int) -> FormData:
    length = request.headers.get("content-length", "")
    if not request.headers.get("content-type", "").startswith("multipart/"):
        limit = min(limit, LIMIT)
    too_large = Invalid(
        "form.size", N_("Biểu mẫu lớn quá %(limit)s KB; hãy bớt nội dung hoặc tệp."), limit=limit // 1024
    )
    if not length.isdigit() or int(length) > limit:
        raise too_large
    try:
        return await request.form(max_files=files, max_fields=MAX_FIELDS, max_part_size=min(limit, LIMIT))
    except HTTPException:
        raise Invalid("form.broken", N_("Biểu mẫu gửi lên bị hỏng; hãy mở lại trang rồi gửi lại.")) from None
