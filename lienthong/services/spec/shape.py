"""The shape of a procedure file: all its parts (``parts.py``) in one YAML, and what follows from them together."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import Field

from lienthong.kernel.definitions import Definition
from lienthong.kernel.i18n import Bilingual
from lienthong.services.spec.parts import (
    BUILT_IN,
    STEP,
    Applicant,
    Asked,
    Case,
    Check,
    Clock,
    Codes,
    Fee,
    Id,
    Item,
    LifeEvent,
    Name,
    Page,
    Reasons,
    Result,
    Says,
    Shape,
    Step,
    Word,
)


class Procedure(Shape):
    """One procedure, complete. Open dossiers finish under the version they began with.

    short: what lists and headings call it, where its title would be too long. consents: contracts on the ground of
    consent that may be offered beside it; no answer is no, and the dossier does not depend on it. begins: ``fact``:
    nobody fills it in, a fact of a lower room begins it at the agency that the fact is about. duty: id of the duty of
    ``catalogue/duties`` whose time its clock has.
    """

    procedure: Id
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    codes: Codes
    title: Bilingual
    short: Bilingual | None = None
    event: LifeEvent | None = None
    about: Bilingual
    purpose: Bilingual
    basis: tuple[str, ...] = Field(min_length=1)
    fulfils: tuple[str, ...] = ()
    begins: Literal["person", "fact"] = "person"
    duty: str = ""
    says: Says | None = None
    channel: Literal["online_full", "online_part", "counter", "post"] = "online_full"
    applicant: Applicant
    contract: str
    consents: tuple[str, ...] = ()
    unit: Name
    name: Name
    data: dict[Word, Item]
    checks: tuple[Check, ...] = ()
    pages: tuple[Page, ...]
    fee: Fee | None = None
    clock: Clock
    flow: dict[Word, Step] = Field(min_length=1)
    results: dict[Id, Result] = Field(default_factory=dict[Id, Result])
    reasons: Reasons = Reasons()
    cases: tuple[Case, ...] = Field(min_length=1)

    @property
    def first_step(self) -> str:
        """Where the flow begins: the step written first."""
        return next(iter(self.flow))

    @cached_property
    def binding(self) -> frozenset[str]:
        """Steps whose approval decides something: signed, giving a number, written back, on a paper, or the last."""
        papers = {each.after for each in self.results.values()}
        flow = self.flow.items()
        return frozenset(papers | {name for name, it in flow if it.sign or it.gives or it.write or not it.to})

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """Every field that may be asked, by name."""
        return {
            f"{item_id}.{field_id}": field
            for item_id, item in self.data.items()
            for field_id, field in item.fields.items()
            if field.ask is not None
        }

    @cached_property
    def typed(self) -> dict[str, Asked]:
        """Every field that may be typed from a paper, by name, because a register had no answer."""
        return {
            f"{item_id}.{field_id}": field
            for item_id, item in self.data.items()
            for field_id, field in (item.otherwise.fields.items() if item.otherwise else ())
        }

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name an expression of this procedure may use."""
        read = {f"{item}.{field}" for item, each in self.data.items() for field in (*each.reads, *each.fields)}
        given = {f"{step}.{field}" for step, each in self.flow.items() for field in (*STEP, *each.gives)}
        return frozenset({*BUILT_IN, *read, *given})


Defined = Definition[Procedure]
"""A procedure and the file it stands in."""
