"""A small writer of Word documents (Office Open XML): the head of an official paper, text, lists, tables.

Layout after Decree 30/2020/NĐ-CP: A4, margins 20/15/20/30 mm, Times New Roman 13, agency left, nation right.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol
from xml.sax.saxutils import escape

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WIDTH = 9355
"""Width of the text in twentieths of a point: 210 mm less 45 mm of margins."""
_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FILES = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_MAIN}.numbering+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>",
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/numbering" Target="numbering.xml"/></Relationships>',
    "word/numbering.xml": f'<w:numbering {_SPACE}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="–"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="567" w:hanging="283"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
    "word/styles.xml": f"<w:styles {_SPACE}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    '<w:sz w:val="26"/><w:szCs w:val="26"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
    '<w:spacing w:before="60" w:after="60"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:spacing w:before="240" w:after="120"/><w:jc w:val="center"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="30"/><w:szCs w:val="30"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="180" w:after="60"/>'
    '<w:outlineLvl w:val="0"/></w:pPr>'
    "<w:rPr><w:b/></w:rPr></w:style></w:styles>",
}


class Block(Protocol):
    """A piece of a paper, as ``documents.api.Block`` has it."""

    @property
    def kind(self) -> str:
        """Heading, text, small, list or table."""
        ...

    @property
    def text(self) -> str:
        """Of a heading or a paragraph."""
        ...

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Items of a list; of a table, its title row first."""
        ...

    @property
    def widths(self) -> tuple[int, ...]:
        """Shares of a table's columns."""
        ...


def write(
    *,
    agency: str,
    above: str,
    number: str,
    place_and_day: str,
    title: str,
    subject: str,
    blocks: Sequence[Block],
    signs: tuple[str, str],
    at: datetime,
) -> bytes:
    """Return a Word document. signs: position and name of who signs on paper. The same content, the same bytes."""
    body = [
        _heading(agency, above, number, place_and_day),
        _paragraph(title.upper(), style="Title"),
        _paragraph(subject, bold=True, align="center"),
        *(_block(each) for each in blocks),
        _paragraph(""),
        _paragraph(signs[0].upper(), bold=True, align="right"),
        *(_paragraph("") for _line in range(3)),
        _paragraph(signs[1], bold=True, align="right"),
    ]
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/>'
        "</w:sectPr>"
    )
    content = f"<w:document {_SPACE}><w:body>{''.join(body)}{page}</w:body></w:document>"
    return _zipped({**_FILES, "word/document.xml": content, "docProps/core.xml": _properties(title, agency, at)}, at)


def _zipped(files: dict[str, str], at: datetime) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _HEAD + content)
    return output.getvalue()


def _properties(title: str, agency: str, at: datetime) -> str:
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(title)}</dc:title><dc:creator>{_text(agency)}</dc:creator><dc:language>vi-VN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created></cp:coreProperties>'
    )


def _heading(agency: str, above: str, number: str, place_and_day: str) -> str:
    left = [_paragraph(above.upper(), align="center", size=24)] if above else []
    left += [_paragraph(agency.upper(), bold=True, align="center", size=24)]
    left += [_paragraph(f"Số: {number}", align="center")] if number else []
    right = [
        _paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, align="center", size=24),
        _paragraph("Độc lập - Tự do - Hạnh phúc", bold=True, align="center"),
        _paragraph(place_and_day, italic=True, align="center"),
    ]
    widths = _shares((5, 7), 2)
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(cell)}</w:tc>'
        for width, cell in zip(widths, (left, right), strict=True)
    )
    return _table(f"<w:tr>{cells}</w:tr>", widths, lines=False)


def _block(block: Block) -> str:
    if block.kind == "heading":
        return _paragraph(block.text, style="Heading1")
    if block.kind == "list":
        return "".join(_paragraph(row[0], bullet=True) for row in block.rows)
    if block.kind == "table":
        widths = _shares(block.widths, len(block.rows[0]))
        rows = "".join(_row(row, widths, is_title=place == 0) for place, row in enumerate(block.rows))
        return _table(rows, widths, lines=True) + _paragraph("")
    if block.kind == "small":
        return _paragraph(block.text, size=20)
    return _paragraph(block.text, align="both")


def _table(rows: str, widths: Sequence[int], *, lines: bool) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="444444"/>' for side in sides) if lines else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    drawn = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{drawn}<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(cells: Iterable[str], widths: Sequence[int], *, is_title: bool) -> str:
    kept = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, bold=is_title, size=22)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_title else "<w:trPr><w:cantSplit/></w:trPr>"
    return f"<w:tr>{head}{kept}</w:tr>"


def _paragraph(
    text: str,
    *,
    style: str = "",
    align: str = "",
    bold: bool = False,
    italic: bool = False,
    bullet: bool = False,
    size: int = 0,
) -> str:
    marks = f'<w:pStyle w:val="{style}"/>' if style else ""
    marks += '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if bullet else ""
    marks += f'<w:jc w:val="{align}"/>' if align else ""
    look = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    look += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{_text(line)}</w:t>' for line in text.split("\n"))
    run = f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{lines}</w:r>" if text else ""
    return f"<w:p>{f'<w:pPr>{marks}</w:pPr>' if marks else ''}{run}</w:p>"


def _shares(widths: Sequence[int], count: int) -> list[int]:
    shares = list(widths) or [1] * count
    return [_WIDTH * each // sum(shares) for each in shares]


def _text(text: str) -> str:
    """Return text as XML takes it: escaped, without the control characters that XML forbids."""
    return escape("".join(each for each in text if each in "\t\n" or each >= " "))
