"""Finds and reads the data files: the package's own, then the operator's patch of the same name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources
from itertools import chain
from operator import itemgetter
from pathlib import Path

from lienthong.kernel import runtime
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a data file and then of its patch in ``LIENTHONG_HOME/reference`` (same columns)."""
    for path in _paths(name):
        yield from read_csv(path)


def columns(name: str, *wanted: str) -> Iterator[tuple[str, ...]]:
    """Yield the wanted cells of each row, at the speed that long files need. Raises Invalid as ``rows`` does."""
    for path in _paths(name):
        header, *found = _cells(path)
        pick = itemgetter(*(header.index(each) for each in wanted))
        yield from map(pick, found)


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a UTF-8 CSV; lines before the header that begin with ``#`` tell the source.

    Raises Invalid with the line of a row that has too many or too few cells.
    """
    header, *found = _cells(path)
    for row in found:
        yield dict(zip(header, row, strict=True))


def _cells(path: Path) -> Iterator[list[str]]:
    """Yield the header and then every row, all of one width."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = iter(file)
        skipped = 0
        first = next(lines, "")
        while first.startswith("#"):
            skipped += 1
            first = next(lines, "")
        reader = csv.reader(chain([first], lines))
        header = next(reader, [])
        yield header
        for row in reader:
            if len(row) == len(header):
                yield row
            elif row:
                raise _wrong_width(path, reader.line_num + skipped, len(row), len(header))


def _wrong_width(path: Path, line: int, got: int, needed: int) -> Invalid:
    message = N_("Dòng có %(got)s ô, cần %(needed)s ô; sửa dòng này rồi chạy lại.")
    place = fault(f"{path.name}:{line}", "data.width", message, got=got, needed=needed)
    return Invalid("data.width", N_("Tệp dữ liệu “%(file)s” có dòng sai số ô."), [place], file=path.name)


def _paths(name: str) -> list[Path]:
    built_in = Path(str(resources.files("lienthong.reference"))) / "data" / name
    places = [built_in]
    if runtime.is_running():
        places.append(runtime.current().settings.home / "reference" / name)
    return [path for path in places if path.is_file()]
