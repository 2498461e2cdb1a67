"""Pages of papers handed in: their rows, and their bytes in a folder of the dossier's own.

A folder goes with its dossier's row, so nothing else can stand on its files, and letting go needs no count of users.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.files import FileStore
from lienthong.kernel.rows import Row, Rows
from lienthong.services.store import dossiers, tables

_PAGES = Rows(tables.attachments)


def of(dossier: str) -> list[Row]:
    """Return the pages handed in for a dossier, oldest first."""
    return _PAGES.all("WHERE dossier = ? ORDER BY at, id", dossier)


def find(attachment: str) -> Row | None:
    """Return one page's row."""
    return _PAGES.one("WHERE id = ?", attachment)


def add(row: Mapping[str, Any]) -> None:
    """Add a page in the open transaction."""
    _PAGES.add(row)


def remove(row: Row) -> None:
    """Take a page away in the open transaction; its file goes once that has committed."""
    _PAGES.drop("WHERE id = ?", row.id)
    runtime.current().database.after_commit(lambda: _tidy(row.dossier))


def files(dossier: str) -> FileStore:
    """Return where the files of a dossier are kept."""
    return FileStore(_folder(dossier))


def drop(dossier: str) -> None:
    """Let go of every file of a dossier that is no more."""
    shutil.rmtree(_folder(dossier), ignore_errors=True)


def sweep() -> int:
    """Let go of the files of dossiers that are no more: purged drafts, and those of which a crash left files."""
    count = 0
    for bucket in _folders(_root()):
        kept = {each.name for each in _folders(bucket)}
        gone = kept - {row.id for row in dossiers.by_ids(kept)}
        for each in gone:
            drop(each)
        count += len(gone)
    return count


def _tidy(dossier: str) -> None:
    """Let go of files that no page names, under the dossier's lock: somebody may add the same bytes again just now."""
    with runtime.current().database.transaction():
        dossiers.by_id(dossier, lock=True)
        files(dossier).keep_only({row.digest for row in of(dossier)})


def _folder(dossier: str) -> Path:
    return _root() / dossier[-2:] / dossier


def _folders(above: Path) -> list[Path]:
    return [each for each in above.iterdir() if each.is_dir()] if above.is_dir() else []


def _root() -> Path:
    return runtime.current().settings.home / "attachments"
