"""What a procedure file is put together from: facts, questions, checks, fee, clock, flow, results, reasons and cases.

Names are two-part, ``item.field``: an item is someone or something of ``data``, or a step of ``flow`` (what it gives).
Conditions and values are expressions of ``kernel.expressions`` over these names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from lienthong.kernel.i18n import N_, Bilingual

BUILT_IN = ("applicant.number", "dossier.code", "dossier.agency", "dossier.unit", "dossier.filed_on", "submitted")
"""Names every procedure has: who applies, the dossier once it is filed, the day of filing."""
STEP = ("agency", "signer", "decided_on")
"""What every step gives once decided: the agency, the name of who signed, the day."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Span = Annotated[str, StringConstraints(pattern=r"^(\d+(wd|h|cd)|same_day)$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]+\d+$")]
_LOOKUP = re.compile(r"^(?P<register>[a-z_]+)\[(?P<field>[a-z_]+) = (?P<key>[a-z_]+\.[a-z_]+)\]$")
Expression = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


OFFICE_DAY = 8 * 60
"""Office minutes of a working day."""


def least_minutes(span: str) -> int:
    """Return how many office minutes a time limit has at least; the same day before 15:00 has two hours.

    Of days of the calendar half are taken for working days.
    """
    if span == "same_day":
        return 2 * 60
    if span.endswith("cd"):
        return max(1, int(span.removesuffix("cd")) // 2) * OFFICE_DAY
    return int(span.removesuffix("wd")) * OFFICE_DAY if span.endswith("wd") else int(span.removesuffix("h")) * 60


class Shape(BaseModel):
    """Base of every part: unknown keys are faults, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, ignored_types=(cached_property,))


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which record of which register: the one whose ``field`` equals the value named by ``key``."""

    register: str
    field: str
    key: str


def _lookup(text: object) -> object:
    if not isinstance(text, str):
        return text
    found = _LOOKUP.match(text)
    if found is None:
        message = N_("Viết theo dạng register[field = item.field], ví dụ population[number = applicant.number].")
        raise ValueError(message)
    return found.groupdict()


class Sign(Shape):
    """When the person of an item must sign too, the sentence that says why, and the values they see and sign."""

    when: Expression
    because: Bilingual
    sees: tuple[Name, ...] = Field(min_length=1)


class AgencyChoice(Shape):
    """Answers are agencies of this kind in the province of the unit named; those of the unit itself come first."""

    kind: str
    unit: Name


class Asked(Shape):
    """One field of an own item: asked (``ask``), computed (``value``), or asked with answers to choose (``among``).

    told: neither; it comes with the fact that begins the dossier.
    """

    term: str = Field(alias="is")
    ask: Bilingual | None = None
    hint: Bilingual | None = None
    value: Expression = ""
    among: tuple[Name, ...] = ()
    agencies: AgencyChoice | None = None
    when: Expression = ""
    optional: bool = False
    ask_because: Bilingual | None = None
    told: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> Asked:
        if [self.ask is not None, self.value != "", self.told].count(True) != 1:
            message = N_("Viết một trong: ask (câu hỏi), value (biểu thức tính ra), told: true.")
            raise ValueError(message)
        return self


class Else(Shape):
    """What is asked where the register has no answer: a paper to upload, and what is typed from it (declared).

    upload: what the paper is called. fields: those of ``reads`` that the dossier cannot do without.
    """

    upload: Bilingual
    fields: dict[Word, Asked] = {}

    @model_validator(mode="after")
    def _typed_only(self) -> Else:
        for asked in self.fields.values():
            if asked.ask is None or asked.among or asked.agencies or asked.when or asked.ask_because:
                message = N_("Mục đọc từ giấy chỉ có is, ask, hint và optional; bỏ các khóa khác.")
                raise ValueError(message)
        return self


class Item(Shape):
    """Someone or something the dossier is about: read from a register (``from``, ``reads``) or its own ``fields``.

    shows: the values a person checks first, in this order; the rest is folded. All stand open when none is named.
    otherwise: the paper asked when the register has no record, or lacks a field named there; of an optional item it
    may be left out. missing: the sentence said then.
    match: a person whose ``number`` and ``full_name`` are asked; both are compared with the population register, which
    says yes or no.
    """

    title: Bilingual
    lookup: Annotated[Lookup | None, BeforeValidator(_lookup)] = Field(default=None, alias="from")
    where: Expression = ""
    reads: tuple[Word, ...] = ()
    shows: tuple[Word, ...] = ()
    choose: bool = False
    optional: bool = False
    about: str = ""
    missing: Bilingual | None = None
    otherwise: Else | None = Field(default=None, alias="else")
    sign: Sign | None = None
    match: bool = False
    fields: dict[Word, Asked] = {}

    @model_validator(mode="after")
    def _one_kind(self) -> Item:
        if (self.lookup is None) == (not self.fields) or (self.lookup is None) != (not self.reads):
            message = N_("Viết “from” và “reads” (đã có trong cơ sở dữ liệu), hoặc “fields” (hỏi hay tính ra).")
            raise ValueError(message)
        if self.otherwise and self.lookup is None:
            message = N_("“else” nói hỏi gì khi cơ sở dữ liệu không có câu trả lời: cần thêm “from”.")
            raise ValueError(message)
        return self


class Check(Shape):
    """What must hold before filing; ``at`` names the value the sentence is shown with."""

    that: Expression
    at: Name
    say: Bilingual


class Page(Shape):
    """One page of questions."""

    id: Id
    title: Bilingual
    asks: tuple[Name, ...]


class Fee(Shape):
    """Whole đồng as an expression (``submitted`` is the day of filing), the sentence shown with it, its basis."""

    amount: Expression
    say: Bilingual
    basis: str


class Clock(Shape):
    """Legal time limits: reply to a filing, the whole, one extension, and how long a supplement may take.

    warn: how long before the end an apology goes out by itself (8 office hours when the whole is longer than that, else
    one); again: how long after the end its new appointment is. extend: "" where the law knows no extension.
    """

    reply: Span = "8h"
    total: Span
    extend: Span | Literal[""] = ""
    supplement: Span = "30wd"
    warn: Span | Literal[""] = ""
    again: Span = "1wd"

    @property
    def warned(self) -> str:
        """How long before the end the apology goes out."""
        return self.warn or ("8h" if least_minutes(self.total) > OFFICE_DAY else "1h")


class Applicant(Shape):
    """Who may apply, at this level or above: the person of this item, or the representative of this enterprise."""

    item: Word = Field(alias="is")
    kind: Literal["person", "enterprise"] = "person"
    level: int = Field(default=2, ge=1, le=4)

    @property
    def name(self) -> Name:
        """The value that says what the applicant is called."""
        return f"{self.item}.{'name' if self.kind == 'enterprise' else 'full_name'}"


class Write(Shape):
    """One decision written back: a new record, or a change of the record with this key.

    since: the day it holds from; when empty, a new record begins as its register says and a change holds from today.
    A key that is not known, because its item stands on a paper, changes nothing.
    """

    to: Word
    new: bool = False
    key: Expression = ""
    since: Expression = ""
    values: dict[Word, Expression]

    @model_validator(mode="after")
    def _new_or_key(self) -> Write:
        if self.new == bool(self.key):
            message = N_("Viết “new: true”, hoặc khóa của bản ghi thay đổi.")
            raise ValueError(message)
        return self


class Given(Shape):
    """One value a step adds. number: a pattern of unit, province, year and serial, or ``assigned`` (by a register)."""

    term: str = Field(alias="is")
    number: str


class Step(Shape):
    """One agency's step (``by``) or one the machine does (``auto``); several ``to`` are a fork, all join at the end.

    by: role of the competent agency; its officers hold the role ``<by>-officer``. sign: role of the person who signs.
    sees: values shared with an agency that is not the lead. gives: what the step adds. note: for the officer; tells:
    for the people of the dossier.
    """

    title: Bilingual
    by: str = ""
    auto: Literal["", "assign_number"] = ""
    inputs: dict[Word, Expression] = Field(default={}, alias="with")
    within: Span | Literal[""] = ""
    sign: str = ""
    may: tuple[Literal["supplement", "refuse"], ...] = ()
    optional: bool = False
    sees: tuple[Name, ...] = ()
    gives: dict[Word, Given] = {}
    write: tuple[Write, ...] = ()
    note: Bilingual | None = None
    tells: Bilingual | None = None
    to: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _someone_does_it(self) -> Step:
        if (self.by == "") == (self.auto == ""):
            message = N_("Viết “by” (vai trò của cơ quan), hoặc “auto” (máy làm).")
            raise ValueError(message)
        if self.by and not self.within:
            message = N_("Thiếu “within”: mỗi bước của cơ quan có thời hạn riêng theo luật.")
            raise ValueError(message)
        return self


class Result(Shape):
    """A document issued after a step is done, signed by who signed ``signed_at``, into the wallets of ``to``."""

    after: Word
    signed_at: Word
    title: Bilingual
    about: Name
    to: tuple[Name, ...]
    values: dict[Word, Expression]


class Reason(Shape):
    """A coded reason with its legal ground. steps: where it may be given (everywhere when empty); asks: asked again.

    papers: items whose paper is wanted once more, said only of a dossier that stands on them.
    """

    say: Bilingual
    basis: str
    steps: tuple[Word, ...] = Field(default=(), alias="for")
    asks: tuple[Name, ...] = ()
    papers: tuple[Word, ...] = ()


class Reasons(Shape):
    """The coded reasons of the procedure. approve: where there are any, an approval names one too; extend: of the one
    extension that ``clock`` allows.
    """

    approve: dict[Code, Reason] = {}
    extend: dict[Code, Reason] = {}
    supplement: dict[Code, Reason] = {}
    refuse: dict[Code, Reason] = {}


class Case(Shape):
    """An example a lawyer can read, run at every check: with these facts, this is asked, paid, due and signed.

    papers: items whose paper is asked, those that may be left out too.
    """

    name: Bilingual
    given: dict[Word, dict[Word, Any]]
    filed: datetime
    asks: tuple[Name, ...] | None = None
    asks_at_most: int | None = None
    papers: tuple[Word, ...] | None = None
    fee: int | None = None
    due: datetime | None = None
    signs: tuple[Word, ...] | None = None


class Says(Shape):
    """What a decision is called where it is no grant: an answer. notice: the message that tells it to the person."""

    approve: Bilingual
    refuse: Bilingual
    notice: Id


class Codes(Shape):
    """National procedure code, and the codes it replaces."""

    national: str
    replaces: tuple[str, ...] = ()


class LifeEvent(Shape):
    """What happens in a life that calls for the procedure, and its line icon (see ``webkit.icons``)."""

    title: Bilingual
    icon: Id = "paper"
