"""What a backup says of itself: every file with its digest, the ledger it holds, signed with the ledger's key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from lienthong.kernel.errors import Invalid
from lienthong.kernel.files import write_durably
from lienthong.kernel.i18n import N_

FORMAT = "lienthong-backup/1"
NAME, SIGNATURE = "manifest.json", "manifest.sig"
_SIGNED = b"lienthong-backup/1\n"
_CHUNK = 1 << 20


class Kept(msgspec.Struct, frozen=True):
    """One file of a backup. path: below the backup's folder; bytes: its size."""

    path: str
    bytes: int
    sha256: str


class LedgerPoint(msgspec.Struct, frozen=True):
    """The log as the backup holds it. checkpoint: the newest signed note; root and public_key in hex."""

    entries: int
    root: str
    checkpoint: str
    public_key: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of a backup. at: the moment of its one point; rows: of every table at that point."""

    format: str
    id: str
    at: str
    program: str
    mode: str
    engine: str
    rows: dict[str, int]
    ledger: LedgerPoint
    files: list[Kept]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(each.bytes for each in self.files)


def write(folder: Path, manifest: Manifest, key: SigningKey) -> None:
    """Write the manifest and its signature as the last files of a backup."""
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    write_durably(folder / SIGNATURE, key.sign(_SIGNED + content).signature)
    write_durably(folder / NAME, content)


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup. Raises Invalid when the folder is no whole backup or its signature is wrong."""
    try:
        content = (folder / NAME).read_bytes()
        manifest = msgspec.json.decode(content, type=Manifest)
        signature = (folder / SIGNATURE).read_bytes()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        message = N_("Thư mục %(folder)s không phải một bản sao lưu trọn vẹn; hãy chọn bản khác.")
        raise Invalid("backup.none", message, folder=str(folder)) from None
    if manifest.format != FORMAT:
        raise Invalid("backup.format", N_("Bản sao lưu này do bản mới hơn làm; hãy dùng bản mới của chương trình."))
    try:
        VerifyKey(bytes.fromhex(manifest.ledger.public_key)).verify(_SIGNED + content, signature)
    except (BadSignatureError, ValueError):
        message = N_("Bảng kê của bản sao lưu đã bị sửa: chữ ký không đúng. Hãy dùng bản khác.")
        raise Invalid("backup.signature", message) from None
    return manifest


def keep(folder: Path, path: str) -> Kept:
    """Return the entry of a file that stands in the backup."""
    return Kept(path, (folder / path).stat().st_size, digest(folder / path))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hex, without holding it in memory."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def files_below(folder: Path) -> Iterator[str]:
    """Yield the path of every file below a folder, in order."""
    yield from sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
