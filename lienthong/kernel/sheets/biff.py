"""XLS before its values are read: sheets, formulas, error cells, size. (MS-XLS 2.3 records, BIFF5 and BIFF8.)"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from lienthong.kernel.sheets import compound, refusals
from lienthong.kernel.sheets.cells import MAX_COLUMNS
from lienthong.kernel.sheets.marks import FORMULA, MAX_CELLS, Marks

_BOF, _EOF, _SHEET, _LOCKED, _SIZE = 0x0809, 0x000A, 0x0085, 0x002F, 0x0200
_FORMULA, _ERROR, _MANY = 0x0006, 0x0205, {0x00BD, 0x00BE}
_VALUES = {_FORMULA, _ERROR, 0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E}
_SAID = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_WORKSHEET = 0x0010
Record = tuple[int, bytes]


class Biff:
    """An XLS file looked through."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def survey(self) -> dict[str, Marks]:
        """Return the marks of each worksheet by name. Raises Invalid for what would hurt, or is locked or damaged."""
        try:
            content = compound.stream(self._path.read_bytes(), "Workbook", "Book")
            sheets = self._sheets(content)
            found = {name: marks for name, at in sheets if (marks := self._marks(content, at)) is not None}
        except (struct.error, IndexError, ValueError):
            raise refusals.damaged(self._path) from None
        if sum(each.rows * each.columns for each in found.values()) > MAX_CELLS:
            raise refusals.too_many_cells(self._path, MAX_CELLS)
        return found

    def _sheets(self, content: bytes) -> list[tuple[str, int]]:
        """Return name and offset of each sheet, from the globals at the start of the stream."""
        found: list[tuple[str, int]] = []
        is_new = True
        for kind, body in _records(content, 0):
            if kind == _BOF:
                is_new = body[:2] == b"\x00\x06"
            elif kind == _LOCKED:
                raise refusals.locked(self._path)
            elif kind == _SHEET:
                at, _state, length = struct.unpack_from("<IHB", body)
                found.append((_name(body, length, is_new=is_new), at))
        return found

    def _marks(self, content: bytes, at: int) -> Marks | None:
        """Return the marks of the sheet at an offset; None when it is a chart or a macro sheet."""
        marks = Marks()
        records = _records(content, at)
        kind, body = next(records, (0, b""))
        if kind != _BOF or struct.unpack_from("<H", body, 2)[0] != _WORKSHEET:
            return None
        for kind, body in records:
            if kind in _VALUES:
                row, column = struct.unpack_from("<HH", body)
                marks.reach(row + 1, column)
                if kind == _FORMULA:
                    marks.add(row + 1, column, FORMULA)
                elif kind == _ERROR and body[7]:
                    marks.add(row + 1, column, _SAID.get(body[6], "#ERROR!"))
            elif kind in _MANY:
                (row,) = struct.unpack_from("<H", body)
                (last,) = struct.unpack_from("<H", body, len(body) - 2)
                if kind == 0x00BD:
                    marks.reach(row + 1, last)
            elif kind == _SIZE:
                self._check_claim(body)
            if marks.columns > MAX_COLUMNS:
                raise refusals.too_wide(marks.columns, MAX_COLUMNS)
        return marks

    def _check_claim(self, body: bytes) -> None:
        """Refuse a sheet that claims to be huge: the reader asks for memory by the claim."""
        shape = "<IIHH" if len(body) >= 12 else "<HHHH"
        first, last, left, right = struct.unpack_from(shape, body)
        if max(last - first, 0) * max(right - left, 0) > MAX_CELLS:
            raise refusals.too_many_cells(self._path, MAX_CELLS)


def _records(content: bytes, at: int) -> Iterator[Record]:
    """Yield kind and body of the records of one substream, whatever is nested in it left out."""
    depth = 0
    end = len(content)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", content, at)
        body = content[at + 4 : at + 4 + length]
        if len(body) < length:
            raise ValueError("cut off")
        depth += kind == _BOF
        if depth <= 1:
            yield kind, body
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + length


def _name(body: bytes, length: int, *, is_new: bool) -> str:
    if not is_new:
        return body[7 : 7 + length].decode("cp1252", errors="replace")
    if body[7] & 1:
        return body[8 : 8 + 2 * length].decode("utf-16-le", errors="replace")
    return body[8 : 8 + length].decode("latin-1")
