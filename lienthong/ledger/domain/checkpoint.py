"""Entries, signed checkpoints and inclusion proofs, in the forms that other programs read.

A checkpoint is a signed note of the C2SP tlog-checkpoint format (Go's sumdb, witnesses): origin, size, root, one
extension line with the moment, then the Ed25519 signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from lienthong.kernel.clock import moment, stamp
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.ledger.domain.tree import root_from_inclusion

_ED25519 = b"\x01"
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: where it stands, its id, and the 32 bytes it commits to."""

    position: int
    id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's signed word: at this moment it had ``size`` entries and this root. note: the signed text itself."""

    origin: str
    size: int
    root: bytes
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Shows that an entry stands at ``position`` in the checkpoint's tree. path: 32-byte hashes, innermost first."""

    entry_id: str
    position: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape (hashes in hex, the checkpoint as its signed text)."""
        return {
            "entry": self.entry_id,
            "position": self.position,
            "path": [each.hex() for each in self.path],
            "checkpoint": self.checkpoint.note,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> InclusionProof:
        """Read the JSON shape. Raises Invalid when it is not one."""
        try:
            path = tuple(bytes.fromhex(each) for each in data["path"])
            return cls(str(data["entry"]), int(data["position"]), path, read_note(str(data["checkpoint"])))
        except (KeyError, TypeError, ValueError) as wrong:
            raise Invalid("ledger.proof", N_("Bằng chứng không đọc được; hãy xuất lại từ nhật ký.")) from wrong


def digest_of(content: Mapping[str, Any], salt: bytes) -> bytes:
    """Return the 32 bytes that an entry commits to: SHA-256 over the salt, then the content as canonical JSON.

    content: text, integers, booleans, null, lists and maps of these; keys are sorted, no spaces, UTF-8 (RFC 8785 for
    such content). salt: 32 random bytes kept beside the content; erasing it makes the digest say nothing.
    """
    return hashlib.sha256(salt + _encode(content)).digest()


def sign(origin: str, size: int, root: bytes, at: datetime, key: SigningKey) -> Checkpoint:
    """Return the signed checkpoint of a tree."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n{stamp(at)}\n"
    signature = base64.b64encode(key_id(origin, bytes(key.verify_key)) + key.sign(text.encode()).signature).decode()
    return Checkpoint(origin, size, root, at, f"{text}\n— {origin} {signature}\n")


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a signature line names its Ed25519 key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def read_note(note: str) -> Checkpoint:
    """Return what a checkpoint's text says, unverified. Raises Invalid when it is not a checkpoint."""
    try:
        text, _ = note.split("\n\n", 1)
        origin, size, root, at = text.split("\n")
        return Checkpoint(origin, int(size), base64.b64decode(root, validate=True), moment(at), note)
    except ValueError as wrong:
        raise Invalid("ledger.checkpoint", N_("Điểm chốt không đúng dạng; hãy lấy lại từ sổ.")) from wrong


@lru_cache(maxsize=256)
def signed_by(note: str, public_key: bytes) -> bool:
    """Tell whether a signed note bears a valid signature of this Ed25519 key (32 bytes)."""
    text, mark, lines = note.rpartition("\n\n")
    if not mark:
        return False
    for line in lines.splitlines():
        _, _, signer = line.partition("— ")
        name, _, encoded = signer.rpartition(" ")
        try:
            blob = base64.b64decode(encoded, validate=True)
            if blob[:4] == key_id(name, public_key):
                VerifyKey(public_key).verify((text + "\n").encode(), blob[4:])
                return True
        except (binascii.Error, BadSignatureError, ValueError):
            continue
    return False


def verify_inclusion(proof: InclusionProof, digest: bytes, public_key: bytes) -> bool:
    """Tell whether the proof's checkpoint is signed by the key and the digest stands in its tree where it says."""
    if not signed_by(proof.checkpoint.note, public_key):
        return False
    said = read_note(proof.checkpoint.note)
    return root_from_inclusion(proof.position, said.size, digest, proof.path) == said.root
