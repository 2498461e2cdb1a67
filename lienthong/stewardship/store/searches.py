"""How often an officer searched, by the hour: whoever asks for names all day is slowed down."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, delete, func, select, text, update

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

_search = table(
    "steward_search",
    Column("officer", String(120), primary_key=True),
    Column("hour", String(13), primary_key=True),  # 2026-11-28T19
    Column("times", Integer, nullable=False),
    scope=Scope.OWNER,
)
_FIRST = text(
    "INSERT INTO steward_search (officer, hour, times) VALUES (:officer, :hour, 0)"
    " ON CONFLICT (officer, hour) DO NOTHING"
)


def count(officer: str, hour: str) -> tuple[int, int]:
    """Count one more search before it is made; answer how many there were in this hour and on this day, this one too.

    The row is locked until the count is written: searches sent together are counted one by one.
    """
    own = _search.c
    with runtime.current().database.transaction() as connection:
        connection.execute(_FIRST, {"officer": officer, "hour": hour})
        mine = (own.officer == officer, own.hour == hour)
        connection.execute(update(_search).where(*mine).values(times=own.times + 1))
        in_hour = connection.execute(select(own.times).where(*mine)).scalar_one()
        day = (own.officer == officer, own.hour >= hour[:10], own.hour <= f"{hour[:10]}~")
        on_day = connection.execute(select(func.sum(own.times)).where(*day)).scalar_one()
    return int(in_hour), int(on_day)


def forget(before: str) -> int:
    """Forget the counts of hours before this one; answer how many rows went."""
    with runtime.current().database.transaction() as connection:
        return connection.execute(delete(_search).where(_search.c.hour < before)).rowcount
