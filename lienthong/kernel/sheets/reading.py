"""Opens a CSV or XLSX file: a header and numbered rows of raw cells; a damaged file is said to be so at once."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import python_calamine as calamine

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_

MAX_BYTES = 400_000_000
MAX_UNPACKED = 2_000_000_000
_ESCAPED = re.compile(r"'(?=[=+\-@\t\r])")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Formula(str):
    """A cell that computes instead of saying a value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's first table. rows: number of the row as a spreadsheet shows it, and its cells; empty rows left out."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[Any]]]


def open_sheet(path: Path) -> Sheet:
    """Open a ``.csv`` or ``.xlsx`` file. Raises Invalid when it is missing, too large, damaged or of another kind."""
    if not path.is_file():
        raise Invalid("sheet.missing", N_("Không có tệp %(file)s; kiểm tra đường dẫn."), file=path.name)
    if path.stat().st_size > MAX_BYTES:
        raise _too_large(path)
    kind = path.suffix.lower()
    if kind == ".csv":
        rows = _csv_rows(path)
    elif kind == ".xlsx":
        rows = _xlsx_rows(path)
    else:
        raise Invalid("sheet.kind", N_("Chỉ nhận tệp .csv và .xlsx; %(file)s thì không phải."), file=path.name)
    _, first = next(rows, (0, list[Any]()))
    header = [str(cell or "").strip() for cell in first]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Invalid("sheet.empty", N_("Tệp %(file)s không có dòng tiêu đề ở đầu."), file=path.name)
    return Sheet(tuple(header), rows)


def _too_large(path: Path) -> Invalid:
    return Invalid("sheet.large", N_("Tệp %(file)s quá lớn; chia thành nhiều tệp nhỏ hơn 400 MB."), file=path.name)


def _csv_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",;\t", key=first.count)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                if number == 1 or any(cells):
                    yield number, [_csv_cell(cell) for cell in cells]
        except csv.Error:
            raise Invalid(
                "sheet.csv",
                N_("Tệp CSV hỏng quanh dòng %(line)s: một dấu ngoặc kép mở mà không đóng hoặc đóng sai chỗ."),
                line=reader.line_num,
            ) from None


def _csv_cell(text: str) -> Any:
    if text.startswith("="):
        return Formula(text)
    return _ESCAPED.sub("", text, count=1) if text.startswith("'") else text


def _encoding(path: Path) -> str:
    """Return the encoding of a text file after reading it once. Raises Invalid when it is none that we take."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        encoding = "utf-16" if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8-sig"
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise Invalid(
                "sheet.encoding",
                N_("Tệp không phải Unicode (có thể là TCVN3 hoặc VNI); mở lại và lưu dạng “CSV UTF-8”."),
            ) from None
    return encoding


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    try:
        formulas = _formulas(path)
        sheet = cast(Any, calamine).load_workbook(str(path)).get_sheet_by_index(0)
    except (calamine.CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, OSError, EOFError):
        raise Invalid(
            "sheet.damaged",
            N_("Tệp %(file)s hỏng hoặc chưa tải hết (hoặc có mật khẩu); lấy lại tệp gốc rồi thử lại."),
            file=path.name,
        ) from None
    top, left = sheet.start or (0, 0)
    for number, cells in enumerate(sheet.iter_rows(), top + 1):
        if any(cell not in {"", None} for cell in cells) or number == top + 1:
            padded = [""] * left + list(cells)
            yield number, [_xlsx_cell(cell, (number, at) in formulas) for at, cell in enumerate(padded, 1)]


def _xlsx_cell(cell: Any, is_formula: bool) -> Any:
    if is_formula:
        return Formula(cell)
    return _csv_cell(cell) if isinstance(cell, str) else cell


def _formulas(path: Path) -> set[tuple[int, int]]:
    """Return row and column of each formula in the first sheet; the values beside them are only what was last shown."""
    with zipfile.ZipFile(path) as archive:
        if sum(each.file_size for each in archive.infolist()) > MAX_UNPACKED:
            raise Invalid(
                "sheet.large", N_("Tệp %(file)s quá lớn; chia thành nhiều tệp nhỏ hơn 400 MB."), file=path.name
            )
        name = _first_sheet(archive)
        with archive.open(name) as file:
            tail, found = b"", False
            while piece := file.read(1 << 20):
                found = found or b"<f>" in tail + piece or b"<f " in tail + piece
                tail = piece[-2:]
        if not found:
            return set()
        cells: set[tuple[int, int]] = set()
        with archive.open(name) as file:
            for _, element in ElementTree.iterparse(file):  # noqa: S314  no entities in this format; expat refuses bombs
                if element.tag == f"{_MAIN}c":
                    if element.find(f"{_MAIN}f") is not None:
                        cells.add(_place(element.get("r", "A1")))
                    element.clear()
        return cells


def _first_sheet(archive: zipfile.ZipFile) -> str:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    first = book.find(f"{_MAIN}sheets/{_MAIN}sheet")
    wanted = first.get(_RELATION) if first is not None else None
    target = next((each.get("Target", "") for each in relations if each.get("Id") == wanted), "worksheets/sheet1.xml")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :] or 1), column
