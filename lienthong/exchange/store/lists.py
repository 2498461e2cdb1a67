"""A list that somebody hands in, of any form, kept as one Parquet file: every row of it, also those nobody can read.

A CSV or Parquet file with plain columns is kept as it is, and only its odd cells are read anew; every other file is
read row by row as an import would read it.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lienthong.kernel.columns import Workshop, quoted, text, workshop
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold

TITLES = {
    "number": "number|personal_number|so dinh danh|so dinh danh ca nhan|so cccd|cccd|so cmnd|cmnd|so giay to",
    "name": "full_name|name|ho ten|ho va ten|ho, ten|hvt|ten thue bao|ho ten thue bao|ten",
    "birth_date": "birth_date|ngay sinh|ns|ngay thang nam sinh|ngay, thang, nam sinh|nam sinh|dob",
    "row_id": "row_id|record_id|id|stt|ma dong|ma",
}
ROLES = ("number", "name", "birth_date")
ROW = ("sheet", "source_row", "row_id", *ROLES, "problem")
"""Columns of a list that was read row by row, or mended."""
KNOWN = {title: role for role, titles in TITLES.items() for title in titles.split("|")}
"""Folded title → role."""
_HEAD = 300
_DISTINCT = 20_000
_REPEATED = ("birth_date",)
"""Roles whose cells are few beside the rows: looked at once each."""
_INEXACT = ("DOUBLE", "FLOAT", "DECIMAL")
"""Kinds of a column in which a spreadsheet may have rounded a number away."""
Row = tuple[str, int, Any, str, str, str, str]
"""A row as it was understood: sheet, number in it, the list's own id, the three values, why one says nothing."""
PlainColumns = Callable[[Sequence[str], Sequence[Sequence[Any]], Mapping[str, str]], Mapping[str, str]]
"""Takes titles, first rows and what is known of them; answers role → title of the columns that can be taken whole."""
Understood = Callable[[Path, Path], None]
"""Writes the rows of a file, as they are understood, into a CSV file with the columns ``ROW``."""
Odd = Callable[[str], str]
"""Takes a cell in SQL; answers SQL that is true where it must be read anew."""
Cells = Callable[[str, Sequence[str]], Iterable[tuple[str, str]]]
"""Takes a role and cells; answers for each its stored form and why it says nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How lists are understood: by whoever knows what a clerk's file may look like."""

    plain: PlainColumns
    rows: Understood
    cells: Cells


