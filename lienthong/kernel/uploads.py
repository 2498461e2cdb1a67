"""Papers that people hand in: only kinds we know, of a sane size, free of what runs and of what tells too much.

A picture is decoded and written anew: the place and the device that a camera notes are gone, and so is anything hidden
behind the picture. A PDF or an office file that carries code is refused. A virus scanner is asked when one is set.
"""

from __future__ import annotations

import hashlib
import io
import socket
import struct
import warnings
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from lienthong.kernel import runtime
from lienthong.kernel.errors import Invalid, Unavailable, fault
from lienthong.kernel.files import FileStore
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean

PICTURES = frozenset({"image/jpeg", "image/png"})
PAPERS = PICTURES | {"application/pdf"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFICE = PAPERS | {DOCX, XLSX}
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", DOCX: ".docx", XLSX: ".xlsx"}
LIMIT = 10 * 1024 * 1024
_PIXELS = 60_000_000
_UNPACKED = 200 * 1024 * 1024
_OBJECTS = 50_000
_PIECE = 64 * 1024
_SCAN_SECONDS = 20
_CARRIES_CODE = N_("Tệp này chứa mã chạy hoặc tệp đính kèm nên không nhận; hãy in nó thành PDF mới.")
_ACTIVE = {"/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/XFA", "/SubmitForm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One paper as it is kept. digest: SHA-256 in hex, its name in the store; name: as shown; size: bytes."""

    digest: str
    name: str
    kind: str
    size: int


def store() -> FileStore:
    """Return the store of the papers that were handed in."""
    return runtime.current().part("uploads", lambda node: FileStore(node.settings.home / "uploads"))


def take(content: bytes, *, name: str, at: str, kinds: Collection[str] = PAPERS, limit: int = LIMIT) -> Upload:
    """Check, clean and keep one paper in ``store()``; the same bytes are kept once. In all else as ``checked``."""
    upload, kept = checked(content, name=name, at=at, kinds=kinds, limit=limit)
    store().put(kept)
    return upload


def checked(
    content: bytes, *, name: str, at: str, kinds: Collection[str] = PAPERS, limit: int = LIMIT
) -> tuple[Upload, bytes]:
    """Check and clean one paper; answer it with the bytes to keep.

    at: field that faults name. kinds: MIME types taken, told by the content and not by the name. limit: bytes.
    Raises Invalid for what is empty, too large, broken, of another kind or carries code; Unavailable when the virus
    scanner that is set does not answer.
    """
    if not content:
        raise _refused(at, "upload.empty", N_("Tệp này trống; chọn lại tệp."))
    if len(content) > limit:
        raise _refused(
            at, "upload.size", N_("Tệp lớn quá %(limit)s MB; chụp lại nhỏ hơn rồi gửi."), limit=limit // 1024**2
        )
    kind = kind_of(content)
    if kind not in kinds:
        known = ", ".join(sorted(ENDINGS[each].removeprefix(".").upper() for each in kinds))
        raise _refused(at, "upload.kind", N_("Chỉ nhận tệp %(kinds)s; tệp này thuộc loại khác."), kinds=known)
    _scan(content, at)
    kept = _CLEAN[kind](content, at)
    digest = hashlib.sha256(kept).hexdigest()
    return Upload(digest=digest, name=_shown(name, kind), kind=kind, size=len(kept)), kept


def small(content: bytes, *, edge: int = 320) -> bytes:
    """Return a kept picture as a small JPEG for lists. edge: its longer side, pixels."""
    from PIL import Image

    picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    picture.draft("RGB", (edge, edge))
    picture.thumbnail((edge, edge))
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def kind_of(content: bytes) -> str:
    """Return the MIME type by what the bytes are; "" for a kind we do not know."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        try:
            names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):  # the last: packed in a way zipfile cannot read
            return ""
        if "[Content_Types].xml" in names:
            return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else ""
    return ""


def _picture(content: bytes, at: str) -> bytes:
    """Return the picture drawn anew, upright, without what the camera noted."""
    from PIL import Image, ImageOps

    broken = _refused(at, "upload.broken", N_("Không mở được tệp này; lưu lại hoặc chọn tệp khác rồi gửi."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
            form = picture.format or "JPEG"
            if picture.width * picture.height > _PIXELS:
                raise broken
            upright = ImageOps.exif_transpose(picture)
            upright.load()
    except Invalid:
        raise
    except Exception:  # a decoder may fail in any way on hostile bytes
        raise broken from None
    plain = upright.convert("L" if upright.mode in {"1", "L", "LA", "I;16"} else "RGB")
    out = io.BytesIO()
    plain.save(out, form, **({"quality": 88} if form == "JPEG" else {"optimize": False}))
    return out.getvalue()


def _pdf(content: bytes, at: str) -> bytes:
    """Return the PDF as it came (it may be signed) when it opens and holds nothing that runs."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.encrypted:
            raise _refused(at, "upload.locked", N_("Tệp PDF có mật khẩu; bỏ mật khẩu rồi gửi lại."))
        active = _ACTIVE & _names_in(reader.root)
        pages = int(cast(Any, reader.root)["/Pages"]["/Count"])
    except Invalid:
        raise
    except Exception:  # a parser may fail in any way on hostile bytes
        pages, active = 0, set[str]()
    if not pages:
        raise _refused(at, "upload.broken", N_("Không mở được tệp này; lưu lại hoặc chọn tệp khác rồi gửi."))
    if active:
        raise _refused(at, "upload.active", _CARRIES_CODE)
    return content


def _names_in(root: Any) -> set[str]:
    """Return every key of every dictionary that the root of a PDF leads to. Raises ValueError for too many objects."""
    from pyhanko.pdf_utils.generic import IndirectObject

    found: set[str] = set()
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [root]
    while waiting:
        each: Any = waiting.pop()
        if isinstance(each, IndirectObject):
            place = (int(each.idnum), int(each.generation))
            if place in seen:
                continue
            seen.add(place)
            if len(seen) > _OBJECTS:
                raise ValueError("too many objects")
            each = cast(Any, each.get_object())
        if isinstance(each, dict):
            keys = list(cast("dict[str, Any]", each))
            found.update(str(key) for key in keys)
            waiting.extend(cast(Any, each).raw_get(key) for key in keys)
        elif isinstance(each, list):
            waiting.extend(cast(Any, each).raw_get(n) for n in range(len(cast("list[Any]", each))))
    return found


def _office(content: bytes, at: str) -> bytes:
    """Return the office file as it came when it unpacks to a sane size and holds no macro and no embedded program."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        inside = parts.infolist()
    if sum(each.file_size for each in inside) > _UNPACKED:
        raise _refused(at, "upload.broken", N_("Không mở được tệp này; lưu lại hoặc chọn tệp khác rồi gửi."))
    names = [each.filename.lower() for each in inside]
    if any("vbaproject" in name or "activex" in name or "embeddings/" in name for name in names):
        raise _refused(at, "upload.active", _CARRIES_CODE)
    return content


def _scan(content: bytes, at: str) -> None:
    """Ask the ClamAV daemon, when one is set (its INSTREAM command); without an answer nothing is taken."""
    address = runtime.current().settings.virus_scanner
    if not address:
        return
    try:
        answer = _instream(address, content)
    except OSError:
        answer = b""
    if answer.endswith(b"FOUND"):
        raise _refused(
            at, "upload.virus", N_("Máy quét thấy mã độc trong tệp này nên không nhận; hãy kiểm tra thiết bị của bạn.")
        )
    if not answer.endswith(b"OK"):
        raise Unavailable(
            "upload.scanner", N_("Máy quét mã độc chưa trả lời nên chưa nhận được tệp; hãy thử lại sau ít phút.")
        )


def _instream(address: str, content: bytes) -> bytes:
    at = urlsplit(address)
    if at.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(_SCAN_SECONDS)
        line.connect(at.path)
    else:
        line = socket.create_connection((at.hostname or "127.0.0.1", at.port or 3310), timeout=_SCAN_SECONDS)
    with line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(4096)):
            answer += more
    return answer.rstrip(b"\0").strip()


def _shown(name: str, kind: str) -> str:
    """Return a file name as a page shows it: no path, no control letters, the ending of what it is."""
    plain = clean(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = "".join(letter for letter in plain if letter.isprintable() and letter not in '<>:"|?*').rsplit(".", 1)[0]
    return (stem.strip(". ")[:80] or "giay-to") + ENDINGS[kind]


def _refused(at: str, code: str, sentence: str, **data: object) -> Invalid:
    return Invalid(code, sentence, [fault(at, code, sentence, **data)], **data)


_CLEAN: dict[str, Callable[[bytes, str], bytes]] = {
    "image/jpeg": _picture,
    "image/png": _picture,
    "application/pdf": _pdf,
    DOCX: _office,
    XLSX: _office,
}
