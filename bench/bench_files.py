"""How fast files become rows of cells, for every kind, and how much memory that takes.

Floor of each kind: the reader it stands on alone, without row numbers, traps, encodings or checks (the csv module,
calamine, msgspec, DuckDB). ``--rows``: how many of 14 columns (100,000). Each measurement runs in a process of its own,
so that its peak memory is its own. TCVN3 is CSV decoded column by column, against the csv module on the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import measure

sys.path.insert(0, str(Path(__file__).parents[1]))
from lienthong.kernel import legacy
from lienthong.kernel.sheets import Writer, open_book
from lienthong.registers.demonstration import names

USUAL = 100_000
_XLS_ROWS = 10_000
HEADER = [f"Cột {at}" for at in range(14)]


def rows(count: int) -> Iterator[list[str]]:
    """Yield rows as a register's file has them: a number, a name, dates, codes, an address."""
    from random import Random

    chance = Random(1)
    style = names.styles()["01"]
    people = [style.draw(chance.random, "1", 1980, "")[0] for _ in range(5_000)]
    for at in range(count):
        name = people[at % 5_000]
        address = f"Số {at % 300}, thôn Đoài, xã Việt Hưng"
        yield [
            f"{at:012d}",
            name,
            "02/01/1980",
            "Nam",
            f"09{at:08d}",
            address,
            "00097",
            "01",
            *(f"{at % n}" for n in range(2, 8)),
        ]


def make(kind: str, count: int, folder: Path) -> Path:
    """Write the file of a kind."""
    path = folder / f"a.{'csv' if kind == 'tcvn3' else kind}"
    match kind:
        case "csv" | "xlsx":
            with Writer(path, HEADER) as out:
                out.add(rows(count))
        case "tcvn3":
            lines = (";".join(row) + "\r\n" for row in rows(count))
            path.write_bytes(b"".join(legacy.encode(line, "tcvn3") for line in lines))
        case "jsonl":
            with path.open("w", encoding="utf-8") as file:
                for row in rows(count):
                    file.write(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) + "\n")
        case "parquet":
            import duckdb

            source = make("csv", count, folder)
            duckdb.sql(f"SELECT * FROM read_csv('{source}', all_varchar = true)").write_parquet(str(path))  # noqa: S608
        case _:
            from tests.kernel import workbooks

            write = workbooks.ods if kind == "ods" else None
            listed = list(rows(count))
            workbooks.xls(path, listed) if write is None else write(path, {"Một": listed})
    return path


def ours(path: Path) -> int:
    """Read a file as an import does."""
    book = open_book(path)
    if not book.is_unicode:
        book.decode(book.guess().choices())
    return sum(1 for _ in book.rows())


def plain_csv(path: Path) -> int:
    encoding = "latin-1" if path.read_bytes()[:3] != b"\xef\xbb\xbf" else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as file:
        return sum(1 for _ in csv.reader(file, delimiter=";" if encoding == "latin-1" else ","))


def plain_workbook(path: Path) -> int:
    import python_calamine

    return sum(1 for _ in python_calamine.load_workbook(str(path)).get_sheet_by_index(0).iter_rows())


def plain_json(path: Path) -> int:
    import msgspec

    decode = msgspec.json.Decoder().decode
    with path.open("rb") as file:
        return sum(1 for line in file if decode(line))


def plain_parquet(path: Path) -> int:
    import duckdb

    found = duckdb.connect(config={"threads": 1}).execute("SELECT * FROM read_parquet(?)", [str(path)])
    count = 0
    while portion := found.fetchmany(2_000):
        count += len(portion)
    return count


FLOORS: dict[str, Callable[[Path], int]] = {
    "csv": plain_csv,
    "tcvn3": plain_csv,
    "xlsx": plain_workbook,
    "xls": plain_workbook,
    "ods": plain_workbook,
    "jsonl": plain_json,
    "parquet": plain_parquet,
}


def once(kind: str, way: str, path: Path) -> None:
    """Read a file one way and print what it took: rows, seconds, CPU seconds, peak memory in MB."""
    start = peak_kb()
    with measure.timed() as timing:
        count = ours(path) if way == "ours" else FLOORS[kind](path)
    print(json.dumps([count, timing.seconds, timing.cpu, peak_kb() / 1024, (peak_kb() - start) / 1024]))


def peak_kb() -> int:
    """Return the peak memory of this program alone, kB; ``ru_maxrss`` begins with that of the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def apart(kind: str, way: str, path: Path) -> tuple[int, measure.Timing, float, float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--once", kind, way, str(path)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1])
    return told[0], measure.Timing(told[1], told[2]), told[3], told[4]


def main() -> None:
    """Measure every kind, or those named."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=USUAL)
    options.add_argument("--kinds", nargs="*", default=list(FLOORS))
    options.add_argument("--once", nargs=3)
    told = options.parse_args()
    if told.once:
        kind, way, path = told.once
        once(kind, way, Path(path))
        return
    for kind in told.kinds:
        count = min(told.rows, _XLS_ROWS) if kind == "xls" else told.rows
        with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
            path = make(kind, count, Path(folder))
            _, floor, floor_peak, _ = apart(kind, "floor", path)
            read, timing, peak, grown = apart(kind, "ours", path)
            assert read >= count
            name = f"files_{kind}" + ("" if told.rows == USUAL else f"_{told.rows}")
            measure.write(
                name,
                engine="none",
                rows=count,
                timing=timing,
                floor_rate=count / floor.seconds,
                floor_cpu_us=round(1e6 * floor.cpu / count, 1),
                peak_mb=round(peak, 1),
                grown_mb=round(grown, 1),
                floor_peak_mb=round(floor_peak, 1),
                file_mb=round(path.stat().st_size / 1e6, 1),
            )


if __name__ == "__main__":
    main()
