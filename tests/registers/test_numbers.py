"""Personal numbers: given once, recognisable in a demonstration, lost with the change that did not use them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Mode
from lienthong.registers import api
from tests.registers.people import COMMUNE, OFFICER, STEWARD


def draw() -> str:
    return api.next_personal_number(OFFICER, commune=COMMUNE, birth_date="2026-11-19", sex="2")


def test_numbers_tell_province_century_sex_and_year_and_are_never_given_twice(node: Runtime) -> None:
    drawn = [draw() for _ in range(30)]
    assert len(set(drawn)) == 30
    assert all(each.startswith("07932699") and len(each) == 12 for each in drawn)


def test_a_number_in_the_population_register_is_never_given(node: Runtime) -> None:
    rows = (
        {"number": f"079326{serial}", "full_name": "An", "sex": "2", "birth_date": "2026"}
        for serial in range(990_000, 1_000_000)
        if serial != 994_321
    )
    api.bulk_load(STEWARD, register="population", rows=rows)
    with node.database.transaction():
        for _ in range(200):  # a draw looks at 50 of 10,000 serials
            try:
                assert draw() == "079326994321"
                break
            except Conflict:
                continue
        with pytest.raises(Conflict):
            draw()


def test_a_number_that_was_not_used_is_free_again(node: Runtime) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), node.database.transaction():
            draw()
            raise ZeroDivisionError
    assert draw()


def test_production_gives_no_demonstration_numbers(sqlite_node: Runtime, clock: SetClock) -> None:
    settings = replace(sqlite_node.settings, mode=Mode.PRODUCTION)
    with running(start(settings, clock=clock)):
        assert all(draw()[6:] < "990000" for _ in range(20))


@pytest.mark.parametrize(
    "parts",
    [
        {"commune": "99999", "birth_date": "2026", "sex": "1"},
        {"commune": COMMUNE, "birth_date": "", "sex": "1"},
        {"commune": COMMUNE, "birth_date": "1899", "sex": "1"},
        {"commune": COMMUNE, "birth_date": "2026", "sex": "x"},
    ],
)
def test_parts_that_make_no_number_are_refused(sqlite_node: Runtime, parts: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        api.next_personal_number(OFFICER, **parts)
