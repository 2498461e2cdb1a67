"""From raw cells to values as registers store them: by whole columns where they are clean, cell by cell elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Register
from lienthong.stewardship.api import cells
from lienthong.stewardship.api.importing.opening import Numbered
from lienthong.stewardship.domain.importing import Settings

_REMEMBERED = 50_000


@dataclass(slots=True)
class Told:
    """A row as it was understood. values: field → stored form, None where the row says nothing.

    questions: field → candidates of which a person must choose one.
    """

    row: int
    raw: list[Any]
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    faults: list[Fault] = field(default_factory=list[Fault])
    notes: list[Fault] = field(default_factory=list[Fault])
    questions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What one cell means for one field."""

    value: Any = None
    faults: Sequence[Fault] = ()
    notes: Sequence[Fault] = ()
    candidates: Sequence[str] = ()


class Reader:
    """Reads portions of a file as its settings say."""

    def __init__(self, spec: Register, settings: Settings) -> None:
        self._spec, self._settings = spec, settings
        self._readers = registers.readers(register=spec.id)
        self._meanings: dict[str, dict[Any, _Meaning]] = {}

    def read(self, portion: Sequence[Numbered]) -> list[Told]:
        """Return what the rows say, in order."""
        told = [Told(row, raw) for row, raw in portion]
        columns = self._settings.columns
        for at, column in enumerate(columns):
            for name in column.fields:
                self._take(name, [each.raw[at] if at < len(each.raw) else None for each in told], told)
        for each in told:
            if len(each.raw) > len(columns) and any(str(cell or "").strip() for cell in each.raw[len(columns) :]):
                message = N_("Dòng có nhiều ô hơn dòng tiêu đề; có thể thừa dấu phân cách.")
                each.faults.append(fault("", "row.long", message))
        return told

    def _take(self, name: str, column: Sequence[Any], told: Sequence[Told]) -> None:
        reader = self._readers[name]
        clean = {str, int, type(None)}.issuperset(map(type, column))  # a formula is neither, and no text either
        if clean and reader.all_stored([cell for cell in column if cell is not None and cell != ""]):
            for each, cell in zip(told, column, strict=True):
                if cell or name not in each.values:
                    each.values[name] = cell or None
            return
        known = self._meanings.setdefault(name, {})
        for each, cell in zip(told, column, strict=True):
            if cell is None or (cell == "" and type(cell) is str):
                each.values.setdefault(name, None)
            elif type(cell) is str and reader.all_stored([cell]):
                each.values[name] = cell
            else:
                place = (type(cell), cell)
                meaning = known.get(place)
                if meaning is None:
                    meaning = self._understand(name, cell)
                    if len(known) < _REMEMBERED:
                        known[place] = meaning
                _give(each, name, meaning)

    def _understand(self, name: str, cell: Any) -> _Meaning:
        value, wrong = cells.tidy(name, self._spec.terms[name], cell)
        if wrong is not None:
            return _Meaning(faults=(wrong,))
        if value is None:
            return _Meaning()
        try:
            return _Meaning(self._readers[name].read(value))
        except Invalid as error:
            return _Meaning(faults=[Fault(name, each.code, each.message, each.data) for each in error.faults])


def _give(told: Told, name: str, meaning: _Meaning) -> None:
    told.values[name] = meaning.value
    told.faults.extend(meaning.faults)
    told.notes.extend(meaning.notes)
    if meaning.candidates:
        told.questions[name] = list(meaning.candidates)


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says: its values without the empty ones."""
    return {name: value for name, value in values.items() if value is not None}
