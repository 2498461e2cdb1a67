"""What understanding a value answers, and what it may be told about the file the value stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from lienthong.kernel.errors import Fault, fault

Value = str | int | bool
Status = Literal["accepted", "review", "rejected"]
Order = Literal["", "day_first", "month_first", "mixed"]


class Candidate(NamedTuple):
    """One value that may be meant: its stored form, and what it says to the person who chooses."""

    value: Value
    title: str


class Levels(NamedTuple):
    """A unit whose levels stand in columns of their own, each a name, a code or ""."""

    commune: str
    district: str
    province: str

    def __str__(self) -> str:
        return ", ".join(each for each in self if each)


@dataclass(frozen=True, slots=True)
class Understood:
    """One value as it is understood.

    value: its stored form; None when the cell says nothing, a person must choose, or it is refused. notes: what was
    changed or looks odd, and why a choice is needed; each has a code and a sentence. faults: why it is refused and what
    to do. candidates: what may be meant. elsewhere: what the cell says for another dictionary term.
    """

    value: Value | None
    notes: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    elsewhere: Mapping[str, Value] = field(default_factory=dict[str, Value])

    @property
    def is_told(self) -> bool:
        """Whether there is anything to say besides the value."""
        return bool(self.notes or self.faults or self.candidates or self.elsewhere)

    @property
    def status(self) -> Status:
        """``accepted`` (with or without notes), ``review`` (a person must choose) or ``rejected``."""
        return "rejected" if self.faults else "review" if self.candidates else "accepted"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of the column that values stand in; everything but the day has a safe default.

    today: no birth lies after it. on: the day by whose map units were written (None: unknown). shown: how many of the
    column's own values show that day (0: it was said). by_codes: they are codes, which are all in force.
    order: whether days or months come first; ``mixed``: both occur, so that what fits both ways is asked. swapped: days
    and months of real date cells are probably exchanged. epoch: 1900 or 1904, the first year of date serials.
    pivot: the last year that two digits may mean (None: none after today for births, 20 years ahead otherwise).
    codes: what cells stand for in this column (folded text → stored form), such as 0 and 1 for the sexes.
    ask: cells (folded) that mean nothing certain in this column.
    split_address: an address loses the units at its end, because another field takes them.
    """

    today: date
    on: date | None = None
    shown: int = 0
    by_codes: bool = False
    order: Order = ""
    swapped: bool = False
    epoch: Literal[1900, 1904] = 1900
    pivot: int | None = None
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    ask: frozenset[str] = frozenset()
    split_address: bool = False


NOTHING = Understood(None)
Note = tuple[str, str]
"""Code and sentence. Sentences have no value in them: a problem is the same for every row that has it."""


@lru_cache(maxsize=4_096)
def _said(at: str, code: str, text: str) -> Fault:
    return fault(at, code, text)


def told(at: str, value: Value | None, *notes: Note, **elsewhere: Value) -> Understood:
    """Return a value with notes."""
    return Understood(value, tuple(_said(at, code, text) for code, text in notes), elsewhere=elsewhere)


def with_notes(at: str, found: Understood, *notes: Note) -> Understood:
    """Return what was understood with further notes."""
    return replace(found, notes=(*found.notes, *(_said(at, code, text) for code, text in notes)))


def refused(at: str, code: str, text: str, **data: object) -> Understood:
    """Return a refusal that says what to do. data: what the sentence is filled with, never a person's."""
    return Understood(None, faults=(fault(at, code, text, **data) if data else _said(at, code, text),))


def asked(at: str, code: str, text: str, candidates: tuple[Candidate, ...], **data: object) -> Understood:
    """Return a question to a person: which of the candidates is meant."""
    notes = (fault(at, code, text, **data) if data else _said(at, code, text),)
    return Understood(None, notes=notes, candidates=candidates)
