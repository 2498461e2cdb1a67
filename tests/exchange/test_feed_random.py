"""Whatever is written, merged, undone, moved and reformed: a copy that follows says what the registers say."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.exchange import api
from lienthong.exchange.store.copies import copy_at
from lienthong.kernel.actor import system
from lienthong.kernel.errors import LienThongError
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from tests.exchange.people import OTHER_WARD, WARD

CITY = system("city", agency="H29")
CONTRACT = "local-feed"
WHY = Grounds(purpose="lookup", basis="L-26-2023")
FORMER = "26920"
UNITS = (WARD, FORMER, OTHER_WARD, "26740")
OURS = {WARD, FORMER, "26740"}
FIELDS = ("number", "full_name", "sex", "birth_date", "home_commune", "home_address", "life_status", "death_date")
SHOWN = (*FIELDS, "current_commune", "current_address")
_round = count()

people = st.integers(0, 5)
days = st.sampled_from(["2019-03-04", "2024-01-01", "2026-02-03"])
acts = st.lists(
    st.one_of(
        st.tuples(st.just("write"), people, st.sampled_from(UNITS), days),
        st.tuples(st.just("write"), people, st.sampled_from(UNITS), days),
        st.tuples(st.just("faith"), people),
        st.tuples(st.just("correct"), people, st.sampled_from(["Trần An", "Trần Ân"])),
        st.tuples(st.just("merge"), people, people),
        st.tuples(st.just("unmerge"), people),
        st.tuples(st.just("load"), st.lists(people, min_size=1, max_size=3, unique=True), st.sampled_from(UNITS)),
        st.tuples(st.just("undo")),
        st.tuples(st.just("reform"), st.sampled_from(UNITS)),
        st.tuples(st.just("follow"), st.integers(1, 3)),
        st.tuples(st.just("rebuild")),
        st.tuples(st.just("back"), st.integers(0, 9)),
        st.tuples(st.just("kill"), st.integers(0, 3)),
    ),
    min_size=4,
    max_size=14,
)


class House:
    """The registers of one example, and the copy of a subscriber."""

    def __init__(self, store: Path) -> None:
        self.store, self.turn = store, next(_round)
        self.touched: list[registers.Touched] = []
        self.offsets = [api.follow_feed(CITY, contract=CONTRACT, store=store, again=True).offset]

    def number(self, at: int) -> str:
        return f"0792{self.turn % 10000:04d}{at:04d}"

    def values(self, at: int, unit: str) -> dict[str, Any]:
        return {
            "number": self.number(at),
            "full_name": "Trần An",
            "sex": "1",
            "birth_date": "1980",
            "home_commune": unit,
        }

    def write(self, at: int, unit: str, day: str, **more: str) -> None:
        how = {"register": "population", "grounds": WHY, "values": self.values(at, unit) | more}
        registers.write(system("s"), valid_from=date.fromisoformat(day), **how)

    def faith(self, at: int) -> None:
        how = {"register": "population", "grounds": WHY, "key": self.number(at)}
        registers.write(system("s"), values={"religion": "02"}, **how)

    def correct(self, at: int, name: str) -> None:
        how = {"register": "population", "grounds": WHY, "key": self.number(at), "reason": "sai"}
        registers.correct(system("s"), values={"full_name": name}, **how)

    def merge(self, keep: int, gone: int) -> None:
        how = {"keep": self.number(keep), "gone": self.number(gone), "grounds": WHY, "reason": "trùng"}
        registers.merge_records(system("s"), register="population", **how)

    def unmerge(self, gone: int) -> None:
        how = {"gone": self.number(gone), "grounds": WHY, "reason": "nhầm"}
        registers.unmerge_records(system("s"), register="population", **how)

    def load(self, who: list[int], unit: str) -> None:
        rows = [(place, self.values(at, unit)) for place, at in enumerate(who)]
        landed = registers.land_portion(system("s", agency="G01"), register="population", rows=rows, grounds=WHY)
        self.touched = [each for each in landed.touched.values() if each.after > each.before]

    def undo(self) -> None:
        how = {"register": "population", "touched": self.touched, "grounds": WHY, "reason": "nhầm"}
        registers.take_back(system("s", agency="G01"), **how)

    def reform(self, becomes: str) -> None:
        how = {"mapping": {FORMER: becomes}, "on": date(2025, 7, 1), "reason": "NQ 1685", "grounds": WHY, "portion": 2}
        if becomes != FORMER:
            registers.replace_units(system("s", agency="G01"), register="population", **how)

    def follow(self, limit: int) -> None:
        self.offsets.append(api.follow_feed(CITY, contract=CONTRACT, store=self.store, limit=limit).offset)

    def rebuild(self) -> None:
        api.follow_feed(CITY, contract=CONTRACT, store=self.store, again=True, limit=1)

    def back(self, at: int) -> None:
        """Read again what was read before, from any place."""
        with copy_at(self.store, CONTRACT, "H29", new=False) as copy:
            copy.follow([], self.offsets[at % len(self.offsets)])

    def kill(self, after: int) -> None:
        """Die while taking pages in."""

        def say(_taken: int, turns: count[int] = count()) -> None:  # noqa: B008
            if next(turns) == after:
                raise KeyboardInterrupt

        with suppress(KeyboardInterrupt):
            api.follow_feed(CITY, contract=CONTRACT, store=self.store, limit=1, say=say)

    def in_register(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        after = ""
        who, how = system("s", agency="G01"), {"register": "population", "fields": SHOWN, "grounds": WHY}
        while page := registers.export_page(who, units=OURS, after=after, **how):
            found |= {each.id: {n: v for n, v in each.values.items() if n in SHOWN} for each in page.records}
            after = page.after
        return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=acts)
def test_a_copy_says_what_the_register_says(node: Runtime, tmp_path: Path, steps: list[Any]) -> None:
    house = House(tmp_path / "copy.sqlite")
    for name, *arguments in steps:
        with suppress(LienThongError):
            getattr(house, name)(*arguments)
    house.follow(2)
    with copy_at(house.store, CONTRACT, "H29", new=False) as copy:
        held = {record: values for _, record, values in copy.contents()}
    assert held == house.in_register()
    assert api.compare_copy(CITY, contract=CONTRACT, store=house.store).differ == []
    versions: dict[str, int] = {}
    for each in api.changes(CITY, contract=CONTRACT, after=house.offsets[0], limit=5000).changes:
        assert each.version > versions.get(each.record, 0), "each person's changes are in order"
        versions[each.record] = each.version
        assert set(each.values) <= set(SHOWN)


def test_nothing_that_is_committed_late_is_passed_over(node: Runtime, tmp_path: Path) -> None:
    house = House(tmp_path / "copy.sqlite")
    begun, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with node.database.transaction():
            house.write(0, WARD, "2024-01-01")
            begun.set()
            go_on.wait(20)

    def meanwhile(work: Callable[[], None]) -> None:
        if not node.database.is_sqlite:  # its one writer is busy
            work()

    writer = threading.Thread(target=late)
    writer.start()
    assert begun.wait(20)
    meanwhile(lambda: house.write(1, WARD, "2024-01-01", full_name="Lê Bình"))
    meanwhile(lambda: house.follow(5))
    if not node.database.is_sqlite:
        assert api.compare_copy(CITY, contract=CONTRACT, store=house.store).differ == [], "as it was before either"
    go_on.set()
    writer.join()
    house.follow(5)
    expected = {house.number(0)} if node.database.is_sqlite else {house.number(0), house.number(1)}
    assert {each["number"] for each in house.in_register().values()} == expected
    assert api.compare_copy(CITY, contract=CONTRACT, store=house.store).differ == []
