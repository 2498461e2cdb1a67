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
class LifeEventTold(Event):
    """A write told of a life event, as its register's definition says. event: a word of ``spec.Event``.

    version: of the record that tells, whose content says the rest. day: ISO day of the event, of any precision.
    """

    event: str
    register: str
    record: str
    version: int
    unit: str
    day: str


@dataclass(frozen=True, kw_only=True)
class LifeEventFollowed(Event):
    """A register did by itself what a life event asks of it. records: how many it changed; 0: none was found.

    source: id of the life event's own fact.
    """

    event: str
    source: str
    register: str
    records: int


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
class RecordsMerged(Event):
    """Two records were one person's: ``gone`` says nothing now, its key leads to ``kept``. unit: the kept one's."""

    register: str
    kept: str
    gone: str
    merge: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class RecordsSeparated(Event):
    """A merge was taken back: both records stand again. unit: the kept one's."""

    register: str
    kept: str
    gone: str
    merge: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class RecordsTakenBack(Event):
    """What a batch wrote was undone: its new records are withdrawn, its changes corrected back. rows: how many."""

    register: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class UnitsReplaced(Event):
    """Records got the code of the unit that took over theirs. rows: how many; left: whose unit was split."""

    register: str
    field: str
    rows: int
    left: int
    valid_from: str
