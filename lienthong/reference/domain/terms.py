"""The words of the house: code lists, the field dictionary, legal bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lienthong.kernel.i18n import Bilingual

TermType = Literal[
    "personal_number",
    "person_name",
    "partial_date",
    "date",
    "time",
    "moment",
    "text",
    "address",
    "code",
    "unit",
    "agency",
    "integer",
    "money",
    "phone",
    "boolean",
]
Classification = Literal["open", "internal", "personal", "sensitive"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list. title: what it stands for. group: a coarser class of the same list, "" for none.

    also: what else people write for it.
    """

    code: str
    title: Bilingual
    group: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes in its own order. system: who defines the codes. source, confidence: where they were read."""

    id: str
    title: Bilingual
    system: str
    source: str
    confidence: Confidence
    codes: Mapping[str, Code]


@dataclass(frozen=True, slots=True)
class DataTerm:
    """One entry of the field dictionary, shared by registers, procedures and contracts.

    classification: open, internal, personal or sensitive (Law 91/2025/QH15). code_list: id, for type ``code``.
    max_length: in characters, 0 for the type's own limit. format: a regular expression the whole value must match.
    also: what else people call it in their forms and spreadsheets.
    """

    id: str
    type: TermType
    title: Bilingual
    classification: Classification
    code_list: str = ""
    max_length: int = 0
    format: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """An instrument of law. number: as cited (``63/2024/NĐ-CP``). valid_from, valid_to: first and last day in force.

    valid_from is None when our sources do not give it. source and confidence: where this was read; not the gazette.
    seals_days: how long, at most, it lets an access entry stay sealed; 0 for a law that does not.
    """

    id: str
    title: Bilingual
    number: str
    valid_from: date | None
    valid_to: date | None
    source: str
    confidence: Confidence
    seals_days: int = 0

    def in_force(self, on: date) -> bool:
        """Say whether the instrument is in force on the day; an unknown beginning counts as before."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)