def take_in(source: Path, into: Path, reading: Reading, odd: Mapping[str, Odd]) -> tuple[int, dict[str, str], str]:
    """Keep a list as Parquet; answer how many rows, role → column, and the digest of the file as it was handed in.

    odd: role → which of its cells ``reading`` must read. Raises Invalid for a file that cannot be opened or lacks a
    column.
    """
    into.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with workshop(into.with_suffix(".work")) as shop:
        columns = _whole(shop, source, into, reading)
        if columns:
            columns = _mended(shop, into, columns, reading, odd)
        else:
            plain = shop.folder / "rows.csv"
            reading.rows(source, plain)
            names = ", ".join(f"'{each}': '{'BIGINT' if each == 'source_row' else 'VARCHAR'}'" for each in ROW)
            read = f"read_csv({text(str(plain))}, header=true, delim=',', quote='\"', escape='\"', columns={{{names}}})"
            shop.run(f"COPY (SELECT * FROM {read}) TO {text(str(into))} (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
            columns = {each: each for each in ROW}
        rows = shop.rows(f"SELECT count(*) FROM read_parquet({text(str(into))})")[0][0]  # noqa: S608
    return int(rows), columns, digest


def _whole(shop: Workshop, source: Path, into: Path, reading: Reading) -> dict[str, str]:
    """Copy a CSV or Parquet file whose columns can be taken whole; nothing, and nothing kept, for any other."""
    import duckdb

    kind = source.suffix.lower()
    if kind not in {".csv", ".parquet"}:
        return {}
    try:
        if kind == ".parquet":
            shutil.copyfile(source, into)
        else:
            read = f"read_csv({text(str(source))}, all_varchar=true, header=true, skip=0, comment='')"
            shop.run(f"COPY (SELECT * FROM {read}) TO {text(str(into))} (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
        kept = f"read_parquet({text(str(into))})"
        described = [row[:2] for row in shop.rows(f"DESCRIBE SELECT * FROM {kept}")]  # noqa: S608
        names = [str(each[0]) for each in described]
        head = shop.rows(f"SELECT * FROM {kept} LIMIT {_HEAD}")  # noqa: S608
    except duckdb.Error:
        into.unlink(missing_ok=True)
        return {}
    known = _by_title(names)
    found = reading.plain(names, head, {role: known[role] for role in ROLES if role in known})
    kinds = {name: str(each) for name, each in described}
    if not set(ROLES) <= found.keys() or kinds[found["number"]].startswith(_INEXACT):
        into.unlink(missing_ok=True)
        return {}
    own = {"row_id": known["row_id"]} if "row_id" in known else {}
    return own | dict(found) | {"first": "2" if kind == ".csv" else "1"}


def _mended(
    shop: Workshop, into: Path, columns: dict[str, str], reading: Reading, odd: Mapping[str, Odd]
) -> dict[str, str]:
    """Read the odd cells of a list anew, each once; a list without any stays untouched."""
    kept = f"read_parquet({text(str(into))}, file_row_number=true)"
    cells = {role: f"CAST({quoted(columns[role])} AS VARCHAR)" for role in ROLES}
    strange = [role for role in odd if _has_odd(shop, kept, cells[role], odd[role], repeated=role in _REPEATED)]
    if not strange:
        return columns
    for role in strange:
        shop.run(f"CREATE TABLE odd_{role} (cell VARCHAR, value VARCHAR, problem VARCHAR)")
        which = f"SELECT DISTINCT {cells[role]} FROM {kept} WHERE {odd[role](cells[role])}"  # noqa: S608
        for at, portion in enumerate(shop.portions(which, _DISTINCT)):
            told = reading.cells(role, [each for (each,) in portion])
            name = f"some_{role}_{at}"
            shop.table(
                name,
                "cell VARCHAR, value VARCHAR, problem VARCHAR",
                ((cell, *said) for (cell,), said in zip(portion, told, strict=True)),
            )
            shop.run(f"INSERT INTO odd_{role} SELECT * FROM {name}")  # noqa: S608
            shop.run(f"DROP TABLE {name}")
    row_id = quoted(columns["row_id"]) if "row_id" in columns else "file_row_number + 1"
    values = {
        role: f"CASE WHEN odd_{role}.cell IS NULL THEN {cell} ELSE odd_{role}.value END" if role in strange else cell
        for role, cell in cells.items()
    }
    joins = " ".join(f"LEFT JOIN odd_{role} ON odd_{role}.cell = {cells[role]}" for role in strange)
    problem = ", ".join(f"odd_{role}.problem" for role in strange)
    aside = into.with_suffix(".mended")
    shop.run(
        f"COPY (SELECT '' AS sheet, file_row_number + {columns['first']} AS source_row, {row_id} AS row_id,"  # noqa: S608
        f" {', '.join(f'{value} AS {role}' for role, value in values.items())}, coalesce({problem}, '') AS problem"
        f" FROM {kept} {joins}) TO {text(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
    )
    aside.replace(into)
    return {each: each for each in ROW}


def _has_odd(shop: Workshop, kept: str, cell: str, odd: Odd, *, repeated: bool) -> bool:
    among = f"(SELECT {'DISTINCT ' if repeated else ''}{cell} AS cell FROM {kept})"  # noqa: S608
    return bool(shop.rows(f"SELECT count(*) FILTER (WHERE {odd('cell')}) FROM {among}")[0][0])  # noqa: S608


def write_rows(rows: Iterable[Row], into: Path) -> None:
    """Write rows as they were understood into a CSV file with the columns ``ROW``."""
    with into.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL)
        out.writerow(ROW)
        out.writerows(rows)


def _by_title(names: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        role = KNOWN.get(fold(name.strip("\ufeff \"'")), "")
        if role:
            found.setdefault(role, name)
    return found


def is_row_id(title: str) -> bool:
    """Say whether a column is the list's own ids, by its title."""
    return KNOWN.get(fold(title)) == "row_id"


def lacking(missing: Iterable[str]) -> Invalid:
    """Return the refusal of a list without these roles."""
    said = {"number": "Số định danh", "name": "Họ tên", "birth_date": "Ngày sinh"}
    return Invalid(
        "list.columns",
        N_("Tệp thiếu cột %(missing)s; cần ba cột: Số định danh, Họ tên, Ngày sinh (có thể thêm cột row_id)."),
        missing=", ".join(said[each] for each in missing),
    )
