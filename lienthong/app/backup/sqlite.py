"""The two SQLite databases of a home at one moment, copied while another process writes to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from lienthong.kernel.errors import Unavailable
from lienthong.kernel.i18n import N_

NODE, LEDGER = "database.sqlite", "ledger.sqlite"
WAIT = 30.0


class Point:
    """Both databases as they stood at one moment, however much is written meanwhile."""

    def __init__(self, views: dict[str, sqlite3.Connection]) -> None:
        self._views = views

    def evidence(self) -> list[str]:
        """Return the evidence files that the manifest lists at this moment."""
        return [row[0] for row in self._views[NODE].execute("SELECT file FROM evidence_file ORDER BY file")]

    def copy(self, folder: Path) -> Iterator[str]:
        """Write both databases into the folder; yield each one's name when it is there."""
        for name, view in self._views.items():
            with closing(sqlite3.connect(folder / name)) as copy:
                view.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            yield name

    def rows(self) -> dict[str, int]:
        """Return how many rows every table has at this moment."""
        counted: dict[str, int] = {}
        for view in self._views.values():
            names = view.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
            )
            for (name,) in names.fetchall():
                counted[name] = view.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        return counted


@contextmanager
def point(node: Path, ledger: Path) -> Generator[Point]:
    """Stop all writing for the milliseconds it takes to look at both databases, and hold that look.

    Raises Unavailable when a writer does not finish in half a minute.
    """
    with ExitStack() as views:
        found: dict[str, sqlite3.Connection] = {}
        with ExitStack() as fences:
            for path in (node, ledger):
                fence = fences.enter_context(closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT)))
                try:
                    fence.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    raise Unavailable("backup.busy", N_("Cơ sở dữ liệu đang bận ghi; hãy thử lại sau.")) from None
            for name, path in ((NODE, node), (LEDGER, ledger)):
                view = views.enter_context(closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT)))
                view.execute("BEGIN")
                view.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the look begins with the first read
                found[name] = view
        yield Point(found)


def log(folder: Path) -> tuple[Iterator[tuple[int, str, bytes]], list[str]]:
    """Return the entries of a copied ledger in order, and its checkpoints from small to large."""
    with closing(_read(folder / LEDGER)) as copy:
        notes = [row[0] for row in copy.execute("SELECT note FROM ledger_checkpoint ORDER BY size")]

    def entries() -> Iterator[tuple[int, str, bytes]]:
        with closing(_read(folder / LEDGER)) as copy:
            yield from copy.execute("SELECT position, entry_id, digest FROM ledger_entry ORDER BY position")

    return entries(), notes


def faulty(folder: Path) -> list[str]:
    """Return which of the copied databases SQLite itself finds broken."""
    wrong: list[str] = []
    for name in (NODE, LEDGER):
        try:
            with closing(_read(folder / name)) as copy:
                well = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            well = False
        wrong += [] if well else [name]
    return wrong


def _read(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
