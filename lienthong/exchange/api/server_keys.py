"""The key of a server that asks: made where it is used, in a file of its owner alone; only its public half goes out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lienthong.exchange.domain.signing import key_id, pem_of, private_key_of, raw
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made. key: its id; public: the file to hand to the operator of the other side."""

    key: str
    private: str
    public: str


def new_server_key(path: Path) -> NewKey:
    """Make a key: the private half in a file that its owner alone reads, the public one beside it (.pub).

    Raises Conflict when one of the files is there, Invalid for a folder that is not.
    """
    public = path.with_name(path.name + ".pub")
    if path.exists() or public.exists():
        raise Conflict("key.there", N_("Đã có tệp %(file)s; không ghi đè khóa, chọn tên khác."), file=str(path))
    if not path.parent.is_dir():
        raise Invalid("key.folder", N_("Không có thư mục %(folder)s."), folder=str(path.parent))
    key = Ed25519PrivateKey.generate()
    private_pem, public_pem = pem_of(key)
    for file, content, mode in ((path, private_pem, 0o600), (public, public_pem, 0o644)):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    return NewKey(key_id(raw(key.public_key())), str(path), str(public))


def server_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key. Raises Invalid for another file, or one that others on this machine may read."""
    try:
        if path.stat().st_mode & 0o077:
            raise Invalid(
                "key.open", N_("Tệp khóa %(file)s mở cho người khác đọc; chạy: chmod 600 %(file)s"), file=str(path)
            )
        return private_key_of(path.read_bytes())
    except OSError:
        raise Invalid("key.missing", N_("Không đọc được tệp khóa %(file)s."), file=str(path)) from None
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid(
            "key.kind",
            N_("Tệp %(file)s không phải khóa riêng Ed25519 không mật khẩu (PEM); tạo bằng `lienthong feed key`."),
            file=str(path),
        ) from None
