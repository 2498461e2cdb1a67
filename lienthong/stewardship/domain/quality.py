"""What a measure of a register's quality says. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that breaks a rule. source: the agency that delivered it or last changed it, "" where none is known."""

    rule: str
    record: str
    version: int
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Records of a unit from a source that were last told in a month (``2026-11``), and how many lack which field.

    doubled: those that wait in a pair of doubles, neither told apart nor merged.
    """

    unit: str
    source: str
    month: str
    records: int
    doubled: int
    missing: dict[str, int]


def digest(finding: str, rule_fields: Sequence[str], values: Mapping[str, Any]) -> str:
    """Return what tells whether the fields a finding is about still say the same. It is no secret: the record lies
    beside it; the finding's id keeps equal values from being found out by comparing digests."""
    said = [values.get(name) for name in rule_fields]
    return hashlib.blake2b(msgspec.json.encode(said), key=finding.encode()[:64], digest_size=16).hexdigest()


def months_between(first: str, last: str) -> int:
    """Return how many months lie between two (``2026-11``), 0 for the same one and for one that is yet to come."""
    at, by = ((int(each[:4]), int(each[5:7])) for each in (first, last))
    return max(0, (by[0] - at[0]) * 12 + by[1] - at[1])


def share(part: int, whole: int) -> float | None:
    """Return a share of 1; None of nothing."""
    return part / whole if whole else None
