"""The simple reading: the first sheet, a header on its first row, everything Unicode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets.book import Book, open_book
from lienthong.kernel.sheets.cells import Cell
from lienthong.kernel.sheets.shape import Row


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's first table. rows: number of the row as a spreadsheet shows it, and its cells; empty rows left out."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[Cell]]]


def open_sheet(path: Path) -> Sheet:
    """Open a file whose first row is its header; any kind that ``open_book`` takes.

    Raises Invalid also for text that is not Unicode and for a broken quote: those need the steward's import, where a
    person confirms what was found.
    """
    book = open_book(path)
    if not book.is_unicode:
        raise Invalid(
            "sheet.encoding",
            N_("Tệp không phải Unicode (có thể là TCVN3 hoặc VNI); mở lại và lưu dạng “CSV UTF-8”."),
        )
    rows = _strict(book)
    _, first = next(rows, (0, list[Cell]()))
    header = [str(cell or "").strip() for cell in first]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Invalid("sheet.empty", N_("Tệp %(file)s không có dòng tiêu đề ở đầu."), file=path.name)
    return Sheet(tuple(header), rows)


def _strict(book: Book) -> Iterator[Row]:
    """Yield rows, and refuse the first whose quotes had to be mended."""
    seen = 0
    for row in book.rows():
        listed = book.troubles.listed
        if len(listed) > seen and any(each.code == "row.quotes" for each in listed[seen:]):
            raise Invalid(
                "sheet.csv",
                N_("Tệp CSV hỏng quanh dòng %(line)s: một dấu ngoặc kép mở mà không đóng hoặc đóng sai chỗ."),
                line=row[0],
            )
        seen = len(listed)
        yield row
