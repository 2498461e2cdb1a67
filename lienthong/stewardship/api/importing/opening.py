"""The file of a batch, read from the node's own copy: what happens to the sender's file no longer matters."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.sheets import open_sheet
from lienthong.stewardship.domain.importing import Settings

Numbered = tuple[int, list[Any]]
"""Number of a row as a spreadsheet shows it, and its raw cells."""


class Kept:
    """A kept file, open for reading; close it when done."""

    def __init__(self, digest: str, name: str) -> None:
        """Open a file of the store under the name that its sender gave it. Raises NotFound when it was altered."""
        whole = runtime.current().files.path(digest).absolute()
        self._folder = tempfile.TemporaryDirectory(prefix="lienthong-")
        self._path = Path(self._folder.name) / name[-60:]
        self._path.symlink_to(whole)

    def rows(self, settings: Settings) -> Iterator[Numbered]:
        """Yield every row of data as it was confirmed to be read."""
        return (each for each in self._all(settings.sheet) if each[0] >= settings.first)

    def top(self, sheet: str = "", *, rows: int = 200) -> list[Numbered]:
        """Return the first rows of a sheet, titles and all."""
        return [each for each, _ in zip(self._all(sheet), range(rows), strict=False)]

    def expected(self, settings: Settings) -> int:
        """Return about how many rows of data there are, 0 when the file does not tell."""
        if self._path.suffix.lower() != ".csv":
            return 0
        with self._path.open("rb") as file:
            lines = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
        return max(0, lines - settings.first + 1)

    def close(self) -> None:
        """Let go of the file."""
        self._folder.cleanup()

    def _all(self, _sheet: str) -> Iterator[Numbered]:
        sheet = open_sheet(self._path)
        yield 1, list(sheet.header)
        yield from sheet.rows
