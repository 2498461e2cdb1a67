"""Checks a backup anywhere, without a node: every file by its digest, the databases, the whole ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nacl.signing import SigningKey

from lienthong.app.backup import manifest, postgresql, sealing, sqlite
from lienthong.app.backup.manifest import Manifest
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.ledger.domain.audit import Report, audit
from lienthong.ledger.domain.checkpoint import Checkpoint, Entry, read_note


@dataclass(slots=True)
class Findings:
    """What a check found. keys: by file name, opened with the passphrase; None when none was given."""

    manifest: Manifest
    keys: dict[str, bytes] | None = field(default=None, repr=False)
    faults: list[Fault] = field(default_factory=list[Fault])


def verify(folder: Path, secret: bytes | None) -> Findings:
    """Check a whole backup. secret: opens the keys too. Raises Invalid when it has no readable, signed manifest."""
    stated = manifest.read(folder)
    found = Findings(stated)
    found.faults += _files(folder, stated)
    if not found.faults:
        found.faults += _contents(folder, stated)
    if secret is not None and (folder / "keys.sealed").exists():
        try:
            opened = sealing.unseal((folder / "keys.sealed").read_bytes(), secret)
        except Invalid as wrong:
            found.faults.append(fault("keys.sealed", wrong.code, wrong.template))
        else:
            found.keys = opened
            own = bytes(SigningKey(opened["ledger.ed25519"]).verify_key).hex() if "ledger.ed25519" in opened else ""
            if own != stated.ledger.public_key:
                found.faults.append(
                    fault("keys.sealed", "backup.key", N_("Khóa của sổ không phải khóa đã ký bảng kê."))
                )
    return found


def ledger_report(folder: Path, engine: str, public_key: bytes) -> tuple[Report, str]:
    """Grow the copied ledger's tree anew against every checkpoint; answer the report and the newest signed note."""
    entries, notes = sqlite.log(folder) if engine == "sqlite" else postgresql.log(folder)
    return audit(_in_order(entries, [read_note(note) for note in notes]), public_key), notes[-1] if notes else ""


def _files(folder: Path, stated: Manifest) -> Iterator[Fault]:
    listed = {each.path: each for each in stated.files}
    there = set(manifest.files_below(folder)) - {manifest.NAME, manifest.SIGNATURE}
    for path, each in listed.items():
        if path not in there:
            yield fault(path, "backup.missing", N_("Thiếu tệp này."))
        elif (folder / path).stat().st_size != each.bytes or manifest.digest(folder / path) != each.sha256:
            yield fault(path, "backup.altered", N_("Nội dung khác với bảng kê: tệp hỏng hoặc đã bị sửa."))
    for path in sorted(there - listed.keys()):
        yield fault(path, "backup.unlisted", N_("Tệp này không có trong bảng kê."))


def _contents(folder: Path, stated: Manifest) -> Iterator[Fault]:
    if stated.engine == "sqlite":
        for name in sqlite.faulty(folder):
            yield fault(name, "backup.database", N_("SQLite báo cơ sở dữ liệu này hỏng."))
    report, newest = ledger_report(folder, stated.engine, bytes.fromhex(stated.ledger.public_key))
    yield from report.faults
    if (report.size, report.root.hex(), newest) != (
        stated.ledger.entries,
        stated.ledger.root,
        stated.ledger.checkpoint,
    ):
        yield fault("ledger", "backup.ledger_point", N_("Sổ nhật ký không phải sổ mà bảng kê ghi."))


def _in_order(entries: Iterator[tuple[int, str, bytes]], notes: list[Checkpoint]) -> Iterator[Entry | Checkpoint]:
    """Yield each checkpoint where its size is reached, one beyond the end last."""
    size = 0
    for position, entry_id, digest in entries:
        while notes and notes[0].size <= size:
            yield notes.pop(0)
        yield Entry(position, entry_id, bytes(digest))
        size = position + 1
    yield from notes
