"""Rows of a table through the driver: named, true and false kept, the same on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, String, text

from lienthong.kernel.database import Scope, table
from lienthong.kernel.rows import Rows
from lienthong.kernel.runtime import Runtime

TABLE = table(
    "boat",
    Column("port", String(10), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("by", String(20), unique=True),
    Column("afloat", Boolean, nullable=False),
    scope=Scope.INTERNAL,
    into=MetaData(),
)


@pytest.fixture
def boats(node: Runtime) -> Iterator[Rows]:
    """Three boats of two ports."""
    with node.database.transaction() as connection:
        TABLE.metadata.create_all(connection)
    rows = Rows(TABLE)
    rows.add(boat("Vinh", 1, "Lan"), boat("Vinh", 2, "Mai", afloat=False), boat("Hue", 1, None))
    yield rows
    with node.database.transaction() as connection:
        connection.execute(text("DROP TABLE boat"))


def boat(port: str, number: int, by: str | None, *, afloat: bool = True) -> dict[str, object]:
    return {"afloat": afloat, "port": port, "number": number, "by": by}


def test_rows_are_found_by_what_follows_the_table_s_name(node: Runtime, boats: Rows) -> None:
    assert [(row.number, row.by) for row in boats.all("WHERE port = ? ORDER BY number DESC", "Vinh")] == [
        (2, "Mai"),
        (1, "Lan"),
    ]
    with node.database.transaction():
        found = boats.one("WHERE by = ? AND afloat = ?", "Mai", False, lock=True)
    assert found is not None
    assert found.afloat is False
    assert boats.one("WHERE port = ?", "Hai Phong") is None
    assert [row.port for row in boats.among("port", ["Hue", "Vinh"], "ORDER BY port, number")] == [
        "Hue",
        "Vinh",
        "Vinh",
    ]
    assert boats.among("port", []) == []


def test_a_row_put_takes_the_place_of_the_one_with_its_key(boats: Rows) -> None:
    boats.put(boat("Vinh", 1, "Nga", afloat=False), boat("Hue", 2, "Tam"))
    assert {(row.port, row.number, row.by) for row in boats.all("")} == {
        ("Vinh", 1, "Nga"),
        ("Vinh", 2, "Mai"),
        ("Hue", 1, None),
        ("Hue", 2, "Tam"),
    }


def test_a_row_that_another_one_stands_in_the_way_of_is_not_begun(boats: Rows) -> None:
    new = boats.begin(boat("Hue", 3, "Hoa"))
    assert new is not None
    assert (new.by, new.afloat) == ("Hoa", True)
    assert boats.begin(boat("Hue", 3, "Thu")) is None
    assert boats.begin(boat("Hue", 4, "Hoa")) is None
    assert len(boats.all("WHERE port = 'Hue'")) == 2


def test_a_change_answers_what_it_changed_and_a_drop_how_many(boats: Rows) -> None:
    changed = boats.change({"afloat": False, "by": None}, "WHERE port = ? AND afloat = ?", "Vinh", True)
    assert [(row.number, row.by, row.afloat) for row in changed] == [(1, None, False)]
    assert boats.change({"by": "Lan"}, "WHERE port = 'Hai Phong'") == []
    assert boats.drop("WHERE port = ?", "Vinh") == 2
    assert [row.port for row in boats.all("")] == ["Hue"]
