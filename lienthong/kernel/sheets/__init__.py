"""Tables in files: any kind a clerk has is read cell by cell with its traps named, and written so that nothing runs."""

from lienthong.kernel.sheets.book import Book, open_book
from lienthong.kernel.sheets.cells import Cell, CellError, Formula, Undecoded
from lienthong.kernel.sheets.reading import Sheet, open_sheet
from lienthong.kernel.sheets.shape import ColumnGuess, Row, SheetInfo, TextGuess, Troubles
from lienthong.kernel.sheets.targets import safe_cell
from lienthong.kernel.sheets.workbook import Area
from lienthong.kernel.sheets.writing import RECORDS, SHEETS, Writer, check_target

__all__ = [
    "RECORDS",
    "SHEETS",
    "Area",
    "Book",
    "Cell",
    "CellError",
    "ColumnGuess",
    "Formula",
    "Row",
    "Sheet",
    "SheetInfo",
    "TextGuess",
    "Troubles",
    "Undecoded",
    "Writer",
    "check_target",
    "open_book",
    "open_sheet",
    "safe_cell",
]
