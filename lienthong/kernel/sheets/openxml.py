"""XLSX before its values are read: sheets, formulas, error cells, size. (ECMA-376 part 1, 18.3.)

A sheet written the way spreadsheet programs write takes one search of its bytes; what is odd is parsed with care.
"""

from __future__ import annotations

import posixpath
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from lienthong.kernel.sheets import refusals, xmlscan
from lienthong.kernel.sheets.cells import MAX_COLUMNS
from lienthong.kernel.sheets.marks import FORMULA, MAX_CELLS, Marks
from lienthong.kernel.sheets.packed import Packed

_MAX_TEXT_TOTAL = 2_000_000_000
"""Bytes of all texts of a sheet together: the reader copies a shared text into each cell that shows it."""
_WORKBOOK = "xl/workbook.xml"
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3})([0-9]{1,7})"')
_PLACE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile("[1-9][0-9]{0,6}")
_SHARED_ELSEWHERE = re.compile(rb"<(?:\w+:)?si[\s/>]")
_SHARED = re.compile(rb't="s"[^>]*><v>([0-9]+)')
_COMPUTES = re.compile(rb"<f[\s/>]")
_FORMULAS = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*><f[\s/>]')
_ERRORS = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]* t="e"[^>]*>(?:<v>([^<]*))?')
_PREFIXED = re.compile(rb":(?:c|row|f)[\s/>]")
_TEXT_ENDS = re.compile(rb"</(?:\w+:)?si>")
_LONGEST_TEXT = 4_000_000


class OpenXml:
    """An XLSX file looked through."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._packed = Packed(path)
        self.epoch = 1900

    def survey(self) -> dict[str, Marks]:
        """Return the marks of each worksheet by name. Raises Invalid for what would hurt."""
        parts = self._parts()
        shared = self._packed.name_like("xl/sharedStrings.xml")
        texts = _Texts(self._path, self._packed.pieces(shared) if shared else iter(()))
        found = {name: self._sheet(part, texts) for name, part in parts.items()}
        for name in set(self._packed.names()) - {shared, *parts.values()}:
            self._look_for_sheet(name, texts)
        return found

    def _look_for_sheet(self, part: str, texts: _Texts) -> None:
        """Look at a part that no sheet is in by our reading: the reader of values may see that otherwise."""
        for piece in _whole(self._packed.pieces(part), b">", patient=True):
            if _SHARED_ELSEWHERE.search(piece):
                raise refusals.damaged(self._path)
            if b"sheetData" in piece:
                self._sheet(part, texts)
                return

    def _parts(self) -> dict[str, str]:
        """Return name of each worksheet → its part."""
        book = xmlscan.tree(self._path, self._packed.read(self._packed.name_like(_WORKBOOK)))
        relations = xmlscan.tree(self._path, self._packed.read(self._packed.name_like("xl/_rels/workbook.xml.rels")))
        targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
        parts: dict[str, str] = {}
        for each in book.iter():
            if xmlscan.local(each.tag) == "workbookPr" and each.get("date1904", "") in {"1", "true", "on"}:
                self.epoch = 1904
            if xmlscan.local(each.tag) != "sheet":
                continue
            key = next((value for name, value in each.items() if xmlscan.local(name) == "id" and "}" in name), "")
            target = targets.get(key, "")
            plain = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            part = self._packed.name_like(plain)
            name = each.get("name", "")
            if name in parts:
                raise refusals.damaged(self._path)
            if part and "chartsheet" not in part and "dialogsheet" not in part:
                parts[name] = part
        if not parts:
            raise refusals.damaged(self._path)
        return parts

    def _sheet(self, part: str, texts: _Texts) -> Marks:
        pieces = partial(self._packed.pieces, part)
        try:
            marks = _plain(pieces)
            shared = sum(piece.count(b't="s"') for piece in _whole(pieces(), b"</row>"))
            fits = texts.fit(shared, lambda: _uses(pieces()))
        except _OddError:
            careful = _Careful(self._path)
            xmlscan.read(self._path, pieces(), careful.start, careful.end, careful.text)
            marks, fits = careful.marks, texts.fit(careful.uses.total(), lambda: careful.uses)
        if marks.columns > MAX_COLUMNS:
            raise refusals.too_wide(marks.columns, MAX_COLUMNS)
        if marks.rows * marks.columns > MAX_CELLS:
            raise refusals.too_many_cells(self._path, MAX_CELLS)
        if not fits:
            raise refusals.bomb(self._path)
        return marks


class _OddError(Exception):
    """A sheet is not written the usual way."""


def _plain(pieces: Callable[[], Iterator[bytes]]) -> Marks:
    """Return the marks of a sheet whose every cell is written the usual way, inside the size that it claims.

    Raises _OddError for any other sheet.
    """
    marks = _claimed(pieces())
    if not marks.rows or marks.columns > MAX_COLUMNS:
        raise _OddError
    column, row = _up_to_column(marks.columns), _up_to_number(marks.rows)
    usual = rf' r="(?:{column})(?:{row})"(?: s="[0-9]+")?(?: t="(?:s|n|b|e|str|inlineStr)")?/?>'
    odd = re.compile(rf"<c(?!{usual})[\s/>]".encode())
    for piece in _whole(pieces(), b"</row>"):
        if odd.search(piece) or _PREFIXED.search(piece) or b"<!" in piece:
            raise _OddError
        computing = len(_COMPUTES.findall(piece))
        if computing:
            formulas = _FORMULAS.findall(piece)
            if len(formulas) != computing:
                raise _OddError
            for letters, digits in formulas:
                marks.add(int(digits), _column(letters.decode()), FORMULA)
        if b't="e"' in piece:
            _add_errors(marks, piece)
    return marks


def _add_errors(marks: Marks, piece: bytes) -> None:
    for letters, digits, value in _ERRORS.findall(piece):
        row, column = int(digits), _column(letters.decode())
        if column not in marks.cells.get(row, {}):
            marks.add(row, column, value.decode(errors="replace")[:20] or "#ERROR!")


class _Texts:
    """The shared texts of a workbook, of which only the lengths matter here."""

    def __init__(self, path: Path, pieces: Iterator[bytes]) -> None:
        self._lengths = array("L")
        rest = b""
        for piece in pieces:
            *texts, rest = _TEXT_ENDS.split((rest + piece).replace(b"<si/>", b"<si></si>"))
            self._lengths.extend(map(len, texts))
            if len(rest) > _LONGEST_TEXT or b"<!" in rest:
                raise refusals.damaged(path)
        self._longest = max(self._lengths, default=0)

    def fit(self, cells: int, uses: Callable[[], Counter[int]]) -> bool:
        """Return whether the texts of so many cells fit into memory. uses: number of each text → cells that show it."""
        if cells * self._longest <= _MAX_TEXT_TOTAL:
            return True
        known = len(self._lengths)
        return sum(self._lengths[text] * n for text, n in uses().items() if text < known) <= _MAX_TEXT_TOTAL


class _Careful:
    """A worksheet parsed element by element: places may be left out, names prefixed, cells in any order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.marks = Marks()
        self.uses: Counter[int] = Counter()
        self._row = self._column = 0
        self._type = ""
        self._value: list[str] | None = None

    def start(self, name: str, told: dict[str, str]) -> None:
        """Take an element that begins."""
        if name == "row":
            number = told.get("r", f"{self._row + 1}")
            if not _NUMBER.fullmatch(number):
                raise refusals.damaged(self._path)
            self._row, self._column = int(number), 0
        elif name == "c":
            if "r" in told:
                place = _PLACE.fullmatch(told["r"])
                if place is None:
                    raise refusals.damaged(self._path)
                self._column, self._row = _column(place[1]), int(place[2])
            self._type = told.get("t", "")
            self.marks.reach(self._row, self._column)
            self._column += 1
        elif name == "f":
            self.marks.add(self._row, self._column - 1, FORMULA)
        elif name == "v" and self._type in {"s", "e"}:
            self._value = []

    def text(self, text: str) -> None:
        """Take text."""
        if self._value is not None:
            self._value.append(text)

    def end(self, name: str) -> None:
        """Take an element that ends."""
        if name != "v" or self._value is None:
            return
        value, self._value = "".join(self._value).strip(), None
        at = self._column - 1
        if self._type == "s" and value.isdecimal():
            self.uses[int(value[:10])] += 1
        elif self._type == "e" and at not in self.marks.cells.get(self._row, {}):
            self.marks.add(self._row, at, value[:20] or "#ERROR!")


