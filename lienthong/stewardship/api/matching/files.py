"""The doubles of a file that is not imported: its rows compared as those of a register are."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lienthong.kernel.columns import Workshop, text, workshop
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.sheets import open_sheet
from lienthong.kernel.text import fold
from lienthong.registers.api import Register
from lienthong.stewardship.api.likeness import fields_of, rules_for, today
from lienthong.stewardship.api.matching.comparing import place_for, write_rows
from lienthong.stewardship.api.matching.understood import write_understood
from lienthong.stewardship.domain.matching import roles_of
from lienthong.stewardship.store.matching import pairing, people
from lienthong.stewardship.store.matching.pairing import Say, unsaid


@dataclass(frozen=True, slots=True)
class FileDuplicates:
    """What was found in a file. columns: what of a person → the title it has. clusters: of two rows or more."""

    rows: int
    columns: dict[str, str]
    compared: int
    sure: int
    review: int
    clusters: int


def duplicates_in_file(
    *, spec: Register, path: Path, rows: Path, pairs: Path | None = None, say: Say = unsaid
) -> FileDuplicates:
    """Find the doubles of a CSV, Parquet or spreadsheet file by the rules of a register, without importing anything.

    Columns are found by their titles as they stand, else as an import understands the file. rows: CSV file that gets a
    line for each row: record_id (the file's own id, else the number of the row, from 1), cluster_id, verdict.
    pairs: CSV file of all pairs with what speaks for and against.
    Nothing of the file is kept. Raises Invalid for a file that cannot be opened, or without names and dates or numbers.
    """
    with workshop(place_for(new_id())) as shop:
        source, found_titles = _recognised(shop, spec, path)
        record_id = found_titles.pop("record_id", "")
        count = people.bring_in(shop, source, found_titles, record_id)
        found = pairing.find_duplicates(shop, rows=count, rules=rules_for(spec, count), today=today, say=say)
        write_rows(shop, found, rows)
        if pairs is not None:
            _write_pairs(found, pairs)
    verdicts = Counter(each.verdict for each in found.scores.values())
    clusters = len(set(found.clusters.of.values()))
    return FileDuplicates(count, found_titles, found.compared, verdicts["sure"], verdicts["review"], clusters)


def _write_pairs(found: pairing.Found, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("record_id", "other_id", "verdict", "probability", "evidence"))
        for (one, other), made in sorted(found.scores.items(), key=lambda each: -each[1].bits):
            said = "; ".join(f"{each.field}={each.outcome}({each.weight:+.1f})" for each in made.evidence)
            ids = found.records[one], found.records[other]
            out.writerow((*ids, made.verdict, round(made.probability, 6), said))


def _recognised(shop: Workshop, spec: Register, path: Path) -> tuple[str, dict[str, str]]:
    """Return what SQL reads a file from, and what of a person → the title it has there."""
    also = {fold(str(spec.title_of(field))): role for role, field in fields_of(spec).items()}
    also |= {fold(field): role for role, field in fields_of(spec).items()}
    titles: Sequence[str] = ()
    try:
        source, titles = _opened(shop, path)
        found = roles_of(titles, also)
    except Invalid:
        if not path.exists() or path.suffix.lower() == ".parquet":
            raise
        source, found = "", {}
    if not _says_enough(found):
        plain = shop.folder / "understood.csv"
        write_understood(spec, path, plain)
        source = _csv(plain)
        understood = [row[0] for row in shop.rows(f"DESCRIBE SELECT * FROM {source}")]  # noqa: S608
        titles, found = titles or understood, roles_of(understood, also)
    if not _says_enough(found):
        raise Invalid(
            "matching.columns",
            N_("Không nhận ra cột họ tên cùng cột ngày sinh hoặc số định danh; các cột của tệp: %(titles)s."),
            titles=", ".join(titles),
        )
    return source, found


def _says_enough(found: dict[str, str]) -> bool:
    return "name" in found and bool({"birth_date", "number"} & found.keys())


def _opened(shop: Workshop, path: Path) -> tuple[str, Sequence[str]]:
    """Return what SQL reads the file from, and its titles."""
    import duckdb

    kind = path.suffix.lower()
    if not path.exists():
        raise Invalid("sheet.missing", N_("Không có tệp %(file)s."), file=str(path))
    source = (
        f"read_parquet({text(str(path))})" if kind == ".parquet" else f"read_csv({text(str(path))}, all_varchar=true)"
    )
    try:
        if kind not in {".parquet", ".csv"}:
            source = _spelt_out(shop, path)
        titles = [row[0] for row in shop.rows(f"DESCRIBE SELECT * FROM {source}")]  # noqa: S608
        shop.rows(f"SELECT count(*) FROM {source}")  # noqa: S608
    except duckdb.Error:
        if kind == ".parquet":
            raise Invalid(
                "list.unreadable", N_("Không mở được tệp; cần tệp CSV, XLSX hoặc Parquet còn nguyên vẹn.")
            ) from None
        source = _spelt_out(shop, path)
        titles = [row[0] for row in shop.rows(f"DESCRIBE SELECT * FROM {source}")]  # noqa: S608
    return source, titles


def _spelt_out(shop: Workshop, path: Path) -> str:
    """Write what the platform's own readers make of a file as plain CSV."""
    sheet = open_sheet(path)
    plain = shop.folder / "rows.csv"
    with plain.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL)
        out.writerow(sheet.header)
        width = len(sheet.header)
        for _, row in sheet.rows:
            out.writerow(([_plain(cell) for cell in row] + [""] * width)[:width])
    return _csv(plain)


def _csv(plain: Path) -> str:
    return f"read_csv({text(str(plain))}, all_varchar=true, header=true, delim=',', quote='\"', escape='\"')"


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    return (
        cell.isoformat()[:10]
        if hasattr(cell, "isoformat")
        else str(int(cell))
        if isinstance(cell, float) and cell.is_integer()
        else str(cell)
    )
