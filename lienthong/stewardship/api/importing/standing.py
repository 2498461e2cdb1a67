"""A batch as its steward sees it, and who may."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship.domain.importing import Cause, Causes, Counts, Fate, Sample, Settings
from lienthong.stewardship.store import batches as store

ROLE = "data-steward"
PAPERS = (".pdf", ".jpg", ".jpeg", ".png")
"""Endings of scans; a scan is named by what it is when it is taken."""
_decode_fates = msgspec.json.Decoder(list[Fate]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One import. state: reading (a scan), begun, ready (settings confirmed), trying, running, done, undone, dropped.

    name: of the file; digest: SHA-256 of its bytes; trouble: code of what stopped it last, "" while all is well.
    settings: None until confirmed. expected: about how many rows it has, 0 when the file does not tell. purged: when
    its source went at the end of its retention, "" while it is kept.
    """

    id: str
    register: str
    agency: str
    actor: str
    at: str
    name: str
    digest: str
    bytes: int
    state: str
    settings: Settings | None
    fingerprint: str
    grounds: Grounds
    reason: str
    started: str
    ended: str
    trouble: str
    undone_by: str
    undone_reason: str
    expected: int
    purged: str = ""

    @property
    def is_paper(self) -> bool:
        """True for a scan: its rows wait for a person, one by one, beside their pictures."""
        return self.name.endswith(PAPERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a batch is. at_row: the last row of the file that is done; samples: what rows change, of the first.

    again: these bytes had landed before, and nothing was done.
    """

    batch: Batch
    trial: bool
    at_row: int
    counts: Counts
    causes: list[Cause]
    samples: list[Sample]
    milliseconds: int
    again: bool = False


def require_steward(who: Actor, register: str, grounds: Grounds) -> None:
    """Refuse whoever is no steward of the register's owner. Raises Denied, NotFound for an unknown register."""
    registers.definition(register)
    registers.require(who, grounds)
    registers.require_owner(who, register=register, grounds=grounds)
    if who.kind is not Kind.SYSTEM and not who.has(ROLE):
        raise Denied("stewardship.role", N_("Việc này dành cho cán bộ quản trị dữ liệu của cơ quan chủ quản."))


def of(who: Actor, batch: str, *, lock: bool = False) -> Batch:
    """Return a batch of the actor's agency, or of one below it. Raises NotFound."""
    row = store.one(batch, lock=lock)
    if row is None or not (row.agency == who.agency or row.agency.startswith(f"{who.agency}.")):
        raise NotFound(
            "import.none", N_("Không có lô nhập “%(batch)s”; xem `lienthong register imports`."), batch=batch
        )
    found = batch_of(row)
    require_steward(who, found.register, found.grounds)
    return found


def batch_of(row: Row) -> Batch:
    """Return a stored batch."""
    return Batch(
        id=row.id,
        register=row.register,
        agency=row.agency,
        actor=row.actor,
        at=row.at,
        name=row.name,
        digest=row.digest,
        bytes=row.bytes,
        state=row.state,
        settings=msgspec.json.decode(row.settings, type=Settings) if row.settings else None,
        fingerprint=row.fingerprint,
        grounds=Grounds(purpose=row.purpose, basis=row.basis),
        reason=row.reason,
        started=row.started,
        ended=row.ended,
        trouble=row.trouble,
        undone_by=row.undone_by,
        undone_reason=row.undone_reason,
        expected=row.expected,
        purged=row.purged or "",
    )


def new_row(
    who: Actor, register: str, *, name: str, digest: str, size: int, grounds: Grounds, reason: str
) -> dict[str, object]:
    """Return a batch that begins, as it is kept. name: of the file; size: bytes."""
    return {
        "id": new_id(),
        "register": register,
        "agency": who.agency,
        "actor": author(who),
        "at": now(),
        "name": name,
        "digest": digest,
        "bytes": size,
        "state": "begun",
        "settings": "",
        "fingerprint": "",
        "purpose": grounds.purpose,
        "basis": grounds.basis,
        "reason": clean(reason),
        "expected": 0,
        "started": "",
        "ended": "",
        "trouble": "",
        "undone_by": "",
        "undone_reason": "",
        "purged": None,
    }


def with_evidence(batch: Batch, page: int = 0) -> Batch:
    """Return a batch whose reason names its scan: it stands in the history of each record that it makes or changes."""
    if not batch.is_paper:
        return batch
    scan = f"Bản quét{f' trang {page}' if page else ''}, SHA-256 {batch.digest}"
    return dataclasses.replace(batch, reason=f"{batch.reason} · {scan}" if batch.reason else scan)


def batches(who: Actor, *, register: str, limit: int = 50, after: str = "") -> list[Batch]:
    """Return the imports of a register by the actor's agency and those below it, newest first."""
    spec = registers.definition(register)
    require_steward(who, register, Grounds(purpose="import", basis=spec.basis[0]))
    return [batch_of(row) for row in store.of_register(register, who.agency, limit=min(limit, 500), after=after)]


def batch(who: Actor, *, batch: str) -> Batch:
    """Return one import. Raises NotFound."""
    return of(who, batch)


def progress(who: Actor, *, batch: str, trial: bool = False) -> Progress:
    """Return how far an import (``trial``: its dry run) is, with problems by cause; cheap enough to ask each second."""
    found = of(who, batch)
    counts, causes, samples, at_row, spent = Counts(), Causes(), list[Sample](), 0, 0
    with runtime.current().database.reading():
        for row in store.portions(batch, trial=trial):
            counts = counts.plus(Counts(**json.loads(row.counts)))
            causes.merge(msgspec.json.decode(row.causes, type=list[Cause]))
            samples += msgspec.json.decode(row.samples, type=list[Sample])
            at_row, spent = row.to_row, spent + row.milliseconds
        for waited in [] if trial else store.reviews(batch):
            if waited.state != "open":
                counts.move("review", decoded(waited.fate).what)
    return Progress(
        batch=found,
        trial=trial,
        at_row=at_row,
        counts=counts,
        causes=causes.listed(),
        samples=samples[:20],
        milliseconds=spent,
    )


def decoded(fate: str) -> Fate:
    """Return what became of a row that waited."""
    return msgspec.json.decode(fate, type=Fate)


def fates_of(row: Row) -> list[Fate]:
    """Return what became of the rows of a stored portion."""
    import zlib

    return _decode_fates(zlib.decompress(row.fates))


def now() -> str:
    """Return the stamp of this moment."""
    return clock.stamp(runtime.current().clock.now())


def author(who: Actor) -> str:
    """Return who acts, as batches keep it."""
    return f"{who.kind}:{who.subject}"


def settings_text(settings: Settings) -> str:
    """Return settings as they are kept."""
    return msgspec.json.encode(settings).decode()


def loaded(text: str) -> Any:
    """Return what was kept as JSON."""
    return msgspec.json.decode(text) if text else None
