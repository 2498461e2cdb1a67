"""What passed through the exchange and what was refused: ids, codes and counts; never a name, a number or a value."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DataFetched(Event):
    """An actor of an agency ("" for a citizen) read records in one call. people: asked about; fields: in the answer."""

    contract: str
    registers: tuple[str, ...]
    agency: str
    dossier: str
    people: int
    fields: int


@dataclass(frozen=True, kw_only=True)
class FetchDenied(Event):
    """A read or a write was refused. reason: a code of ``domain.Refusal``."""

    contract: str
    register: str
    agency: str
    dossier: str
    people: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class DataSubmitted(Event):
    """A decision was written to a register."""

    contract: str
    register: str
    record: str
    version: int
    agency: str
    dossier: str
    fields: int


@dataclass(frozen=True, kw_only=True)
class ListReconciled(Event):
    """A list of an agency was compared with a register. rows: of the list; then how many rows got each code."""

    contract: str
    register: str
    agency: str
    reconciliation: str
    rows: int
    match: int
    wrong_name: int
    wrong_birth_date: int
    unknown_number: int
    deceased: int
    old_number: int
    unreadable_row: int


@dataclass(frozen=True, kw_only=True)
class AccessContested(Event):
    """A person complained about an entry of their log. complaint: its id; agency: the one that looked."""

    complaint: str
    entry: str
    agency: str
    at: str


@dataclass(frozen=True, kw_only=True)
class DataClaimed(Event):
    """A person asked something about a record of theirs. claim: its id; right: correct, restrict or erase.

    unit: the record's.
    """

    claim: str
    right: str
    register: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class BreachRecorded(Event):
    """A breach of personal data was recorded. due_at: until when the authority is to be told (stamps)."""

    breach: str
    agency: str
    found_at: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class BreachTold(Event):
    """The authority was told of a breach. late: after the clock had run out."""

    breach: str
    agency: str
    at: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Event):
    """A person agreed to a contract, or took it back. consent: id of the entry that proves it."""

    contract: str
    consent: str
    given: bool


@dataclass(frozen=True, kw_only=True)
class ServerAdmitted(Event):
    """A server of an agency was let in. server: id of its public key."""

    server: str
    agency: str


@dataclass(frozen=True, kw_only=True)
class ServerRevoked(Event):
    """The key of an agency's server was taken back."""

    server: str
    agency: str
