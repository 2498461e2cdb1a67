"""What this room tells the rooms above: codes and counts; never a name, a number or a value."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.events import Event

DOUBLES = "no-doubles"
"""Stands where a rule stands for "in no pair of doubles that waits to be told apart or merged"; a rule has no hyphen.

Told of registers that were compared with themselves once: before that, nobody knows."""


@dataclass(frozen=True, kw_only=True)
class QualityMeasured(Event):
    """How much the quality of a register in a unit differs from what was last told for this month.

    All counts are differences (a month begins at nothing), so that their sum is always how it stands. rule: "" for the
    records as a whole: checked, of these sound (no open finding); due: values of fields, of these there: not empty.
    Of a single rule: broken, records with an open finding of it. Of ``DOUBLES`` checked and sound as well.
    """

    register: str
    unit: str
    rule: str
    month: str
    checked: int
    sound: int
    due: int
    there: int
    broken: int


@dataclass(frozen=True, kw_only=True)
class SourceMeasured(Event):
    """How much the records that one agency delivered differ, in a province, from what was last told for this month.

    unit: the province, "" where the register knows none. source: the agency that delivered the records or last changed
    them, "" where none is known. Of a field or a rule, the other of the two is "": checked, records; sound: those of
    them that have the field, or that have no open finding of the rule (of ``DOUBLES``: no double that waits). Counts
    are differences, as above.
    """

    register: str
    unit: str
    source: str
    field: str
    rule: str
    month: str
    checked: int
    sound: int


@dataclass(frozen=True, kw_only=True)
class FreshnessMeasured(Event):
    """How long ago the records that one agency delivered were last told, as differences, as above.

    field: of the records that have it, in a province (unit); "": of all records, in a unit. recent: those told in the
    month of measuring or the eleven before; age: the sum over the records of the months since.
    """

    register: str
    unit: str
    source: str
    field: str
    month: str
    records: int
    recent: int
    age: int


@dataclass(frozen=True, kw_only=True)
class DuplicatesFound(Event):
    """A register was compared with itself, or (``one:other``) with another. sure, review: how many pairs were left."""

    register: str
    run: str
    rows: int
    sure: int
    review: int


@dataclass(frozen=True, kw_only=True)
class PairDecided(Event):
    """A person said of two records whether they are one person's. decision: same, different, unsure, merged."""

    register: str
    one: str
    other: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class RollStepped(Event):
    """A roll of people went a step on. step: drawn, posted, corrected, closed; voters: how many stand on it then."""

    roll: str
    kind: str
    agency: str
    step: str
    voters: int
