"""Secret keys of a node: one file each in ``home/keys``, readable by the operator's account alone, never in a log."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from nacl.signing import SigningKey

from lienthong.kernel.errors import LienThongError
from lienthong.kernel.files import write_durably
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime, current


def secret(name: str, *, size: int = 32) -> bytes:
    """Return a random secret of ``size`` bytes, made and kept at first use (form tokens, salts)."""
    return _keep(name + ".secret", lambda: secrets.token_bytes(size))


def ed25519(name: str) -> SigningKey:
    """Return an Ed25519 key (exchange, ledger), made and kept at first use."""
    return SigningKey(_keep(name + ".ed25519", lambda: bytes(SigningKey.generate())))


def p256(name: str) -> ec.EllipticCurvePrivateKey:
    """Return a P-256 key (documents: old phones verify ES256), made and kept at first use."""
    pem = _keep(
        name + ".p256.pem",
        lambda: ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
    )
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise LienThongError(
            "key.kind", N_("Tệp khóa “%(name)s” không đúng loại; khôi phục từ bản sao lưu."), name=name
        )
    return key


def _keep(file_name: str, make: Callable[[], bytes]) -> bytes:
    return current().part(("key", file_name), lambda node: _load_or_make(node, file_name, make))


def _load_or_make(node: Runtime, file_name: str, make: Callable[[], bytes]) -> bytes:
    folder = node.settings.home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / file_name
    if not path.exists():
        write_durably(path, make(), mode=0o600)
    return path.read_bytes()
