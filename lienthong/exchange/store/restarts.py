"""When every copy of a feed had to begin anew: after a restore, offsets given since the backup mean others."""

from __future__ import annotations

from sqlalchemy import Column, String, func, insert, select

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

feed_restart = table(
    "feed_restart",
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    scope=Scope.INTERNAL,
)


def add(restart: str, at: str) -> None:
    """Write a restart in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(insert(feed_restart).values(id=restart, at=at))


def newest() -> str:
    """Return the id of the last restart, "" for none."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(func.max(feed_restart.c.id))).scalar() or ""
