"""Opens any table a clerk may have; reads it row by row, its text decoded column by column once that is confirmed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from lienthong.kernel import legacy
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import kinds, refusals
from lienthong.kernel.sheets.cells import Cell, Undecoded
from lienthong.kernel.sheets.delimited import Delimited
from lienthong.kernel.sheets.jsonlines import JsonLines
from lienthong.kernel.sheets.parquet import Parquet
from lienthong.kernel.sheets.shape import ColumnGuess, Row, SheetInfo, Source, TextGuess, Troubles
from lienthong.kernel.sheets.workbook import Area, Workbook

_MAX_MEGABYTES = {kinds.XLSX: 400, kinds.XLS: 150, kinds.ODS: 150}
_GUESSED_ROWS = 2_000
_SAMPLES = 5
_BESIDE = 10_000
"""How many times likelier an encoding is for a doubtful column when a column beside it is surely in it."""
AUTO = "auto"
_MAY_BE_UTF8 = re.compile("[\xc2-\xf4][\x80-\xbf]")


def open_book(path: Path, *, encoding: str = "") -> Book:
    """Open a CSV, XLSX, XLS, ODS, JSON lines or Parquet file, told by its content.

    encoding: of all text that is not Unicode, one of ``legacy.ENCODINGS``; "auto" decodes the columns that are certain;
    "" decodes none until ``Book.decode``. Raises Invalid for a file that is missing, damaged, locked, hostile or of
    another kind, with one sentence that says what to do.
    """
    chosen = encoding if encoding in {"", AUTO} else legacy.check_encoding(encoding)
    try:
        if not path.is_file():
            raise refusals.missing(path)
        size = path.stat().st_size
        kind = kinds.kind_of(path)
        limit = _MAX_MEGABYTES.get(kind, 4_000)
        if size > limit * 1_000_000:
            raise refusals.too_large(path, limit)
        book = Book(path, kind, _source(path, kind))
    except OSError:
        raise Invalid(
            "sheet.unreadable", N_("Không đọc được tệp %(file)s; kiểm tra quyền đọc."), file=path.name
        ) from None
    if chosen == AUTO:
        for sheet in book.sheets:
            found = book.guess(sheet.name)
            sure = {each.column: each.encoding for each in found.legacy if each.confidence >= legacy.CERTAIN}
            book.decode(sure, sheet=sheet.name)
    elif chosen:
        book.decode_all(chosen)
    return book


def _source(path: Path, kind: str) -> Source:
    match kind:
        case kinds.CSV:
            return Delimited(path)
        case kinds.JSONL:
            return JsonLines(path)
        case kinds.PARQUET:
            return Parquet(path)
        case _:
            return Workbook(path, kind)


class Book:
    """A file of tables. Rows may be read as often as wanted; nothing stays open in between.

    kind: csv, xlsx, xls, ods, jsonl or parquet. notes: remarks on the whole file, such as a wrong ending.
    troubles: what was odd about single rows of the last complete reading (their number is in ``at``).
    """

    def __init__(self, path: Path, kind: str, source: Source) -> None:
        self.path, self.kind = path, kind
        self.sheets: tuple[SheetInfo, ...] = source.sheets
        remark = kinds.misnamed(path, kind)
        self.notes: tuple[Fault, ...] = (remark,) if remark else ()
        self.troubles = Troubles()
        self._source = source
        self._choices: dict[str, dict[int, str]] = {}
        self._everywhere = ""

    @property
    def is_unicode(self) -> bool:
        """Whether the file says that its text is Unicode; single columns may be in an old encoding nevertheless."""
        return not self._source.raw

    @property
    def separator(self) -> str:
        """What stands between the cells of a CSV file; "" for other kinds."""
        return self._source.separator if isinstance(self._source, Delimited) else ""

    @property
    def epoch(self) -> int:
        """First year of days that stand as plain numbers: 1900, or 1904 in workbooks that say so."""
        return self._source.epoch if isinstance(self._source, Workbook) else 1900

    def sheet_read(self, sheet: str = "") -> str:
        """Return the name of a sheet ("": the one that is read then); "" for kinds of files without sheets."""
        return self._named(sheet) if isinstance(self._source, Workbook) else ""

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """Yield number and cells of each row that is not empty, titles and header included, of a sheet ("": the first).

        The number is the one a spreadsheet shows; JSON lines and Parquet give their field names as row 0. Text whose
        encoding nobody chose is ``Undecoded`` in a file that is not Unicode. Raises Invalid where the file is broken.
        """
        name = self._named(sheet)
        self.troubles = troubles = Troubles()
        rows = self._source.rows(name, troubles)
        choices = self._choices.get(name, {})
        if not (self._source.raw or choices or self._everywhere):
            return rows
        return _Reading(choices, self._everywhere, raw=self._source.raw).rows(rows, troubles)

    def guess(self, sheet: str = "", *, rows: int = _GUESSED_ROWS) -> TextGuess:
        """Tell the encoding of each column's text from the first rows of a sheet."""
        texts: dict[int, dict[str, None]] = {}
        width = 0
        for _, cells in islice(self._source.rows(self._named(sheet), Troubles()), rows):
            width = max(width, len(cells))
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and not cell.isascii():
                    texts.setdefault(column, {})[str(cell)] = None
        columns = {column: list(texts.get(column, ())) for column in range(width)}
        unicode = not self._source.raw
        first = {column: legacy.guess(told, unicode=unicode) for column, told in columns.items()}
        leaning = _leaning(found for column, found in first.items() if columns[column])
        return TextGuess(
            tuple(
                _guessed(
                    column,
                    told,
                    first[column] if first[column].certain else legacy.guess(told, unicode=unicode, leaning=leaning),
                )
                for column, told in columns.items()
            )
        )

    def decode(self, choices: Mapping[int, str], *, sheet: str = "") -> None:
        """Set the encoding of columns (0 for A) of a sheet; the other columns are left as they are.

        Raises Invalid for an encoding that is not known.
        """
        self._choices[self._named(sheet)] = {at: legacy.check_encoding(name) for at, name in choices.items() if name}

    def decode_all(self, encoding: str) -> None:
        """Set one encoding for all text that is not Unicode."""
        self._everywhere = legacy.check_encoding(encoding)

    def merged(self, sheet: str = "") -> tuple[Area, ...]:
        """Return the merged areas of a sheet, as ``Area`` counts; JSON lines, Parquet and CSV have none."""
        return self._source.merged(self._named(sheet)) if isinstance(self._source, Workbook) else ()

    def _named(self, sheet: str) -> str:
        name = sheet or next((each.name for each in self.sheets if not each.hidden), self.sheets[0].name)
        if all(each.name != name for each in self.sheets):
            known = ", ".join(each.name for each in self.sheets)
            message = N_("Tệp không có trang tính “%(sheet)s”; có: %(known)s.")
            raise Invalid("sheet.unknown", message, sheet=name, known=known[:500])
        return name


