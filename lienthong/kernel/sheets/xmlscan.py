"""Small XML parts as trees, large ones read with expat: no entities, no document types, no depth without end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import refusals

_MAX_DEPTH = 100


def read(
    path: Path,
    pieces: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse XML and call back with names and attributes without their namespaces.

    Raises Invalid when it is damaged, or declares entities: a spreadsheet never does.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise refusals.damaged(path)
        start(name.rsplit(" ", 1)[-1], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rsplit(" ", 1)[-1])

    def doctype(*_: object) -> None:
        raise entities(path)

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = doctype
    if text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, UnicodeError):
        raise refusals.damaged(path) from None


def tree(path: Path, content: bytes) -> ElementTree.Element:
    """Return a small part as a tree. Raises Invalid when it is damaged or declares entities."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise entities(path)
    try:
        return ElementTree.fromstring(content)  # noqa: S314  no document type, so no entities
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
        raise refusals.damaged(path) from None


def local(name: str) -> str:
    """Return an element's or attribute's name without its namespace."""
    return name.rsplit("}", 1)[-1].rsplit(" ", 1)[-1]


def entities(path: Path) -> Invalid:
    """The refusal of XML that declares entities."""
    message = N_("Tệp %(file)s chứa khai báo XML trỏ ra ngoài nên không nhận; mở bằng Excel rồi lưu thành tệp mới.")
    return Invalid("sheet.entities", message, file=path.name)
