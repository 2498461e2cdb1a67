"""A list in whatever shape a clerk keeps it, understood as an import would be."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Book, open_book
from lienthong.registers.api import Register
from lienthong.stewardship.api.importing import proposing
from lienthong.stewardship.api.importing.beginning import with_rules
from lienthong.stewardship.api.importing.opening import TOP, Numbered
from lienthong.stewardship.api.importing.reading import Reader
from lienthong.stewardship.domain.importing import Settings
from lienthong.stewardship.domain.matching import roles_of

_PORTION = 5_000


def write_understood(spec: Register, path: Path, plain: Path) -> None:
    """Write the rows of a table as plain CSV with a column for each field that was recognised, in the file's order.

    Titles may stand under other rows, be abbreviated, in an old encoding; dates, numbers and units come in stored form,
    empty where a cell says nothing certain. record_id is the file's own column of that name, else the number of the
    row of data, from 1. Raises Invalid for a file that cannot be read or has no row of titles.
    """
    book = open_book(path)
    guess = book.guess("")
    encodings = {each.column: each.encoding for each in guess.columns if each.encoding}
    book.decode(encodings, sheet="")
    top = list(islice(book.rows(""), TOP))
    columns, header = proposing.columns(spec, top, guess, encodings, is_unicode=book.is_unicode)
    if not header.first_data_row or not columns:
        raise Invalid("sheet.empty", N_("Tệp %(file)s không có dòng tiêu đề ở đầu."), file=path.name)
    chosen = Settings(columns=tuple(each.column for each in columns), header=header.rows, first=header.first_data_row)
    reader = Reader(spec, with_rules(spec, chosen, top))
    fields = [name for name in spec.fields if any(name in each.fields for each in chosen.columns)]
    titles = [each.title for each in chosen.columns]
    own = titles.index(roles_of(titles)["record_id"]) if "record_id" in roles_of(titles) else -1
    with plain.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL)
        out.writerow(("record_id", *fields))
        count = 0
        for portion in _portions(book, header.first_data_row):
            for told in reader.read(portion):
                if not told.aside:
                    count += 1
                    record = told.raw[own] if 0 <= own < len(told.raw) else count
                    out.writerow((record, *(told.values.get(name) or "" for name in fields)))


def _portions(book: Book, first: int) -> Iterator[Sequence[Numbered]]:
    rows = (row for row in book.rows("") if row[0] >= first)
    while portion := list(islice(rows, _PORTION)):
        yield portion