def _claimed(pieces: Iterator[bytes]) -> Marks:
    """Return the size that a sheet says it has; nothing when it does not say, or says only its first cell."""
    found = _DIMENSION.search(next(pieces, b""))
    return Marks(rows=int(found[2]), columns=_column(found[1].decode()) + 1) if found else Marks()


def _uses(pieces: Iterator[bytes]) -> Counter[int]:
    uses: Counter[int] = Counter()
    for piece in _whole(pieces, b"</row>"):
        found = _SHARED.findall(piece)
        if len(found) < piece.count(b't="s"'):
            raise _OddError
        uses.update(int(each[:10]) for each in found)
    return uses


def _whole(pieces: Iterator[bytes], end: bytes, *, patient: bool = False) -> Iterator[bytes]:
    """Yield pieces cut anew, each after ``end``: no tag lies across a border.

    Raises _OddError when ``end`` does not come for long; patient: cut there then.
    """
    tail = b""
    for piece in pieces:
        joined = tail + piece
        cut = joined.rfind(end) + len(end)
        if cut >= len(end):
            yield joined[:cut]
            tail = joined[cut:]
        else:
            tail = joined
        if len(tail) > _LONGEST_TEXT:
            if not patient:
                raise _OddError
            yield tail
            tail = tail[-100:]
    yield tail


def _up_to_number(most: int) -> str:
    """Return a pattern for the numbers from 1 to ``most`` without zeros before them."""
    digits = str(most)
    parts = [f"[1-9][0-9]{{0,{len(digits) - 2}}}"] if len(digits) > 1 else []
    for at, digit in enumerate(digits):
        least = 1 if at == 0 else 0
        if int(digit) > least:
            parts.append(f"{digits[:at]}[{least}-{int(digit) - 1}]" + f"[0-9]{{{len(digits) - at - 1}}}")
    return "|".join([*parts, digits])


def _up_to_column(most: int) -> str:
    """Return a pattern for the letters of the first ``most`` columns (1 to 18,278)."""
    letters = _letters(most - 1)
    parts = [f"[A-Z]{{1,{len(letters) - 1}}}"] if len(letters) > 1 else []
    for at, letter in enumerate(letters):
        if letter > "A":
            parts.append(f"{letters[:at]}[A-{chr(ord(letter) - 1)}]" + f"[A-Z]{{{len(letters) - at - 1}}}")
    return "|".join([*parts, letters])


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1
