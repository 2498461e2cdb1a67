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
    """Records of a unit from a source that were last told in a month (``2026-11``), and how many lack which field."""

    unit: str
    source: str
    month: str
    records: int
    missing: dict[str, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """How a unit stands: records, those without an open finding, values due and there, open findings by rule."""

    checked: int = 0
    sound: int = 0
    due: int = 0
    there: int = 0


def digest(finding: str, rule_fields: Sequence[str], values: Mapping[str, Any]) -> str:
    """Return what tells whether the fields a finding is about still say the same. It is no secret: the record lies
    beside it; the finding's id keeps equal values from being found out by comparing digests."""
    said = [values.get(name) for name in rule_fields]
    return hashlib.blake2b(msgspec.json.encode(said), key=finding.encode()[:64], digest_size=16).hexdigest()


def share(part: int, whole: int) -> float | None:
    """Return a share of 1; None of nothing."""
    return part / whole if whole else None
