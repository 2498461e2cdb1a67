"""What this room tells the rooms above: ids, codes, units; never a name or a value."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordWritten(Event):
    """A record was created, changed from a day on, or corrected. unit: the record's unit, "" when it has none."""

    register: str
    record: str
    version: int
    kind: str
    unit: str
    dossier: str


@dataclass(frozen=True, kw_only=True)
class AccessesErased(Event):
    """Salts and details of one person from before a moment were erased in every room, by law. entries: how many."""

    entries: int
    basis: str
    before: str


@dataclass(frozen=True, kw_only=True)
class RecordsImported(Event):
    """A batch of rows landed. rows: created or changed; rejected: refused with a reason."""

    register: str
    batch: str
    rows: int
    rejected: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class UnitsReplaced(Event):
    """Records got the code of the unit that took over theirs. rows: how many; left: whose unit was split."""

    register: str
    field: str
    rows: int
    left: int
    valid_from: str
