"""A procedure's form filled in: what is known, what is asked, every fault at once, who else signs, what it costs.

Pure: records and answers come in, nothing is read or written. The same code fills a draft, a filed dossier and a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.services.spec.parts import Asked, Item
from lienthong.services.spec.shape import Procedure
from lienthong.services.spec.words import Value, evaluate

MATCHED = ("number", "full_name")
"""The fields of a person that are compared with the population register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One record read for an item of the form, with where it came from. at: stamp of the reading."""

    item: str
    register: str
    record: str
    version: int
    at: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question that this form really asks. options: the values to choose from, () for free input."""

    name: str
    field: Asked
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAsk:
    """A paper that this form asks for, because a register has no answer, and what is typed from it."""

    item: str
    title: Bilingual
    required: bool
    asks: tuple[Ask, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form as far as it is filled in.

    answers: raw text by name. chosen: item → record id. given: what the flow added (``step.field``). submitted: the day
    it is, or was, filed. today: the day ``today()`` means. handed: items whose paper was handed in. in_use: items whose
    record the register has, but which another open dossier stands on: no paper takes its place. matched: item → whether
    its number and name fit together, as far as they were compared.
    """

    procedure: Procedure
    applicant: str
    submitted: date
    today: date
    records: Sequence[Known] = ()
    chosen: Mapping[str, str] = field(default_factory=dict[str, str])
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    given: dict[str, Value] = field(default_factory=dict[str, Value])
    handed: frozenset[str] = frozenset()
    in_use: frozenset[str] = frozenset()
    matched: Mapping[str, bool] = field(default_factory=dict[str, bool])

    def candidates(self, item: str) -> list[Known]:
        """Return the records read for an item."""
        return [each for each in self.records if each.item == item]

    def record(self, item: str) -> Known | None:
        """Return the record the form uses for an item: the chosen one, or the only one; None while open or absent."""
        found = self.candidates(item)
        if not self.procedure.data[item].choose or len(found) == 1:
            return found[0] if found else None
        return next((each for each in found if each.record == self.chosen.get(item)), None)

    def lacks(self, item: str) -> list[str] | None:
        """Return the fields that a paper has to tell; None where the register has answered, or no paper may be used."""
        other = self.procedure.data[item].otherwise
        if other is None:
            return None
        known = self.record(item)
        if known is None:
            return None if item in self.in_use or self.candidates(item) else list(other.fields)
        return [name for name in other.fields if known.values.get(name) is None] or None

    @cached_property
    def papers(self) -> dict[str, PaperAsk]:
        """The papers asked for, by item; that of an optional item is required once something of it was given."""
        found: dict[str, PaperAsk] = {}
        for item_id, item in self.procedure.data.items():
            lacking = self.lacks(item_id)
            if item.otherwise is None or lacking is None:
                continue
            named = {f"{item_id}.{name}": item.otherwise.fields[name] for name in lacking}
            required = not item.optional or item_id in self.handed or any(self.answers.get(name) for name in named)
            asks = tuple(Ask(name=name, field=_asked(one, required), options=()) for name, one in named.items())
            found[item_id] = PaperAsk(item=item_id, title=item.otherwise.upload, required=required, asks=asks)
        return found

    @property
    def used(self) -> list[Known]:
        """The records the form stands on: one for each item that is known."""
        return [known for item in self.procedure.data if (known := self.record(item))]

    @cached_property
    def values(self) -> dict[str, dict[str, Value]]:
        """Every value known: read, answered, computed, decided; item → field → value."""
        filled: dict[str, dict[str, Value]] = {"applicant": {"number": self.applicant}}
        for name, value in self.given.items():
            item, field_id = name.split(".")
            filled.setdefault(item, {})[field_id] = value
        for item_id, item in self.procedure.data.items():
            if item.lookup and (found := self._read(item_id)):
                filled[item_id] = found
        for item_id, item in self.procedure.data.items():
            for field_id, asked in item.fields.items():
                value = self._own_value(f"{item_id}.{field_id}", asked, filled)
                if value is not None:
                    filled.setdefault(item_id, {})[field_id] = value
        return filled

    def value(self, name: str) -> Value:
        """Return one value by its two-part name, None when it is not known."""
        item, field_id = name.split(".")
        return self.values.get(item, {}).get(field_id)

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """What this applicant is really asked: what papers tell, then the rest in the order of the pages."""
        named = self.procedure.asked
        found = [ask for paper in self.papers.values() for ask in paper.asks]
        for name in (each for page in self.procedure.pages for each in page.asks):
            asked = named[name]
            options = self._among(asked)
            if self._wanted(asked) and not (asked.among and len(options) <= 1):
                found.append(Ask(name=name, field=asked, options=options or self._agencies(asked)))
        return tuple(found)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that stands against filing: missing facts, missing or wrong answers, checks that do not hold."""
        return (*self._missing(), *self._answers(), *self._checks(), *self._mismatches())

    @property
    def unmatched(self) -> dict[str, tuple[str, str]]:
        """People to be compared still: item → number and name."""
        found: dict[str, tuple[str, str]] = {}
        for item_id, item in self.procedure.data.items():
            number, name = (self.value(f"{item_id}.{each}") for each in MATCHED)
            if item.match and item_id not in self.matched and isinstance(number, str) and isinstance(name, str):
                found[item_id] = (number, name)
        return found

    @cached_property
    def signers(self) -> dict[str, str]:
        """Whose signature is needed beside the applicant's: item → personal number."""
        found: dict[str, str] = {}
        for item_id, item in self.procedure.data.items():
            if item.sign is None or not isinstance(number := self.value(f"{item_id}.number"), str):
                continue
            if self.says(item.sign.when) is True:
                found[item_id] = number
        return found

    @property
    def fee(self) -> int:
        """Whole đồng to pay; 0 when the procedure is free."""
        amount = self.says(self.procedure.fee.amount) if self.procedure.fee else 0
        return amount if isinstance(amount, int) else 0

    def says(self, expression: str) -> Value:
        """Return what an expression says about the form."""
        return evaluate(self.procedure, expression, self.values, submitted=self.submitted, today=self.today)

    def _read(self, item_id: str) -> dict[str, Value]:
        """The values of a register item: its record's, and what was typed of the fields the register lacks."""
        known = self.record(item_id)
        found: dict[str, Value] = dict(known.values) if known else {}
        for field_id in self.lacks(item_id) or ():
            name = f"{item_id}.{field_id}"
            typed = self._typed(name, self.procedure.typed[name].term)
            if typed is not None:
                found[field_id] = typed
        return found

    def _typed(self, name: str, term: str) -> Value:
        raw = self.answers.get(name, "")
        try:
            return reference.parse_value(term, raw) if raw else None
        except Invalid:
            return None

    def _own_value(self, name: str, asked: Asked, filled: Mapping[str, Mapping[str, Value]]) -> Value:
        if asked.value:
            return evaluate(self.procedure, asked.value, filled, submitted=self.submitted, today=self.today)
        if asked.among:
            options = _distinct(filled, asked.among)
            if len(options) == 1:
                return options[0]
        return self._typed(name, asked.term)

    def _among(self, asked: Asked) -> tuple[str, ...]:
        return _distinct(self.values, asked.among)

    def _agencies(self, asked: Asked) -> tuple[str, ...]:
        if asked.agencies is None:
            return ()
        unit = self.value(asked.agencies.unit)
        return agencies_near(asked.agencies.kind, unit) if isinstance(unit, str) else ()

    def _wanted(self, asked: Asked) -> bool:
        return not asked.when or self.says(asked.when) is True

    def _missing(self) -> Iterator[Fault]:
        for item_id, item in self.procedure.data.items():
            if paper := self.papers.get(item_id):
                if paper.required and item_id not in self.handed:
                    message = N_("Chụp hoặc chọn tệp: %(title)s.")
                    yield fault(item_id, "paper", message, title=str(paper.title))
                continue
            if item.lookup is None or item.optional or self.record(item_id):
                continue
            if self.candidates(item_id):
                yield fault(item_id, "choose", N_("Chọn một trong các bản ghi tìm thấy."))
            else:
                yield _not_found(item_id, item)

    def _answers(self) -> Iterator[Fault]:
        for ask in self.asks:
            raw = self.answers.get(ask.name, "").strip()
            if not raw and not ask.field.optional:
                yield _unanswered(ask)
            elif raw and ask.options and raw not in ask.options:
                yield fault(ask.name, "choice", N_("Chọn một trong các câu trả lời có sẵn."))
            elif raw:
                yield from _parse_faults(ask, raw)

    def _checks(self) -> Iterator[Fault]:
        for check in self.procedure.checks:
            if self.value(check.at) is not None and self.says(check.that) is not True:
                yield fault(check.at, "check", str(check.say))

    def _mismatches(self) -> Iterator[Fault]:
        for item_id, fits in self.matched.items():
            if not fits:
                message = N_("Số định danh và họ tên không phải của cùng một người; xem lại trên thẻ căn cước.")
                yield fault(f"{item_id}.number", "mismatch", message)


def agencies_near(kind: str, unit: str) -> tuple[str, ...]:
    """Return codes of the agencies of a kind in the unit's province, those of the unit itself first."""
    province = reference.province_of(unit)
    near = reference.agencies(kind=kind, unit=unit)
    rest = reference.agencies(kind=kind, unit=province)
    return tuple(dict.fromkeys(each.code for each in (*near, *rest)))


def _asked(asked: Asked, required: bool) -> Asked:
    return asked if required else asked.model_copy(update={"optional": True})


def _distinct(values: Mapping[str, Mapping[str, Value]], among: Sequence[str]) -> tuple[str, ...]:
    found = (values.get(item, {}).get(name) for item, name in (each.split(".") for each in among))
    return tuple(dict.fromkeys(each for each in found if isinstance(each, str) and each))


def _unanswered(ask: Ask) -> Fault:
    """Say what to do with a question left open: answer it, choose it, type it."""
    assert ask.field.ask is not None  # noqa: S101  an Ask is made of asked fields only
    title = str(ask.field.ask)
    if title.endswith("?"):
        return fault(ask.name, "required", N_("Trả lời câu hỏi: %(title)s"), title=title)
    message = N_("Chọn %(title)s.") if ask.options else N_("Nhập %(title)s.")
    return fault(ask.name, "required", message, title=title[0].lower() + title[1:])


def _parse_faults(ask: Ask, raw: str) -> Iterator[Fault]:
    try:
        reference.parse_value(ask.field.term, raw)
    except Invalid as wrong:
        for each in wrong.faults:
            yield Fault(ask.name, each.code, each.message, each.data)


def _not_found(item_id: str, item: Item) -> Fault:
    if item.missing:
        return fault(item_id, "missing", str(item.missing))
    return fault(item_id, "missing", N_("Không tìm thấy dữ liệu “%(title)s” cần cho hồ sơ này."), title=str(item.title))
