"""Spreadsheets as files: CSV and XLSX, read cell by cell with their traps named, written so that nothing runs."""

from lienthong.kernel.sheets.reading import MAX_BYTES, Formula, Sheet, open_sheet
from lienthong.kernel.sheets.writing import Writer, check_target

__all__ = ["MAX_BYTES", "Formula", "Sheet", "Writer", "check_target", "open_sheet"]
