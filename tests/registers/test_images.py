"""A register in columns keeps up with its table; everybody in a crowd finds the one entry about all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import pytest

from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Grounds
from tests.registers.people import GROUNDS, HA, HUY, STEWARD

WHY = Grounds(purpose="lookup", basis="L-26-2023")
FIELDS = ("number", "full_name", "birth_date", "sex")


def rows() -> tuple[bool, list[tuple[Any, ...]]]:
    made = api.image(STEWARD, register="population", fields=FIELDS, grounds=WHY)
    found = (
        duckdb.connect()
        .sql(
            f"SELECT number, full_name, birth_date, sex FROM read_parquet('{made.path}') ORDER BY 1"  # noqa: S608
        )
        .fetchall()
    )
    assert len(found) == made.rows
    return made.fresh, found


def put(number: str, name: str, **more: Any) -> None:
    values = {"number": number, "full_name": name, "sex": "1", "birth_date": "1990-07-01"} | more
    api.write(STEWARD.again(), register="population", values=values, grounds=GROUNDS)


def test_an_image_follows_its_register(node: Runtime, clock: SetClock) -> None:
    assert rows() == (True, [])
    put(HA, "Nguyễn Thị 'Thu' Hà", sex="2", birth_date="1992")
    put(HUY, "Lê Quốc Huy")
    assert rows() == (True, [(HA, "Nguyễn Thị 'Thu' Hà", "1992", "2"), (HUY, "Lê Quốc Huy", "1990-07-01", "1")][::-1])
    clock.advance(timedelta(days=1))
    assert rows()[0]  # within the overlap all is read once more
    clock.advance(timedelta(days=1))
    assert not rows()[0]
    put(HUY, "Lê Quốc Hùy")
    clock.advance(timedelta(days=1))
    api.merge_records(STEWARD, register="population", keep=HUY, gone=HA, grounds=WHY, reason="trùng")
    assert rows() == (True, [(HUY, "Lê Quốc Hùy", "1990-07-01", "1")])
    entries = [each for each in api.accesses(system("t"), subject="") if each.reason == "image"]
    assert len(entries) == 4
    assert node.settings.home.joinpath("images/population").is_dir()
    with pytest.raises(Invalid, match="không thuộc"):
        api.image(STEWARD, register="population", fields=["x"], grounds=WHY)


def test_everybody_in_a_crowd_finds_the_entry_and_nobody_else(node: Runtime, clock: SetClock) -> None:
    people = "SELECT CAST(i * 2 AS UBIGINT) AS number, '' AS other FROM range(100000) t(i)"
    entry = api.compared(
        STEWARD, register="population", fields=["full_name"], grounds=WHY, people=people, reason="in:1"
    )
    inside, outside = "000000000042", "000000000043"
    citizen = Actor(kind=Kind.CITIZEN, subject=inside, level=2)
    (found,) = api.accesses(citizen, subject=inside)
    assert (found.id, found.act, found.people, found.agency) == (entry, "compare", 100_000, "G01")
    assert found.reason.startswith("in:1 people:")
    assert api.accesses(system("t"), subject=outside) == []
    assert api.accesses(system("t"), subject=inside, after=entry) == []
    reached = api.people_reached(system("t"), agency="G01", actor="", register="", since="", until="9", grounds=WHY)
    assert len(reached) == 100_000
    clock.advance(timedelta(days=1))
    assert api.erase_proofs(system("t"), subject=inside, basis="L-91-2025", order="QĐ 1") >= 1
    assert entry not in {each.id for each in api.accesses(system("t"), subject=inside)}
    assert api.accesses(system("t"), subject="000000000044")[-1].id == entry
