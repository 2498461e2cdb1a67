"""Searching by name: marks and case do not matter, pages follow each other, everyone shown is logged."""

from __future__ import annotations

import pytest

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from tests.registers.people import COMMUNE, GROUNDS, OFFICER, STEWARD

NAMES = ["Đỗ Hòa", "Đỗ Hoà", "Đỗ Hoàng", "Đỗ Văn An", "Do Thi Ba", "Lê Đỗ"]


@pytest.fixture
def people(node: Runtime) -> None:
    """Six people in two communes."""
    rows = [
        {
            "number": f"07919200000{at}",
            "full_name": name,
            "sex": "1",
            "birth_date": f"199{at}-01-01",
            "home_commune": COMMUNE if at % 2 else "26740",
            "former_number": f"02345678{at}",
        }
        for at, name in enumerate(NAMES)
    ]
    api.bulk_load(STEWARD, register="population", rows=rows)


def names(text: str, **how: str) -> list[str]:
    page = api.search(OFFICER, register="population", text=text, grounds=GROUNDS, **how)  # pyright: ignore[reportArgumentType]
    return [each.values["full_name"] for each in page.records]


@pytest.mark.usefixtures("people")
def test_a_name_is_found_by_its_beginning() -> None:
    assert sorted(names("DO HOA")) == ["Đỗ Hoà", "Đỗ Hoàng", "Đỗ Hòa"]
    assert names("đỗ", birth_date="1993-01-01") == ["Đỗ Văn An"]
    assert names("do", unit="26740") == ["Đỗ Hòa", "Đỗ Hoàng", "Do Thi Ba"]
    assert names("nguyễn") == []


@pytest.mark.usefixtures("people")
def test_a_number_is_found_whole_the_former_one_too() -> None:
    assert names("079192000005") == ["Lê Đỗ"]
    assert names("023456780") == ["Đỗ Hòa"]


@pytest.mark.usefixtures("people")
def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = api.search(OFFICER, register="population", text="do", grounds=GROUNDS, limit=2, after=after)
        seen += [each.id for each in page.records]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.usefixtures("people")
def test_everyone_shown_finds_it_in_their_log_with_the_fields_shown() -> None:
    api.search(OFFICER, register="population", text="le do", grounds=GROUNDS, fields=["full_name"])
    number = "079192000005"
    (entry,) = api.accesses(Actor(kind=Kind.CITIZEN, subject=number, level=2), subject=number)
    assert (entry.act, entry.fields) == ("search", ("full_name",))


@pytest.mark.parametrize("text", ["", "a", " đ "])
def test_a_search_must_say_something(sqlite_node: Runtime, text: str) -> None:
    with pytest.raises(Invalid, match=r"search\.text"):
        names(text)


def test_a_register_without_names_is_not_searched_by_name(sqlite_node: Runtime) -> None:
    with pytest.raises(Invalid, match=r"search\.text"):
        api.search(OFFICER, register="residence", text="Đỗ", grounds=GROUNDS)
