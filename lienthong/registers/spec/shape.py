"""The shape of a register's definition: what it holds, who answers for it, and what is derived from that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from lienthong.kernel.expressions import Expression
from lienthong.kernel.i18n import Bilingual
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.registers.spec.parts import (
    Announcement,
    Case,
    Following,
    Id,
    Keep,
    Matching,
    Pair,
    Relation,
    Rule,
    Shape,
    Source,
)
from lienthong.registers.spec.words import ACT, compiled

Classification = Literal["open", "internal", "personal", "sensitive"]


class Retention(Shape):
    """How long records are kept (``permanent`` or ``10 years`` after their last change), and why.

    sources: for how many days the files that records were imported from are kept once the import has ended.
    """

    keep: Keep
    why: Pair
    sources: int = Field(default=365, ge=30, le=36_500)


class FieldSpec(Shape):
    """One field. term: entry of the dictionary, the field's own name when empty. lookup: how records are found by it.

    with_: further fields indexed together with this one. title: only when the dictionary's does not fit here.
    classification, keep: only to be stricter than the dictionary, or to keep for a shorter time than the register.
    """

    term: str = Field(default="", alias="is")
    required: bool = False
    lookup: Literal["exact", "folded"] | None = None
    with_: tuple[str, ...] = Field(default=(), alias="with")
    title: Pair | None = None
    classification: Classification | None = Field(default=None, alias="class")
    keep: Keep | None = None


class Register(Shape):
    """One register: what it holds, who answers for it, on what legal basis, and how its records are found.

    valid: first and last day this version of the definition is in force. key: the field that identifies a record.
    subject, name, unit: fields with the person a record is about, the name it is shown by and its commune ("": none).
    begins: the field with the day since when a new record holds ("": the day it is written). holds: in two sentences,
    what it is for, read by anybody. The rest is told beside ``parts``.
    """

    register_id: Id = Field(alias="register")
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    title: Pair
    short: Pair
    holds: Pair | None = None
    owner: str
    basis: tuple[str, ...] = Field(min_length=1)
    retention: Retention
    key: Id
    subject: str = ""
    name: str = ""
    unit: str = ""
    begins: str = ""
    fields: dict[Id, FieldSpec] = Field(min_length=1)  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]

    quality: tuple[Rule, ...] = ()
    matching: Matching | None = None
    relations: dict[Id, Relation] = Field(default_factory=dict[str, Relation])
    sources: tuple[Source, ...] = ()
    announces: tuple[Announcement, ...] = ()
    follows: tuple[Following, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def id(self) -> str:
        """The register's id, such as ``population``."""
        return self.register_id

    @cached_property
    def terms(self) -> dict[str, DataTerm]:
        """Dictionary entry of every field. Raises KeyError before ``faults_of`` has found the definition sound."""
        return {name: reference.terms()[self.term_of(name)] for name in self.fields}

    def term_of(self, name: str) -> str:
        """Return the dictionary id of a field."""
        return self.fields[name].term or name

    def title_of(self, name: str) -> Bilingual:
        """Return the title of a field: its own, else the dictionary's."""
        return self.fields[name].title or self.terms[name].title

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The fields no record may lack."""
        return tuple(name for name, spec in self.fields.items() if spec.required)

    @cached_property
    def lookups(self) -> dict[str, str]:
        """Fields that are columns of the table → ``exact`` or ``folded``. The key and the subject always are."""
        kinds: dict[str, str] = {name: "exact" for name in (self.key, self.subject) if name}
        for name, spec in self.fields.items():
            if spec.lookup:
                kinds[name] = spec.lookup
        for spec in self.fields.values():
            for name in spec.with_:
                kinds.setdefault(name, "exact")
        return {name: kinds[name] for name in self.fields if name in kinds}

    @cached_property
    def indexes(self) -> tuple[tuple[str, ...], ...]:
        """Fields indexed together, in order; the key's own index is unique and stands first."""
        others = [
            (name, *self.fields[name].with_)
            for name in self.lookups
            if name != self.key and (self.fields[name].lookup or name == self.subject)
        ]
        return ((self.key,), *others)

    def class_of(self, name: str) -> Classification:
        """Return how confidential a field is: as the dictionary says, unless it is stricter here."""
        return self.fields[name].classification or self.terms[name].classification

    def keep_of(self, name: str) -> str:
        """Return how long a field is kept: as the register, unless it is shorter here."""
        return self.fields[name].keep or self.retention.keep

    @cached_property
    def types(self) -> dict[str, str]:
        """Dictionary type of every field: what expressions may compare it with."""
        return {name: term.type for name, term in self.terms.items()}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The quality rules by id, in the order of the file."""
        return {rule.id: rule for rule in self.quality}

    @cached_property
    def expressions(self) -> dict[str, Expression]:
        """Rule id → its compiled expression, for the rules over a record's own fields."""
        return {rule.id: compiled(rule.that, self.types) for rule in self.quality if rule.that}

    @cached_property
    def conditions(self) -> dict[str, Expression]:
        """Rule id → which records it is about, for the rules that are not about all."""
        return {rule.id: compiled(rule.when, self.types) for rule in self.quality if rule.when}

    def reads(self, rule: Rule) -> tuple[str, ...]:
        """Return the fields a rule looks at, in the order of the register."""
        read = {*rule.unique, *rule.acyclic, *((rule.elsewhere.field,) if rule.elsewhere else ())}
        if rule.that:
            read |= self.expressions[rule.id].reads
        return tuple(name for name in self.fields if name in read)

    @cached_property
    def delivered_by(self) -> str:
        """The field that names the agency that delivered a record; "" when none does."""
        return next((each.by for each in self.sources if each.by), "")

    def concerns(self, rule: Rule, values: Mapping[str, Any], *, today: date) -> bool:
        """Say whether a rule is about a record at all."""
        return not rule.when or self.conditions[rule.id].test(values, today=today)

    def points_at(self, rule: Rule) -> tuple[str, ...]:
        """Return the fields a finding of the rule points at."""
        return rule.fields or self.reads(rule)

    def broken(self, values: Mapping[str, Any], *, today: date, severity: str = "") -> list[Rule]:
        """Return the rules over a record's own fields that it breaks. severity: only those; all when empty."""
        return [
            self.rules[rule]
            for rule, expression in self.expressions.items()
            if (not severity or self.rules[rule].severity == severity)
            and self.concerns(self.rules[rule], values, today=today)
            and expression.evaluate(values, today=today) is False
        ]

    def announced(
        self, values: Mapping[str, Any], before: Mapping[str, Any] | None, *, act: str, today: date
    ) -> list[Announcement]:
        """Return the life events that a write tells of. before: the record as it was, None for a new one."""
        seen = {**values, "before": before or {}, ACT: act}
        return [each for each in self.announces if compiled(each.when, self.types, event=True).test(seen, today=today)]

    def in_force(self, on: date) -> bool:
        """Say whether this version of the definition is in force on the day."""
        return self.valid[0] <= on and (self.valid[1] is None or on <= self.valid[1])
