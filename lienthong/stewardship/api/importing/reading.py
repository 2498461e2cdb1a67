"""From raw cells to values as registers store them: by whole columns where they are clean, cell by cell elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Undecoded
from lienthong.kernel.text import fold
from lienthong.registers import api as registers
from lienthong.registers.api import Register
from lienthong.stewardship.api.importing.opening import Numbered
from lienthong.stewardship.domain.headers import Header, kind_of_row
from lienthong.stewardship.domain.importing import REASON, Rule, Settings
from lienthong.stewardship.domain.mapping import ADDRESS_OF, Proposal, Source, sources
from lienthong.stewardship.domain.understanding import Settings as Known
from lienthong.stewardship.domain.understanding import Understood, rules_of, understand, understand_column

_REMEMBERED = 100_000
_HONORIFICS = ("Ông ", "Bà ", "Anh ", "Chị ", "Cụ ", "Em ", "Cháu ", "Bác ", "Chú ", "Cô ")
_NOTHING = Understood(None)
_ASSUMED = {
    "codes": N_(
        "“%(field)s” được hiểu theo đơn vị từ 01/07/2025 vì cả %(shown)s mã khác nhau đều là mã hiện hành; "
        "không đúng thì cho biết tệp dùng tên đơn vị của ngày nào."
    ),
    "2025-07-01": N_(
        "“%(field)s” được hiểu theo đơn vị từ 01/07/2025 vì %(shown)s giá trị chỉ có từ ngày đó; "
        "không đúng thì cho biết tệp dùng tên đơn vị của ngày nào."
    ),
    "2025-06-30": N_(
        "“%(field)s” được hiểu theo đơn vị trước 01/07/2025 vì %(shown)s giá trị chỉ có trước ngày đó; "
        "không đúng thì cho biết tệp dùng tên đơn vị của ngày nào."
    ),
}
"""What is said of a column's units by the day that its values show."""


@dataclass(slots=True)
class Told:
    """A row as it was understood. values: field → stored form, None where the row says nothing.

    questions: field → candidates (value, what it says) of which a person must choose one. doubts: why they are asked.
    aside: what the row is when it is none of data (``total``, ``section``, ``signature`` …), else "".
    """

    row: int
    raw: list[Any]
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    faults: list[Fault] = field(default_factory=list[Fault])
    notes: list[Fault] = field(default_factory=list[Fault])
    doubts: list[Fault] = field(default_factory=list[Fault])
    questions: dict[str, list[tuple[Any, str]]] = field(default_factory=dict[str, list[tuple[Any, str]]])
    aside: str = ""


