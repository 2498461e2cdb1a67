"""The digital document: an SD-JWT (RFC 9901). The agency signs salted digests, the holder shows only some fields.

Text: ``header.payload.signature~disclosure~disclosure~``. A field that is not shown cannot be guessed from its digest.
"""

from __future__ import annotations

import binascii
import hashlib
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

Sign = Callable[[bytes], bytes]
"""Signs a message with ES256 and answers the 64 bytes r‖s."""
TYPE = "dc+sd-jwt"


class Malformed(ValueError):
    """The text is no digital document, or a shown field does not belong to it."""


@dataclass(frozen=True, slots=True)
class SignedCredential:
    """A digital document as read, its shown fields checked against the digests, its signature not yet checked."""

    claims: Mapping[str, Any]
    fields: Mapping[str, str]
    hidden: int
    """How many fields exist that are not shown."""
    key_id: str
    message: bytes
    signature: bytes


def write(
    claims: Mapping[str, object], fields: Mapping[str, str], *, key_id: str, sign: Sign, salt: Callable[[], bytes]
) -> str:
    """Return a digital document with every field shown.

    claims: said openly (who issued what, when). fields: name → text, each behind a digest with its own 16-byte salt.
    """
    disclosures = [_encode([_base64(salt()), name, value]) for name, value in fields.items()]
    payload = {**claims, "_sd_alg": "sha-256", "_sd": sorted(_digest(each) for each in disclosures)}
    message = f"{_encode({'alg': 'ES256', 'typ': TYPE, 'kid': key_id})}.{_encode(payload)}"
    return "~".join([f"{message}.{_base64(sign(message.encode()))}", *disclosures, ""])


def show_only(credential: str, names: Collection[str]) -> str:
    """Return the same document with only these fields shown. Raises Malformed when it has not all of them."""
    token, *disclosures = credential.split("~")
    kept = {name: each for each in disclosures if each and (name := _field(each)[0]) in names}
    if set(kept) != set(names):
        raise Malformed("field")
    return "~".join([token, *kept.values(), ""])


def read(text: str) -> SignedCredential:
    """Return what a digital document shows. Raises Malformed when it is none, or a field was added or changed."""
    token, *disclosures = "".join(text.split()).split("~")
    if not disclosures or disclosures.pop() != "":
        raise Malformed("end")
    try:
        head, body, signature = token.split(".")
        header, claims = _object(head), _object(body)
    except ValueError:
        raise Malformed("token") from None
    digests: object = claims.get("_sd")
    if header.get("alg") != "ES256" or header.get("typ") != TYPE or claims.get("_sd_alg") != "sha-256":
        raise Malformed("header")
    if not isinstance(digests, list) or not isinstance(header.get("kid"), str):
        raise Malformed("digests")
    known = set(cast(list[str], digests))
    fields: dict[str, str] = {}
    for each in disclosures:
        name, value = _field(each)
        if _digest(each) not in known or name in fields or name in claims:
            raise Malformed("field")
        fields[name] = value
    return SignedCredential(
        claims, fields, len(known) - len(fields), header["kid"], f"{head}.{body}".encode(), _bytes(signature)
    )


def _field(disclosure: str) -> tuple[str, str]:
    try:
        row: object = json.loads(_bytes(disclosure))
    except ValueError:
        raise Malformed("field") from None
    match row:
        case [str(), str(name), str(value)]:
            return name, value
        case _:
            raise Malformed("field")


def _object(part: str) -> dict[str, Any]:
    value: object = json.loads(_bytes(part))
    if not isinstance(value, dict):
        raise Malformed("token")
    return cast(dict[str, Any], value)


def _encode(value: object) -> str:
    return _base64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _digest(disclosure: str) -> str:
    return _base64(hashlib.sha256(disclosure.encode()).digest())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        content = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("base64url") from None
    if _base64(content) != text:  # one form only: a changed last letter must not pass
        raise Malformed("base64url")
    return content
