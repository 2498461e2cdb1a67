"""Who of a register may be the people of many rows, by the columns that have an index: asked for all rows at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from lienthong.kernel import driver, runtime
from lienthong.registers.store.layout import Layout

_MOST = 20
"""Records of one row that are looked at: more of one name and year say nothing of any of them."""
Named = tuple[int, str, str, str, str, str]
"""place, own key, folded name, first and last day (a prefix each), birth date ("" when only the year is known)."""


def of_name_and_birth(
    connection: Connection, layout: Layout, key: str, name: str, born: str, asked: Sequence[Named]
) -> list[tuple[int, str]]:
    """Return place and record id of whoever bears the name and may be born on the day, but for the row's own key.

    key, name, born: lookup fields. The same day, day and month exchanged, or a year without a day on either side.
    """
    columns = ("place", "own", "said", "low", "high", "day")
    condition = (
        f"r.by_{name} = j.said AND r.by_{born} >= j.low AND r.by_{born} < j.high"
        f" AND (r.by_{key} IS NULL OR r.by_{key} <> j.own)"
        f" AND (j.day = '' OR r.by_{born} = j.day OR length(r.by_{born}) < 10 OR substr(r.by_{born}, 6) = '01-01'"
        f" OR r.by_{born} = substr(j.day, 1, 5) || substr(j.day, 9, 2) || '-' || substr(j.day, 6, 2))"
    )
    return _joined(connection, layout, columns, condition, asked)


def of_value(
    connection: Connection, layout: Layout, key: str, field: str, born: str, asked: Sequence[tuple[int, str, str, str]]
) -> list[tuple[int, str]]:
    """Return place and record id of whoever has a value in a lookup field, but for the row's own key.

    asked: place, own key, value, birth date that the record must have ("": any). born: lookup field of birth dates.
    """
    condition = f"r.by_{field} = j.said AND (r.by_{key} IS NULL OR r.by_{key} <> j.own)"
    if born:
        condition += f" AND (j.day = '' OR r.by_{born} = j.day)"
    return _joined(connection, layout, ("place", "own", "said", "day"), condition, asked)


def how_many(connection: Connection, layout: Layout, field: str, values: Collection[str]) -> dict[str, int]:
    """Return how many current records have each of the keys in a lookup field."""
    found: dict[str, int] = {}
    for portion in driver.chunks(values):
        condition, parameters = driver.one_of(f"by_{field}", portion)
        sql = f"SELECT by_{field}, count(*) FROM {layout.current} WHERE {condition} GROUP BY by_{field}"  # noqa: S608
        found.update((row[0], row[1]) for row in driver.rows(connection, sql, parameters))
    return found


def _joined(
    connection: Connection, layout: Layout, columns: Sequence[str], condition: str, asked: Sequence[Sequence[Any]]
) -> list[tuple[int, str]]:
    """Return what a row of ``asked`` finds, each by one step of an index; the planner must not choose otherwise."""
    if not asked:
        return []
    if runtime.current().database.is_sqlite:
        listed = ", ".join(f"value ->> {at} AS {column}" for at, column in enumerate(columns))
        sql = (
            f"SELECT j.place, r.id FROM (SELECT {listed} FROM json_each(?)) j"  # noqa: S608
            f" CROSS JOIN {layout.current} r WHERE {condition}"
        )
        return _few(driver.rows(connection, sql, [json.dumps(asked, ensure_ascii=False)]))
    kinds = ", ".join("CAST(? AS integer[])" if column == "place" else "CAST(? AS text[])" for column in columns)
    sql = (
        f"SELECT j.place, f.id FROM unnest({kinds}) AS j({', '.join(columns)}),"  # noqa: S608
        f" LATERAL (SELECT r.id FROM {layout.current} r WHERE {condition} LIMIT {_MOST}) f"
    )
    return _few(driver.rows(connection, sql, [list(each) for each in zip(*asked, strict=True)]))


def _few(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    count: dict[int, int] = {}
    for place, record in found:
        count[place] = count.get(place, 0) + 1
        if count[place] <= _MOST:
            kept.append((place, record))
    return kept
