"""Checking a whole log in one pass, and the files it travels in. Needs no node, no network, only the public key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.ledger.domain.checkpoint import (
    Checkpoint,
    Entry,
    InclusionProof,
    digest_of,
    read_note,
    signed_by,
    verify_inclusion,
)
from lienthong.ledger.domain.tree import Frontier

LOG_FORMAT = "lienthong-ledger/1"
PROOFS_FORMAT = "lienthong-proofs/1"


@dataclass(slots=True)
class Report:
    """What an audit found. unsigned: entries after the newest checkpoint. faults: empty when the log is whole."""

    size: int = 0
    checkpoints: int = 0
    unsigned: int = 0
    root: bytes = b""
    faults: list[Fault] = field(default_factory=list[Fault])

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "size": self.size,
            "checkpoints": self.checkpoints,
            "unsigned": self.unsigned,
            "root": self.root.hex(),
            "faults": [{"at": each.at, "code": each.code, "message": each.text} for each in self.faults],
        }


def audit(items: Iterable[Entry | Checkpoint], public_key: bytes) -> Report:
    """Grow the tree anew from the entries and hold every checkpoint against it, in the order of their sizes."""
    frontier, report = Frontier(), Report()
    signed = 0
    for item in items:
        if isinstance(item, Checkpoint):
            report.checkpoints += 1
            report.faults += _held_against(item, frontier, public_key)
            signed = frontier.size
            continue
        if item.position != frontier.size:
            report.faults.append(
                fault(
                    str(frontier.size),
                    "ledger.gap",
                    N_("Thiếu mục ở vị trí này: mục tiếp theo mang số %(found)s."),
                    found=item.position,
                )
            )
        frontier.add(item.digest)
    report.size, report.root, report.unsigned = frontier.size, frontier.root(), frontier.size - signed
    return report


def _held_against(checkpoint: Checkpoint, frontier: Frontier, public_key: bytes) -> list[Fault]:
    at, faults = str(checkpoint.size), list[Fault]()
    if not signed_by(checkpoint.note, public_key):
        faults.append(fault(at, "ledger.signature", N_("Chữ ký của điểm chốt không đúng với khóa công khai.")))
    if checkpoint.size != frontier.size:
        faults.append(
            fault(
                at,
                "ledger.truncated",
                N_("Điểm chốt ghi %(size)s mục nhưng sổ chỉ có %(found)s: sổ đã bị cắt."),
                size=checkpoint.size,
                found=frontier.size,
            )
        )
    elif checkpoint.root != frontier.root():
        faults.append(
            fault(at, "ledger.altered", N_("Gốc tính lại khác gốc đã ký: có mục đã bị sửa trước vị trí này."))
        )
    return faults


def log_lines(items: Iterable[Entry | Checkpoint], *, origin: str, public_key: bytes) -> Iterator[str]:
    """Return the lines of a log's export: a header, then entries and checkpoints as they stand, one JSON each."""
    yield _line({"format": LOG_FORMAT, "origin": origin, "public_key": public_key.hex()})
    for item in items:
        if isinstance(item, Checkpoint):
            yield _line({"checkpoint": item.note})
        else:
            yield _line({"at": item.position, "id": item.id, "digest": item.digest.hex()})


def proof_lines(proofs: Iterable[tuple[dict[str, Any], bytes, InclusionProof]], *, public_key: bytes) -> Iterator[str]:
    """Return the lines of a person's own proofs: a header, then content, salt and inclusion proof of each entry."""
    yield _line({"format": PROOFS_FORMAT, "public_key": public_key.hex()})
    for content, salt, proof in proofs:
        yield _line({"content": content, "salt": salt.hex(), "proof": proof.as_dict()})


def audit_lines(lines: Iterable[str], *, public_key: bytes | None = None) -> Report:
    """Check an exported file of either kind. public_key: the key known from elsewhere; else the one in the file.

    Raises Invalid when the file is of neither kind or a line cannot be read.
    """
    rows = _rows(lines)
    try:
        _, header = next(rows, (0, dict[str, Any]()))
        stated = bytes.fromhex(str(header.get("public_key", "")))
        kind = header.get("format")
        if kind == LOG_FORMAT:
            report = audit((_item(at, row) for at, row in rows), public_key or stated)
        elif kind == PROOFS_FORMAT:
            report = _audit_proofs(rows, public_key or stated)
        else:
            raise ValueError(kind)
    except (KeyError, TypeError, ValueError) as wrong:
        raise Invalid("ledger.file", N_("Tệp này không phải bản xuất của sổ, hoặc đã hỏng; hãy xuất lại.")) from wrong
    if public_key is not None and stated != public_key:
        report.faults.append(fault("1", "ledger.key", N_("Tệp ghi một khóa công khai khác khóa đã cho.")))
    return report


def _audit_proofs(rows: Iterator[tuple[int, dict[str, Any]]], public_key: bytes) -> Report:
    report = Report()
    for at, row in rows:
        proof = InclusionProof.from_dict(row["proof"])
        report.size += 1
        if not verify_inclusion(proof, digest_of(row["content"], bytes.fromhex(row["salt"])), public_key):
            report.faults.append(
                fault(str(at), "ledger.unproved", N_("Nội dung này không khớp với mục đã ghi trong sổ."))
            )
    return report


def _item(at: int, row: dict[str, Any]) -> Entry | Checkpoint:
    if "checkpoint" in row:
        return read_note(str(row["checkpoint"]))
    digest = bytes.fromhex(row["digest"])
    if len(digest) != 32:
        raise ValueError(at)
    return Entry(int(row["at"]), str(row["id"]), digest)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for at, line in enumerate(lines, start=1):
        row = json.loads(line)
        if not isinstance(row, dict):
            raise TypeError(at)
        yield at, row


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"
