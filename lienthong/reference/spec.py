"""The shape of the files in ``catalogue/`` that this room reads: dictionary, codes, bases, agencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference.domain.terms import Classification, Confidence, TermType

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


def _pair(value: Any) -> Any:
    """Accept ``[vi, en]`` for ``{vi: …, en: …}``."""
    return {"vi": value[0], "en": value[1]} if isinstance(value, list) and len(value) == 2 else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


Pair = Annotated[Bilingual, BeforeValidator(_pair)]
Interval = tuple[date | None, date | None]


class Strict(BaseModel):
    """A definition may say only what the shape knows: a misspelt key is a fault, not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TermSpec(Strict):
    """One entry of the dictionary. also: other titles under which clerks keep it; case and marks do not matter."""

    type: TermType
    title: Pair
    classification: Classification = Field(alias="class")
    code_list: str = Field(default="", alias="list")
    max_length: int = Field(default=0, alias="max", ge=0)
    format: str = ""
    also: tuple[str, ...] = ()


class DictionarySpec(Strict):
    """A file of the dictionary: term id → term."""

    terms: dict[Identifier, TermSpec]


class CodeListSpec(Strict):
    """A code list: its codes here, or in a data file with columns ``code``, ``name`` and, when they differ, ``en``.

    also: code → what else people write for it.
    """

    list: Identifier
    title: Pair
    system: str
    source: str
    confidence: Confidence
    codes: dict[str, Pair] = {}
    file: str = ""
    also: dict[str, tuple[str, ...]] = {}


class SealsSpec(Strict):
    """That a law allows not to tell a person at once that their data was read, and for how many days at most."""

    days: int = Field(ge=1, le=3660)
    source: str
    confidence: Confidence


class BasisSpec(Strict):
    """One instrument of law."""

    number: str
    title: Pair
    valid: Interval
    source: str
    confidence: Confidence
    seals: SealsSpec | None = None


class BasesSpec(Strict):
    """A file of legal bases: id → instrument."""

    bases: dict[Identifier, BasisSpec]


class AgencySpec(Strict):
    """One agency written out."""

    name: Pair
    short: Pair
    kind: str
    level: Literal["central", "province", "commune"] = "central"
    unit: str = ""
    parent: str = ""
    demonstration: bool
    source: str
    valid: Interval = (None, None)
    successor: str = ""


class AgencyRuleSpec(Strict):
    """One agency for each unit of a level; see ``AgencyRule`` for the patterns."""

    each: Literal["province", "commune"]
    kind: str
    code: str
    parent: str = ""
    name: Pair
    short: Pair
    roles: list[str] = []
    source: str


class AgenciesSpec(Strict):
    """A file of agencies: some written out (code → agency), some by rule, and level-1 codes that are confirmed."""

    agencies: dict[Identifier, AgencySpec] = {}
    rules: list[AgencyRuleSpec] = []
    confirmed: list[str] = []


def check() -> list[Fault]:
    """Return every fault of the room's catalogue files, each with file and line: shape, and what they refer to."""
    lists, faults = definitions.load("codes", CodeListSpec)
    dictionary, wrong_terms = definitions.load("dictionary", DictionarySpec)
    bases, wrong_bases = definitions.load("bases", BasesSpec)
    agencies, wrong_agencies = definitions.load("agencies", AgenciesSpec)
    known_lists = {each.model.list for each in lists}
    known_agencies = {code for each in agencies for code in each.model.agencies}
    return [
        *faults,
        *wrong_terms,
        *wrong_bases,
        *wrong_agencies,
        *(found for each in dictionary for found in _wrong_terms(each, known_lists)),
        *(found for each in bases for found in _wrong_bases(each)),
        *(found for each in agencies for found in _wrong_agencies(each, known_agencies)),
    ]


def _wrong_terms(one: Definition[DictionarySpec], lists: set[str]) -> Iterator[Fault]:
    for term_id, term in one.model.terms.items():
        place = one.place("terms", term_id)
        if (term.type == "code") != bool(term.code_list) or (term.code_list and term.code_list not in lists):
            message = N_("Mục “%(term)s” kiểu code phải chỉ đúng một danh mục mã có thật ở `list`.")
            yield fault(place, "dictionary.list", message, term=term_id)
        try:
            re.compile(term.format)
        except re.error:
            yield fault(place, "dictionary.format", N_("Mục “%(term)s” có `format` viết sai."), term=term_id)


def _wrong_bases(one: Definition[BasesSpec]) -> Iterator[Fault]:
    for basis_id, basis in one.model.bases.items():
        first, last = basis.valid
        if first and last and last < first:
            message = N_("Căn cứ “%(basis)s” hết hiệu lực trước khi có hiệu lực.")
            yield fault(one.place("bases", basis_id), "basis.valid", message, basis=basis_id)


def _wrong_agencies(one: Definition[AgenciesSpec], known: set[str]) -> Iterator[Fault]:
    for code, agency in one.model.agencies.items():
        for other in {agency.parent, agency.successor} - {""} - known:
            message = N_("Cơ quan “%(agency)s” chỉ tới “%(other)s” không có trong danh mục.")
            yield fault(one.place("agencies", code), "agency.unknown", message, agency=code, other=other)
