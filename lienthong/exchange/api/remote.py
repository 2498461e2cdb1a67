"""The feed of another node over HTTPS: every request signed, tried again while the line or the other side is down."""

from __future__ import annotations

import http.client
import secrets
import ssl
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lienthong.exchange.api.feeding import Changes, Figures, Snapshot
from lienthong.exchange.api.sources import Terms
from lienthong.exchange.domain.signing import sign
from lienthong.kernel.clock import Clock, SystemClock
from lienthong.kernel.errors import (
    Conflict,
    Denied,
    Invalid,
    LienThongError,
    NotFound,
    SignInNeeded,
    TooMany,
    Unavailable,
)
from lienthong.kernel.i18n import N_, language

WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further try."""
_SECONDS = 60  # a page of 2,000 people of a slow register
_LONGEST_WAIT = 60.0
_MOST = 256 * 1024 * 1024  # bytes of an answer, unpacked
_PIECE = 1 << 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_KINDS: dict[int, type[LienThongError]] = {
    401: SignInNeeded,
    403: Denied,
    404: NotFound,
    409: Conflict,
    422: Invalid,
    429: TooMany,
}
_OWN_WORDS = {
    "server.unknown_key": N_("%(origin)s chưa biết khóa này; gửi tệp .pub cho người vận hành ở đó để đăng ký."),
    "server.signature": N_(
        "%(origin)s không nhận chữ ký: máy chủ ấy có địa chỉ khác, hoặc yêu cầu bị sửa; hỏi người vận hành ở đó."
    ),
    "server.clock": N_("Đồng hồ máy này và của %(origin)s lệch nhau quá mức cho phép; chỉnh giờ (NTP) rồi chạy lại."),
    "exchange.server": N_("%(origin)s đã thu hồi khóa này; tạo khóa mới bằng `lienthong feed key` rồi gửi tệp .pub."),
    "exchange.contract": N_("%(origin)s không có thỏa thuận chia sẻ nào mang mã này đang có hiệu lực."),
    "exchange.party": N_("Thỏa thuận này ở %(origin)s không dành cho cơ quan của khóa này."),
    "feed.too_old": N_("%(origin)s không còn giữ thay đổi từ vị trí này; lấy bản chụp mới rồi theo tiếp."),
    "page.missing": N_("%(origin)s không có luồng thay đổi ở địa chỉ này; kiểm lại địa chỉ và phiên bản."),
}
"""What a refusal of the other side means on this one."""
Answer = TypeVar("Answer")


class _Error(msgspec.Struct):
    code: str
    message_vi: str
    message_en: str


class _Refusal(msgspec.Struct):
    error: _Error


class Remote:
    """The feed of a contract at another node. A request that fails is signed anew and asked again after each wait."""

    def __init__(
        self,
        origin: str,
        *,
        key: Ed25519PrivateKey,
        contract: str,
        agency: str,
        clock: Clock | None = None,
        waits: Sequence[float] = WAITS,
    ) -> None:
        """Make ready to ask; nothing is sent yet. Raises Invalid for an address without TLS, but on this machine."""
        self._origin, self._secure = _origin(origin)
        self._key, self._clock, self._waits = key, clock or SystemClock(), waits
        self._line: http.client.HTTPConnection | None = None
        self.contract, self.agency = contract, agency

    def terms(self) -> Terms:
        """Return what may be followed. Raises Conflict when the key is another agency's."""
        found = self._read("", {}, Terms)
        if found.agency != self.agency:
            raise Conflict(
                "feed.other_agency",
                N_("Khóa này được đăng ký cho cơ quan %(agency)s; sửa --as hoặc dùng khóa khác."),
                agency=found.agency[:40],
            )
        return found

    def snapshot(self, *, after: str, limit: int) -> Snapshot:
        """Return a page of a snapshot."""
        return self._read("/snapshot", {"after": after, "limit": str(limit)}, Snapshot)

    def changes(self, *, after: str, until: str, limit: int) -> Changes:
        """Return what changed after an offset."""
        return self._read("/changes", {"after": after, "until": until, "limit": str(limit)}, Changes)

    def figures(self) -> Figures:
        """Return what a whole copy has at an offset of now."""
        return self._read("/figures", {}, Figures)

    def close(self) -> None:
        """Let go of the line."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _read(self, path: str, asked: dict[str, str], shape: type[Answer]) -> Answer:
        query = urlencode({name: value for name, value in asked.items() if value})
        address = f"/api/feed/{quote(self.contract, safe='')}{path}" + (f"?{query}" if query else "")
        waits = iter(self._waits)
        while True:
            try:
                return self._once(address, shape)
            except (Unavailable, TooMany) as trouble:
                self.close()
                wait = next(waits, None)
                if wait is None:
                    raise
                asked_for = trouble.data.get("retry_after", 0)
                time.sleep(min(_LONGEST_WAIT, max(wait, asked_for if isinstance(asked_for, int) else 0)))

    def _once(self, address: str, shape: type[Answer]) -> Answer:
        """Ask once. Raises Unavailable or TooMany when it is worth asking again, anything else when it is not."""
        try:
            status, headers, body = self._send(address)
        except ssl.SSLCertVerificationError as wrong:
            raise Conflict(
                "feed.certificate",
                N_("Chứng thư TLS của %(origin)s không được tin: %(why)s. Đặt SSL_CERT_FILE nếu dùng CA riêng."),
                origin=self._origin,
                why=wrong.verify_message,
            ) from None
        except (OSError, http.client.HTTPException, zlib.error) as failure:
            raise Unavailable(
                "feed.unreachable",
                N_("Không nối được với %(origin)s (%(why)s); bản sao giữ nguyên, chạy lại sẽ đi tiếp từ chỗ cũ."),
                origin=self._origin,
                why=str(failure)[:120] or type(failure).__name__,
            ) from None
        if status != 200:
            raise self._refusal(status, headers, body)
        try:
            return msgspec.json.decode(body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self._strange(status) from None

    def _send(self, address: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        if self._line is not None:
            with suppress(ConnectionError):  # it may have been closed meanwhile
                return self._over(self._line, address)
            self.close()
        self._line = self._connect()
        return self._over(self._line, address)

    def _over(self, line: http.client.HTTPConnection, address: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        created = int(self._clock.now().timestamp())
        signed = sign(
            self._key, method="GET", target=self._origin + address, created=created, nonce=secrets.token_urlsafe(18)
        )
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "lienthong-feed", **signed}
        line.request("GET", address, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.headers, _body(answer)

    def _connect(self) -> http.client.HTTPConnection:
        at = urlsplit(self._origin)
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(at.hostname or "", at.port, timeout=_SECONDS, context=context)
        return http.client.HTTPConnection(at.hostname or "", at.port, timeout=_SECONDS)

    def _refusal(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> LienThongError:
        error = _Error("", "", "")
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            error = msgspec.json.decode(body, type=_Refusal).error
        if status in {500, 502, 503, 504}:
            wait = headers.get("retry-after", "")
            return Unavailable(
                "feed.busy",
                N_("%(origin)s tạm thời không phục vụ được (%(status)s); chạy lại sau."),
                origin=self._origin,
                status=status,
                retry_after=int(wait) if wait.isascii() and wait.isdigit() else 0,
            )
        if error.code == "server.replayed":  # on its way somebody asked twice: sign anew
            return Unavailable(error.code, N_("Yêu cầu tới %(origin)s bị gửi lặp trên đường đi."), origin=self._origin)
        kind = _KINDS.get(status)
        if kind is None or not error.code:
            return self._elsewhere(headers["location"]) if headers.get("location") else self._strange(status)
        wait = headers.get("retry-after", "")
        return kind(
            error.code,
            _OWN_WORDS.get(error.code, N_("%(origin)s từ chối: %(said)s")),
            origin=self._origin,
            said=(error.message_en if language() == "en" else error.message_vi)[:500],
            **({"retry_after": int(wait)} if wait.isascii() and wait.isdigit() else {}),
        )

    def _elsewhere(self, location: str) -> LienThongError:
        at = urlsplit(location)
        return Conflict(
            "feed.elsewhere",
            N_("%(origin)s chỉ sang %(other)s; nếu đó đúng là máy chủ cần hỏi thì dùng địa chỉ ấy sau --from."),
            origin=self._origin,
            other=f"{at.scheme}://{at.netloc}"[:120],
        )

    def _strange(self, status: int) -> LienThongError:
        return Conflict(
            "feed.strange",
            N_("%(origin)s không trả lời như một máy chủ Liên Thông (%(status)s); kiểm lại địa chỉ và phiên bản."),
            origin=self._origin,
            status=status,
        )


def _body(answer: http.client.HTTPResponse) -> bytes:
    """Read an answer whole, unpacked. Raises HTTPException when it breaks off or has no end."""
    packed = answer.headers.get("content-encoding", "") == "gzip"
    opener = zlib.decompressobj(31)
    found = bytearray()
    while piece := answer.read(_PIECE):
        found += opener.decompress(piece, _MOST) if packed else piece
        if len(found) > _MOST or opener.unconsumed_tail:
            raise http.client.HTTPException("too large")
    if answer.length or (packed and not opener.eof):
        raise http.client.HTTPException("incomplete")
    return bytes(found)


def _origin(given: str) -> tuple[str, bool]:
    """Return an address as signatures name it, and whether it is over TLS. Raises Invalid."""
    wrong = Invalid(
        "feed.origin",
        N_("“%(origin)s” không dùng được: cần https://tên-máy-chủ (chỉ trên chính máy này mới dùng được http://)."),
        origin=given[:120],
    )
    try:
        at = urlsplit(given.strip())
        port = at.port
    except ValueError:
        raise wrong from None
    host, secure = at.hostname or "", at.scheme == "https"
    plain = at.scheme == "http" and host in _LOOPBACK
    if not host or not (secure or plain) or at.username or at.password or at.path.strip("/") or at.query or at.fragment:
        raise wrong
    if not host.isascii() or any(each in host for each in " \t\r\n%"):
        raise wrong
    name = f"[{host}]" if ":" in host else host
    usual = port in {None, 443 if secure else 80}
    return f"{at.scheme}://{name}" + ("" if usual else f":{port}"), secure
