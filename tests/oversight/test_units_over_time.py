"""A figure under the units of the time and under those of today adds up to the same; nothing is given by guess."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lienthong.evidence import api as evidence
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.oversight import api
from lienthong.oversight.api import NOW, THEN, UNCERTAIN
from lienthong.oversight.api.figures import Dashboard
from lienthong.oversight.domain.figures import total
from lienthong.oversight.domain.small_cells import Cover
from lienthong.reference import api as reference

SECRETARY = Actor(kind=Kind.OFFICER, subject="s0", roles=frozenset({"committee-secretary"}))
BEFORE, AFTER = "2025-06", "2025-07"


def leader(*units: str) -> Actor:
    return Actor(kind=Kind.OFFICER, subject="s1", roles=frozenset({"provincial-leader"}), units=frozenset(units))


def tell(facts: dict[tuple[str, str], int]) -> None:
    """Adopt so many outcomes of a unit and month; every third one late."""
    rows: list[dict[str, Any]] = []
    for (unit, month), count in facts.items():
        province = reference.province_of(unit, on=evidence.month_days(month)[1])
        for number in range(count):
            row = {"dossier": f"{unit}-{month}-{number}", "unit": unit, "province": province, "month": month}
            rows.append(row | {"procedure": "linked-birth", "on_time": bool(number % 3)})
    evidence.adopt(system("test"), facts="outcomes", batch="told", rows=rows)


def of_kind(decision: str, count: int) -> list[str]:
    """Return former communes, seen from 30/06/2025, with a certain successor, or with none."""
    last = evidence.month_days(BEFORE)[1]
    former = reference.units(level="commune", on=last)
    found = [each.code for each in former[::7] if reference.successors(each.code, on=last).decision == decision]
    return found[:count]


def board(who: Actor, **asked: str) -> Dashboard:
    return api.dashboard(who, chosen="on-time-share", **asked)


@pytest.fixture
def told(sqlite_node: Runtime) -> dict[tuple[str, str], int]:
    """Outcomes of a hundred former communes in June 2025, some of them divided since, and of forty of today in July."""
    chance = random.Random(7)
    today = [each.code for each in reference.units(level="commune")][::83]
    facts = {(unit, BEFORE): chance.randint(1, 30) for unit in (*of_kind("certain", 60), *of_kind("ask", 40))}
    facts |= {(unit, AFTER): chance.randint(1, 30) for unit in today}
    tell(facts)
    return facts


def test_both_views_add_up_to_the_same_everywhere(told: dict[tuple[str, str], int]) -> None:
    for month in (BEFORE, AFTER):
        expected = sum(count for (_unit, when), count in told.items() if when == month)
        then, now = board(SECRETARY, month=month, view=THEN), board(SECRETARY, month=month)
        assert len(then.rows) == (63 if month == BEFORE else 34)
        assert len(now.rows) == 34
        for each in (then, now):
            assert total([row.figure for row in each.rows]).of == expected
            for row in each.rows:
                if row.figure.of:
                    below = board(SECRETARY, month=month, view=each.view, place=row.unit)
                    assert total([one.figure for one in below.rows]) == row.figure, row.name
                    if below.sums:
                        assert below.sums.then == below.sums.now == row.figure
    sums = board(SECRETARY, month=BEFORE).sums
    assert sums is not None
    assert sums.then == sums.now
    assert board(SECRETARY, month=AFTER).sums is None


def test_a_divided_commune_counts_for_its_province_but_for_no_commune(sqlite_node: Runtime) -> None:
    (split,) = of_kind("ask", 1)
    tell({(split, BEFORE): 9})
    province = evidence.became(reference.province_of(split, on=evidence.month_days(BEFORE)[1]), BEFORE)
    rows = {row.unit: row.figure.of for row in board(SECRETARY, month=BEFORE, place=province).rows}
    assert rows[UNCERTAIN] == 9
    assert sum(rows.values()) == 9
    opened = api.drill(
        leader(province), indicator="on-time-share", unit=UNCERTAIN, place=province, month=BEFORE, side="gap"
    )
    assert len(opened.rows) == opened.figure.of - opened.figure.part == 3
    with pytest.raises(Denied):
        api.drill(leader("99"), indicator="on-time-share", unit=UNCERTAIN, place=province, month=BEFORE)


def test_records_of_former_communes_open_for_those_who_took_over(sqlite_node: Runtime) -> None:
    former = of_kind("certain", 1)[0]
    tell({(former, BEFORE): 6})
    today = evidence.became(former, BEFORE)
    for unit, view in ((today, NOW), (former, THEN)):
        opened = api.drill(leader(today), indicator="on-time-share", unit=unit, month=BEFORE, view=view)
        assert len(opened.rows) == 6
    other = next(each.code for each in reference.units(level="commune") if each.code != today)
    with pytest.raises(Denied):
        api.drill(leader(other), indicator="on-time-share", unit=former, month=BEFORE, view=THEN)


def test_a_former_province_is_no_place_of_today(told: dict[tuple[str, str], int]) -> None:
    assert board(SECRETARY, month=BEFORE, place="02", view=THEN).place_name == "Tỉnh Hà Giang"
    with pytest.raises(NotFound):
        board(SECRETARY, month=BEFORE, place="02")
    with pytest.raises(NotFound):
        board(SECRETARY, month=AFTER, place="02", view=THEN)


@pytest.mark.parametrize(
    "asked",
    [{"month": "2025-13"}, {"month": "x"}, {"view": "later"}, {"side": "all"}, {"after": "x"}, {"unit": "abcde"}],
)
def test_what_is_no_month_view_side_or_place_is_said_so(sqlite_node: Runtime, asked: dict[str, str]) -> None:
    for view in (NOW, THEN):
        with pytest.raises(NotFound):
            api.drill(SECRETARY, **{"indicator": "on-time-share", "view": view, **asked})  # type: ignore[arg-type]
    if asked.keys() & {"month", "view"}:
        with pytest.raises(NotFound):
            api.dashboard(SECRETARY, **asked)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            api.figure(SECRETARY, indicator="on-time-share", unit="01", **asked)  # type: ignore[arg-type]


def test_small_counts_show_to_the_unit_itself_and_to_nobody_else(sqlite_node: Runtime) -> None:
    small, large, other = (each.code for each in reference.units(level="commune", parent="01")[:3])
    tell({(small, AFTER): 3, (large, AFTER): 30, (other, AFTER): 60})
    outside = {row.unit: row for row in board(leader("79"), month=AFTER, place="01").rows}
    assert [outside[unit].covered for unit in (small, large, other)] == [Cover.FEW, Cover.WITHHELD, Cover.OPEN]
    assert outside[small].figure.of == outside[small].rank == 0
    assert outside[small].trend[-1] is None
    for unit in (small, large):
        with pytest.raises(Denied):
            api.figure(leader("79"), indicator="on-time-share", unit=unit, month=AFTER)
        assert api.figure(leader("01"), indicator="on-time-share", unit=unit, month=AFTER).of
    assert {row.covered for row in board(leader("01"), month=AFTER, place="01").rows} == {Cover.OPEN}
    own = {row.unit: row.covered for row in board(leader(small), month=AFTER, place="01").rows}
    assert own[small] is Cover.OPEN
    assert own[large] is own[other] is Cover.OPEN


def test_a_province_too_small_to_show_shows_none_of_its_communes(sqlite_node: Runtime) -> None:
    one, two = (each.code for each in reference.units(level="commune", parent="01")[:2])
    far = reference.units(level="commune", parent="46")[0].code
    tell({(one, AFTER): 2, (two, AFTER): 1, (far, AFTER): 40})
    outside = board(leader("79"), month=AFTER, place="01")
    assert {row.figure.of for row in outside.rows} == {0}
    headline = next(each for each in outside.headlines if each.indicator.id == "on-time-share")
    assert (headline.figure.of, headline.covered) == (0, Cover.FEW)
