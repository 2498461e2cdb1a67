"""HTTP Message Signatures (RFC 9421) as far as servers of agencies use them: Ed25519 over the method and the address.

A request says nothing else: it has no body, and its address names the server it is meant for. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

TAG = "lienthong-feed"
"""What a signature is for: one made for something else is not taken."""
COVERED = ("@method", "@target-uri")
_LABEL = "server"
_ENTRY = re.compile(r'([a-z*][a-z0-9_.*-]{0,63})=(\(((?:"[a-z@-]+"(?: "[a-z@-]+")*)?)\)([!-~]*))')
_PARAMETER = re.compile(r';([a-z]+)=(?:(\d{1,12})|"([!#-\[\]-~]{0,200})")')
_VALUE = re.compile(r"([a-z*][a-z0-9_.*-]{0,63})=:([A-Za-z0-9+/]{86}==):")


class NotSigned(ValueError):
    """The headers carry no signature of the shape that is asked for."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a request claims, not yet checked. key: id of the key; created, expires: seconds since 1970, 0 for none.

    base: the bytes that were signed.
    """

    key: str
    created: int
    expires: int
    nonce: str
    base: bytes
    signature: bytes

    def holds(self, public_key: bytes) -> bool:
        """Say whether the owner of this key (32 bytes) signed it."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.base)
        except InvalidSignature:
            return False
        return True


def signature_base(components: Iterable[tuple[str, str]], parameters: str) -> bytes:
    """Return the bytes to sign: a line for each component, then the parameters (RFC 9421, 2.5)."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


def sign(key: Ed25519PrivateKey, *, method: str, target: str, created: int, nonce: str) -> dict[str, str]:
    """Return the headers of a request to an address (``https://…?…``). created: seconds since 1970."""
    covered = " ".join(f'"{each}"' for each in COVERED)
    named = key_id(raw(key.public_key()))
    parameters = f'({covered});created={created};keyid="{named}";alg="ed25519";nonce="{nonce}";tag="{TAG}"'
    signature = key.sign(signature_base(zip(COVERED, (method, target), strict=True), parameters))
    return {
        "Signature-Input": f"{_LABEL}={parameters}",
        "Signature": f"{_LABEL}=:{base64.b64encode(signature).decode()}:",
    }


def signed(*, signature_input: str, signature: str, method: str, target: str) -> Signed:
    """Read both headers of a request that came with this method to this address. Raises NotSigned.

    One signature, over the method and the whole address in any order, by Ed25519, with created, keyid, nonce and tag.
    """
    entry, value = _ENTRY.fullmatch(signature_input.strip()), _VALUE.fullmatch(signature.strip())
    if entry is None or value is None or entry[1] != value[1]:
        raise NotSigned
    told = {"@method": method, "@target-uri": target}
    covered = [each.strip('"') for each in entry[3].split()]
    said = _parameters(entry[4])
    if sorted(covered) != sorted(COVERED) or said.get("tag") != TAG or said.get("alg", "ed25519") != "ed25519":
        raise NotSigned
    if not (said.get("keyid") and said.get("nonce") and said.get("created", "").isdigit()):
        raise NotSigned
    bare = base64.b64decode(value[2])
    if base64.b64encode(bare).decode() != value[2]:  # one signature is written in one way
        raise NotSigned
    expires = said.get("expires", "0")
    return Signed(
        key=said["keyid"],
        created=int(said["created"]),
        expires=int(expires) if expires.isdigit() else 0,
        nonce=said["nonce"],
        base=signature_base([(each, told[each]) for each in covered], entry[2]),
        signature=bare,
    )


def _parameters(written: str) -> dict[str, str]:
    """Return the parameters of a signature by name. Raises NotSigned for one that is there twice, or no parameter."""
    found = list(_PARAMETER.finditer(written))
    said = {each[1]: each[2] or each[3] or "" for each in found}
    if "".join(each[0] for each in found) != written or len(said) != len(found):
        raise NotSigned
    return said


def key_id(public_key: bytes) -> str:
    """Return how a public key (32 bytes) is called: its JWK thumbprint (RFC 7638)."""
    said = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _base64url(public_key)}, separators=(",", ":"))
    return _base64url(hashlib.sha256(said.encode()).digest())


def public_key_of(text: bytes) -> bytes:
    """Return the 32 bytes of an Ed25519 public key written as PEM or JWK. Raises ValueError for anything else."""
    if text.lstrip().startswith(b"{"):
        said = json.loads(text)
        if said.get("kty") != "OKP" or said.get("crv") != "Ed25519" or "d" in said:
            raise ValueError("kty")
        bare = base64.b64decode(str(said.get("x", "")) + "=", altchars=b"-_", validate=True)
        return raw(Ed25519PublicKey.from_public_bytes(bare))
    key = load_pem_public_key(text)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(type(key).__name__)
    return raw(key)


def private_key_of(text: bytes) -> Ed25519PrivateKey:
    """Return an Ed25519 private key written as PEM. Raises ValueError for anything else."""
    try:
        key = load_pem_private_key(text, password=None)
    except TypeError:  # it has a passphrase
        raise ValueError("passphrase") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(type(key).__name__)
    return key


def pem_of(key: Ed25519PrivateKey) -> tuple[bytes, bytes]:
    """Return a key as two PEM files: the private one, and the public one to hand out."""
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def raw(key: Ed25519PublicKey) -> bytes:
    """Return the 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
