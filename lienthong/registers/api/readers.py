"""Reads a field into its stored form.

The dictionary's own reader takes 25 µs a value. What it would return unchanged is recognised here by whole columns in
a fraction of that, and what repeats (codes, units) is remembered; everything else goes to the dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import Any

from lienthong.kernel.errors import Invalid
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm

_REMEMBERED = 100_000
_LIMITS = {"text": 200, "address": 300, "person_name": 120}
_BETWEEN = "|"
"""Stands between texts that are checked together; a text that has it is simply read alone."""


class Reader(ABC):
    """Reads values of one dictionary term."""

    def __init__(self, term: DataTerm) -> None:
        self._term = term

    def read(self, raw: Any) -> Any:
        """Return the stored form of a value. Raises Invalid with its one fault."""
        return raw if self.all_stored([raw]) else reference.parse_value(self._term.id, raw)

    def all_stored(self, column: Sequence[Any]) -> bool:
        """Say whether all values are stored forms already; False only costs time."""
        try:
            return not column or self._stored(column)
        except TypeError:  # something in it is not text
            return False

    @abstractmethod
    def _stored(self, column: Sequence[str]) -> bool:
        """Say whether all of these texts are stored forms."""


class _Numbers(Reader):
    def _stored(self, column: Sequence[str]) -> bool:
        together = "".join(column)
        return set(map(len, column)) == {12} and together.isascii() and together.isdigit()


class _Texts(Reader):
    def __init__(self, term: DataTerm) -> None:
        super().__init__(term)
        self._limit = term.max_length or _LIMITS[term.type]
        self._matches = re.compile(term.format).fullmatch if term.format else None

    def _stored(self, column: Sequence[str]) -> bool:
        together = _BETWEEN.join(column)
        return (
            together.count(_BETWEEN) == len(column) - 1
            and together.isprintable()
            and unicodedata.is_normalized("NFC", together)
            and "  " not in together
            and f" {_BETWEEN}" not in together
            and f"{_BETWEEN} " not in together
            and together == together.strip()
            and max(map(len, column)) <= self._limit
            and (self._matches is None or all(map(self._matches, column)))
        )


class _Names(_Texts):
    def _stored(self, column: Sequence[str]) -> bool:
        return super()._stored(column) and "".join(column).replace(" ", "").isalpha()


class _Phones(Reader):
    def _stored(self, column: Sequence[str]) -> bool:
        together = "".join(column)
        return (
            set(map(len, column)) <= {10, 11}
            and {text[0] for text in column} == {"0"}
            and together.isascii()
            and together.isdigit()
        )


class _Listed(Reader):
    """Codes, units, agencies, days …: few different ones, so each is read once and remembered."""

    form: type = str
    """What a stored form is made of."""

    def __init__(self, term: DataTerm) -> None:
        super().__init__(term)
        self._known: set[Any] = set()
        self._read: dict[Any, Any] = {}

    def read(self, raw: Any) -> Any:
        if type(raw) is not self.form:
            return reference.parse_value(self._term.id, raw)
        if raw in self._known:
            return raw
        value = self._read.get(raw)
        if value is None:
            value = reference.parse_value(self._term.id, raw)
            if value == raw:
                self._remember(raw)
            elif len(self._read) < _REMEMBERED:
                self._read[raw] = value
        return value

    def _stored(self, column: Sequence[Any]) -> bool:
        if set(map(type, column)) != {self.form}:
            return False
        for each in set(column) - self._known:
            if not self._is_stored(each):
                return False
            self._remember(each)
        return True

    def _is_stored(self, given: Any) -> bool:
        try:
            return reference.parse_value(self._term.id, given) == given
        except Invalid:
            return False

    def _remember(self, given: Any) -> None:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known.add(given)


class _Integers(_Listed):
    form = int


class _Days(_Listed):
    def _is_stored(self, given: Any) -> bool:
        text = str(given)
        if len(text) == 10 and text[4] == text[7] == "-" and "1800" <= text[:4] <= "2200":
            try:
                return bool(date.fromisoformat(text))
            except ValueError:
                return False
        return super()._is_stored(given)


class _Others(Reader):
    def _stored(self, column: Sequence[str]) -> bool:
        return not column


_KINDS: dict[str, type[Reader]] = {
    "personal_number": _Numbers,
    "person_name": _Names,
    "text": _Texts,
    "address": _Texts,
    "date": _Days,
    "partial_date": _Days,
    "code": _Listed,
    "unit": _Listed,
    "agency": _Listed,
    "time": _Listed,
    "moment": _Listed,
    "integer": _Integers,
    "phone": _Phones,
}


def reader(term: DataTerm) -> Reader:
    """Return what reads values of a dictionary term."""
    return _KINDS.get(term.type, _Others)(term)
