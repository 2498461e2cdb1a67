"""A list in whatever shape a clerk keeps it, understood as an import would be, for who compares it and keeps nothing.

Titles may stand under other rows, be abbreviated, in an old encoding; values come in stored form. A list whose columns
are plain can be compared as it stands: ``plain_columns`` finds them, ``understood_cells`` reads the cells that are odd.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.legacy import guess
from lienthong.kernel.sheets import Book, CellError, Formula, TextGuess, Undecoded, open_book
from lienthong.kernel.text import fold
from lienthong.registers import api as registers
from lienthong.registers.api import Register
from lienthong.stewardship.api.importing import proposing
from lienthong.stewardship.api.importing.beginning import with_rules
from lienthong.stewardship.api.importing.opening import TOP, Numbered
from lienthong.stewardship.api.importing.reading import Reader, Told, known_of
from lienthong.stewardship.domain.headers import Header
from lienthong.stewardship.domain.importing import Column, Settings
from lienthong.stewardship.domain.understanding import Settings as Known
from lienthong.stewardship.domain.understanding import Understood, rules_of, understand

_PORTION = 5_000
_NAMELESS = {"csv", "jsonl", "parquet"}
_NO_DATA = N_("Dòng này không phải dòng dữ liệu: tiêu đề nhóm, dòng cộng hoặc chữ ký.")
_CHOOSE = N_("Ô đọc được theo nhiều cách; viết lại cho rõ.")


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list. row: its number as a spreadsheet shows it; raw: its cells as they stand.

    values: field → stored form, only what is certain. problems: field → sentence why nothing certain stands there; ""
    for the row as a whole. is_data: False for a heading, a total or a signature between the rows.
    """

    row: int
    raw: Sequence[Any]
    values: Mapping[str, Any]
    is_data: bool
    problems: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A table of a list. name: of the sheet of a workbook; titles: of its columns, in order.

    fields: those of the register that were recognised, and the place of the first column of each.
    """

    name: str
    titles: tuple[str, ...]
    fields: Mapping[str, int]
    rows: Iterator[ListRow]


def understood_sheets(*, register: str, path: Path, also: Mapping[str, str]) -> Iterator[ListSheet]:
    """Yield the tables of a file that have titles and a column that a register's field fits; read each in turn.

    also: folded title → field, for titles that only such lists have. Raises Invalid for a file that cannot be read.
    """
    spec = registers.definition(register)
    book = open_book(path)
    for info in book.sheets:
        found = None if info.hidden else sheet_of(spec, book, info.name, also)
        if found is not None and found.fields:
            yield found


def sheet_of(spec: Register, book: Book, sheet: str, also: Mapping[str, str] | None = None) -> ListSheet | None:
    """Return a sheet of a book ("": the first) as its titles and values say; None when no row of titles was found.

    also: folded title → field, where the title alone tells none.
    """
    told = book.guess(sheet)
    encodings = {each.column: each.encoding for each in told.columns if each.encoding}
    book.decode(encodings, sheet=sheet)
    top = list(islice(book.rows(sheet), TOP))
    columns, header = proposing.columns(spec, top, told, encodings, is_unicode=book.is_unicode)
    if not header.first_data_row or not columns:
        return None
    return _sheet(spec, book, sheet, top, _with([each.column for each in columns], also or {}), header)


def _with(columns: Sequence[Column], also: Mapping[str, str]) -> tuple[Column, ...]:
    taken = {name for each in columns for name in each.fields}
    found: list[Column] = []
    for each in columns:
        known = "" if each.fields else also.get(fold(each.title), "")
        if known and known not in taken:
            taken.add(known)
            found.append(Column(title=each.title, fields=(known,), encoding=each.encoding))
        else:
            found.append(each)
    return tuple(found)


def _sheet(
    spec: Register, book: Book, sheet: str, top: Sequence[Numbered], columns: tuple[Column, ...], header: Header
) -> ListSheet:
    chosen = Settings(sheet=sheet, columns=columns, header=header.rows, first=header.first_data_row)
    reader = Reader(spec, with_rules(spec, chosen, top, epoch=book.epoch))
    fields: dict[str, int] = {}
    for at, each in enumerate(columns):
        for name in each.fields:
            fields.setdefault(name, at)

    def rows() -> Iterator[ListRow]:
        for portion in _portions(book, sheet, header.first_data_row):
            for told in reader.read(portion):
                yield ListRow(told.row, told.raw, told.values, not told.aside, _problems(told))

    name = "" if book.kind in _NAMELESS else sheet
    return ListSheet(name, tuple(each.title for each in columns), fields, rows())


def _portions(book: Book, sheet: str, first: int) -> Iterator[Sequence[Numbered]]:
    rows = (row for row in book.rows(sheet) if row[0] >= first)
    while portion := list(islice(rows, _PORTION)):
        yield portion


def _problems(told: Told) -> dict[str, str]:
    if told.aside:
        return {"": gettext(_NO_DATA)}
    found = {name: gettext(_CHOOSE) for name in told.questions}
    return found | {each.at: each.text for each in told.faults}


def plain_columns(
    *, register: str, titles: Sequence[str], rows: Sequence[Sequence[Any]], known: Mapping[str, str]
) -> dict[str, str]:
    """Return field → title of the columns of a table that each hold one field by itself, in Unicode, days first.

    rows: the first rows under the titles. known: field → title, what the caller has recognised already. A field is left
    out when a person would have to look, or when its column must be read cell by cell.
    """
    spec = registers.definition(register)
    columns = [[row[at] for row in rows] for at in range(len(titles))]
    texts = [[each for each in column if isinstance(each, str) and not each.isascii()] for column in columns]
    if any(guess(each, unicode=True).encoding for each in texts if each):
        return {}
    top: list[Numbered] = [(1, list(titles)), *((at, list(row)) for at, row in enumerate(rows, 2))]
    found, header = proposing.columns(spec, top, TextGuess(()), {}, is_unicode=True, header_row=1)
    if header.rows != (1,):
        return {}
    plain = dict(known)
    for each in found:
        column = each.column
        if len(column.fields) == 1 and not column.part and each.sure and column.title not in plain.values():
            plain.setdefault(column.fields[0], column.title)
    cells = dict(zip(titles, columns, strict=True))
    return {name: title for name, title in plain.items() if _is_usual(spec, name, cells[title])}


def _is_usual(spec: Register, name: str, column: Sequence[Any]) -> bool:
    known = _known(spec, name)
    made = rules_of(spec.terms[name], column, known)
    return made.order == known.order and made.swapped == known.swapped and made.on == known.on


def _known(spec: Register, name: str) -> Known:
    return known_of(spec, Settings(columns=(Column(title=name, fields=(name,)),)), name)


def understood_cells(*, register: str, field: str, cells: Sequence[str]) -> list[tuple[str, str]]:
    """Return for each cell of a column the stored form ("" when nothing is certain) and why it says nothing ("")."""
    spec = registers.definition(register)
    known, term = _known(spec, field), spec.terms[field]
    return [_said(understand(term, each, settings=known)) for each in cells]


def _said(found: Understood) -> tuple[str, str]:
    value = found.value if found.value is not None else next(iter(found.elsewhere.values()), "")
    if value or not (found.faults or found.candidates):
        return str(value), ""
    return "", found.faults[0].text if found.faults else gettext(_CHOOSE)


def says_text(cell: Any) -> bool:
    """Say whether a raw cell is a text as somebody typed it: no formula, no error, none in unknown letters."""
    return isinstance(cell, str) and not isinstance(cell, Formula | CellError | Undecoded)
