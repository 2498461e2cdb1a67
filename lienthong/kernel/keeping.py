"""Who still needs a file of the node's store: equal bytes are kept once, for every room that names their digest.

A column that names a file says so where its table is declared (``info=names_file()``), so that no room lists another's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Select, literal, select

from lienthong.kernel import runtime
from lienthong.kernel.database import metadata

_KEY = "file"
_LATELY = timedelta(hours=1)


def names_file(*, until: str = "") -> dict[str, str]:
    """Return the ``info`` of a column that holds the digest of a file in the node's store.

    until: a column of the same table that is null for as long as the row needs its file.
    """
    return {_KEY: until}


def is_kept(digest: str) -> bool:
    """Say whether a row of any room still needs the file."""
    with runtime.current().database.reading() as connection:
        return any(connection.execute(each).first() is not None for each in _needed(digest))


def _needed(digest: str) -> Iterator[Select[Any]]:
    """Yield, for each column that names files, the question whether a row still needs this one."""
    for table in metadata.sorted_tables:
        columns: dict[str, Column[Any]] = dict(table.columns.items())
        for column in columns.values():
            if _KEY in column.info:
                asked = select(literal(1)).select_from(table).where(column == digest).limit(1)
                until = column.info[_KEY]
                yield asked.where(columns[until].is_(None)) if until else asked


def let_go(digest: str) -> None:
    """Remove a file from the node's store unless a row of any room still needs it.

    Whoever put the same bytes within the last hour may be about to commit the row that names them: the file stays then,
    for the next time that somebody asks.
    """
    if not is_kept(digest):
        node = runtime.current()
        node.files.drop(digest, before=node.clock.now() - _LATELY)
