"""Small XML parts as trees, large ones read with expat: no entities, no document types, no depth without end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import refusals

_MANY_NAMES = 1_000


def read(
    path: Path,
    pieces: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse XML and call back with names of elements without their prefixes; attributes keep theirs.

    Raises Invalid when it is damaged, or declares entities: a spreadsheet never does.
    """
    parser = expat.ParserCreate(encoding="utf-8")  # whatever the file says: so its reader does
    locals_: dict[str, str] = {}

    def plain(name: str) -> str:
        found = locals_.get(name)
        if found is None:
            found = name.rpartition(":")[2]
            if len(locals_) < _MANY_NAMES:
                locals_[name] = found
        return found

    def doctype(*_: object) -> None:
        raise entities(path)

    parser.StartElementHandler = lambda name, told: start(plain(name), told)
    if end is not None:
        parser.EndElementHandler = lambda name: end(plain(name))
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
    """Return an element's or attribute's name without its namespace or prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]


def entities(path: Path) -> Invalid:
    """The refusal of XML that declares entities."""
    message = N_("Tệp %(file)s chứa khai báo XML trỏ ra ngoài nên không nhận; mở bằng Excel rồi lưu thành tệp mới.")
    return Invalid("sheet.entities", message, file=path.name)
