"""Many writers at once: nothing is lost, nothing is there twice, everybody else is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from lienthong.kernel.errors import Conflict
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Query
from tests.registers.people import GROUNDS, HA, OFFICER

WRITERS = 8


def all_at_once(work: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(work, range(WRITERS)))


def test_one_of_many_creates_the_record(node: Runtime, ha: dict[str, object]) -> None:
    api.prepare()

    def create(turn: int) -> str:
        values = {**ha, "phone": f"090123456{turn}"}
        try:
            api.write(OFFICER.again(), register="population", values=values, grounds=GROUNDS, create=True)
        except Conflict:
            return "told"
        return "created"

    assert sorted(map(str, all_at_once(create))) == ["created", *["told"] * (WRITERS - 1)]
    ((found,),) = api.read(OFFICER, queries=[Query("population", key=HA)], grounds=GROUNDS)
    assert found.version == 1


def test_changes_of_one_record_follow_each_other(node: Runtime, ha: dict[str, object]) -> None:
    api.write(OFFICER, register="population", values=ha, grounds=GROUNDS)
    fields = ["phone", "other_name", "current_address", "birth_place", "religion", "former_number", "home_town"]
    values = ["0901234567", "Hà", "1 Lê Lợi", "Huế", "00", "023456789", "26929"]

    def change(turn: int) -> None:
        if turn < len(fields):
            given = {"number": HA, fields[turn]: values[turn]}
            api.write(OFFICER.again(), register="population", values=given, grounds=GROUNDS)

    all_at_once(change)
    versions = api.history(OFFICER, register="population", key=HA, grounds=GROUNDS)
    assert [each.version for each in versions] == list(range(1, len(fields) + 2))
    ((found,),) = api.read(OFFICER, queries=[Query("population", key=HA)], grounds=GROUNDS)
    assert [found.values[field] for field in fields] == values


def test_tables_are_made_once(node: Runtime, ha: dict[str, object]) -> None:
    def create(turn: int) -> None:
        api.write(
            OFFICER.again(), register="population", values={**ha, "number": f"07919299000{turn}"}, grounds=GROUNDS
        )

    all_at_once(create)
    (found,) = api.read(OFFICER, queries=[Query("population", by={"full_name": "nguyen thi thu ha"})], grounds=GROUNDS)
    assert len(found) == WRITERS


def test_no_number_is_given_twice(node: Runtime) -> None:
    api.prepare()
    drawn = all_at_once(
        lambda _turn: [
            api.next_personal_number(OFFICER, commune="26929", birth_date="2026-11-19", sex="2") for _ in range(5)
        ]
    )
    numbers = [number for some in drawn for number in some]  # pyright: ignore[reportGeneralTypeIssues]
    assert len(set(numbers)) == len(numbers) == WRITERS * 5
