"""Pages of papers handed in: their rows, and their bytes in a folder of the dossier's own.

A folder goes with its dossier's row, so nothing else can stand on its files, and letting go needs no count of users.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lienthong.kernel import runtime
from lienthong.kernel.files import FileStore
from lienthong.kernel.rows import Row, Rows
from lienthong.services.store import dossiers, tables

_PAGES = Rows(tables.attachments)
_ENDED = (
    "SELECT id FROM dossier WHERE finished_at <> '' AND finished_at < ?"
    " AND id NOT IN (SELECT dossier FROM dossier_paper WHERE document = '')"
)
_SIGNED_BY = (
    "SELECT 1 FROM dossier_signature AS s WHERE s.dossier = dossier_attachment.dossier"
    " AND dossier_attachment.item = 'sign:' || s.item AND s.person = ?"
)


def of(dossier: str) -> list[Row]:
    """Return the pages handed in for a dossier, oldest first."""
    return _PAGES.all("WHERE dossier = ? ORDER BY at, id", dossier)


def find(attachment: str) -> Row | None:
    """Return one page's row."""
    return _PAGES.one("WHERE id = ?", attachment)


def add(row: Mapping[str, Any]) -> None:
    """Add a page in the open transaction."""
    _PAGES.add({"erased_at": None, **row})


def remove(row: Row) -> None:
    """Take a page away in the open transaction; its file goes once that has committed."""
    _PAGES.drop("WHERE id = ?", row.id)
    runtime.current().database.after_commit(lambda: _tidy(row.dossier))


def erase(person: str, *, before: str, at: str) -> int:
    """Let go of what was handed in for a person's dossiers that ended before the stamp, in the open transaction.

    So it does of prints that the person signed for somebody else's. The rows stay, with the digests; the files go once
    that has committed. A dossier whose results are being made still stands on its papers. Answers how many pages.
    """
    own = f"dossier IN ({_ENDED} AND applicant = ?)"
    signed = f"(dossier IN ({_ENDED}) AND EXISTS ({_SIGNED_BY}))"
    where = f"WHERE erased_at IS NULL AND ({own} OR {signed})"
    gone = _PAGES.change({"name": "", "erased_at": at}, where, before, person, before, person)
    for dossier in {row.dossier for row in gone}:
        runtime.current().database.after_commit(partial(_tidy, dossier))
    return len(gone)


def files(dossier: str) -> FileStore:
    """Return where the files of a dossier are kept."""
    return FileStore(_folder(dossier))


def drop(dossier: str) -> None:
    """Let go of every file of a dossier that is no more."""
    shutil.rmtree(_folder(dossier), ignore_errors=True)


def sweep() -> int:
    """Let go of the files of dossiers that are no more: purged drafts, and those of which a crash left files.

    So it does of what was erased by order, should a crash have come between the order and the files.
    """
    for dossier in {row.dossier for row in _PAGES.all("WHERE erased_at IS NOT NULL")}:
        if _folder(dossier).is_dir():
            _tidy(dossier)
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
        files(dossier).keep_only({row.digest for row in of(dossier) if not row.erased_at})


def _folder(dossier: str) -> Path:
    return _root() / dossier[-2:] / dossier


def _folders(above: Path) -> list[Path]:
    return [each for each in above.iterdir() if each.is_dir()] if above.is_dir() else []


def _root() -> Path:
    return runtime.current().settings.home / "attachments"