def _leaning(found: Iterable[legacy.Guess]) -> dict[str, float]:
    """Return how much likelier the encodings are that other columns of the file are surely in."""
    votes = Counter(each.encoding for each in found if each.certain)
    return {name: 1 + _BESIDE * count for name, count in votes.items()}


def _guessed(column: int, texts: list[str], found: legacy.Guess) -> ColumnGuess:
    decoded = [legacy.decode(text, found.encoding) if found.encoding else text for text in texts[:_SAMPLES]]
    samples = tuple((raw, raw if text is None else text) for raw, text in zip(texts, decoded, strict=False))
    return ColumnGuess(column, found.encoding, found.confidence, samples, found.others)


class _Reading:
    """Decodes the cells of one reading."""

    def __init__(self, choices: Mapping[int, str], everywhere: str, *, raw: bool) -> None:
        self._choices, self._everywhere, self._raw = choices, everywhere, raw
        self._unchosen: set[int] = set()

    def rows(self, rows: Iterator[Row], troubles: Troubles) -> Iterator[Row]:
        """Yield rows with their text decoded."""
        for number, cells in rows:
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and not (cell.isascii() and cell.isprintable()):
                    text = self._text(cell, column)
                    if text is None:
                        self._tell(number, column, troubles)
                        text = Undecoded(cell)
                    cells[column] = text
            yield number, cells

    def _tell(self, row: int, column: int, troubles: Troubles) -> None:
        """Add the trouble of a text that stays as it is: of a column without an encoding only once."""
        if self._choices.get(column, self._everywhere):
            message = N_("Dòng %(row)s, cột %(column)s: chữ không thuộc bảng mã của cột; giữ nguyên văn.")
            troubles.add(fault(f"{row}", "row.encoding", message, row=row, column=column + 1))
        elif column not in self._unchosen:
            self._unchosen.add(column)
            message = N_("Cột %(column)s chưa chọn bảng mã; chữ còn giữ nguyên văn.")
            troubles.add(fault(f"{row}", "column.encoding", message, column=column + 1))

    def _text(self, cell: str, column: int) -> Cell:
        """Return a text decoded; None when the encoding of its column cannot have written it.

        In a Unicode file a cell that is Vietnamese as it stands, and not once decoded, was typed in later: it stays.
        Bytes that are UTF-8 are that, unless the column's encoding makes better Vietnamese of them (VISCII ``Đỗ``).
        """
        encoding = self._choices.get(column, self._everywhere)
        if self._raw:
            unicode, text = _utf8(cell), legacy.decode(cell, encoding) if encoding else None
            if unicode is None or text is None:
                return text if unicode is None else unicode
            return text if legacy.share([text]) > legacy.share([unicode]) else unicode
        if not encoding or not legacy.is_surface(cell):
            return unicodedata.normalize("NFC", cell)
        text = legacy.decode(cell, encoding)
        return cell if legacy.share([cell]) == 1 and (text is None or legacy.share([text]) < 1) else text


def _utf8(surface: str) -> str | None:
    """Return bytes that are UTF-8 as text: hardly any other encoding of Vietnamese looks so by chance."""
    if not _MAY_BE_UTF8.search(surface):
        return None
    try:
        return unicodedata.normalize("NFC", surface.encode("latin-1").decode())
    except UnicodeError:
        return None
