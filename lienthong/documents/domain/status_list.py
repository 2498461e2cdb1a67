"""Status lists in the shape of the IETF Token Status List: two bits a document, zlib, inside a JWT (ES256).

A document has a place: a list and a random index in it. A list says of a million places which were taken back, and of
none whose document stands there. The statement on a paper carries its place in one number.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

Sign = Callable[[bytes], bytes]
"""Signs a message with ES256 and answers the 64 bytes r‖s."""
TYPE = "statuslist+jwt"
BITS = 2
SIZE = 1 << 20
"""Places of one list: as many documents hide in each other, and an empty list is 300 bytes."""
HALF = SIZE // 2
"""Documents that one list takes: with half of it free, a random place is free at the second try on average."""


class Code(IntEnum):
    """What a list says of a place. 3 is left to applications by the draft: here, another document took its place."""

    VALID = 0
    REVOKED = 1
    REPLACED = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands. number: of the list, from 1. index: in the list."""

    number: int
    index: int

    @property
    def code(self) -> int:
        """The place as one number, as statements carry it; never 0."""
        return self.number * SIZE + self.index


def place_of(code: int) -> Place:
    """Return the place that a statement's number names."""
    return Place(*divmod(code, SIZE))


def list_for(serial: int) -> int:
    """Return the list that takes the document of this serial."""
    return serial // HALF + 1


def write(
    codes: Mapping[int, int], *, address: str, at: int, good_for: int, fresh_for: int, key_id: str, sign: Sign
) -> str:
    """Return the signed list. codes: index → code, those not named are valid. at, good_for, fresh_for: seconds."""
    packed = bytearray(SIZE * BITS // 8)
    for index, code in codes.items():
        packed[index * BITS // 8] |= code << index * BITS % 8
    said = {
        "sub": address,
        "iat": at,
        "exp": at + good_for,
        "ttl": fresh_for,
        "status_list": {"bits": BITS, "lst": _base64(zlib.compress(bytes(packed), 9))},
    }
    message = f"{_encode({'alg': 'ES256', 'typ': TYPE, 'kid': key_id})}.{_encode(said)}"
    return f"{message}.{_base64(sign(message.encode()))}"


def _encode(value: object) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
