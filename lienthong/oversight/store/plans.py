"""Spreadsheets that wait between a dry run and their import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from lienthong.kernel import runtime
from lienthong.oversight.store.tables import uploads


def put(values: Mapping[str, Any]) -> None:
    """Note a spreadsheet that was handed in."""
    with runtime.current().database.transaction() as connection:
        connection.execute(uploads.insert().values(**values))


def find(upload: str) -> Row[Any] | None:
    """Return a spreadsheet that was handed in."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(uploads).where(uploads.c.id == upload)).first()
