"""ES256 keys and signatures: the two ways to write them, key ids, checking."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature


def raw(signature: bytes) -> bytes:
    """Return a DER signature as 64 bytes r‖s."""
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def der(signature: bytes) -> bytes:
    """Return a signature of 64 bytes r‖s in DER."""
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def verifies(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Say whether the 64 bytes r‖s are the key's signature of the message."""
    try:
        key.verify(der(signature), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return len(signature) == 64


def public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """Return the certificate's P-256 key. Raises ValueError for any other kind of key."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError(key)
    return key


def jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return the public key as a JSON Web Key, members in the order of its thumbprint (RFC 7638)."""
    numbers = key.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _base64(numbers.x), "y": _base64(numbers.y)}


def key_id(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the first 8 bytes of the key's thumbprint."""
    return hashlib.sha256(json.dumps(jwk(key), separators=(",", ":")).encode()).digest()[:8]


def _base64(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
