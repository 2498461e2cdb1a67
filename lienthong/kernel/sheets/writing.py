"""Writes a table that appears whole or not at all: CSV and XLSX for people, JSON lines and Parquet for machines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.sheets.targets import Columns, Delimited, Lines, Target, Workbook

SHEETS = (".csv", ".xlsx")
RECORDS = (".jsonl", ".parquet")


def check_target(path: Path, *, records: bool = False) -> None:
    """Refuse a file that cannot be written: of no kind that is taken, or in a folder that is not there.

    records: JSON lines and Parquet are taken too.
    """
    kind = path.suffix.lower()
    if records and kind not in SHEETS + RECORDS:
        raise Invalid(
            "sheet.kind", N_("Chỉ nhận tệp .csv, .xlsx, .jsonl và .parquet; %(file)s thì không phải."), file=path.name
        )
    if not records and kind not in SHEETS:
        raise Invalid("sheet.kind", N_("Chỉ nhận tệp .csv và .xlsx; %(file)s thì không phải."), file=path.name)
    if not path.absolute().parent.is_dir():
        raise Invalid("sheet.folder", N_("Không có thư mục để ghi tệp %(file)s."), file=path.name)


class Writer:
    """Takes rows into a file beside the target and puts it in place when the block ends well; readable by its owner.

    types: ``str``, ``int``, ``bool`` or ``date`` for each column; who gives them may also write JSON lines and Parquet,
    dates as text in the order year, month, day.
    """

    def __init__(
        self, path: Path, header: Sequence[str], *, notes: Mapping[str, str] | None = None, types: Sequence[type] = ()
    ) -> None:
        check_target(path, records=bool(types))
        self._path, self._header, self._notes, self._types = path, list(header), notes or {}, types
        self._aside = path.with_name(f".{new_id()}{path.suffix}")
        self._target: Target | None = None
        self.count = 0

    def __enter__(self) -> Self:
        os.close(os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._target = self._begun()
        return self

    def _begun(self) -> Target:
        match self._path.suffix.lower():
            case ".csv":
                return Delimited(self._aside, self._header)
            case ".jsonl":
                return Lines(self._aside, self._header)
            case ".parquet":
                return Columns(self._aside, self._header, self._types)
            case _:
                return Workbook(self._aside, self._header, self._notes)

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Append rows. Raises Invalid when a spreadsheet cannot hold that many."""
        if self._target is not None:
            self.count += self._target.add(rows)

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            if self._target is not None:
                try:
                    if kind is None:
                        self._target.finish()
                finally:
                    self._target.close()
            if kind is None:
                self._aside.replace(self._path)
        finally:
            self._aside.unlink(missing_ok=True)
