"""XLS before its values are read: sheets, formulas, error cells, size. (MS-XLS 2.3 records, BIFF5 and BIFF8.)"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

from lienthong.kernel.sheets import compound, refusals
from lienthong.kernel.sheets.cells import MAX_COLUMNS
from lienthong.kernel.sheets.marks import FORMULA, MAX_CELLS, Marks

_BOF, _EOF, _SHEET, _LOCKED, _SIZE = 0x0809, 0x000A, 0x0085, 0x002F, 0x0200
_EPOCH = 0x0022
_TEXTS, _CONTINUES = 0x00FC, 0x003C
_FORMULA, _ERROR, _MANY, _SHARED_TEXT = 0x0006, 0x0205, 0x00BD, 0x00FD
_VALUES = {_FORMULA, _ERROR, _SHARED_TEXT, 0x0203, 0x0204, 0x00D6, 0x027E}
_LONGEST_TEXT = 0xFFFF
_MAX_TEXT_TOTAL = 2_000_000_000
"""Letters of all texts together: the reader copies a shared text into each cell that shows it."""
_SAID = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_WORKSHEET = 0x0010
Record = tuple[int, bytes]


class Biff:
    """An XLS file looked through."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.epoch = 1900

    def survey(self) -> dict[str, Marks]:
        """Return the marks of each worksheet by name. Raises Invalid for what would hurt, or is locked or damaged."""
        try:
            content = self._path.read_bytes()
            known = compound.streams(self._path)
            found = [self._stream(compound.stream(content, name)) for name in ("Workbook", "Book") if name in known]
        except (struct.error, IndexError, ValueError):
            raise refusals.damaged(self._path) from None
        return found[0]

    def _stream(self, content: bytes) -> dict[str, Marks]:
        sheets, texts = self._globals(content)
        found: dict[str, Marks] = {}
        cells = 0
        budget = 2 * len(content)
        shown = array("L")
        for name, at in sheets:
            survey = _Sheet(self._path)
            budget -= survey.read(content, at, shown)
            cells += survey.marks.rows * survey.marks.columns
            if budget < 0 or name in found:
                raise ValueError("sheets that lie over one another")
            if cells > MAX_CELLS:
                raise refusals.too_many_cells(self._path, MAX_CELLS)
            if survey.is_table:
                found[name] = survey.marks
        if len(shown) * _LONGEST_TEXT > _MAX_TEXT_TOTAL:
            lengths = _text_lengths(texts)
            if sum(lengths[each] for each in shown if each < len(lengths)) > _MAX_TEXT_TOTAL:
                raise refusals.bomb(self._path)
        return found

    def _globals(self, content: bytes) -> tuple[list[tuple[str, int]], list[bytes]]:
        """Return name and offset of each sheet, and the records of the shared texts."""
        found: list[tuple[str, int]] = []
        texts: list[bytes] = []
        is_new, last = True, 0
        for kind, body in _records(content, 0):
            if kind == _BOF:
                is_new = body[:2] == b"\x00\x06"
            elif kind == _LOCKED:
                raise refusals.locked(self._path)
            elif kind == _SHEET:
                at, _state, length = struct.unpack_from("<IHB", body)
                found.append((_name(body, length, is_new=is_new), at))
            elif kind == _EPOCH:
                self.epoch = 1904 if body[:2] == b"\x01\x00" else 1900
            elif kind == _TEXTS:
                texts = [body]
                if struct.unpack_from("<I", body, 4)[0] > len(content) // 3:
                    raise ValueError("more texts than fit into the file")
            elif kind == _CONTINUES and last in {_TEXTS, _CONTINUES} and texts:
                texts.append(body)
            last = kind if kind != _CONTINUES or last in {_TEXTS, _CONTINUES} else 0
        return found, texts


class _Sheet:
    """One substream looked through."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.marks = Marks()
        self.is_table = False

    def read(self, content: bytes, at: int, shown: array[int]) -> int:
        """Take the marks of the sheet at an offset; add the shared texts it shows. Return how many bytes it has."""
        marks, size = self.marks, 0
        for kind, body in _records(content, at):
            size += len(body) + 4
            if kind == _BOF and size == len(body) + 4:
                self.is_table = struct.unpack_from("<H", body, 2)[0] == _WORKSHEET
            elif kind in _VALUES:
                row, column = struct.unpack_from("<HH", body)
                marks.reach(row + 1, column)
                if kind == _SHARED_TEXT:
                    shown.append(struct.unpack_from("<I", body, 6)[0])
                elif kind == _FORMULA:
                    marks.add(row + 1, column, FORMULA)
                elif kind == _ERROR and body[7]:
                    marks.add(row + 1, column, _SAID.get(body[6], "#ERROR!"))
            elif kind == _MANY:
                (row,) = struct.unpack_from("<H", body)
                (last,) = struct.unpack_from("<H", body, len(body) - 2)
                marks.reach(row + 1, last)
            elif kind == _SIZE:
                self._check_claim(body)
            if marks.columns > MAX_COLUMNS:
                raise refusals.too_wide(marks.columns, MAX_COLUMNS)
        return size

    def _check_claim(self, body: bytes) -> None:
        """Refuse a sheet that claims to be huge: the reader asks for memory by the claim."""
        shape = "<IIHH" if len(body) >= 12 else "<HHHH"
        first, last, left, right = struct.unpack_from(shape, body)
        if last and right and (last < first or right < left):
            raise ValueError("a size below nothing")
        if max(last - first, 0) * max(right - left, 0) > MAX_CELLS:
            raise refusals.too_many_cells(self._path, MAX_CELLS)


def _records(content: bytes, at: int) -> Iterator[Record]:
    """Yield kind and body of the records of one substream, of those nested in it (charts) too."""
    depth = 0
    end = len(content)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", content, at)
        body = content[at + 4 : at + 4 + length]
        if len(body) < length:
            raise ValueError("cut off")
        depth += kind == _BOF
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


def _text_lengths(records: list[bytes]) -> list[int]:
    """Return how many letters each shared text has. (MS-XLS 2.4.265 SST, 2.5.293; letters go on in the next record.)"""
    lengths: list[int] = []
    piece, at = 0, 8
    (count,) = struct.unpack_from("<I", records[0], 4)

    def skip(size: int) -> None:
        nonlocal piece, at
        at += size
        while at > len(records[piece]):
            piece, at = piece + 1, at - len(records[piece])

    while len(lengths) < count:
        if at >= len(records[piece]):
            piece, at = piece + 1, 0
        letters, flags = struct.unpack_from("<HB", records[piece], at)
        at += 3
        runs = extra = 0
        if flags & 8:
            (runs,) = struct.unpack_from("<H", records[piece], at)
            at += 2
        if flags & 4:
            (extra,) = struct.unpack_from("<I", records[piece], at)
            at += 4
        lengths.append(letters)
        left, width = letters, 1 + (flags & 1)
        while left > (room := (len(records[piece]) - at) // width):
            left -= room
            piece, at = piece + 1, 1
            width = 1 + (records[piece][0] & 1)
        at += left * width
        skip(runs * 4 + extra)
    return lengths
