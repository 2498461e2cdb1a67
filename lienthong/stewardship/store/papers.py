"""Pages of scans that are imported: what was read on each, and the picture it was read from."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Text

from lienthong.kernel.database import Scope, table
from lienthong.kernel.keeping import names_file
from lienthong.kernel.rows import Row, Rows

_page = table(
    "import_page",
    Column("batch", String(26), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(10), nullable=False),  # waiting, read, left (out)
    Column("trouble", String(80), nullable=False),  # code of why it was left out
    Column("picture", String(64), nullable=False, index=True, info=names_file()),  # the upright page, by its digest
    Column("told", Text, nullable=False),  # what was read, with the place and the confidence of each value
    Column("milliseconds", Integer, nullable=False),
    scope=Scope.OWNER,
)
_evidence = table(
    "paper_evidence",
    Column("record", String(26), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("batch", String(26), nullable=False),
    Column("source_row", Integer, nullable=False),
    scope=Scope.OWNER,
)
_pages, _proofs = Rows(_page), Rows(_evidence)


def add(batch: str, count: int) -> None:
    """Keep the pages of a new batch, all of them waiting."""
    _pages.put(
        *(
            {
                "batch": batch,
                "number": number,
                "state": "waiting",
                "trouble": "",
                "picture": "",
                "told": "",
                "milliseconds": 0,
            }
            for number in range(1, count + 1)
        )
    )


def pages(batch: str) -> list[Row]:
    """Return the pages of a batch, in order."""
    return _pages.all("WHERE batch = ? ORDER BY number", batch)


def page(batch: str, number: int) -> Row | None:
    """Return one page."""
    return _pages.one("WHERE batch = ? AND number = ?", batch, number) if 0 < number < 2**31 else None


def next_waiting(batch: str) -> Row | None:
    """Return the first page that was not read yet."""
    return _pages.one("WHERE batch = ? AND state = 'waiting' ORDER BY number LIMIT 1", batch)


def change(batch: str, number: int, **columns: object) -> None:
    """Keep what became of a page."""
    _pages.change(columns, "WHERE batch = ? AND number = ?", batch, number)


def note_evidence(record: str, version: int, batch: str, row: int) -> None:
    """Keep from which row of a scan a version of a record came, in the transaction of that version."""
    _proofs.put({"record": record, "version": version, "batch": batch, "source_row": row})


def evidence_of(record: str) -> list[Row]:
    """Return from which rows of scans the versions of a record came."""
    return _proofs.all("WHERE record = ? ORDER BY version", record)
