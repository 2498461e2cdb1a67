"""Writes XLSX, ODS and XLS files byte by byte, so that tests can make the odd and the hostile ones too."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lienthong.kernel.sheets import CellError, Formula

Rows = Sequence[Sequence[Any]]
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINK = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_STYLES = (
    f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


def letters(column: int) -> str:
    """Return a column's letters: 0 is A."""
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def zipped(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write a ZIP file of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def xlsx(
    path: Path, sheets: Mapping[str, Rows], *, merged: Sequence[str] = (), told: str = "", **parts: str | bytes
) -> Path:
    """Write a workbook. merged: areas of the first sheet, such as A1:D1. told: XML of the workbook itself, before its
    sheets. parts: whole parts put in place of ours.
    """
    names = list(sheets)
    listed = "".join(f'<sheet name={quoteattr(n)} sheetId="{at}" r:id="rId{at}"/>' for at, n in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_KINDS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(names) + 1)
    )
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="text/xml"/></Types>',
        "_rels/.rels": f"<Relationships {_RELATIONS}>"
        f'<Relationship Id="rId1" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f"<workbook {_MAIN} {_LINK}>{told}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships {_RELATIONS}>{links}</Relationships>",
        "xl/styles.xml": _STYLES,
    }
    for at, name in enumerate(names, 1):
        areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged) if at == 1 else ""
        whole[f"xl/worksheets/sheet{at}.xml"] = worksheet(sheets[name], areas)
    return zipped(path, whole | parts)


def worksheet(rows: Rows, areas: str = "", *, claims: bool = True) -> str:
    """Return the XML of one sheet. claims: say its size, as spreadsheet programs do."""
    width = max(map(len, rows), default=1) or 1
    size = f'<dimension ref="A1:{letters(width - 1)}{max(len(rows), 1)}"/>' if claims else ""
    body = "".join(
        f'<row r="{number}">'
        + "".join(_xlsx_cell(f"{letters(at)}{number}", cell) for at, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    merges = f"<mergeCells>{areas}</mergeCells>" if areas else ""
    return f"<worksheet {_MAIN}>{size}<sheetData>{body}</sheetData>{merges}</worksheet>"


def _xlsx_cell(place: str, cell: Any) -> str:
    match cell:
        case None | "":
            return ""
        case Formula():
            return f'<c r="{place}"><f>{escape(cell.lstrip("="))}</f><v>0</v></c>'
        case CellError():
            return f'<c r="{place}" t="e"><v>{cell}</v></c>'
        case bool():
            return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{cell}</v></c>'
        case date():
            return f'<c r="{place}" s="1"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
        case _:
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'


def ods(path: Path, sheets: Mapping[str, Rows], *, spans: int = 0, **parts: str | bytes) -> Path:
    """Write an OpenDocument spreadsheet. spans: how many columns the first cell of the first sheet is merged over."""
    tables = "".join(
        f"<table:table table:name={quoteattr(n)}>{_ods_rows(rows, spans)}</table:table>" for n, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    whole: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>",
    }
    return zipped(path, whole | parts)


def _ods_rows(rows: Rows, spans: int) -> str:
    lines: list[str] = []
    for number, row in enumerate(rows):
        cells = [_ods_cell(cell) for cell in row]
        if spans and not number and cells:
            cells[0] = cells[0].replace(
                "<table:table-cell", f'<table:table-cell table:number-columns-spanned="{spans}"', 1
            )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return "".join(lines)


def _ods_cell(cell: Any) -> str:
    match cell:
        case None | "":
            return "<table:table-cell/>"
        case Formula():
            inside = 'office:value-type="float" office:value="0"'
            return f"<table:table-cell table:formula={quoteattr('of:' + cell)} {inside}/>"
        case bool():
            value = str(cell).lower()
            return f'<table:table-cell office:value-type="boolean" office:boolean-value="{value}"/>'
        case int() | float():
            return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        case date():
            return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
        case _:
            return (
                f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
            )


def xls(
    path: Path, rows: Rows, *, locked: bool = False, size: tuple[int, int] | None = None, epoch: int = 1900
) -> Path:
    """Write an Excel 97 file of one sheet, "Sheet1". size: rows and columns that it claims to have. epoch: of days."""
    path.write_bytes(compound({"Workbook": biff(rows, locked=locked, size=size, epoch=epoch)}))
    return path


def biff(rows: Rows, *, locked: bool = False, size: tuple[int, int] | None = None, epoch: int = 1900) -> bytes:
    """Return the stream of a workbook of one sheet."""
    high, wide = size or (len(rows), max(map(len, rows), default=0))
    lock = _record(0x002F, b"\1\0" + b"\1\0\1\0" + bytes(48)) if locked else b""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + lock
    start += _record(0x0022, struct.pack("<H", 1)) if epoch == 1904 else b""
    named = struct.pack("<HBB", 0, 6, 0) + b"Sheet1"
    at = len(start) + 4 + 4 + len(named) + 4
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    body += _record(0x0200, struct.pack("<IIHHH", 0, high, 0, wide, 0))
    for number, row in enumerate(rows):
        body += b"".join(_biff_cell(number, column, cell) for column, cell in enumerate(row))
    return start + _record(0x0085, struct.pack("<I", at) + named) + _record(0x000A, b"") + body + _record(0x000A, b"")


def _biff_cell(row: int, column: int, cell: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    match cell:
        case None | "":
            return b""
        case Formula():
            return _record(0x0006, place + struct.pack("<dHIH", 0.0, 0, 0, 3) + b"\x1e\x01\x00")
        case CellError():
            return _record(0x0205, place + bytes([_ERRORS[cell], 1]))
        case bool():
            return _record(0x0205, place + bytes([cell, 0]))
        case int() | float():
            return _record(0x0203, place + struct.pack("<d", cell))
        case _:
            text = str(cell)
            return _record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of these streams, each in sectors of its own."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    chains: list[int] = []
    content = b""
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    for at, (name, body) in enumerate(streams.items(), 1):
        padded = body.ljust(max(4096, -(-len(body) // 512) * 512), b"\0")
        count = len(padded) // 512
        right = at + 1 if at < len(streams) else free
        entries.append(_entry(name, 2, len(chains), max(len(body), 4096), right=right))
        chains += [*range(len(chains) + 1, len(chains) + count), end]
        content += padded
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    first = len(chains)
    chains += [*range(first + 1, first + len(directory) // 512), end]
    tables = -(-(len(chains) + 1) // 127)
    places = list(range(len(chains), len(chains) + tables))
    chains += [table] * tables
    fat = struct.pack(f"<{tables * 128}I", *chains, *[free] * (tables * 128 - len(chains)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, tables, first, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", *places, *[free] * (109 - len(places)))
    return head + content + directory + fat


def _entry(name: str, kind: int, first: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", 0xFFFFFFFF, right, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
