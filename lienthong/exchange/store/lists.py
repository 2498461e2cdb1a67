"""A list that somebody hands in, of any form, kept as one Parquet file: every row of it, also those nobody can read."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lienthong.kernel.columns import Workshop, text, workshop
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import open_sheet
from lienthong.kernel.text import fold

TITLES = {
    "number": "number|personal_number|so dinh danh|so dinh danh ca nhan|so cccd|cccd|so cmnd|cmnd|so giay to",
    "name": "full_name|name|ho ten|ho va ten|ho, ten|hvt|ten thue bao|ho ten thue bao|ten",
    "birth_date": "birth_date|ngay sinh|ns|ngay thang nam sinh|ngay, thang, nam sinh|nam sinh|dob",
    "row_id": "row_id|record_id|id|stt|ma dong|ma",
}
_KNOWN = {title: role for role, titles in TITLES.items() for title in titles.split("|")}


def take_in(source: Path, into: Path) -> tuple[int, dict[str, str], str]:
    """Keep a list as Parquet; answer how many rows, role → column, and the digest of the file as it was handed in.

    A row of a CSV file with too few or too many cells is kept with empty cells, so that it is answered as unreadable.
    Raises Invalid for a file that cannot be opened or lacks a column.
    """
    into.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with workshop(into.with_suffix(".work")) as shop:
        if source.suffix.lower() == ".parquet":
            shutil.copyfile(source, into)
        elif source.suffix.lower() != ".csv" or not _copied(shop, source, into):
            plain = shop.folder / "rows.csv"
            _spell_out(source, plain)
            read = f"read_csv({text(str(plain))}, all_varchar=true, header=true, delim=',', quote='\"', escape='\"')"
            shop.run(f"COPY (SELECT * FROM {read}) TO {text(str(into))} (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
        try:
            names = [row[0] for row in shop.rows(f"DESCRIBE SELECT * FROM read_parquet({text(str(into))})")]  # noqa: S608
            rows = shop.rows(f"SELECT count(*) FROM read_parquet({text(str(into))})")[0][0]  # noqa: S608
        except Exception as failure:
            raise Invalid(
                "list.unreadable", N_("Không mở được tệp; cần tệp CSV, XLSX hoặc Parquet còn nguyên vẹn.")
            ) from failure
    return int(rows), _columns(names), digest


def _copied(shop: Workshop, source: Path, into: Path) -> bool:
    """Copy a CSV file that is well formed; False, and nothing kept, for one that must be read row by row."""
    import duckdb

    read = f"read_csv({text(str(source))}, all_varchar=true, header=true)"
    try:
        shop.run(f"COPY (SELECT * FROM {read}) TO {text(str(into))} (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
        names = [row[0] for row in shop.rows(f"DESCRIBE SELECT * FROM read_parquet({text(str(into))})")]  # noqa: S608
    except duckdb.Error:
        into.unlink(missing_ok=True)
        return False
    return {"number", "name", "birth_date"} <= {_role(each) for each in names}


def _spell_out(source: Path, into: Path) -> None:
    with into.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row in _rows(source):
            out.writerow(row)


def _rows(source: Path) -> Iterator[Sequence[Any]]:
    if source.suffix.lower() == ".csv":
        yield from _lines(source)
        return
    sheet = open_sheet(source)
    yield sheet.header
    for _, row in sheet.rows:
        cells = [each.isoformat()[:10] if isinstance(each, date) else "" if each is None else str(each) for each in row]
        yield (cells + [""] * len(sheet.header))[: len(sheet.header)]


def _lines(source: Path) -> Iterator[list[str]]:
    with source.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline()
        delimiter = max(",;\t|", key=first.count)
        file.seek(0)
        rows = csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter)
        header = next(rows, [])
        yield header
        for row in rows:
            if row:
                yield row if len(row) == len(header) else [""] * len(header)


def _columns(names: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        role = _role(name)
        if role:
            found.setdefault(role, name)
    missing = [each for each in ("number", "name", "birth_date") if each not in found]
    if missing:
        raise Invalid(
            "list.columns",
            N_("Tệp thiếu cột %(missing)s; cần ba cột: Số định danh, Họ tên, Ngày sinh (có thể thêm cột row_id)."),
            missing=", ".join(
                {"number": "Số định danh", "name": "Họ tên", "birth_date": "Ngày sinh"}[each] for each in missing
            ),
        )
    return found


def _role(title: str) -> str:
    return _KNOWN.get(fold(title.strip("\ufeff \"'")), "")
