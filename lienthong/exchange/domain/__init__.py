"""What is asked and what is answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

By = Mapping[str, str | Sequence[str]]


def listed(value: str | Sequence[str]) -> list[str]:
    """Return one or many lookup values as a list."""
    return [value] if isinstance(value, str) else list(value)


class Refusal(StrEnum):
    """Why an access is refused: the reason kept in the log and shown to the person."""

    CONTRACT = "contract"
    BASIS = "basis"
    PARTY = "party"
    REGISTER = "register"
    LOOKUP = "lookup"
    SUBJECT = "subject"
    FAMILY = "family"
    DOSSIER = "dossier"
    UNIT = "unit"
    OWNER = "owner"
    AGENCY = "agency"
    FIELDS = "fields"
    CONSENT = "consent"
    ISSUER = "issuer"
    HANDLING = "handling"
    REACH = "reach"
    MISMATCH = "mismatch"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a call. name: by which the answer is found. by: lookup field → value(s), all must agree.

    fields: what is wanted, everything the contract allows when empty. as_of: the day whose truth is asked.
    """

    name: str
    register: str
    by: By
    fields: Sequence[str] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One value with where it came from. term: its entry in the dictionary. at: when it was fetched."""

    value: Any
    term: str
    source_register: str
    record_id: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One record as the contract lets it be seen. valid_from: ISO day since when this version holds."""

    register: str
    id: str
    key: str
    version: int
    valid_from: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer of one call. records: ask → facts; withheld: ask → fields asked for that the contract leaves out."""

    records: Mapping[str, list[Fact]]
    withheld: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
