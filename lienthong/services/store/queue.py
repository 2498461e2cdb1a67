"""The desk's queue: one query over an index in the order of the legal clock; pages by key, nothing is counted whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, literal, select, tuple_, union_all

from lienthong.kernel import runtime
from lienthong.services.store.tables import dossiers, steps

Key = tuple[str, str, str]
"""Where a page ends: due time, dossier code, step."""
_ORDER = (steps.c.due_at, steps.c.code, steps.c.step)
_SHOWN = (
    *(steps.c[name] for name in ("code", "step", "state", "due_at", "note")),
    *(dossiers.c[name] for name in ("procedure", "version", "name", "applicant_name", "mismatches", "compared")),
)


def mine(
    *, agency: str, roles: Sequence[str], state: str, units: Sequence[str], after: Key | None, limit: int
) -> list[Row[Any]]:
    """Return the steps that await one of these roles at an agency, in this state, nearest clock first.

    Each role is read along its own stretch of the index, ``limit`` rows at most, then merged.
    """
    parts = [
        _page(
            select(steps.c.dossier, *_ORDER).where(
                steps.c.agency == agency, steps.c.role == role, steps.c.state == state, steps.c.unit.in_(units)
            ),
            after,
            limit,
        )
        for role in roles
    ]
    return _rows(parts, limit)


def led(*, lead: str, away: bool, units: Sequence[str], after: Key | None, limit: int) -> list[Row[Any]]:
    """Return the open steps of dossiers an agency leads, wherever they are; with ``away``, only at other agencies."""
    which = steps.c.away if away else steps.c.active
    query = select(steps.c.dossier, *_ORDER).where(steps.c.lead == lead, which.is_(True), steps.c.unit.in_(units))
    return _rows([_page(query, after, limit)], limit)


def count_mine(
    *, agency: str, roles: Sequence[str], states: Sequence[str], units: Sequence[str], cap: int
) -> dict[str, int]:
    """Return how many steps await these roles by state, each counted up to ``cap`` and no further."""
    counted = [
        _capped(
            select(steps.c.code).where(
                steps.c.agency == agency,
                steps.c.role.in_(roles),
                steps.c.state == state,
                steps.c.unit.in_(units),
            ),
            cap,
        ).label(state)
        for state in states
    ]
    with runtime.current().database.reading() as connection:
        return dict(connection.execute(select(*counted)).one()._mapping)


def count_away(*, lead: str, units: Sequence[str], cap: int) -> int:
    """Return how many steps of the agency's dossiers are at other agencies, counted up to ``cap``."""
    query = select(steps.c.code).where(steps.c.lead == lead, steps.c.away.is_(True), steps.c.unit.in_(units))
    with runtime.current().database.reading() as connection:
        return int(connection.execute(select(_capped(query, cap))).scalar_one())


def _capped(query: Select[Any], cap: int) -> Any:
    return select(func.count()).select_from(query.limit(cap).subquery()).scalar_subquery()


def _page(query: Any, after: Key | None, limit: int) -> Select[Any]:
    if after is not None:
        query = query.where(tuple_(*_ORDER) > tuple_(*(literal(part) for part in after)))
    return query.order_by(*_ORDER).limit(limit)


def _rows(parts: Sequence[Select[Any]], limit: int) -> list[Row[Any]]:
    if not parts:
        return []
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    query = (
        select(*_SHOWN)
        .select_from(merged)
        .join(steps, (steps.c.dossier == merged.c.dossier) & (steps.c.step == merged.c.step))
        .join(dossiers, dossiers.c.id == merged.c.dossier)
        .order_by(merged.c.due_at, merged.c.code, merged.c.step)
        .limit(limit)
    )
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))
