"""The desk's queue: one query over an index in the order of the legal clock; pages by key, nothing is counted whole."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any

from lienthong.kernel import driver, runtime
from lienthong.kernel.rows import Row

Key = tuple[str, str, str]
"""Where a page ends: due time, dossier code, step."""
AWAY = "away"
_OF_STEP = ("code", "step", "lead", "state", "due_at", "note")
_OF_DOSSIER = ("procedure", "version", "name", "applicant_name", "mismatches", "compared")
_Queued: Any = namedtuple("_Queued", (*_OF_STEP, *_OF_DOSSIER, "apologised_at"))  # pyright: ignore[reportUntypedNamedTuple]
_SHOWN = ", ".join((*(f"s.{name}" for name in _OF_STEP), *(f"d.{name}" for name in _OF_DOSSIER), "m.at"))
_ORDER = "due_at, code, step"
Condition = tuple[str, list[Any]]
"""A piece of SQL and its parameters."""


def mine(
    *, agency: str, roles: Sequence[str], state: str, units: Sequence[str], after: Key | None, limit: int
) -> list[Row]:
    """Return the steps that await one of these roles at an agency, in this state, nearest clock first.

    Each role is read along its own stretch of the index, ``limit`` rows at most, then merged.
    """
    awaits = [("agency = ? AND role = ? AND state = ?", [agency, role, state]) for role in roles]
    return _merged(awaits, units, after, limit) if awaits else []


def led(*, lead: str, away: bool, units: Sequence[str], after: Key | None, limit: int) -> list[Row]:
    """Return the open steps of dossiers an agency leads, wherever they are; with ``away``, only at other agencies."""
    return _merged([(f"lead = ? AND {_true('away' if away else 'active')}", [lead])], units, after, limit)


def counts(
    *, agency: str, roles: Sequence[str], states: Sequence[str], units: Sequence[str], cap: int
) -> dict[str, int]:
    """Return how many steps await these roles by state, and how many of the agency's dossiers are at others (AWAY).

    Each is counted up to ``cap`` and no further, all in one statement.
    """
    (acting, acts), served = driver.one_of("role", roles), driver.one_of("unit", units)
    asked = {state: (f"agency = ? AND {acting} AND state = ?", [agency, *acts, state]) for state in states}
    asked[AWAY] = (f"lead = ? AND {_true('away')}", [agency])
    parts = [_capped(each, served, cap) for each in asked.values()]
    sql = f"SELECT {', '.join(part for part, _ in parts)}"
    with runtime.current().database.reading() as connection:
        found = driver.rows(connection, sql, [value for _, values in parts for value in values])
    return dict(zip(asked, found[0], strict=True))


def _capped(which: Condition, served: Condition, cap: int) -> Condition:
    found = f"SELECT 1 FROM dossier_step WHERE {which[0]} AND {served[0]} LIMIT ?"  # noqa: S608
    return f"(SELECT count(*) FROM ({found}) AS found)", [*which[1], *served[1], cap]  # noqa: S608


def _merged(which: Sequence[Condition], units: Sequence[str], after: Key | None, limit: int) -> list[Row]:
    served, beyond = driver.one_of("unit", units), f" AND ({_ORDER}) > (?, ?, ?)" if after else ""
    stretches: list[str] = []
    values: list[Any] = []
    for condition, given in which:
        stretches.append(
            f"SELECT * FROM (SELECT dossier, {_ORDER} FROM dossier_step"  # noqa: S608
            f" WHERE {condition} AND {served[0]}{beyond} ORDER BY {_ORDER} LIMIT ?) AS stretch"
        )
        values += [*given, *served[1], *(after or ()), limit]
    sql = (
        f"SELECT {_SHOWN} FROM ({' UNION ALL '.join(stretches)}) AS q"  # noqa: S608
        " JOIN dossier_step s ON s.dossier = q.dossier AND s.step = q.step JOIN dossier d ON d.id = q.dossier"
        " LEFT JOIN clock_mark m ON m.dossier = q.dossier AND m.step = '' AND m.kind = 'apology'"
        " ORDER BY q.due_at, q.code, q.step LIMIT ?"
    )
    with runtime.current().database.reading() as connection:
        return [_Queued(*row) for row in driver.rows(connection, sql, [*values, limit])]


def _true(flag: str) -> str:
    """Return the condition exactly as the partial indexes have it."""
    return f"{flag} IS {'1' if runtime.current().database.is_sqlite else 'true'}"
