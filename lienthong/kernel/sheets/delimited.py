"""CSV with any separator, in any encoding, quoted well or badly. Rows are numbered as a spreadsheet numbers them."""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import kinds, refusals
from lienthong.kernel.sheets.cells import MAX_COLUMNS, MAX_TEXT, text_cell
from lienthong.kernel.sheets.shape import Row, SheetInfo, Troubles

SEPARATORS = ",;\t|^~"
SURFACE = "latin-1"
"""Read so, each byte of a text in an unknown encoding is one letter."""
_PIECE = 1 << 20
_LONGEST_LINE = 4 * _PIECE
_RECORD_LINES = 200
_SNIFFED = 200
_MAX_MENDED = 2_000
_DIRECTIVE = re.compile(r"sep=(.)\r?\n?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Survey:
    """What one reading of the whole file tells. encoding: a codec's name; SURFACE when it is not Unicode."""

    encoding: str
    has_nul: bool
    cut: bool


class _QuoteRunsOn(Exception):
    """A quote was opened and never closed."""


class Delimited:
    """Reads a file once to know its encoding and separator, then as often as asked, row by row."""

    def __init__(self, path: Path) -> None:
        self._path = path
        survey = _survey(path)
        self.encoding, self.raw = survey.encoding, survey.encoding == SURFACE
        self._has_nul, self._cut = survey.has_nul, survey.cut
        with self._open() as file:
            sample = [line.replace("\0", "") for line in islice(file, _SNIFFED)]
        directive = _DIRECTIVE.match(sample[0]) if sample else None
        self._skips = bool(directive)
        self.separator = directive[1] if directive else separator_of(sample)
        columns = max((len(row) for row in csv.reader(sample, delimiter=self.separator)), default=0)
        self.sheets = (SheetInfo(path.stem, None, min(columns, MAX_COLUMNS)),)

    def _open(self) -> TextIO:
        errors = "replace" if self._cut else "strict"
        return self._path.open(encoding=self.encoding, errors=errors, newline="")

    def rows(self, sheet: str, troubles: Troubles) -> Iterator[Row]:
        """Yield the rows that are not empty. A quote that is opened and not closed is taken for a letter."""
        del sheet
        with self._open() as file:
            lines: Iterator[str] = self._plain(file, troubles)
            if self._skips:
                next(lines, None)
            for number, cells in _records(lines, self.separator, troubles):
                if len(cells) > MAX_COLUMNS:
                    raise refusals.too_wide(len(cells), MAX_COLUMNS)
                if any(cells):
                    yield number, [cell if not cell or cell[0] not in "='" else text_cell(cell) for cell in cells]
        if self._cut:
            message = N_("Tệp kết thúc giữa một chữ cái: có thể chưa tải hết; so số dòng với tệp gốc.")
            troubles.add(fault("", "sheet.cut", message))

    def _plain(self, file: Iterator[str], troubles: Troubles) -> Iterator[str]:
        """Yield lines in NFC, without NUL."""
        for line in file:
            if not line.isascii() and not self.raw:
                line = unicodedata.normalize("NFC", line)  # noqa: PLW2901
            if self._has_nul and "\0" in line:
                troubles.add(fault("", "sheet.nul", N_("Tệp có ký tự rỗng (NUL); đã bỏ các ký tự đó.")))
                self._has_nul = False
                line = line.replace("\0", "")  # noqa: PLW2901
            yield line


def separator_of(sample: list[str]) -> str:
    """Return the character that cuts most lines of a sample into the same number of cells, more than one."""

    def merit(separator: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=separator) if row)
        widths.pop(1, None)
        width, lines = widths.most_common(1)[0] if widths else (1, 0)
        return round(lines / max(len(sample), 1), 1), width

    try:
        return max(SEPARATORS, key=merit)
    except csv.Error:
        return max(SEPARATORS, key="".join(sample).count)


def _survey(path: Path) -> _Survey:
    """Read a text file once. Raises Invalid for a line of more than four megabytes: that is no table."""
    with path.open("rb") as file:
        start = file.read(8192)
        file.seek(0)
        encoding = "utf-16" if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else kinds.looks_utf16(start)
        decoder = codecs.getincrementaldecoder(encoding or "utf-8-sig")()
        run, has_nul, sound = 0, False, True
        while piece := file.read(_PIECE):
            last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
            run = run + len(piece) if last < 0 else len(piece) - last
            if run > _LONGEST_LINE:
                raise refusals.long_cell(1, MAX_TEXT)
            has_nul = has_nul or b"\0" in piece
            if sound:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    sound = False
        rest = decoder.getstate()[0]
    if encoding:
        return _Survey(encoding, has_nul=True, cut=bool(rest) or not sound)
    return _Survey("utf-8-sig" if sound else SURFACE, has_nul, cut=sound and bool(rest))


def _records(lines: Iterator[str], separator: str, troubles: Troubles) -> Iterator[tuple[int, list[str]]]:
    """Yield every record with its number, empty ones too; after a broken quote go on with the line after it."""
    number = mended = 0
    pending: list[str] = []

    def fed() -> Iterator[str]:
        for line in lines:
            pending.append(line)
            if len(pending) > _RECORD_LINES:
                raise _QuoteRunsOn
            yield line

    while True:
        reader = csv.reader(fed(), delimiter=separator, strict=True)
        try:
            for cells in reader:
                number += 1
                pending.clear()
                yield number, cells
            return
        except (csv.Error, _QuoteRunsOn):
            number, mended = number + 1, mended + 1
        if mended > _MAX_MENDED:
            raise Invalid(
                "sheet.csv",
                N_("Tệp CSV hỏng quanh dòng %(line)s: một dấu ngoặc kép mở mà không đóng hoặc đóng sai chỗ."),
                line=number,
            )
        first, *rest = pending
        if len(first) > MAX_TEXT:
            raise refusals.long_cell(number, MAX_TEXT)
        message = N_("Dòng %(row)s có dấu ngoặc kép đặt sai chỗ; đã đọc từng ô theo dấu phân cách.")
        troubles.add(fault(f"{number}", "row.quotes", message, row=number))
        yield number, mend(first.rstrip("\r\n"), separator)
        pending.clear()
        lines = chain(rest, lines)


def mend(line: str, separator: str) -> list[str]:
    """Return the cells of a badly quoted line: quotes that enclose a whole cell go, the others stay as letters."""
    apart = re.escape(separator)
    cells: list[str] = []
    at = 0
    quoted = re.compile(f'"(.*?)"(?={apart}|$)')
    while True:
        found = quoted.match(line, at)
        if found:
            cells.append(found[1].replace('""', '"'))
            at = found.end()
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            cells.append(line[at:end])
            at = end
        if at >= len(line):
            return cells
        at += 1
