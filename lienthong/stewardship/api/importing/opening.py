"""The file of a batch, read from the node's own copy: what happens to the sender's file no longer matters."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Book, TextGuess, open_book
from lienthong.stewardship.api.importing.papers.book import Paper
from lienthong.stewardship.domain.headers import LOOKED_AT, find_header
from lienthong.stewardship.domain.importing import Settings

Numbered = tuple[int, list[Any]]
"""Number of a row as a spreadsheet shows it, and its raw cells."""
_SHEETS = 30
_TABLE = 3
"""So many titles make a table."""
TOP = 2000
"""So many rows are looked at to understand a file."""


GONE = N_(
    "Tệp nguồn của lô này đã xóa khi hết thời hạn lưu; còn lại mã SHA-256, số đếm, ai nhập và lúc nào. "
    "Cần xem lại thì lấy tệp gốc ở nơi gửi."
)


class Kept:
    """A kept file, open for reading; close it when done."""

    def __init__(self, digest: str, name: str, paper: str = "") -> None:
        """Open a file of the store under the name that its sender gave it. paper: the batch whose pages were read.

        Raises NotFound when it was altered or has gone at the end of its retention, Invalid for a file that cannot be
        read as a table.
        """
        self.book: Book | Paper
        if paper:
            self._folder = None
            self.book = Paper(paper)
            return
        try:
            whole = runtime.current().files.path(digest).absolute()
        except NotFound as missing:
            if missing.code != "file.missing":
                raise
            raise NotFound("import.source_gone", GONE) from None
        self._folder = tempfile.TemporaryDirectory(prefix="lienthong-")
        path = Path(self._folder.name) / name[-60:]
        try:
            path.symlink_to(whole)
            self.book = open_book(path)
        except BaseException:
            self.close()
            raise

    def guess(self, sheet: str = "") -> TextGuess:
        """Tell the encoding of each column."""
        return self.book.guess(sheet)

    def top(self, encodings: dict[int, str], sheet: str = "") -> list[Numbered]:
        """Return the first rows of a sheet, titles and all, decoded."""
        self.book.decode(encodings, sheet=sheet)
        return list(islice(self.book.rows(sheet), TOP))

    def likeliest_sheet(self) -> str:
        """Return the sheet that holds a table when the first one is a cover or a guide; "" for the first."""
        shown = [each.name for each in self.book.sheets if not each.hidden][:_SHEETS]
        if len(shown) < 2:
            return ""
        tables = {name: find_header(islice(self.book.rows(name), LOOKED_AT)) for name in shown}
        titled = {name: sum(map(bool, found.titles)) for name, found in tables.items() if found.first_data_row}
        if titled.get(shown[0], 0) >= _TABLE:
            return ""
        best = max(titled, key=titled.__getitem__, default="")
        return best if titled.get(best, 0) >= _TABLE else ""

    def rows(self, settings: Settings) -> Iterator[Numbered]:
        """Yield every row under the header as it was confirmed to be read."""
        chosen = {at: column.encoding for at, column in enumerate(settings.columns) if column.encoding}
        self.book.decode(chosen, sheet=settings.sheet)
        return (row for row in self.book.rows(settings.sheet) if row[0] >= settings.first)

    def expected(self, settings: Settings) -> int:
        """Return about how many rows of data there are, 0 when the file does not tell."""
        known = next(
            (each.rows for each in self.book.sheets if each.name == settings.sheet or not settings.sheet), None
        )
        if known is None and self.book.kind in {"csv", "jsonl"}:
            with self.book.path.open("rb") as file:
                known = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
        return max(0, (known or 0) - settings.first + 1)

    def close(self) -> None:
        """Let go of the file."""
        if self._folder is not None:
            self._folder.cleanup()