class Reader:
    """Reads portions of a file as its settings say."""

    def __init__(self, spec: Register, settings: Settings) -> None:
        self._spec, self._settings = spec, settings
        self._readers = registers.readers(register=spec.id)
        self._sources = sources_of(spec, settings)
        self._known = {name: known_of(spec, settings, name) for name in self._sources}
        self._meanings: dict[str, dict[Any, Understood]] = {name: {} for name in self._sources}
        self._header = Header(settings.header, tuple(settings.titles), settings.first, 1.0)
        self._titles = {title for title in settings.titles if title}
        self._signed = False

    def read(self, portion: Sequence[Numbered]) -> list[Told]:
        """Return what the rows say, in order."""
        told = [Told(row, raw, aside=self._kind(raw)) for row, raw in portion]
        data = [each for each in told if not each.aside]
        rows = [each.raw for each in data]
        for name, source in self._sources.items():
            self._take(name, source.column(rows), data)
        width = len(self._settings.columns)
        for each in data:
            if len(each.raw) > width and any(str(cell or "").strip() for cell in each.raw[width:]):
                message = N_("Dòng có nhiều ô hơn dòng tiêu đề; có thể thừa dấu phân cách.")
                each.faults.append(fault("", "row.long", message))
        return told

    def rules(self, rows: Sequence[Numbered]) -> dict[str, Rule]:
        """Return what the values of each column say about each other, from the first rows of a file."""
        cells = [raw for _, raw in rows if not self._aside(raw)]
        found: dict[str, Rule] = {}
        for name, source in self._sources.items():
            term = self._spec.terms[name]
            made = rules_of(term, source.column(cells), self._known[name])
            if made != self._known[name]:
                found[name] = _rule(made)
        return found

    def _kind(self, raw: list[Any]) -> str:
        """Say what the next row is; under the line of a signature stand the names of those who signed, no data."""
        kind = self._aside(raw)
        if kind == "signature":
            self._signed = True
        elif not kind and self._signed:
            said = [str(cell) for cell in raw if cell not in {None, ""}]
            self._signed = 2 * len(said) <= len(self._header.titles) and not any(map(str.isdigit, "".join(said)))
            return "signature" if self._signed else ""
        return kind

    def _aside(self, raw: list[Any]) -> str:
        """Say what a row is when it is none of data; a glance is enough for most."""
        filled = len(raw) - raw.count(None) - raw.count("")
        few = filled <= max(2, len(self._titles) // 3)
        if not few and self._titles.isdisjoint(raw) and any(len(str(cell or "")) > 6 for cell in raw):
            return ""
        kind = kind_of_row(raw, self._header)
        return "" if kind == "data" else kind

    def _take(self, name: str, column: Sequence[Any], told: Sequence[Told]) -> None:
        if self._is_clean(name, column):
            for each, cell in zip(told, column, strict=True):
                each.values[name] = cell or None
            return
        known = self._meanings[name]
        for each, cell in zip(told, column, strict=True):
            if cell is None or (cell == "" and type(cell) is str):
                each.values.setdefault(name, None)
                continue
            place: tuple[Any, Any] = (cell.__class__, cell)
            meaning = known.get(place)
            if meaning is None:
                meaning = self._understand(name, cell)
                if len(known) < _REMEMBERED:
                    known[place] = meaning
            self._give(each, name, meaning)

    def _is_clean(self, name: str, column: Sequence[Any]) -> bool:
        """Say whether a whole column is stored forms that leave nothing to be said: a fraction of reading each."""
        term = self._spec.terms[name]
        if term.type not in {"personal_number", "person_name"} or term.id == "former_number":
            return False
        if not {str, type(None)}.issuperset(map(type, column)):  # a formula is no text
            return False
        cells = [cell for cell in column if cell]
        if not self._readers[name].all_stored(cells):
            return False
        if term.type == "person_name":
            return all(map(str.istitle, cells)) and not any(cell.startswith(_HONORIFICS) for cell in cells)
        return not understand_column(term, cells, self._known[name]).problems

    def _understand(self, name: str, cell: Any) -> Understood:
        if isinstance(cell, Undecoded):
            message = N_("Chữ của ô không thuộc bảng mã đã chọn cho cột; chọn bảng mã khác hoặc sửa ô.")
            return Understood(None, faults=(fault(name, "cell.undecoded", message),))
        return understand(self._spec.terms[name], cell, settings=self._known[name])

    def _give(self, told: Told, name: str, meaning: Understood) -> None:
        told.values[name] = meaning.value
        told.faults.extend(dataclasses.replace(each, at=name) for each in meaning.faults)
        said = [dataclasses.replace(each, at=name) for each in meaning.notes]
        if meaning.candidates:
            told.questions[name] = [(each.value, each.title) for each in meaning.candidates]
            told.doubts.extend(said)
        else:
            told.notes.extend(said)
        for term, value in meaning.elsewhere.items():
            other = next((each for each, known in self._spec.terms.items() if known.id == term), "")
            if other and other not in self._sources and told.values.get(other) is None:
                told.values[other] = value


def _rule(made: Known) -> Rule:
    units_on = made.on.isoformat() if made.on and made.shown else ""
    ask = tuple(sorted(made.ask))
    return Rule(
        order=made.order, swapped=made.swapped, ask=ask, units_on=units_on, shown=made.shown, by_codes=made.by_codes
    )


def assumed(spec: Register, settings: Settings) -> list[Fault]:
    """Return what is assumed of the file because its own values show it, and how to say otherwise."""
    found: list[Fault] = []
    for name, rule in settings.rules.items():
        if rule.units_on and spec.terms[name].type == "unit":
            field = str(spec.title_of(name))
            found.append(
                fault(
                    name,
                    "units.assumed",
                    _ASSUMED["codes" if rule.by_codes else rule.units_on],
                    field=field,
                    shown=rule.shown,
                )
            )
    return found


def sources_of(spec: Register, settings: Settings) -> Mapping[str, Source]:
    """Return where each field's raw value comes from."""
    confirmed = [
        Proposal(at, each.fields[0], each.part, 1.0, (), also=each.fields[1:])  # pyright: ignore[reportArgumentType]
        for at, each in enumerate(settings.columns)
        if each.fields and fold(each.title) != fold(REASON)
    ]
    return sources(confirmed, spec.terms)


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says: its values without the empty ones."""
    return {name: value for name, value in values.items() if value is not None}


def known_of(spec: Register, settings: Settings, name: str) -> Known:
    """Return what is known of the column of a field."""
    rule = settings.rules.get(name, Rule())
    unit = next((each for each, term in spec.terms.items() if term.id == ADDRESS_OF.get(spec.terms[name].id)), "")
    both = any({name, unit} <= set(column.fields) for column in settings.columns)
    return Known(
        today=runtime.current().clock.now().date(),
        on=date.fromisoformat(settings.units_on or rule.units_on) if settings.units_on or rule.units_on else None,
        order=settings.days or rule.order,  # pyright: ignore[reportArgumentType]
        swapped=rule.swapped,
        epoch=1904 if settings.epoch == 1904 else 1900,
        ask=frozenset(rule.ask),
        split_address=both,  # the same cells tell the unit, which the street then need not repeat
    )
