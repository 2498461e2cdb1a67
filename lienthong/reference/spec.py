"""The shape of the files in ``catalogue/`` that this room reads: dictionary, codes, bases, agencies."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lienthong.kernel.i18n import Bilingual
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
    """One entry of the dictionary."""

    type: TermType
    title: Pair
    classification: Classification = Field(alias="class")
    code_list: str = Field(default="", alias="list")
    max_length: int = Field(default=0, alias="max", ge=0)
    format: str = ""


class DictionarySpec(Strict):
    """A file of the dictionary: term id → term."""

    terms: dict[Identifier, TermSpec]


class CodeListSpec(Strict):
    """A code list: its codes here, or in a data file with columns ``code``, ``name`` and, when they differ, ``en``."""

    list: Identifier
    title: Pair
    system: str
    source: str
    confidence: Confidence
    codes: dict[str, Pair] = {}
    file: str = ""


class BasisSpec(Strict):
    """One instrument of law."""

    number: str
    title: Pair
    valid: Interval
    source: str
    confidence: Confidence


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
