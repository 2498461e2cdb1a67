"""``units convert`` of a plain CSV or Parquet file by whole columns: each different unit is read once, SQL does more.

Whatever is not plain (titles above, broken quotes, blank lines, cells of other kinds) is left to the general reader.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from lienthong.kernel.columns import Workshop, quoted, text, workshop
from lienthong.kernel.ids import new_id
from lienthong.kernel.sheets import open_book, safe_cell

Told = Callable[[Sequence[str]], tuple[str, str, list[str]]]
"""Takes the cells of a row's columns of units; answers decision, reason and what stands beside the row."""
_PORTION = 20_000
_MEMORY = "512MB"
_RUNS = "('=', '+', '-', '@', chr(9), chr(13))"
_PIECE = 1 << 20


def convert_whole(
    path: Path, output: Path, header: Sequence[str], columns: Sequence[int], added: Sequence[str], told: Told
) -> Counter[tuple[str, str]] | None:
    """Write every row of a file with what is told beside it; return decision and reason → rows. None: not a plain file.

    header: the titles, which are the first row of a CSV file. columns: places of those that tell the unit.
    """
    import duckdb

    if output.suffix.lower() != ".csv":
        return None
    aside = output.with_name(f".{new_id()}")
    try:
        with workshop(aside.with_name(f"{aside.name}.work"), _MEMORY) as shop:
            source = _source(shop, path, len(header))
            if not source or not _taken(shop, path, source, len(header)):
                return None
            _tell(shop, columns, len(added), told)
            _write(shop, aside, header, added)
            found = shop.rows("SELECT decision, reason, count(*) FROM row_told GROUP BY ALL")
        aside.replace(output)
    except duckdb.Error:
        return None
    finally:
        aside.unlink(missing_ok=True)
    return Counter({(decision, reason): many for decision, reason, many in found})


def _source(shop: Workshop, path: Path, width: int) -> str:
    """Return what SQL reads the rows from, with columns c0, c1 …; "" for a file that must be read cell by cell."""
    book = open_book(path)
    if book.kind == "csv" and book.is_unicode and width > 1:
        kinds = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(width))
        how = f"auto_detect=false, header=true, delim={text(book.separator)}, quote='\"', escape='\"', comment=''"
        return f"read_csv({text(str(path))}, {how}, columns={{{kinds}}})"
    if book.kind != "parquet":
        return ""
    read = f"read_parquet({text(str(path))})"
    described = shop.rows(f"DESCRIBE SELECT * FROM {read}")  # noqa: S608
    if any(str(row[1]) != "VARCHAR" for row in described):
        return ""
    names = ", ".join(f"{quoted(str(row[0]))} AS c{at}" for at, row in enumerate(described))
    return f"(SELECT {names} FROM {read})"  # noqa: S608  names are quoted


def _taken(shop: Workshop, path: Path, source: str, width: int) -> bool:
    """Take the rows in with their numbers; False when a line of a CSV file is not a row."""
    first = 1 if path.suffix.lower() == ".parquet" else 2
    cells = ", ".join(f"nfc_normalize(coalesce(c{at}, '')) AS c{at}" for at in range(width))
    shop.run(f"CREATE TABLE line AS SELECT row_number() OVER () + {first - 1} AS source_row, {cells} FROM {source}")  # noqa: S608
    (count,) = shop.rows("SELECT count(*) FROM line")[0]
    if first == 2 and count + 1 != _lines(path):
        return False
    filled = " AND ".join(f"c{at} = ''" for at in range(width))
    shop.run(f"DELETE FROM line WHERE {filled}")  # noqa: S608
    return True


def _lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            count, last = count + piece.count(b"\n"), piece[-1:]
    return count + (last != b"\n")


def _tell(shop: Workshop, columns: Sequence[int], added: int, told: Told) -> None:
    """Make the table of what each different unit becomes."""
    keys = [f"c{at}" for at in columns]
    kept = [*keys, "decision", "reason", *(f"a{at}" for at in range(added))]
    shop.run(f"CREATE TABLE told ({', '.join(f'{each} VARCHAR' for each in kept)})")
    which = f"SELECT DISTINCT {', '.join(keys)} FROM line"  # noqa: S608
    for portion in shop.portions(which, _PORTION):
        rows = [(key, told(key)) for key in portion]
        shop.table(
            "portion",
            ", ".join(f"{each} VARCHAR" for each in kept),
            [(*key, decision, reason, *beside) for key, (decision, reason, beside) in rows],
        )
        empty = ", ".join(f"coalesce({each}, '')" for each in kept)
        shop.run(f"INSERT INTO told SELECT {empty} FROM portion")  # noqa: S608
    shop.run(
        f"CREATE VIEW row_told AS SELECT * FROM line JOIN told USING ({', '.join(keys)})"  # noqa: S608
    )


def _write(shop: Workshop, into: Path, header: Sequence[str], added: Sequence[str]) -> None:
    """Write titles and rows as CSV for spreadsheets, whatever would run made harmless."""
    names = ["source_row", *header, *added]
    kept = [f"c{at}" for at in range(len(header))] + [f"a{at}" for at in range(len(added))]
    safe = [f"CASE WHEN {each}[1] IN {_RUNS} THEN '''' || {each} ELSE {each} END AS {each}" for each in kept]
    body = into.with_name(f"{into.name}.body")
    body.touch(mode=0o600)
    try:
        shop.run(
            f"COPY (SELECT source_row, {', '.join(safe)} FROM row_told ORDER BY source_row) TO {text(str(body))}"  # noqa: S608
            " (FORMAT csv, HEADER false, USE_TMP_FILE false)"
        )
        into.touch(mode=0o600)
        with into.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(safe_cell(each) for each in names)
        with into.open("ab") as file, body.open("rb") as rows:
            shutil.copyfileobj(rows, file, _PIECE)
    finally:
        body.unlink(missing_ok=True)
