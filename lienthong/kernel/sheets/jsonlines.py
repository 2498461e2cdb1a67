"""JSON lines: one flat object on each line. The record on line n is row n; the names of the fields come as row 0."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import refusals
from lienthong.kernel.sheets.cells import MAX_COLUMNS, MAX_TEXT, tidy
from lienthong.kernel.sheets.shape import Row, SheetInfo, Troubles

_MAX_LINE = 4_000_000


class JsonLines:
    """Reads a file once to know every field and that each line is sound, then as often as asked."""

    raw = False

    def __init__(self, path: Path) -> None:
        self._path = path
        names: dict[str, None] = {}
        last = 0
        for number, record in _records(path, check=True):
            last = number
            if not names.keys() >= record.keys():
                names.update(dict.fromkeys(record))
                if len(names) > MAX_COLUMNS:
                    raise refusals.too_wide(len(names), MAX_COLUMNS)
        self._names = list(names)
        self.sheets = (SheetInfo(path.stem, last, len(names)),)

    def rows(self, sheet: str, troubles: Troubles) -> Iterator[Row]:
        """Yield the names of the fields as row 0, then the records."""
        del sheet, troubles
        names = self._names
        yield 0, [unicodedata.normalize("NFC", name) for name in names]
        for number, record in _records(self._path):
            if any(value is not None and value != "" for value in record.values()):
                yield number, tidy([record.get(name) for name in names], number, computes=False)


def _records(path: Path, *, check: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of each line that is not empty, and its object. check: that none of its values is nested."""
    decode = msgspec.json.Decoder[Any](dict[str, str | int | float | bool | None] if check else Any).decode
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE + 1), b""), 1):
            if len(line) > _MAX_LINE:
                raise refusals.long_cell(number, MAX_TEXT)
            text = line.removeprefix(codecs.BOM_UTF8).strip() if number == 1 else line.strip()
            if not text:
                continue
            try:
                record = decode(text)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                raise _refused(number, text) from None
            if not isinstance(record, dict):
                raise _broken(number)
            yield number, cast("dict[str, Any]", record)


def _refused(number: int, text: bytes) -> Invalid:
    """Return what is wrong with a line: it is no whole object, or one of its values is nested."""
    try:
        record = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _broken(number)
    values = cast("dict[str, Any]", record).items() if isinstance(record, dict) else ()
    nested = [name for name, value in values if isinstance(value, dict | list)]
    return _nested(number, nested[0]) if nested else _broken(number)


def _broken(line: int) -> Invalid:
    message = N_(
        'Dòng %(line)s không phải một đối tượng JSON trọn vẹn; mỗi dòng phải là một đối tượng như {"ten": "An"}.'
    )
    return Invalid("sheet.json", message, line=line)


def _nested(line: int, name: str) -> Invalid:
    message = N_(
        "Dòng %(line)s, trường “%(field)s” chứa đối tượng hoặc danh sách lồng nhau; tách thành các trường đơn."
    )
    return Invalid("sheet.nested", message, line=line, field=name[:100])
