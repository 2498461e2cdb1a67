"""A list in whatever shape a clerk keeps it, as plain CSV for a comparison."""

from __future__ import annotations

import csv
from pathlib import Path

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import open_book
from lienthong.registers.api import Register
from lienthong.stewardship.api.lists import sheet_of
from lienthong.stewardship.domain.matching import roles_of


def write_understood(spec: Register, path: Path, plain: Path) -> None:
    """Write the rows of a table as plain CSV with a column for each field that was recognised, in the file's order.

    Titles may stand under other rows, be abbreviated, in an old encoding; dates, numbers and units come in stored form,
    empty where a cell says nothing certain. record_id is the file's own column of that name, else the number of the
    row of data, from 1. Raises Invalid for a file that cannot be read or has no row of titles.
    """
    sheet = sheet_of(spec, open_book(path), "")
    if sheet is None:
        raise Invalid("sheet.empty", N_("Tệp %(file)s không có dòng tiêu đề ở đầu."), file=path.name)
    fields = [name for name in spec.fields if name in sheet.fields]
    known = roles_of(sheet.titles).get("record_id")
    own = sheet.titles.index(known) if known else -1
    with plain.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL)
        out.writerow(("record_id", *fields))
        count = 0
        for row in sheet.rows:
            if row.is_data:
                count += 1
                record = row.raw[own] if 0 <= own < len(row.raw) else count
                out.writerow((record, *(row.values.get(name) or "" for name in fields)))
