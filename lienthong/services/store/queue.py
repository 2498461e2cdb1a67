"""The desk's queue: one query over an index in the order of the legal clock; pages by key, nothing is counted whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, select, tuple_, union_all

from lienthong.kernel import runtime
from lienthong.kernel.rows import Row
from lienthong.services.store.tables import dossiers, marks, steps

Key = tuple[str, str, str]
"""Where a page ends: due time, dossier code, step."""
_ORDER = (steps.c.due_at, steps.c.code, steps.c.step)
_SHOWN = (
    *(steps.c[name] for name in ("code", "step", "lead", "state", "due_at", "note")),
    *(dossiers.c[name] for name in ("procedure", "version", "name", "applicant_name", "mismatches", "compared")),
)
_SERVED = steps.c.unit.in_(bindparam("units", expanding=True))


def mine(
    *, agency: str, roles: Sequence[str], state: str, units: Sequence[str], after: Key | None, limit: int
) -> list[Row]:
    """Return the steps that await one of these roles at an agency, in this state, nearest clock first.

    Each role is read along its own stretch of the index, ``limit`` rows at most, then merged.
    """
    if not roles:
        return []
    given = {"agency": agency, "state": state, "units": units, "limit": limit, **_after(after)}
    return _rows(_mine(len(roles), after is not None), given | {f"role{n}": role for n, role in enumerate(roles)})


def led(*, lead: str, away: bool, units: Sequence[str], after: Key | None, limit: int) -> list[Row]:
    """Return the open steps of dossiers an agency leads, wherever they are; with ``away``, only at other agencies."""
    given = {"lead": lead, "units": units, "limit": limit, **_after(after)}
    return _rows(_led(away, after is not None), given)


def count_mine(
    *, agency: str, roles: Sequence[str], states: Sequence[str], units: Sequence[str], cap: int
) -> dict[str, int]:
    """Return how many steps await these roles by state, each counted up to ``cap`` and no further."""
    given = {"agency": agency, "roles": list(roles), "units": units, "cap": cap}
    with runtime.current().database.reading() as connection:
        return dict(connection.execute(_count_mine(tuple(states)), given).one()._mapping)


def count_away(*, lead: str, units: Sequence[str], cap: int) -> int:
    """Return how many steps of the agency's dossiers are at other agencies, counted up to ``cap``."""
    with runtime.current().database.reading() as connection:
        return int(connection.execute(_COUNT_AWAY, {"lead": lead, "units": units, "cap": cap}).scalar_one())


@cache
def _mine(roles: int, paged: bool) -> Any:
    """The statement for so many roles; building one takes longer than running it."""
    return _merged(
        [
            _page(
                steps.c.agency == bindparam("agency"),
                steps.c.role == bindparam(f"role{n}"),
                steps.c.state == bindparam("state"),
                paged=paged,
            )
            for n in range(roles)
        ]
    )


@cache
def _led(away: bool, paged: bool) -> Any:
    which = steps.c.away if away else steps.c.active
    return _merged([_page(steps.c.lead == bindparam("lead"), which.is_(True), paged=paged)])


@cache
def _count_mine(states: tuple[str, ...]) -> Any:
    return select(
        *(
            _capped(
                steps.c.agency == bindparam("agency"),
                steps.c.role.in_(bindparam("roles", expanding=True)),
                steps.c.state == state,
            ).label(state)
            for state in states
        )
    )


def _capped(*which: Any) -> Any:
    found = select(steps.c.code).where(*which, _SERVED).limit(bindparam("cap", type_=Integer)).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


_COUNT_AWAY = select(_capped(steps.c.lead == bindparam("lead"), steps.c.away.is_(True)))


def _page(*which: Any, paged: bool) -> Any:
    query = select(steps.c.dossier, *_ORDER).where(*which, _SERVED)
    if paged:
        query = query.where(tuple_(*_ORDER) > tuple_(bindparam("due"), bindparam("code"), bindparam("step")))
    return query.order_by(*_ORDER).limit(bindparam("limit", type_=Integer))


def _merged(parts: Sequence[Any]) -> Any:
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    apology = (marks.c.dossier == merged.c.dossier) & (marks.c.step == "") & (marks.c.kind == "apology")
    return (
        select(*_SHOWN, marks.c.at.label("apologised_at"))
        .select_from(merged)
        .join(steps, (steps.c.dossier == merged.c.dossier) & (steps.c.step == merged.c.step))
        .join(dossiers, dossiers.c.id == merged.c.dossier)
        .outerjoin(marks, apology)
        .order_by(merged.c.due_at, merged.c.code, merged.c.step)
        .limit(bindparam("limit", type_=Integer))
    )


def _after(key: Key | None) -> dict[str, str]:
    return {} if key is None else dict(zip(("due", "code", "step"), key, strict=True))


def _rows(query: Any, given: dict[str, Any]) -> list[Row]:
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query, given))
