"""Values, where they come from, and the questions that ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lienthong.kernel.errors import Fault
from lienthong.kernel.i18n import Bilingual

Value = str | int | bool | None
SourceKind = Literal["register", "computed", "declared", "decision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value comes from. register, record, version: the record it was read from ("" and 0 when none).

    own: the record is the applicant's own, who may open it. matched: declared, and it fits the population register.
    """

    kind: SourceKind
    title: Bilingual
    register: str = ""
    record: str = ""
    version: int = 0
    at: datetime | None = None
    own: bool = False
    matched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One value as shown. name: ``mother.full_name``. text: in Vietnamese, names for codes; "" when there is none.

    first: what a person checks first; the other values of a group may be folded. written: people's own words (names,
    addresses, reasons), the same in every language.
    """

    name: str
    term: str
    title: Bilingual
    value: Value
    text: str
    source: Source
    first: bool = True
    written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One record the applicant can choose when several fit (twins: one dossier each)."""

    record: str
    values: tuple[Shown, ...]
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One data item (the mother, the birth notice …) with its values.

    state: ``found``; ``choose`` (several fit, see choices); ``none`` (optional, nothing known); ``paper`` (needed, a
    paper stands in for the register); ``missing`` (needed).
    """

    name: str
    title: Bilingual
    state: Literal["found", "choose", "none", "paper", "missing"]
    values: tuple[Shown, ...] = ()
    choices: tuple[Choice, ...] = ()
    register: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """What will be read before it is read: about whom, from which register of whom, which fields."""

    item: str
    title: Bilingual
    register: Bilingual
    owner: Bilingual
    fields: tuple[Bilingual, ...]
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose from."""

    value: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked. kind ``choice`` comes with options; value: what was answered so far, "" for nothing."""

    name: str
    term: str
    kind: Literal["text", "choice", "date", "number", "yes_no"]
    title: Bilingual
    hint: Bilingual | None
    because: Bilingual | None
    options: tuple[Option, ...]
    value: str
    required: bool
    max_length: int
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of questions."""

    id: str
    title: Bilingual
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A value of the dossier beside what the register says now. whose: the mother, the father, the child …"""

    whose: Bilingual
    declared: Shown
    register: Shown | None
    state: Literal["match", "mismatch", "declared"]
